"""A page explains early, briefly, and each of its transcripts."""

import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project import (
    BUDGETS,
    LESSONS,
    PAGES,
    ROOT,
    address,
    page,
    refusing,
)
from tests.site import reading

_MOST = BUDGETS["reading"]


@pytest.fixture(scope="module")
def shown(site: Path) -> dict[Path, list[reading.Piece]]:
    """What each English page shows before a reader opens anything."""
    return {
        path: reading.pieces(site / address(path) / "index.html")
        for path in PAGES
    }


Shown = dict[Path, list[reading.Piece]]


def test_lessons_explain_early(shown: Shown) -> None:
    """The first paragraph below the first code, as a part of the page."""
    found = [reading.explained_at(shown[page(lesson)]) for lesson in LESSONS]
    assert statistics.median(found) <= _MOST["first_explanation"]


@refusing
def test_no_session_is_without_a_sentence(shown: Shown) -> Iterator[str]:
    """A reader is told what to notice."""
    for path, found in shown.items():
        for session in reading.unexplained(found):
            yield f"{path.relative_to(ROOT)}: a sentence before `{session}`"


@refusing
def test_pages_are_short(shown: Shown) -> Iterator[str]:
    """References are looked up and not read from top to bottom."""
    for path, found in shown.items():
        words = reading.words(found)
        if words > _MOST["words"] and "reference" not in path.parts:
            yield f"{path.relative_to(ROOT)}: {words} words"


def test_the_median_page_is_short(shown: Shown) -> None:
    """Most answers take a minute to read."""
    found = statistics.median(map(reading.words, shown.values()))
    assert found <= _MOST["median_words"]


@refusing
def test_sentences_are_short(shown: Shown) -> Iterator[str]:
    """None has to be read twice because of its length."""
    lengths = []
    for path, found in shown.items():
        if path.stem == "excutils":  # Upstream's own words.
            continue
        for sentence in reading.sentences(found):
            lengths.append(len(sentence.split()))
            if lengths[-1] > _MOST["words_a_sentence"]:
                own = path.relative_to(ROOT)
                yield f"{own}: {lengths[-1]} words in {sentence}"
    if statistics.median(lengths) > _MOST["median_words_a_sentence"]:
        yield f"the median sentence has {statistics.median(lengths)} words"
