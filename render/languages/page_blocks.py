"""A page's Markdown, block by block: what a translation has to keep."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markdown import Markdown
from mkdocs.utils.meta import get_data

_FENCE = re.compile(r"^(`{3,})")
_FENCED = re.compile(r"^```(\w+)\n(.*)^```$", re.M | re.S)
_FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.M | re.S)
_HEADING = re.compile(r"^#{1,6} ")
_EMPHASIS = re.compile(r"(?<![a-z0-9])_|_(?![a-z0-9])")
_ATTRIBUTES = re.compile(r" *\{:? *([^{}]*?) *\} *$")
# With the code before it: `nova:` looks for that in the source.
_LINK = re.compile(r"(`[^`]*`)?\]\(([^)\s]+)\)")
_NUMBER = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True)
class Block:
    """What is between two blank lines; a fenced block is one.

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


def front_matter(text: str) -> dict[str, Any]:
    """Read the front matter of a page."""
    return dict(get_data(text)[1])


def blocks(text: str) -> list[Block]:
    r"""Split a page; the first block is its title and its description.

    Args:
        text: The page's text.

    Returns:
        The blocks, in order.

    Examples:
        >>> text = "---\ndescription: a\nhide: [toc]\n---\n\n# B\n\nC\nd"
        >>> [(block.line, block.text) for block in blocks(text)]
        [(1, 'description: a'), (6, '# B'), (8, 'C\nd')]
    """
    own = front_matter(text)
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
    r"""Compute the ids of a page's own headings, as the build does.

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


def with_ids(text: str) -> str:
    r"""Write out the ids of an English page's headings.

    Args:
        text: The page's text.

    Returns:
        The text to translate.

    Examples:
        >>> print(with_ids("# A b { .x }\n\n## `__c__`"))
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


def fenced(block: Block) -> list[str] | None:
    r"""List the lines of a fenced block, less the words to translate.

    Args:
        block: A block of a page.

    Returns:
        What both languages have, line by line, the block's name first; None
        for another kind of block.

    Examples:
        >>> fenced(Block(1, "```recorded\nboot\nwhat: Result\n```"))
        ['recorded', 'boot', 'what']
        >>> fenced(Block(1, "```wild\nsay\n{nova} uses, {sites} in all\n```"))
        ['wild', 'say', '{nova} {sites}']
        >>> fenced(Block(1, "Text."))
    """
    found = _FENCED.match(block.text)
    if found is None:
        return None
    kind, lines = found[1], found[2].splitlines()
    if not lines:
        return [kind]
    if kind == "recorded":
        lines = [line.partition(":")[0] for line in lines]
    elif kind == "compare":
        lines = [line.partition(": ")[2] for line in lines]
    elif kind == "flow":
        lines = [lines[0], *(line.partition(": ")[2] for line in lines[1:])]
    elif kind == "playground":
        lines = [line.partition(": ")[0] for line in lines]
    elif kind == "challenge":
        lines = [lines[0], *("" for _ in lines[1:])]
    elif kind == "wild" and lines[0] == "say":
        numbers = sorted({*_NUMBER.findall(found[2])})
        lines = ["say", " ".join(numbers), *("" for _ in lines[2:])]
    elif kind in ("tree", "pipeline", "routes", "actions"):
        rest = [line.partition(": ")[0] for line in lines[1:]]
        lines = [str(lines[0].count(" | ")), *rest]
    elif kind == "path":
        lines = [_step(line) for line in lines]
    return [kind, *lines]


def _step(line: str) -> str:
    """Cut the sentence off a line of a path."""
    indent = line[: len(line) - len(line.lstrip())]
    word = (line.split() or [""])[0]
    if word in ("service", "with"):
        return line
    if word in ("call", "rpc", "cast", "handler"):
        return line.partition(": ")[0]
    return f"{indent}{word}" if word in "+-" else f"{indent}..."


def needs(text: str) -> set[str]:
    r"""List what a page pulls in or links to.

    Args:
        text: The page's text.

    Returns:
        Its fenced blocks, modules, links, scripts and styles, the same in
        both languages.

    Examples:
        >>> page = "---\nscript: wild\n---\n[A](a.md), [`b(`](nova:m:f)"
        >>> sorted(needs(page + "\n\n::: examples.c\n\n```run\nd.py\n```"))
        ['::: examples.c', '`b(` nova:m:f', 'a.md', 'run\nd.py', 'script: wild']
    """
    own = front_matter(text)
    found = {f"{k}: {own[k]}" for k in ("script", "style") if k in own}
    for block in blocks(text)[1:]:
        if lines := fenced(block):
            found.add("\n".join(lines))
        elif block.text.startswith(":::"):
            found.add(block.text)
        else:
            for code, target in _LINK.findall(block.text):
                looks_for = target.startswith(("nova:", "victoria:"))
                found.add(f"{code} {target}" if looks_for else target)
    return found
