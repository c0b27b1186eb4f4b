"""References to lines of upstream code, as an extension of Python-Markdown.

A page names a function and a piece of its text, and the number of the line is
looked up in the installed package while the page is built:

    [`self.rt.instance_claim(`](nova:nova.compute.manager:ComputeManager.x)

`nova:` is the installed Nova, `victoria:` is 22.4.0. A text that is not there,
or more than once without `#1` or `#2` at the end of the address, ends the build.
"""

from dataclasses import astuple
from html import unescape
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from render import cache, errors
from render.sources import upstream

# Below the processor of code spans and links, which is 20.
_AFTER_INLINE = 15
_RELEASES = {"nova": "", "victoria": "victoria "}


class References(Treeprocessor):  # type: ignore[misc]  # Untyped.
    """Turns such links into code with its file and line beside it."""

    def run(self, root: Element) -> None:
        """Change the links of a page.

        Args:
            root: The page.

        Raises:
            NotFoundError: The installed package says otherwise.
        """
        for link in root.iter("a"):
            scheme, _, name = link.get("href", "").partition(":")
            if scheme in _RELEASES:
                self._resolve(link, _RELEASES[scheme] + name)

    def _resolve(self, link: Element, name: str) -> None:
        text = unescape("".join(link.itertext()))
        with errors.inside(name):
            found = upstream.Excerpt(
                *cache.result(
                    f"line {name} {text}",
                    None,
                    lambda: astuple(upstream.line(name, text)),
                )
            )
        tail = link.tail
        link.clear()
        link.tag, link.tail = "span", tail
        link.set("class", "line")
        code = SubElement(link, "code")
        code.text, code.tail = text, " "
        where = SubElement(link, "a", href=found.url)
        package = found.file.partition("/")[0]
        where.text = f"{found.file.removeprefix(package + '/')}:{found.line}"
        where.set("title", f"{found.package} {found.version}")
        # The search's index confuses words that hold many digits.
        where.set("data-search-exclude", "")


class ReferencesExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Registers the processor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the processor to a Markdown converter."""
        md.treeprocessors.register(References(md), "references", _AFTER_INLINE)


def makeExtension(**options: Any) -> ReferencesExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name.

    Examples:
        >>> from markdown import markdown
        >>> html = markdown(
        ...     "[`check=`](nova:oslo_utils.excutils:"
        ...     "save_and_reraise_exception.__enter__) is False.",
        ...     extensions=["render.sources.references"])
        >>> html.startswith('<p><span class="line"><code>check=</code> <a')
        True
    """
    return ReferencesExtension(**options)
