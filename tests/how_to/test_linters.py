"""What ruff, pylint and mypy report of the helper, asked of each."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import nova
import pytest

from tests.project import DOCS, ROOT

PAGE = DOCS / "how_to" / "type_checkers.md"
FORBID = DOCS / "how_to" / "forbid_new_uses.md"
MISSPELT = DOCS / "troubleshoot" / "misspelt_name.md"

# A handler around `BODY`, with a statement that may follow the block.
HANDLER = """
import logging
from oslo_utils import excutils
LOG = logging.getLogger(__name__)
def find(port):
    try:
        return ask(port)
    except KINDS:
        with excutils.save_and_reraise_exception():
            BODY
BELOW
def ask(port):
    raise OSError(port)
"""
RAISE = "        raise"

# What is written, and which of the page's rules report it.
REPORTED = [
    ("OSError", "raise KeyError(port)", RAISE, {"B904", "W0707"}),
    ("OSError", "LOG.error(port)", RAISE, {"TRY400"}),
    ("OSError", "LOG.exception(port)", RAISE, set()),
    ("Exception", "print(port)", "", {"BLE001", "W0718", "R1710"}),
    ("Exception", "print(port)", RAISE, set()),
    ("OSError", "print(port)", "", {"R1710"}),
    ("OSError", "print(port)", RAISE, set()),
]

# A misspelt name in a function without annotations and in one with them, and a
# misspelt flag in one with them.
NAMES = """
from oslo_utils import excutils
def bare(port):
    with excutils.save_and_raise_exception():
        print(port)
def annotated(port: str) -> None:
    with excutils.save_and_raise_exception():
        print(port)
def flag(port: str) -> None:
    with excutils.save_and_reraise_exception() as ctxt:
        ctxt.rereaise = not port
"""


def run(name: str, *arguments: str) -> str:
    """What a tool prints."""
    command = [sys.executable, "-m", name, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    assert not done.stderr
    return done.stdout


def rules(linter: str) -> set[str]:
    """The rules of a linter in the page's table."""
    table = PAGE.read_text("utf-8").partition("## What linters report")[2]
    return set(re.findall(rf"^\|.*?{linter} ([A-Z]+\d+)", table, re.M))


def test_linters_report_what_the_table_says(tmp_path: Path) -> None:
    """Each rule in its case, and none of them in the others."""
    for number, (kinds, body, below, _) in enumerate(REPORTED):
        text = HANDLER.replace("KINDS", kinds).replace("BODY", body)
        text = text.replace("BELOW", below)
        (tmp_path / f"case{number}.py").write_text(text, "utf-8")
    ruff, pylint = rules("ruff"), rules("pylint")
    flags = ["check", "--isolated", "--output-format=concise", "--no-cache"]
    printed = run("ruff", *flags, f"--select={','.join(ruff)}", str(tmp_path))
    only = ["--disable=all", f"--enable={','.join(pylint)}", "--persistent=n"]
    only.append("--msg-template={path}:{line}:{column}: {msg_id}")
    printed += run("pylint", *only, *map(str, tmp_path.glob("*.py")))
    found = re.findall(r"case(\d+)\.py:\d+:\d+: (\w+)", printed)
    for number, (*case, expected) in enumerate(REPORTED):
        reported = {rule for where, rule in found if where == str(number)}
        assert reported == expected, case
    assert set().union(*(case[-1] for case in REPORTED)) == ruff | pylint


def test_no_rule_names_the_helper() -> None:
    """Of ruff's and pylint's; the pages name the releases."""
    printed = run("ruff", "rule", "--all"), run("pylint", "--list-msgs")
    for text, rule in zip(printed, ("TRY201", "W0707"), strict=True):
        assert rule in text, "it printed its rules"
        assert not re.search("save_and_reraise|excutils", text)
    ruff, pylint = map(importlib.metadata.version, ("ruff", "pylint"))
    assert f"ruff {ruff} and pylint {pylint} names" in PAGE.read_text("utf-8")
    page = (DOCS / "learn" / "still_needed.md").read_text("utf-8")
    assert f"ruff {ruff} and hacking" in page
    assert f"or ruff {ruff} forbids" in FORBID.read_text("utf-8")


@pytest.mark.parametrize(
    ("tool", "options", "reported"),
    [
        ("mypy", [], {"annotated", "flag"}),
        ("mypy", ["--check-untyped-defs"], {"bare", "annotated", "flag"}),
        ("mypy", ["--check-untyped-defs", "--follow-imports=skip"], set()),
        ("pylint", ["--disable=all", "--enable=E1101"], {"bare", "annotated"}),
    ],
    ids=["mypy", "untyped", "skip", "pylint"],
)
def test_who_reports_a_misspelt_name(
    tool: str, options: list[str], reported: set[str], tmp_path: Path
) -> None:
    """And under which conditions, which the page names."""
    path = tmp_path / "program.py"
    path.write_text(NAMES, "utf-8")
    if tool == "mypy":
        options = [*options, "--config-file=", f"--cache-dir={tmp_path}"]
    printed = run(tool, *options, str(path))
    lines = {4: "bare", 7: "annotated", 11: "flag"}
    found = {
        lines[int(line)]
        for line in re.findall(
            r"program\.py:(\d+):.*(?:attr-def|E1101)", printed
        )
    }
    assert found == reported
    assert ('maybe "reraise"?' in printed) == ("flag" in reported)
    page = MISSPELT.read_text("utf-8")
    for word in "check_untyped_defs", "follow_imports = skip", "E1101":
        assert word in page


# The three mistakes of the page on `AttributeError`, in annotated functions.
MISTAKES = """
import logging
from oslo_utils import excutils
def misspelt() -> None:
    with excutils.save_and_raise_exception():
        logging.error("no")
def unimported() -> None:
    with save_and_reraise_exception():
        logging.error("no")
def parentheses() -> None:
    with excutils.save_and_reraise_exception:
        logging.error("no")
"""
_COLUMNS = {4: "misspelt", 7: "unimported", 10: "parentheses"}


@pytest.mark.parametrize(
    ("row", "tool", "options", "code"),
    [
        ("pylint", "pylint", ["--disable=C,R"], r": ([A-Z]\d+): "),
        (
            "ruff",
            "ruff",
            ["check", "--isolated", "--no-cache"],
            r"\s([A-Z]+\d+) ",
        ),
        ("ruff", "flake8", ["--isolated", "--select=F"], r" (F\d+) "),
        ("mypy", "mypy", ["--config-file="], r"\[([a-z-]+)\]"),
        ("`reraise-lint`", "reraise_lint", ["--no-settings"], r" (SRE\d+) "),
    ],
    ids=["pylint", "ruff", "flake8", "mypy", "reraise-lint"],
)
def test_who_reports_which_mistake_in_a_handler(
    row: str, tool: str, options: list[str], code: str, tmp_path: Path
) -> None:
    """One column of the page's table for each mistake."""
    path = tmp_path / "program.py"
    path.write_text(MISTAKES, "utf-8")
    if tool == "mypy":
        options = [*options, f"--cache-dir={tmp_path}"]
    elif tool == "ruff":
        options = [
            *options,
            "--output-format=concise",
            "--select=E,F,B,PLE,RUF",
        ]
    found = dict.fromkeys(_COLUMNS.values(), "nothing")
    for line in run(tool, *options, str(path)).splitlines():
        match = re.search(rf"program\.py:(\d+):.*?{code}", line)
        place = int(match[1]) - 1 if match else 0
        if match and place in _COLUMNS:
            found[_COLUMNS[place]] = match[1 + 1]
    page = MISSPELT.read_text("utf-8")
    [cells] = re.findall(rf"^\| {row}[^|]*\| (.*) \|$", page, re.M)
    assert [cell.strip("`") for cell in cells.split(" | ")] == [
        found[name] for name in _COLUMNS.values()
    ]
    if row == tool:
        assert f"{tool} {importlib.metadata.version(tool)}" in page


def _settings(checks: Path) -> str:
    """The page's settings, for the check in this folder."""
    page = FORBID.read_text("utf-8")
    shown = page.partition("```ini\n")[2].partition("```")[0]
    for one, other in (
        (" checks:", " local_check:"),
        ("./nova/hacking", str(checks)),
    ):
        assert shown.count(one) == 1
        shown = shown.replace(one, other)
    return shown


@pytest.mark.parametrize(
    ("settings", "reported"),
    [("", True), ("select = E,X3", True), ("select = E", False)],
    ids=["default", "selected", "left out"],
)
def test_flake8_runs_a_local_check_unless_select_leaves_it_out(
    settings: str, reported: bool, tmp_path: Path
) -> None:
    """The check of the page's program, loaded from its folder."""
    path = tmp_path / "program.py"
    path.write_text(HANDLER, "utf-8")
    checks = ROOT / "examples" / "programs"
    config = tmp_path / "tox.ini"
    config.write_text(
        f"[flake8]\n{settings}\n{_settings(checks)}",
        "utf-8",
    )
    printed = run("flake8", f"--config={config}", str(path))
    assert ("X301: end the handler" in printed) == reported
    in_tests = tmp_path / "tests" / "program.py"
    in_tests.parent.mkdir()
    in_tests.write_text(HANDLER, "utf-8")
    assert "X301" not in run("flake8", f"--config={config}", str(in_tests))


def test_nova_loads_its_checks_as_the_page_says() -> None:
    """The module is in the wheel, and hacking's decorator is on a check."""
    checks = Path(nova.__file__).with_name("hacking") / "checks.py"
    assert "@core.flake8ext\ndef check_six(" in checks.read_text("utf-8")
    page = FORBID.read_text("utf-8")
    release = importlib.metadata.version("nova")
    assert f"Nova {release} loads its own checks" in page
    assert f"flake8 {importlib.metadata.version('flake8')} runs them" in page
