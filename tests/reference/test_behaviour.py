"""The table of behaviour shows the result of each case, everywhere."""

import importlib.metadata
import platform
import re
from collections import Counter
from pathlib import Path

import pytest

from examples.reference.behaviour.cases import GROUPS, Case, all_cases, run
from render.blocks import changes
from render.lessons import cases
from render.measure.versions import NEWEST
from tests.project import DOCS, blocks

CASES = all_cases()
PAGES = DOCS / "reference" / "behaviour"
PYTHON = ".".join(platform.python_version_tuple()[:2])
OLDEST = "3.11"


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{c.group}.{c.name}" for c in CASES]
)
def test_a_case_has_the_result_that_it_declares(case: Case) -> None:
    """Exception, log messages and traceback entries are as declared.

    The declared result is that of the oldest supported Python. If the running
    Python differs, the page on versions lists the case.
    """
    name = f"{case.group}.{case.name}"
    oldest, here = (
        changes.measured(NEWEST, python)[name] for python in (OLDEST, PYTHON)
    )
    if here == oldest:
        assert run(case) == case.expected
    else:
        assert f"{case.group}/#{case.name}" in changes.block("Python")


def test_every_module_is_a_group_with_a_page() -> None:
    """Modules, groups, sections of the table and pages are one set."""
    other = {"__init__", "__main__", "cases"}
    modules = {p.stem for p in cases.FOLDER.glob("*.py")} - other
    assert modules == set(GROUPS)
    index = [t for _, kind, t in blocks(PAGES / "index.md") if kind]
    assert [t for t in index if t != "oslo.utils"] == list(GROUPS)
    for group in GROUPS:
        shown = [(kind, t) for _, kind, t in blocks(PAGES / f"{group}.md")]
        assert shown == [("cases", group)]


def test_pages_find_every_case() -> None:
    """What the pages read from the modules is what was declared."""
    read = [one.name for group in GROUPS for one in cases.cases(group)]
    assert read == [f"{c.group}.{c.name}" for c in CASES]
    words = Counter((c.group, c.words) for c in CASES)
    assert not [w for w, count in words.items() if count > 1]


@pytest.mark.parametrize("group", GROUPS)
def test_the_table_of_contents_lists_the_cases(site: Path, group: str) -> None:
    """Each in its order, with a name."""
    page = site / "reference/behaviour" / group / "index.html"
    listed = re.findall(
        r'<a href="#(\w+)" class="md-nav__link">\s*'
        r'<span class="md-ellipsis">\s*(?=\w)',
        page.read_text("utf-8"),
    )
    own = [case.function for case in cases.cases(group)]
    # The page has the list twice: for a phone, too.
    assert [*dict.fromkeys(p for p in listed if p in own)] == own


def test_the_installed_releases_were_measured_and_agree() -> None:
    """The data's column for what is installed is what runs now.

    Where this fails because a release is new: `make versions`.
    """
    library = importlib.metadata.version("oslo.utils")
    assert cases.current() == changes.measured(library, PYTHON)


def test_the_newest_measured_release_is_the_installed_one() -> None:
    """The page's last column is the release that the site is built with."""
    assert importlib.metadata.version("oslo.utils") == NEWEST
