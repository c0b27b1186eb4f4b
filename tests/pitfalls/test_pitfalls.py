"""The finders find what their pages say, and the commands on pages run."""

import ast
import functools
import importlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from tests.project import (
    LESSONS,
    ROOT,
    blocks,
    module,
    nova,
    nova_modules,
    page,
)

PITFALLS = [path for path in LESSONS if path.parent.name == "pitfalls"]
INDEX = ROOT / "docs" / "en" / "pitfalls" / "index.md"
SECTIONS = [
    "The program",
    "Wrong",
    "What you see",
    "Right",
    "How to find it in your code",
    "Seen in",
    "Read next",
]

# What the finders report of Nova 34.0.0, as their pages have it: the lines,
# or how many they are.
IN_NOVA: dict[str, list[str] | int] = {
    "cleanup_before_the_with": ["compute/manager.py:210"],
    "cleanup_replaces_the_error": 45,
    "code_after_the_block": [],
    "flag_never_used": [],
    "kept_too_long": 5,
    "misspelt_name": [],
    "nested_by_a_call": [],
    "outside_a_handler": [
        "compute/manager.py:5598",
        "conductor/tasks/cross_cell_migrate.py:1058",
        "conductor/tasks/cross_cell_migrate.py:1439",
    ],
    "raise_in_body": ["virt/ironic/driver.py:1785"],
    "raise_only_in_an_if": [
        "network/model.py:630",
        "scheduler/client/report.py:1235",
    ],
    "return_in_body": [],
    "without_with": [],
}

# Finders whose wrong code need not name the helper, and a word in it.
WORDS = {"kept_too_long": "exc_info", "raise_only_in_an_if": "raise"}


def finder(lesson: Path) -> Callable[[str], list[int]]:
    """The function `find` of a lesson."""
    found: Callable[[str], list[int]] = importlib.import_module(
        module(lesson)
    ).find
    return found


def run(command: str, folder: Path) -> str:
    """What a command prints in a folder; it may report failure."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ).stdout


@pytest.mark.parametrize("lesson", PITFALLS, ids=lambda path: path.stem)
def test_finders_tell_wrong_from_right(lesson: Path) -> None:
    """Of a lesson's own text, the finder reports wrong functions only."""
    text = lesson.read_text("utf-8")
    names = {
        node.name
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
        for line in finder(lesson)(text)
        if node.lineno <= line <= (node.end_lineno or 0)
    }
    assert names
    assert all(name.startswith("wrong_") for name in names), names


@pytest.fixture(scope="module")
def parsed_once() -> Iterator[None]:
    """Parse each file of Nova once for all finders, which change no tree."""
    with mock.patch.object(ast, "parse", functools.cache(ast.parse)):
        yield


@pytest.mark.usefixtures("parsed_once")
@pytest.mark.parametrize("lesson", PITFALLS, ids=lambda path: path.stem)
def test_finders_report_of_nova_what_pages_say(lesson: Path) -> None:
    """The lines of Nova's that the finder reports are the known ones."""
    find = finder(lesson)
    found = sorted(
        f"{path}:{line}"
        for path, text in nova_modules().items()
        if WORDS.get(lesson.stem, "excutils") in text
        for line in find(text)
    )
    known = IN_NOVA[lesson.stem]
    assert (len(found) if isinstance(known, int) else found) == known
    small = ["no", "one", "two", "three", "four", "five"]
    count = dict(enumerate(small)).get(len(found), len(found))
    said = page(lesson).read_text("utf-8")
    if lesson.stem == "nested_by_a_call":  # Its page joins two files.
        return
    if count == "no":
        assert re.search(r"(nothing in|none in|and none in) .*Nova 34", said)
    else:
        assert re.search(rf"{count} (lines? )?in Nova 34\.0\.0", said)


def test_nested_helpers_are_found_in_joined_texts() -> None:
    """Nova's two files, one after the other, give the call in the first."""
    tasks = nova() / "conductor" / "tasks"
    names = "base.py", "cross_cell_migrate.py"
    text = "\n".join((tasks / name).read_text("utf-8") for name in names)
    find = finder(ROOT / "examples" / "pitfalls" / "nested_by_a_call.py")
    assert find(text) == [26]


def test_pages_have_the_same_sections() -> None:
    """A reader finds the same order on every page of a pitfall."""
    for lesson in PITFALLS:
        text = page(lesson).read_text("utf-8")
        sections = re.findall(r"^## (.+)$", text, re.M)
        if "Your turn" in sections:  # Some end with a challenge.
            assert sections.pop(-2) == "Your turn"
        assert sections == SECTIONS, lesson


def test_index_leads_to_every_pitfall() -> None:
    """The table names each page of the tab."""
    rows = re.findall(r"^\| .*\|$", INDEX.read_text("utf-8"), re.M)
    named = set(re.findall(r"\]\((\w+)\.md\)", "\n".join(rows)))
    assert named == {lesson.stem for lesson in PITFALLS}


@pytest.mark.parametrize("lesson", PITFALLS, ids=lambda path: path.stem)
def test_command_of_the_index_runs_every_finder(
    lesson: Path, tmp_path: Path
) -> None:
    """Beside a copy of the program, it prints files and lines."""
    (command,) = [text for _, kind, text in blocks(INDEX) if kind == "sh"]
    shutil.copy(lesson, tmp_path / "finder.py")
    found = finder(lesson)(lesson.read_text("utf-8"))
    text = command.replace("python3", sys.executable, 1)
    expected = [f"finder.py:{line}" for line in found]
    assert run(text, tmp_path).splitlines() == expected


@pytest.mark.parametrize("name", ["misspelt_name", "without_with"])
def test_grep_finds_what_the_finder_finds(name: str, tmp_path: Path) -> None:
    """The command finds the wrong line, and nothing in Nova."""
    lesson = ROOT / "examples" / "pitfalls" / f"{name}.py"
    texts = [text for _, kind, text in blocks(page(lesson)) if kind == "sh"]
    text = lesson.read_text("utf-8")
    shutil.copy(lesson, tmp_path)
    for line in finder(lesson)(text):
        for command in texts:
            assert f"{name}.py:{line}:" in run(command, tmp_path)
    for command in texts:
        assert run(command, nova()) == ""
