"""Chinese text: typography, terms, and what a translation has to keep."""

import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from render.languages import locale, pages
from render.languages.page_blocks import blocks, front_matter
from render.paths import LOCALE
from tests.project import ROOT, refuse, refusing, where
from tests.zh.prose import HAN, code, numbers, prose, wrong_typography

PAGES = pages.translated()
CATALOGUES = sorted((LOCALE / "zh").glob("*.po"))
TERMS = tomllib.loads((ROOT / "docs" / "terms.toml").read_text("utf-8"))[
    "term"
]

_FENCE = re.compile(r"^```(\w+)\n(.*)^```$", re.M | re.S)
_MARKER = re.compile(r"^\s*(?:#+|[-*:]|\d+\.) ")


def _lines(page: Path) -> Iterator[tuple[int, str]]:
    """Lines of prose and cells of tables, with the lines' numbers."""
    for block in blocks(page.read_text("utf-8")):
        fence = _FENCE.match(block.text)
        if fence and not re.search(f"[{HAN}]", fence[2]):
            continue
        for number, line in enumerate(block.text.splitlines(), block.line):
            text = _MARKER.sub("", line)
            cells = text.split("|") if text.startswith("|") else [text]
            yield from ((number, prose(cell.strip())) for cell in cells)


def test_typography_of_pages() -> None:
    """What Chinese readers see at once, and translators overlook."""
    refuse(
        f"{where(page, number)}: {rule}"
        for page in [*PAGES, pages.README]
        for number, line in _lines(page)
        for rule in wrong_typography(line)
    )


@refusing
def test_descriptions_fit_a_search_result() -> Iterator[str]:
    """40 to 100 characters, and no `"`, which would end the attribute."""
    for page in PAGES:
        matter = front_matter(page.read_text("utf-8"))
        text = str(matter.get("description", ""))
        if not 40 <= len(text) <= 100:
            yield (
                f"{where(page, 1)}: the description has {len(text)} "
                "characters; write 40 to 100"
            )
        if '"' in text:
            yield f'{where(page, 1)}: a `"` in the description'


def test_one_sentence_a_line() -> None:
    """A change of one sentence is a change of one line."""

    def problems(page: Path) -> Iterator[str]:
        for block in blocks(page.read_text("utf-8"))[1:]:
            if block.text.startswith("```challenge"):
                continue  # Its hint is one line, its solution another.
            for number, line in enumerate(block.text.splitlines(), block.line):
                # Inside quotes, brackets and cells there may be more.
                two = re.search(r"[。！？](?![”）\s]|$)", prose(line))
                if two and not line.startswith("|"):
                    yield f"{where(page, number)}: two sentences"

    refuse(problem for page in PAGES for problem in problems(page))


@cache
def _instead(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """The words that are ruled out, as a pattern, and their terms."""
    terms = {
        word.lower(): term[language]
        for term in TERMS
        for word in term.get(f"not_{language}", [])
    }
    edge = r"\b" if language == "en" else ""
    words = "|".join(
        re.escape(w) for w in sorted(terms, key=len, reverse=True)
    )
    return re.compile(f"{edge}(?:{words}){edge}", re.I), terms


def _banned(language: str, text: str) -> Iterator[tuple[int, str, str]]:
    """The lines with a word that a term rules out, and the term."""
    pattern, terms = _instead(language)
    for found in pattern.finditer(text):
        number = text.count("\n", 0, found.start()) + 1
        yield number, found[0], terms[found[0].lower()]


@refusing
def test_one_term_for_one_thing() -> Iterator[str]:
    """No page and no catalogue uses a word that docs/terms.toml rules out."""
    english = [
        *pages.ENGLISH.rglob("*.md"),
        *(ROOT / "examples").rglob("*.py"),
    ]
    chinese = [*PAGES, pages.README, *CATALOGUES]
    for language, paths in (("en", english), ("zh", chinese)):
        for path in sorted(paths):
            text = path.read_text("utf-8")
            for number, word, term in _banned(language, text):
                yield f"{where(path, number)}: `{word}`: write {term}"


def test_the_glossary_has_the_terms() -> None:
    """What it explains is called there as everywhere."""
    text = (pages.CHINESE / "reference" / "glossary.md").read_text("utf-8")
    terms = {term.get("zh") for term in TERMS}
    refuse(
        f"the glossary explains {name}, docs/terms.toml has no such term"
        for name in re.findall(
            r"^\*\*(.+?)(?:（.*)?\*\*(?: \{.*\})?$", text, re.M
        )
        if re.search(f"[{HAN}]", name.replace("、", "")) and name not in terms
    )


def test_terms_differ() -> None:
    """No term is ruled out by another, and none is listed twice.

    A new term has no Chinese one yet.
    """
    for language in "en", "zh":
        terms = Counter(t[language] for t in TERMS if language in t)
        assert [t for t, count in terms.items() if count > 1] == []
        for text in terms:
            assert [*_banned(language, text)] == []


def _translated(path: Path) -> Iterator[tuple[str, Message]]:
    """The messages of a catalogue that pages show, with their places."""
    for message in locale.read(path):
        if message.id and message.string and not message.fuzzy:
            yield where(path, message.lineno or 1), message


def _named(text: object) -> Counter[tuple[str, str | None]]:
    """The names in braces, each with how its value is shown."""
    parsed = string.Formatter().parse(str(text))
    return Counter((name, shown) for _, name, _, shown in parsed if name)


@pytest.mark.parametrize("domain", ["challenges", "render", "wild"])
def test_translations_have_the_same_names_in_braces(domain: str) -> None:
    """Another name ends the build, or a check in the reader's browser."""
    refuse(
        f"{at}: other names in braces than `{message.id}`"
        for at, message in _translated(LOCALE / "zh" / f"{domain}.po")
        if _named(message.id) != _named(message.string)
    )


@refusing
def test_catalogues_keep_code_and_numbers() -> Iterator[str]:
    """A translation has its sentence's code and numbers."""
    for path in CATALOGUES:
        for at, message in _translated(path):
            english, text = str(message.id), str(message.string)
            if code(english).keys() - code(text).keys():
                yield f"{at}: code of `{english}` is missing"
            if numbers(english) != numbers(text):
                yield f"{at}: other numbers than `{english}`"
            if english.endswith(":") and not text.endswith("："):
                yield f"{at}: the sentence leads to an example: end in ："
            for rule in wrong_typography(prose(text)):
                yield f"{at}: {rule}"
