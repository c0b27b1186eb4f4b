"""The pages of pitfalls: their wrong code, their rules, their sections."""

import ast
import re
from pathlib import Path

import pytest

from reraise_lint import check
from tests.project import LESSONS, ROOT, blocks, page

PITFALLS = [path for path in LESSONS if path.parent.name == "troubleshoot"]
INDEX = ROOT / "docs" / "en" / "troubleshoot" / "index.md"
SECTIONS = [
    "The program",
    "Wrong",
    "What you see",
    "Right",
    "How to find it in your code",
    "Seen in",
    "Read next",
]

# Confirms a resize across cells, in Nova's own code, and fails in its first
# step. Stood in for is what `rollback` writes to the database and sends.
CONFIRM = """
import logging, sys
from unittest import mock
from nova import objects
from nova.conductor.tasks import cross_cell_migrate as tasks

objects.register_all()
logging.basicConfig(
    format="%(levelname)s:%(name)s:%(message).32s",
    stream=sys.stdout, level=logging.ERROR, force=True)
names = [f"{tasks.__name__}.{name}" for name in (
    "get_inst_and_cell_map_from_source",
    "objects.RequestSpec.get_by_instance_uuid",
    "scheduler_utils.set_vm_state_and_notify")]
first = OSError("cell is down")
with mock.patch(names[0], side_effect=first), mock.patch(names[1]), (
    mock.patch(names[2])
):
    task = tasks.ConfirmResizeTask(*[mock.MagicMock() for _ in range(5)])
    try:
        task.execute()
    except OSError as error:
        print("same:", error is first, "context:", error.__context__)
"""


@pytest.mark.parametrize("lesson", PITFALLS, ids=lambda path: path.stem)
def test_the_rules_of_a_page_find_its_wrong_code(lesson: Path) -> None:
    """Some of its wrong functions, and no right one."""
    text = lesson.read_bytes()
    (block,) = [b for _, kind, b in blocks(page(lesson)) if kind == "lint"]
    named = frozenset(block.removeprefix("find ").split())
    lines = [finding.line for finding in check(text, named)]
    functions = {
        node.name: range(node.lineno, (node.end_lineno or 0) + 1)
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }
    wrong = {name for name in functions if name.startswith("wrong_")}
    assert {n for n, r in functions.items() if {*lines} & {*r}} <= wrong
    assert lines


def test_pages_have_the_same_sections() -> None:
    """A reader finds the same order on every page of a pitfall."""
    for lesson in PITFALLS:
        text = page(lesson).read_text("utf-8")
        sections = re.findall(r"^## (.+)$", text, re.M)
        if "Your turn" in sections:  # Some end with a challenge.
            assert sections.pop(-2) == "Your turn"
        assert sections == SECTIONS, lesson
