"""Finishes the pages of a language.

`python -m render.publish.finish FOLDER CONFIG` does it, and
`render.publish.build` calls that. What needs all pages, or their final HTML, is
made here and not in a hook: the pages may come from any engine that reads
mkdocs.yml.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from mkdocs.exceptions import BuildError
from mkdocs.utils.yaml import yaml_load

from render import cache
from render.languages.locale import activate
from render.publish import markdown_copies, policy

# mkdocstrings adds its style to all pages. Those that document an interface have
# what it is for: a heading for each object. The others load a file less.
_STYLE = re.compile(
    r'\s*<link rel="stylesheet" href="[^"]*_mkdocstrings.css">'
)
_OBJECT = "doc-heading"

# When a page loads, the theme sets the reader's colour scheme and matches every
# element with this rule: each is styled twice more, a fifth of all styling.
# Without the rule, some colours fade when a reader switches the scheme.
_SWITCHING = (
    "[data-md-color-switching] *,[data-md-color-switching] :after,"
    "[data-md-color-switching] :before{transition-duration:0s!important}"
)


# The stylesheets that have it.
STYLES = "assets/stylesheets/palette.*.css"


class Finisher:
    """The pages of a language, with what needs all or their final HTML.

    It takes pages one by one, so that a preview finishes those that changed.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        """Begin without pages.

        Args:
            config: What the pages are built from.

        Raises:
            markdown_copies.PageError: The navigation is not as it has to be.
        """
        self._config = config
        self._in_nav = set(markdown_copies.built(config["nav"]))
        self._pages: dict[str, str] = {}
        self._scripts: dict[str, set[str]] = {}
        self._told: dict[str, markdown_copies.Page] = {}
        self._copies: dict[str, str] = {}

    def add(self, name: str, html: str) -> None:
        """Add a page, or put it in the place of an earlier one.

        Args:
            name: Its file, from the language's folder.
            html: What the engine made.

        Raises:
            markdown_copies.PageError: It lacks what each page has.
            policy.PolicyError: It has no place for a policy.
        """
        if _OBJECT not in html:
            html = _STYLE.sub("", html, count=1)
        if name in self._in_nav:
            self._told[name] = markdown_copies.read(name, html)
            self._copies.pop(name, None)
            html = markdown_copies.linked(html)
        self._scripts[name] = policy.digests(html)
        self._pages[name] = policy.prepared(name, html)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Make the finished pages.

        Yields:
            Files from the language's folder, and their text.

        Raises:
            markdown_copies.PageError: The navigation names no page.
        """
        markdown_copies.check(self._config["nav"], self._told)
        content = policy.policy(self._scripts.values())
        for name, page in self._pages.items():
            yield name, policy.added(page, content)

    def copies(self) -> Iterator[tuple[str, str]]:
        """Make what programs read; it takes longer.

        Yields:
            Files from the language's folder, and their text.
        """
        for name, page in self._told.items():
            if name not in self._copies:
                self._copies[name] = markdown_copies.copied(name, page)
            yield markdown_copies.beside(name), self._copies[name]
        yield (
            "llms.txt",
            markdown_copies.overview(self._config, self._told, self._copies),
        )


def without_unused(style: str) -> str:
    """Take out of a stylesheet what costs each page more than it gives it.

    Args:
        style: A stylesheet of the theme.

    Returns:
        The stylesheet.
    """
    return style.replace(_SWITCHING, "")


def finish(folder: Path, config: Path) -> None:
    """Add what machines read, and the policy.

    Args:
        folder: A language's built pages.
        config: What they were built from.

    Raises:
        markdown_copies.PageError: A page lacks what each has.
        policy.PolicyError: A page has no place for a policy.
    """
    with config.open(encoding="utf-8") as file:
        given = yaml_load(file)
    with activate(given["theme"]["language"]):
        finisher = Finisher(given)
        for path in sorted(folder.rglob("*.html")):
            name = path.relative_to(folder).as_posix()
            finisher.add(name, path.read_text("utf-8"))
        for name, text in chain(finisher.pages(), finisher.copies()):
            (folder / name).write_text(text, "utf-8")
    for path in folder.glob(STYLES):
        path.write_text(without_unused(path.read_text("utf-8")), "utf-8")


def main() -> int:
    """Do so, and say in a line what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m render.publish.finish")
    parser.add_argument("folder", type=Path)
    parser.add_argument("config", type=Path)
    known = parser.parse_args()
    cache.activate()
    wrong = (
        markdown_copies.PageError,
        policy.PolicyError,
        BuildError,  # Of catalogues.
    )
    try:
        finish(known.folder, known.config)
    except wrong as error:
        print(f"ERROR   -  {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
