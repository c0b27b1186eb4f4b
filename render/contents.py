"""Lists the cases of a group in the page's table of contents.

An extension of Python-Markdown. A case is HTML that a block has made, with an
id and a title: no heading that Python-Markdown knows.
"""

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

# After raw HTML is back in its place (30), and before `render.breaks` says where
# the entries may break (3).
_AFTER_RAW_HTML = 4
_CASE = re.compile(
    r'<section class="case" id="([^"]+)"><p>(.*?)</p>', re.DOTALL
)


class Contents(Postprocessor):  # type: ignore[misc]  # Untyped.
    """Adds the cases below the page's title."""

    def run(self, text: str) -> str:
        """Add the cases of a page, in their order, before its other entries.

        Args:
            text: The page's HTML.

        Returns:
            The same.
        """
        if found := _CASE.findall(text):
            title = self.md.toc_tokens[0]
            title["children"][:0] = [
                {
                    "level": 2,
                    "id": place,
                    "name": re.sub("<[^>]*>", "", words),
                    "html": words,
                    "data-toc-label": "",
                    "children": [],
                }
                for place, words in found
            ]
        return text


class ContentsExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Registers the postprocessor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the postprocessor to a Markdown converter."""
        md.postprocessors.register(Contents(md), "contents", _AFTER_RAW_HTML)


def makeExtension(**options: Any) -> ContentsExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name."""
    return ContentsExtension(**options)
