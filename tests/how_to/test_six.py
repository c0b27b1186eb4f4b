"""What the page says of six in OpenStack's own code."""

import ast
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project import DOCS, ROOT

PAGE = DOCS / "how_to" / "replace_six_reraise.md"


def _modules(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.py"):
        if "tests" not in path.parts:
            yield path


@pytest.mark.parametrize("name", ["nova", "placement", "oslo_utils"])
def test_nothing_imports_six(name: str) -> None:
    """Of what is installed here; the survey's releases were read by hand."""
    spec = importlib.util.find_spec(name)
    assert spec
    assert spec.origin
    for path in _modules(Path(spec.origin).parent):
        text = path.read_text("utf-8")
        if "six" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {node.module or ""}
            else:
                continue
            assert not {name.partition(".")[0] for name in names} & {"six"}


def test_nova_has_a_check_against_six() -> None:
    """Named on the page; its module is in Nova's wheel."""
    spec = importlib.util.find_spec("nova")
    assert spec
    assert spec.origin
    checks = Path(spec.origin).parent / "hacking" / "checks.py"
    assert "N370: Don't use or import six" in checks.read_text("utf-8")
    assert "Nova's own check N370 forbids it" in PAGE.read_text("utf-8")


def test_the_survey_read_as_many_projects_as_the_page_says() -> None:
    """One newest release of each."""
    rows = (ROOT / "survey" / "releases.csv").read_text("utf-8").splitlines()
    newest = sum(row.endswith(",yes") for row in rows)
    assert f"releases of {newest} projects" in PAGE.read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "fewer"),
    [
        ("with_six", "with_bare_raise", "two traceback entries"),
        ("later_with_six", "later_with_raise", "one entry"),
        ("translated_with_six", "translated_with_traceback", "one entry"),
        ("translated_with_raise_from", "translated_with_from", "one entry"),
    ],
)
def test_the_table_counts_traceback_entries(
    old: str, new: str, fewer: str
) -> None:
    """As the program printed them."""
    data = ROOT / "docs" / "data" / "programs" / "six_reraise.json"
    printed = json.loads(data.read_text("utf-8"))["output"]
    counts = {
        line.partition(":")[0]: printed[number + 1].count(" > ")
        for number, line in enumerate(printed)
        if not line.startswith(" ")
    }
    words = {1: "one entry", 2: "two traceback entries"}
    assert words[counts[old] - counts[new]] == fewer
    assert f"{fewer} fewer" in PAGE.read_text("utf-8")
