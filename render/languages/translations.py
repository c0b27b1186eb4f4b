"""English pages and their Chinese twins, block by block.

A twin has the blocks of its English page in the same order, and the ids of
its headings. In its front matter, `follows` holds a digest of each English
block that it was written from: where the English page moves on, the digests
say by which block the twin fell behind.

    python -m render.languages.translations               # what is behind
    python -m render.languages.translations new docs/zh/faq.md     # begin it
    python -m render.languages.translations follow docs/zh/faq.md  # up to date

README.zh.md is a twin as well; its digests stand in a comment at its end.
"""

import argparse
import hashlib
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from markdown import Markdown
from mkdocs.utils.meta import get_data

from render.paths import ROOT

ENGLISH = ROOT / "docs" / "en"
CHINESE = ROOT / "docs" / "zh"
README = ROOT / "README.zh.md"

_FENCE = re.compile(r"^(`{3,})")
_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.M | re.S)
_FOLLOWS = re.compile(r"^follows: >-\n(?:  .*\n)+", re.M)
_COMMENT = re.compile(r"^<!-- follows:\n([^>]+)-->\n", re.M)
_HEADING = re.compile(r"^#{1,6} ")
_EMPHASIS = re.compile(r"(?<![a-z0-9])_|_(?![a-z0-9])")
_ATTRIBUTES = re.compile(r" *\{:? *([^{}]*?) *\} *$")


@dataclass(frozen=True)
class Block:
    """What stands between two blank lines; a fenced block is one.

    Attributes:
        line: The number of its first line.
        text: Its lines.
    """

    line: int
    text: str

    @property
    def digest(self) -> str:
        """Six digits that change with the block's words."""
        words = " ".join(self.text.split())
        return hashlib.sha256(words.encode()).hexdigest()[:6]


def twin(path: Path) -> Path:
    """The same page in the other language."""
    for own, other in (ENGLISH, CHINESE), (CHINESE, ENGLISH):
        if path.is_relative_to(own):
            return other / path.relative_to(own)
    if path == README:
        return ROOT / "README.md"
    raise ValueError(f"{path} is in neither docs/en nor docs/zh")


def matter(text: str) -> dict[str, Any]:
    """The front matter of a page."""
    return dict(get_data(text)[1])


def blocks(text: str) -> list[Block]:
    r"""A page's blocks; the first one is its title and its description.

    Args:
        text: The page's text.

    Returns:
        The blocks, in order.

    Examples:
        >>> text = "---\ndescription: a\nhide: [toc]\n---\n\n# B\n\nC\nd"
        >>> [(block.line, block.text) for block in blocks(text)]
        [(1, 'description: a'), (6, '# B'), (8, 'C\nd')]
    """
    text = _COMMENT.sub("", text)
    own = matter(text)
    named = [f"{k}: {own[k]}" for k in ("title", "description") if k in own]
    found = [Block(1, "\n".join(named))]
    head = _FRONT_MATTER.match(text)
    skipped = head[0].count("\n") if head else 0
    lines, first, fence = list[str](), 0, ""
    numbered = list(enumerate(text.splitlines(), 1))[skipped:]
    for number, line in [*numbered, (0, "")]:
        if line.strip() or (fence and number):
            first = first if lines else number
            lines.append(line)
        elif lines:
            found.append(Block(first, "\n".join(lines)))
            lines = []
        if mark := _FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
    return found


def headings(text: str) -> list[str]:
    r"""The ids of a page's own headings, as the build makes them.

    Args:
        text: The page's text.

    Returns:
        The ids, in order.

    Examples:
        >>> headings("# `a_b` or c?\n\n## 程序 { #the-program }\n")
        ['a_b-or-c', 'the-program']
    """
    prose = "\n\n".join(
        block.text
        for block in blocks(text)[1:]
        if not _FENCE.match(block.text)
    )
    md = Markdown(extensions=["attr_list", "md_in_html", "tables", "toc"])
    md.convert(prose)

    def ids(tokens: list[dict[str, Any]]) -> Iterator[str]:
        for token in tokens:
            yield token["id"]
            yield from ids(token["children"])

    return list(ids(md.toc_tokens))


def pinned(text: str) -> str:
    r"""An English page with the ids of its headings written out.

    Args:
        text: The page's text.

    Returns:
        The text to translate.

    Examples:
        >>> print(pinned("# A b { .x }\n\n## `__c__`"))
        # A b { .x #a-b }
        <BLANKLINE>
        ## `__c__` { #\_\_c\_\_ }
    """
    lines, ids = text.splitlines(), iter(headings(text))
    for block in blocks(text)[1:]:
        if _HEADING.match(block.text):
            # What Markdown would read as emphasis.
            name = _EMPHASIS.sub(r"\\_", f"#{next(ids)}")
            line = lines[block.line - 1]
            given = _ATTRIBUTES.search(line)
            words = [given[1]] if given else []
            if given and "#" in given[1]:
                name = ""
            end = " ".join(filter(None, [*words, name]))
            lines[block.line - 1] = f"{_ATTRIBUTES.sub('', line)} {{ {end} }}"
    return "\n".join(lines)


def behind(page: Path) -> list[str]:
    """What the English page says that its twin was not written from.

    Args:
        page: A page in `docs/zh`.

    Returns:
        A sentence for each block that changed, came or went.
    """
    english, text = twin(page), page.read_text("utf-8")
    own, theirs = blocks(text), blocks(english.read_text("utf-8"))
    at, source = (p.relative_to(ROOT) for p in (page, english))
    comment = _COMMENT.search(text)
    digests = comment[1] if comment else matter(text).get("follows", "")
    recorded = str(digests).split()
    if not recorded:
        return [
            f"{at}:1: does not say what it follows; write the page, then "
            f"`python -m render.languages.translations follow {at}`"
        ]
    found = []
    compared = SequenceMatcher(
        None, recorded, [b.digest for b in theirs], autojunk=False
    )
    for what, old, old_end, new, new_end in compared.get_opcodes():
        here = own[min(old, len(own) - 1)].line
        if what == "delete":
            found.append(
                f"{at}:{here}: {old_end - old} block(s) from here on are gone "
                f"from {source}"
            )
        elif what != "equal":
            did = "is new" if what == "insert" else "changed"
            for block in theirs[new:new_end]:
                said = textwrap.shorten(block.text, 60, placeholder=" ...")
                found.append(
                    f"{at}:{here}: {source}:{block.line} {did}: {said}"
                )
    return found


def follow(page: Path) -> None:
    """Record that a page says what its English page says now.

    Args:
        page: A page in `docs/zh`.

    Raises:
        ValueError: They have not the same number of blocks.
    """
    text = page.read_text("utf-8")
    theirs = blocks(twin(page).read_text("utf-8"))
    own = blocks(text)
    if len(own) != len(theirs):
        raise ValueError(
            f"{page}: {len(own)} blocks, the English page has {len(theirs)}: "
            "the same blocks in the same order, then record it"
        )
    digests = textwrap.wrap(" ".join(b.digest for b in theirs), 76)
    lines = "".join(f"  {line}\n" for line in digests)
    record = f"follows: >-\n{lines}"
    head = _FRONT_MATTER.match(text)
    if head is None:
        text = _COMMENT.sub("", text).rstrip()
        page.write_text(f"{text}\n\n<!-- follows:\n{lines}-->\n", "utf-8")
        return
    start = _FOLLOWS.sub("", head[0]).removesuffix("---\n")
    page.write_text(f"{start}{record}---\n{text[head.end() :]}", "utf-8")


def missing() -> list[Path]:
    """The Chinese pages that there are not yet."""
    return [
        twin(path)
        for path in sorted(ENGLISH.rglob("*.md"))
        if not twin(path).is_file()
    ]


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m render.languages.translations"
    )
    parser.add_argument("what", nargs="?", choices=["new", "follow"])
    parser.add_argument("pages", nargs="*", type=Path, metavar="page")
    given = parser.parse_args()
    for page in (path.resolve() for path in given.pages):
        if given.what == "follow":
            follow(page)
        elif page.exists():
            parser.error(f"{page} is there already")
        else:
            page.parent.mkdir(parents=True, exist_ok=True)
            text = pinned(twin(page).read_text("utf-8"))
            page.write_text(f"{text}\n", "utf-8")
    if given.what:
        return 0
    found = [f"{path.relative_to(ROOT)}: missing" for path in missing()]
    for page in [*sorted(CHINESE.rglob("*.md")), README]:
        found += behind(page)
    print("\n".join(found) or "Every Chinese page follows its English page.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
