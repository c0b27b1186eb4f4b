"""Numbers in sentences, as an extension of Python-Markdown.

A page names a number that a test has measured and recorded:

    Nova 34.0.0 defines {{ context_managers.defined }} context managers.

`context_managers` is a file in `docs/data/numbers/`, `defined` a key in it.
"""

import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from render.blocks import BlockError
from render.data import read_json
from render.paths import DATA, ROOT

# Below the processor that takes fenced blocks out of the text, which is 25.
_AFTER_FENCES = 15
_NUMBER = re.compile(r"\{\{ *([^{}]*?) *\}\}")


def number(name: str) -> str:
    """Look up a number.

    Args:
        name: A file in `docs/data/numbers/` and a key in it, with a dot
            between them.

    Returns:
        The number in digits.

    Raises:
        BlockError: There is no such number.

    Examples:
        >>> number("nothing.at_all")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: {{ nothing.at_all }}: no docs/data/numbers/nothing.json; `make nova` writes what tests count
    """
    topic, _, key = name.partition(".")
    path = DATA / "numbers" / f"{topic}.json"
    if not path.is_file():
        raise BlockError(
            f"{_place(name)}{{{{ {name} }}}}: no docs/data/numbers/{topic}.json; "
            "`make nova` writes what tests count"
        )
    known = read_json(path, {str: int}, "`make nova` writes it anew")
    if key not in known:
        raise BlockError(
            f"{_place(name)}{{{{ {name} }}}}: docs/data/numbers/{topic}.json has "
            f"only {', '.join(known)}"
        )
    return str(known[key])


def _place(name: str) -> str:
    """The first line of a page that names a number, to begin a message with."""
    for page in sorted((ROOT / "docs").glob("[a-z][a-z]/**/*.md")):
        for line, text in enumerate(page.read_text("utf-8").splitlines(), 1):
            if name in _NUMBER.findall(text):
                return f"{page.relative_to(ROOT)}:{line}: "
    return ""


class Numbers(Preprocessor):  # type: ignore[misc]  # Untyped.
    """Puts the numbers in place of their names."""

    def run(self, lines: list[str]) -> list[str]:
        """Change the lines of a page.

        Args:
            lines: The page in Markdown, without its fenced blocks.

        Returns:
            The lines.

        Raises:
            BlockError: There is no such number.
        """
        return [_NUMBER.sub(lambda m: number(m[1]), line) for line in lines]


class NumbersExtension(Extension):  # type: ignore[misc]  # Untyped.
    """Registers the processor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  # Its name.
        """Add the processor to a Markdown converter."""
        md.preprocessors.register(Numbers(md), "numbers", _AFTER_FENCES)


def makeExtension(**options: Any) -> NumbersExtension:  # noqa: N802  # Its name.
    """Make the extension, as Python-Markdown asks for it by module name.

    Examples:
        >>> from markdown import markdown
        >>> markdown("{{ uses.files }} files", extensions=["render.numbers"])
        '<p>37 files</p>'
    """
    return NumbersExtension(**options)
