"""A Chinese page that is up to date has the blocks of its English page.

What is missing or behind fails no test: `make translations` lists it.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from render.languages import pages
from render.languages.page_blocks import (
    Block,
    blocks,
    fenced,
    front_matter,
    headings,
)
from tests.project import refuse, where
from tests.zh.prose import code, links, numbers, prose

PAGES = [p for p in pages.translated() if not pages.behind(p)]
README = [] if pages.behind(pages.README) else [pages.README]

# Fenced blocks that hold sentences, by how they begin.
_SENTENCES = r"```(?:challenge|playground|wild\nsay)\n"

# Words of Python that a Chinese sentence may name more often than the English.
_KEYWORDS = {"with", "except", "raise", "try", "finally", "return", "as"}
_KEYWORDS |= {"__context__", "__cause__", "__enter__", "__exit__"}

_Problems = Callable[[Path, str, str], Iterator[str]]


def _compared(paths: list[Path]) -> Callable[[_Problems], Callable[[], None]]:
    """Fail if pages differ: a page's path, its text and the English one."""

    def decorate(problems: _Problems) -> Callable[[], None]:
        return lambda: refuse(
            problem
            for page in paths
            for problem in problems(
                page,
                page.read_text("utf-8"),
                pages.counterpart(page).read_text("utf-8"),
            )
        )

    return decorate


def _pairs(
    page: Path, own: str, english: str
) -> Iterator[tuple[Block, Block]]:
    """The blocks of a page after its front matter, English ones first."""
    first = 2 if page == pages.README else 1  # It begins with a link.
    return zip(blocks(english)[first:], blocks(own)[first:], strict=False)


def test_readmes_link_to_each_other() -> None:
    """By their first lines."""
    for path, link in (
        (pages.README, "[English](README.md)"),
        (pages.counterpart(pages.README), "[中文](README.zh.md)"),
    ):
        assert path.read_text("utf-8").splitlines()[0] == link


@_compared(PAGES)
def test_front_matter_is_the_same(
    page: Path, own: str, english: str
) -> Iterator[str]:
    """All but the title and the description."""
    ours, theirs = front_matter(own), front_matter(english)
    for key in sorted(ours.keys() ^ theirs.keys()):
        yield f"{where(page, 1)}: only one language has `{key}`"
    for key in theirs.keys() & ours.keys() - {"title", "description"}:
        if ours[key] != theirs[key]:
            yield f"{where(page, 1)}: another `{key}`"


@_compared(PAGES)
def test_headings_have_the_english_ids(
    page: Path, own: str, english: str
) -> Iterator[str]:
    """A link to a heading works in both languages."""
    ours, theirs = headings(own), headings(english)
    for name in sorted({*ours} - {*theirs}):
        yield f"{where(page, 1)}: heading #{name}: not in English"
    for name in sorted({*theirs} - {*ours}):
        yield (
            f"{where(page, 1)}: no heading {{ #{name} }}; inside an id, "
            r"`__` is written `\_\_`"
        )
    if ours != theirs and sorted(ours) == sorted(theirs):
        yield f"{where(page, 1)}: headings in another order"


def _kind(text: str) -> str:
    """What a block is, by how it begins; a directive, with its module."""
    for kind, start in {
        "heading": r"(#+) ",
        "fence": r"(```\w*)",
        "directive": r"(:::.*)",
        "table": r"\|",
        "list": r"[-*] ",
        "numbered list": r"\d+\. ",
        "definition": r".*\n: ",
        "admonition": r"!!! ",
        "HTML": r"(</?\w+)",
    }.items():
        if found := re.match(start, text):
            return f"{kind} {''.join(found.groups())}".strip()
    return "paragraph"


def _rows(text: str) -> int:
    """The rows or the items of a table or a list."""
    return len(re.findall(r"^(?:\||\s*[-*] |\s*\d+\. |: )", text, re.M))


@_compared(PAGES + README)
def test_blocks_are_of_the_same_kind(
    page: Path, own: str, english: str
) -> Iterator[str]:
    """Paragraph for paragraph, table for table, item for item."""
    ours, theirs = len(blocks(own)), len(blocks(english))
    if ours != theirs:
        yield f"{where(page, 1)}: {ours} blocks, in English {theirs}"
    for their, block in _pairs(page, own, english):
        at = where(page, block.line)
        if _kind(their.text) != _kind(block.text):
            yield (
                f"{at}: {_kind(block.text)}, in English line "
                f"{their.line}: {_kind(their.text)}"
            )
            return
        if _rows(their.text) != _rows(block.text):
            yield (
                f"{at}: {_rows(block.text)} rows or items, in English "
                f"{_rows(their.text)}"
            )


@_compared(PAGES + README)
def test_fenced_blocks_are_the_same(
    page: Path, own: str, english: str
) -> Iterator[str]:
    """Only headings and sentences in them are translated."""
    for their, block in _pairs(page, own, english):
        wanted, found = fenced(their) or [], fenced(block) or []
        for number, (a, b) in enumerate(
            zip(wanted, found, strict=False), block.line
        ):
            if a != b:
                yield f"{where(page, number)}: `{b}`, in English `{a}`"
        if len(wanted) != len(found):
            yield f"{where(page, block.line)}: another number of lines"


@_compared(PAGES + README)
def test_code_numbers_and_links_are_the_same(
    page: Path, own: str, english: str
) -> Iterator[str]:
    """Block by block, nothing of them is lost and nothing is new."""
    known = {*code(english), *_KEYWORDS}
    for their, block in _pairs(page, own, english):
        at = where(page, block.line)
        if fenced(block) and not re.match(_SENTENCES, block.text):
            continue
        ours, wanted = code(block.text), code(their.text)
        for text in wanted.keys() - ours.keys():
            yield f"{at}: `{text}` of English line {their.line} is missing"
        for text in ours.keys() - wanted.keys() - known:
            yield f"{at}: `{text}` is not on the English page"
        if differ := numbers(their.text) ^ numbers(block.text):
            yield (
                f"{at}: only one language has {', '.join(sorted(differ))} "
                f"(English line {their.line})"
            )
        if links(their.text) != links(block.text):
            yield f"{at}: other links than English line {their.line}"


@_compared(PAGES + README)
def test_no_paragraph_is_english(
    page: Path, own: str, english: str
) -> Iterator[str]:
    """One that is the same in both languages was not translated."""
    for their, block in _pairs(page, own, english):
        words = re.findall(r"\b[a-z]{2,}\b", prose(block.text))
        fixed = re.match(rf"(?!{_SENTENCES})```|:::", block.text)
        if their.text == block.text and len(words) > 2 and not fixed:
            yield f"{where(page, block.line)}: still English"
