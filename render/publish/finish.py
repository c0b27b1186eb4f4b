"""Finishes the pages of a language.

`python -m render.publish.finish FOLDER CONFIG` does it, and
`render.publish.build` calls that. What needs all pages, or their final HTML, is
made here and not in a hook: the pages may come from any engine that reads
mkdocs.yml.
"""

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from mkdocs.utils.yaml import yaml_load

from render.languages.locale import UntranslatedError, use
from render.publish import markdown_copies, policy

# mkdocstrings adds its style to all pages. Only those that document an
# interface, with a heading for each object, have what it is for.
_STYLE = re.compile(
    r'\s*<link rel="stylesheet" href="[^"]*_mkdocstrings.css">'
)
_OBJECT = "doc-heading"

# While a reader's scheme is set, which is so each time a page comes, the theme
# forbids every element to change slowly: all are styled twice more for it.
_STILL = re.compile(r"\[data-md-color-switching\][^{}]*\{[^{}]*\}")

# A seventh of the theme's style is for tabs in a page's text.
_TABS = "tabbed-"
_RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
_COMMA = re.compile(r",(?![^(]*\))")


def lighten(folder: Path, pages: Iterable[Path]) -> None:
    """Take out what pages have no use for.

    That is mkdocstrings' style, where it has nothing to document, and rules of
    the theme that each element of a page is compared with in vain.

    Args:
        folder: A language's built pages and their assets.
        pages: The pages.
    """
    tabs = False
    for path in pages:
        text = path.read_text("utf-8")
        tabs |= _TABS in text
        if _OBJECT not in text:
            path.write_text(_STYLE.sub("", text, count=1), "utf-8")
    for path in folder.glob("assets/stylesheets/**/*.css"):
        style = _STILL.sub("", path.read_text("utf-8"))
        if not tabs:
            style = _RULE.sub(_unless_of_tabs, style)
        path.write_text(style, "utf-8")


def _unless_of_tabs(rule: re.Match[str]) -> str:
    for_tabs = all(_TABS in one for one in _COMMA.split(rule[1]))
    return "" if for_tabs else rule[0]


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
    pages = sorted(folder.rglob("*.html"))
    with use(given["theme"]["language"]):
        lighten(folder, pages)
        markdown_copies.write(folder, given)
        policy.write(folder, pages)


def main() -> int:
    """Do so, and say in a line what is wrong."""
    parser = argparse.ArgumentParser(prog="python -m render.publish.finish")
    parser.add_argument("folder", type=Path)
    parser.add_argument("config", type=Path)
    known = parser.parse_args()
    wrong = (
        markdown_copies.PageError,
        policy.PolicyError,
        UntranslatedError,
    )
    try:
        finish(known.folder, known.config)
    except wrong as error:
        print(f"ERROR   -  {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
