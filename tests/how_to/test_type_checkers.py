"""What the page says of mypy, asked of the installed mypy."""

import ast
import importlib.metadata
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nova
import oslo_utils
import pytest
from mypy import api

from tests.project import ROOT

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


# What decides about the helper in Nova 34.0.0's pyproject.toml, which the
# installed wheel doesn't have.
NOVA = [
    "--check-untyped-defs",
    "--follow-imports=skip",
    "--ignore-missing-imports",
    "--warn-unused-ignores",
    "--platform=linux",
]

# Two functions more: one without annotations, and one with a misspelt flag.
MORE = """
def untyped(port):
    try:
        return ask_neutron(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            BOUND.discard(port)


def misspelt(port: str) -> None:
    with excutils.save_and_reraise_exception() as ctxt:
        ctxt.rereaise = not port
"""
STRICTLY = (
    "--strict",
    "--warn-unreachable",
    "--enable-error-code=possibly-undefined",
)


def reports(
    program: str, folder: Path, options: Sequence[str] = STRICTLY
) -> dict[str, str]:
    """What mypy reports: the function and the message."""
    path = folder / "program.py"
    path.write_text(program, "utf-8")
    cache = f"--cache-dir={folder / 'cache'}"
    out, err, _ = api.run(["--config-file=", *options, cache, str(path)])
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
    found = reports(_without_comments(), tmp_path)
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
    """With every annotation, mypy takes the end of the block as reachable."""
    found = reports(MANAGER.replace("ANNOTATION", annotation), tmp_path)
    assert set(found) == reported
    assert set(found.values()) == {"Missing return statement  [return]"}


def _without_comments() -> str:
    return re.sub(r"  # type: ignore\[.*?\]", "", LESSON.read_text("utf-8"))


def test_openstacks_settings_report_what_the_table_says(
    tmp_path: Path,
) -> None:
    """Strictly, as oslo.utils is checked, and with Nova's settings."""
    page = PAGE.read_text("utf-8")
    table = page.partition("## What does mypy report with")[2]
    rows = {"find_and_force": "find_and_force"}
    rows["untyped"] = "find` without annotations"
    rows["misspelt"] = "ctxt.rereaise = False"
    same = ["find", "find_plainly", "find_and_say_so", "state"]
    alike: list[list[str | None]] = []
    program = _without_comments() + MORE
    for column, options in enumerate((["--strict"], NOVA)):
        folder = tmp_path / str(column)
        folder.mkdir()
        found = reports(program, folder, options)
        alike.append([found.get(function) for function in same])
        for function, named in rows.items():
            label = re.escape(named)
            [cells] = re.findall(rf"^\| `{label}`? \| (.*) \|$", table, re.M)
            said = cells.split(" | ")[column].strip("`")
            message = found.get(function, "nothing")
            assert said in message, (function, options)
            assert (said == "nothing") == (message == "nothing")
    assert alike[0] == alike[1]
    assert f"oslo.utils {importlib.metadata.version('oslo.utils')}" in table
    assert f"Nova {importlib.metadata.version('nova')}" in table


def test_the_uses_of_nova_leave_names_possibly_undefined(
    tmp_path: Path,
) -> None:
    """As many as the page says, and fewer with a bare `raise`."""
    module = Path(nova.__file__).with_name("compute") / "manager.py"
    copy = tmp_path / "manager.py"
    shutil.copy(module, copy)
    options = [*NOVA, "--config-file=", f"--cache-dir={tmp_path / 'cache'}"]
    options += ["--enable-error-code=possibly-undefined"]
    counts = []
    for _ in range(2):
        out, err, _ = api.run([*options, str(copy)])
        assert not err
        counts.append(out.count("[possibly-undefined]"))
        fix = ["-m", "reraise_lint", "--no-settings", "--fix", str(copy)]
        subprocess.run([sys.executable, *fix], cwd=ROOT, capture_output=True)
    page = PAGE.read_text("utf-8")
    assert f"reports {counts[0]} names in `nova/compute/manager.py`" in page
    assert f"it reports {counts[1]}." in page


def test_force_reraise_is_annotated_as_never_returning() -> None:
    """oslo.utils says that it is typed, and `force_reraise` never returns."""
    folder = Path(oslo_utils.__file__).parent
    assert (folder / "py.typed").is_file()
    text = (folder / "excutils.py").read_text("utf-8")
    assert "def force_reraise(self) -> NoReturn:" in text
