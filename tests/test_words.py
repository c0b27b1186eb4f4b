"""Pages, docstrings, comments and messages use the words of the field."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from render.languages import catalogues
from render.languages.page_blocks import blocks
from tests.project import PAGES, ROOT, refusing, where
from tests.zh.prose import prose

PLAIN = {
    re.compile(rf"\b(?:{found['phrase']})\b", re.I): found["write"]
    for found in tomllib.loads(
        (ROOT / "docs" / "terms.toml").read_text("utf-8")
    )["plain"]
}
_CODE = re.compile(r"``.+?``|`[^`]+`")
_FOLDERS = ("examples", "render", "reraise_lint", "runner", "survey", "tests")
# Its cases quote what it looks for.
_OWN = Path(__file__)


def refused(text: str) -> Iterator[str]:
    """What a sentence has that another word says more plainly."""
    text = _CODE.sub("A", text)
    for phrase, write in PLAIN.items():
        for found in phrase.finditer(text):
            near = text[max(0, found.start() - 40) : found.end() + 40]
            yield f"`{found[0]}` in ...{near.strip()}...; write: {write}"


def of_page(page: Path) -> Iterator[tuple[int, str]]:
    """The prose of a page, line by line."""
    for block in blocks(page.read_text("utf-8")):
        if block.text.startswith(("```run", "```sh", "```upstream", ":::")):
            continue
        for number, line in enumerate(block.text.splitlines(), block.line):
            yield number, prose(line)


def of_module(path: Path) -> Iterator[tuple[int, str]]:
    """The docstrings and comments of a module, without their examples."""
    text = path.read_text("utf-8")
    for node in ast.walk(ast.parse(text)):
        if not isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef
        ) or not (doc := ast.get_docstring(node, clean=False)):
            continue
        first = node.body[0].lineno
        shown = re.sub(
            r"^\s*(>>>|\.\.\.).*(\n(?!\s*$).*)*", _blank, doc, flags=re.M
        )
        # A sentence may go over the end of a line.
        for paragraph in re.finditer(r"(?:.*\S.*(?:\n|$))+", shown):
            line = first + shown.count("\n", 0, paragraph.start())
            yield line, " ".join(paragraph[0].split())
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda p: f"{p.parent.name}/{p.stem}"
)
@refusing
def test_page_is_in_plain_words(page: Path) -> Iterator[str]:
    """A reader doesn't translate it into the terms of the field."""
    for number, line in of_page(page):
        for problem in refused(line):
            yield f"{where(page, number)}: {problem}"


@refusing
def test_sentences_of_code_are_in_plain_words() -> Iterator[str]:
    """Labels, messages, cases and recorded cells: what pages show of code."""
    for sentences in catalogues.messages().values():
        for sentence, files in sentences.items():
            for problem in refused(sentence):
                yield f"{min(files)}: {problem}"


@pytest.mark.parametrize("folder", _FOLDERS)
@refusing
def test_code_is_explained_in_plain_words(folder: str) -> Iterator[str]:
    """Docstrings of lessons are on pages; the others are read as often."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        if path == _OWN:
            continue
        for number, text in of_module(path):
            for problem in refused(text):
                yield f"{where(path, number)}: {problem}"


@pytest.mark.parametrize(
    ("sentence", "problems"),
    [
        ("The exception comes out.", 1),
        ("The exception reaches the caller; `comes out` is a name.", 0),
        ("Turn the flag off.", 1),
        ("A mock stands in for Neutron.", 0),
        ("A stand-in fails.", 0),
        ("The return stands in the body.", 1),
        ("It makes a 400 of an error.", 1),
        ("Make a test of a function.", 0),
        ("One statement is told of.", 1),
    ],
)
def test_phrases_are_noticed(sentence: str, problems: int) -> None:
    """A guard that notices nothing would be no guard."""
    assert len(list(refused(sentence))) == problems
