"""What the page says of mypy, asked of the installed mypy."""

import ast
import importlib.metadata
import re
from pathlib import Path

import pytest
from mypy import api

LESSON = Path("examples/how_to/type_checkers.py")
PAGE = Path("docs/en/how_to/type_checkers.md")

# A manager whose exit has the annotation in question, and a function that
# returns in the body, and one that only ends the body.
MANAGER = """
from types import TracebackType
from typing import NoReturn

class Manager:
    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> ANNOTATION:
        raise NotImplementedError

def ask() -> str:
    return "up"

def returns() -> str:
    with Manager():
        return ask()

def ends() -> str:
    with Manager():
        ask()
"""


def reports(program: str, folder: Path) -> dict[str, str]:
    """What mypy reports, strictly: the function and the message."""
    path = folder / "program.py"
    path.write_text(program, "utf-8")
    out, err, _ = api.run(
        [
            "--config-file=",
            "--strict",
            "--warn-unreachable",
            "--enable-error-code=possibly-undefined",
            f"--cache-dir={folder / 'cache'}",
            str(path),
        ]
    )
    assert not err
    functions = [
        n for n in ast.parse(program).body if isinstance(n, ast.FunctionDef)
    ]
    found = {}
    for line, message in re.findall(r"program\.py:(\d+): error: (.*)", out):
        [name] = [
            f.name
            for f in functions
            if f.lineno <= int(line) <= (f.end_lineno or 0)
        ]
        found[name] = message
    return found


def test_mypy_reports_what_the_page_says(tmp_path: Path) -> None:
    """Three functions of the lesson, with these words."""
    text = re.sub(r"  # type: ignore\[.*?\]", "", LESSON.read_text("utf-8"))
    found = reports(text, tmp_path)
    assert found == {
        "find": "Missing return statement  [return]",
        "state": 'Name "found" may be undefined  [possibly-undefined]',
        "state_or_none": (
            'Item "None" of "str | None" has no attribute "upper"  '
            "[union-attr]"
        ),
    }
    page = PAGE.read_text("utf-8").replace(r"\|", "|")
    for message in found.values():
        assert message.partition("  [")[0] in page
    assert f"mypy {importlib.metadata.version('mypy')}" in page


@pytest.mark.parametrize(
    ("annotation", "reported"),
    [
        ("bool | None", {"ends"}),
        ("None", {"ends"}),
        ("bool", {"returns", "ends"}),
        ("NoReturn", {"ends"}),
    ],
)
def test_no_annotation_says_that_the_exit_raises(
    annotation: str, reported: set[str], tmp_path: Path
) -> None:
    """Whatever the exit returns, mypy goes on below the block."""
    found = reports(MANAGER.replace("ANNOTATION", annotation), tmp_path)
    assert set(found) == reported
    assert set(found.values()) == {"Missing return statement  [return]"}
