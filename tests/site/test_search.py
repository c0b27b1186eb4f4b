"""A reader's words find the answer among the first three hits."""

import csv
import json
import re
import subprocess
from pathlib import Path

import pytest

from render.languages import pages
from tests.project import address

_HERE = Path(__file__)
# Words as readers type them, and the pages that answer: any of them will do.
with _HERE.with_name("queries.csv").open(encoding="utf-8") as _file:
    QUERIES = [tuple(row.values()) for row in csv.DictReader(_file)]

# Chinese words find no page that is shown in English.
CHINESE = [
    address(pages.counterpart(path))
    for path in pages.translated()
    if pages.states().get(path) != "english"
]
Hits = dict[tuple[str, str], list[str]]


@pytest.fixture(scope="module")
def hits(site: Path) -> Hits:
    """What each query finds, by its language and its words."""
    found: Hits = {}
    for language, folder in ("en", ""), ("zh", "zh"):
        words = [query for named, query, _ in QUERIES if named == language]
        done = subprocess.run(
            ["node", _HERE.with_name("search.mjs"), site, folder],
            input=json.dumps(words),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        for query, shown in zip(words, json.loads(done.stdout), strict=True):
            found[language, query] = shown
    return found


@pytest.mark.parametrize(("language", "words", "answers"), QUERIES)
def test_words_find_their_answer(
    hits: Hits, language: str, words: str, answers: str
) -> None:
    """One of the first three hits is a page that answers."""
    page = answers.partition("#")[0]
    if language == "zh" and not any(re.search(page, a) for a in CHINESE):
        pytest.skip("no page that answers has Chinese text: make translations")
    found = hits[language, words]
    assert any(re.search(answers, hit) for hit in found), (
        f"{words!r} finds {found}; none matches {answers}"
    )


def test_words_that_no_page_has_find_nothing(site: Path) -> None:
    """Only one letter is forgiven: other words aren't guessed."""
    done = subprocess.run(
        ["node", _HERE.with_name("search.mjs"), site, ""],
        input='["quantumfoo", "xyzzyplugh"]',
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [[], []]
