"""Finds the mistakes in front matter that MkDocs passes over.

MkDocs shows front matter with a mistake as the page's text, and gives a page
without a description the one of the whole site.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml  # type: ignore[import-untyped]  # MkDocs brings it, without types.
from mkdocs.utils.meta import YAML_RE

from render.data import DataError, read_text


def mistakes(folders: Iterable[Path]) -> Iterator[str]:
    """Check the front matter of all pages below some folders.

    Args:
        folders: The pages of each language.

    Yields:
        A sentence for each page with a mistake, which begins with the page
        and the line.
    """
    for page in (each for f in folders for each in sorted(f.rglob("*.md"))):
        if found := mistake(page):
            yield found


def mistake(page: Path) -> str | None:
    """Check the front matter of a page.

    Args:
        page: The page.

    Returns:
        A sentence on the first mistake, or nothing.
    """
    try:
        found = _mistake(read_text(page))
    except DataError as error:
        return str(error.message)
    return str(DataError(page, *found).message) if found else None


def _mistake(text: str) -> tuple[int, str] | None:
    r"""The first mistake in a page's front matter.

    Args:
        text: The page.

    Returns:
        Its line and what is wrong, or nothing.

    Examples:
        >>> _mistake("---\ndescription: It works.\n---\n\n# Title\n")
        >>> _mistake("---\ndescription: It: works.\n---\n\n# Title\n")
        (2, "the front matter isn't valid YAML: mapping values are not allowed here")
        >>> _mistake("---\nhide: [toc]\n---\n")
        (1, 'the front matter has no description')
        >>> _mistake("---\nhide: []\ndescription: It \"works\".\n---\n")
        (3, 'a double quote ends the description in the page; write single ones')
        >>> _mistake("---\ndescription: It works.\n\n# Title\n")
        (1, 'the front matter has no end, a second line `---`')
        >>> _mistake("# Title\n")
        (1, 'the page has no front matter with its description')
    """
    found = YAML_RE.match(text)
    if found is None:
        if text.startswith("---\n"):
            return 1, "the front matter has no end, a second line `---`"
        return 1, "the page has no front matter with its description"
    try:
        given = yaml.safe_load(found[1])
    # ValueError is for a date like 2026-99-99.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        # It counts from 0, and begins below the first `---`.
        line = mark.line + 2 if mark else 1
        why = getattr(error, "problem", str(error).partition("\n")[0])
        return line, f"the front matter isn't valid YAML: {why}"
    if not isinstance(given, dict):
        return 1, "the front matter isn't `name: value`, line by line"
    about = given.get("description")
    if not isinstance(about, str) or not about.strip():
        return 1, "the front matter has no description"
    if '"' in about:
        own = re.search(r"^['\"]?description\b", text, re.M)
        line = text.count("\n", 0, own.start()) + 1 if own else 1
        return (
            line,
            "a double quote ends the description in the page; write single ones",
        )
    return None
