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


def strip_unused_css(folder: Path, pages: Iterable[Path]) -> None:
    """Take out styles that cost each page more than they give it.

    Args:
        folder: A language's built pages and their assets.
        pages: The pages.
    """
    for path in pages:
        text = path.read_text("utf-8")
        if _OBJECT not in text:
            path.write_text(_STYLE.sub("", text, count=1), "utf-8")
    for path in folder.glob("assets/stylesheets/palette.*.css"):
        style = path.read_text("utf-8")
        path.write_text(style.replace(_SWITCHING, ""), "utf-8")


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
    with activate(given["theme"]["language"]):
        strip_unused_css(folder, pages)
        markdown_copies.write(folder, given)
        policy.write(folder, pages)


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
