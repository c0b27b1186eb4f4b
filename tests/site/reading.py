"""How a built page reads: print the figures of all pages of a site.

python -m tests.site.reading SITE
"""

import re
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.project import LESSONS, PAGES, address, page
from tests.site.parsed import elements, parsed

if TYPE_CHECKING:
    from lxml import etree

# A row of prose on a desktop has about as many characters.
_ROW = 75
_HEADINGS = {"h1", "h2", "h3", "h4"}
_PROSE = {"p", "li", "dt", "dd", "summary", "figcaption", *_HEADINGS}
# What a reader has to open first, and what the theme adds.
_LEFT_OUT = {"details", "nav", "script", "style", "svg", "button", "form"}
_INSIDE = ".//pre | .//p | .//ul | .//ol | .//div | .//details"


@dataclass
class Piece:
    """A paragraph, a heading, a row of a table or a block of code.

    Attributes:
        kind: `prose`, `heading`, `row`, `session` or `code`.
        text: Its text, without white space at its ends.
    """

    kind: str
    text: str

    @property
    def rows(self) -> int:
        """The rows that it takes on a desktop, about."""
        if self.kind in ("code", "session"):
            return self.text.count("\n") + 1
        return max(1, round(len(self.text) / _ROW))


def pieces(place: Path) -> list[Piece]:
    """Read what a page shows before a reader opens anything.

    Args:
        place: The page's HTML file.

    Returns:
        The pieces of its article, in their order.
    """
    [article] = elements(parsed(place), "//article")
    return list(_pieces(article, ""))


def _pieces(element: "etree._Element", around: str) -> Iterator[Piece]:
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _LEFT_OUT:
            continue
        kinds = child.get("class", "")
        if "proof-of" in kinds or "history" in kinds:
            continue
        text = re.sub(r"[ \t\n]+", " ", _text(child)).strip()
        if child.tag == "pre":
            session = "language-pycon" in around
            code = _text(child).strip("\n")
            yield Piece("session" if session else "code", code)
        elif child.tag == "tr":
            yield Piece("row", text)
        elif child.tag in _HEADINGS:
            yield Piece("heading", text.removesuffix("¶"))
        elif child.tag in _PROSE and not elements(child, _INSIDE):
            if text:
                yield Piece("prose", text)
        else:
            yield from _pieces(child, f"{around} {kinds}")


def _text(element: "etree._Element") -> str:
    return "".join(map(str, element.itertext()))


def explained_at(shown: list[Piece]) -> float:
    """Find how far down the first explanation of code begins.

    Args:
        shown: The pieces of a page.

    Returns:
        The rows above the first paragraph below the first block of code, for
        each row of the page; 0 for a page without code.
    """
    rows = 0
    code = False
    for piece in shown:
        if code and piece.kind == "prose":
            return rows / sum(one.rows for one in shown)
        code |= piece.kind in ("code", "session")
        rows += piece.rows
    return 1.0 if code else 0.0


def unexplained(shown: list[Piece]) -> list[str]:
    """Find sessions with no sentence between them and the one before.

    Args:
        shown: The pieces of a page.

    Returns:
        The first rows of the sessions.
    """
    found = []
    told = False
    for piece in shown:
        if piece.kind == "prose":
            told = True
        elif piece.kind == "session":
            if not told:
                found.append(piece.text.partition("\n")[0])
            told = False
    return found


def words(shown: list[Piece]) -> int:
    """Count the words of a page that aren't code or output."""
    return sum(
        len(piece.text.split())
        for piece in shown
        if piece.kind not in ("code", "session")
    )


def sentences(shown: list[Piece]) -> list[str]:
    """Part the paragraphs of a page into sentences."""
    return [
        sentence
        for piece in shown
        if piece.kind == "prose"
        for sentence in re.split(r"(?<=[.?!:])\s+(?=[A-Z0-9`\"])", piece.text)
        if len(sentence.split()) > 2
    ]


def main(site: Path) -> None:
    """Print the figures.

    Args:
        site: The folder of a built site.
    """
    of = {p: pieces(site / address(p) / "index.html") for p in PAGES}
    lessons = [explained_at(of[page(lesson)]) for lesson in LESSONS]
    lengths = [
        len(one.split()) for shown in of.values() for one in sentences(shown)
    ]
    silent = {
        p: found for p, shown in of.items() if (found := unexplained(shown))
    }
    median = statistics.median
    print(f"first explanation, median of lessons: {median(lessons):.0%}")
    print(f"sessions without a sentence: {sum(map(len, silent.values()))}")
    print(f"words, median of pages: {median(map(words, of.values())):.0f}")
    print(f"words a sentence: median {median(lengths)}, most {max(lengths)}")
    for p, shown in of.items():
        long = [s for s in sentences(shown) if len(s.split()) > 35]
        if words(shown) > 2500 or long or p in silent:
            print(f"{address(p)}: {words(shown)} words")
            for one in [*long, *silent.get(p, [])]:
                print(f"    {one}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
