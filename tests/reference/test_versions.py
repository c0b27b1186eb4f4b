"""What pages say of each Python; what this one and the browser's do."""

import json
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from render.blocks import changes
from render.measure import facts, pyodide
from render.measure.versions import BROWSER
from tests.project import DOCS

ROWS = {row["python"]: row for row in changes.facts()}
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_this_python_does_what_was_measured() -> None:
    """If this fails because a Python is new: `make versions`."""
    file = str(facts.__file__)
    done = subprocess.run(
        [sys.executable, file], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == ROWS[HERE]


def test_the_browsers_python_does_what_was_measured() -> None:
    """Pyodide, in the pinned release, under node."""
    packages = Path(sysconfig.get_path("purelib"))
    printed = pyodide.output("render.measure.facts", packages)
    assert json.loads(printed) == ROWS[BROWSER]


def test_no_python_is_left_out() -> None:
    """From 3.6 to the browser's."""
    newest = int(BROWSER.partition(".")[2])
    assert list(ROWS) == [f"3.{minor}" for minor in range(6, newest + 1)]


def test_the_browser_ran_all_cases_but_those_with_threads() -> None:
    """They are the ones that are missing, and the page counts them."""
    here = changes.measured("10.2.0", "3.13")
    browser = changes.measured("10.2.0", BROWSER)
    missing = here.keys() - browser.keys()
    assert {name.partition(".")[0] for name in missing} == {"threads"}
    table = changes.block("Python")
    assert f"without threads: {len(missing)} cases are missing" in table


def _versions(named: str) -> list[str]:
    """The Pythons that a page names: `3.11 to 3.13`, or one."""
    first, _, last = named.partition(" to ")
    begin, end = (
        int(text.partition(".")[2]) for text in (first, last or first)
    )
    return [f"3.{minor}" for minor in range(begin, end + 1)]


def test_the_error_without_parentheses_is_that_of_each_python() -> None:
    """The page on mistakes in a handler has all of them."""
    page = (DOCS / "troubleshoot" / "misspelt_name.md").read_text("utf-8")
    rows = re.findall(
        r"^\| no parentheses \| (3.*?) \| `(.*?)` \|$", page, re.M
    )
    told = {
        version: message
        for named, message in rows
        for version in _versions(named)
    }
    assert told == {v: row["no_parentheses"] for v, row in ROWS.items()}


def _since(key: str, old: Any) -> str:
    """The first Python whose fact isn't the older ones' any more."""
    return next(str(v) for v, row in ROWS.items() if row[key] != old)


def test_sentences_on_versions_name_the_right_python() -> None:
    """PEP 765, the traceback's entry, and the marks."""
    page = (DOCS / "reference" / "across_versions.md").read_text("utf-8")
    assert f"Since Python {_since('return', '')}, the compiler warns" in page
    assert f"Since {_since('marks', 0)}, more rows of a traceback" in page
    named = _since("entry", 'log("unknown")')
    assert f"Since Python {named}, this entry names the `with`" in page
    assert ROWS[BROWSER]["as_error"].startswith("SyntaxError: 'return' in")
    assert "With `python -W error`, the warning is a `SyntaxError`" in page
    assert {row["marks"] for row in list(ROWS.values())[-2:]} == {4}
