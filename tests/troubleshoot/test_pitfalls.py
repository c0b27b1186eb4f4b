"""The pages of pitfalls: their wrong code, their rules, their sections."""

import ast
import csv
import re
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from reraise_lint import check
from reraise_lint.rules import DEFAULT, RULES
from tests.project import LESSONS, ROOT, blocks, page

# Lessons of the section that show no mistake of one's own code.
OTHERS = {"messages"}
PITFALLS = [
    path
    for path in LESSONS
    if path.parent.name == "troubleshoot" and path.stem not in OTHERS
]
INDEX = ROOT / "docs" / "en" / "troubleshoot" / "index.md"
SECTIONS = [
    "Symptoms",
    "The mistake",
    "The fix",
    "Find it in your code",
    "Real-world examples",
    "Next steps",
]
# Pages whose real-world examples name all that their rule found in OpenStack.
COMPLETE = {
    "outside_a_handler": "SRE301",
    "return_in_body": "SRE303",
    "false_dropped_messages": "SRE201",
    "code_after_the_block": "SRE401",
}
with (ROOT / "survey" / "data" / "sites.csv").open(encoding="utf-8") as file:
    SITES = list(csv.DictReader(file))

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
        if lesson.stem == "cleanup_replaces_the_error":
            continue  # It has the sections of an earlier order.
        text = page(lesson).read_text("utf-8")
        # What a page adds, such as "The mistake: a typo", is its own.
        sections = re.findall(r"^## ([^:\n]+)", text, re.M)
        if "Exercise" in sections:
            assert sections.pop(-2) == "Exercise"
        assert sections == SECTIONS, lesson


@pytest.mark.parametrize("name", COMPLETE)
def test_a_page_names_each_project_that_its_rule_found(name: str) -> None:
    """With the release; the survey counts the newest of each project."""
    lesson = ROOT / "examples" / "troubleshoot" / f"{name}.py"
    text = page(lesson).read_text("utf-8")
    seen = text.partition("## Real-world examples")[2].lower()
    found = {
        f"{site['project']} {site['version']}"
        for site in SITES
        if COMPLETE[name] in site["findings"]
    }
    assert found
    assert [project for project in found if project not in seen] == []


def test_outside_a_handler_counts_what_the_rule_reports() -> None:
    """24 in a driver of Cinder, two in Nova, and not the one in `finally`."""
    found = [site for site in SITES if "SRE301" in site["findings"]]
    pure = [site for site in found if site["file"].endswith("pure.py")]
    nova = [site["file"] for site in found if site["project"] == "nova"]
    assert len(pure) == 1 + 23
    assert nova == ["nova/conductor/tasks/cross_cell_migrate.py"] * 2
    assert len(found) == len(pure) + len(nova)


def test_no_flag_comes_too_late_in_openstack() -> None:
    """What raises in the body there doesn't name the flag."""
    found = [site for site in SITES if "SRE201" in site["findings"]]
    assert found
    assert {site["flag"] for site in found} == {""}


def test_the_index_names_the_rules_that_must_be_selected() -> None:
    """And no other; the command without options leaves them out."""
    text = INDEX.read_text("utf-8").partition("## Find them")[2]
    named = set(re.findall("SRE[0-9]+", text.partition("## ")[0]))
    assert named == set(RULES) - DEFAULT


def test_no_rule_finds_a_shared_object() -> None:
    """The index says so: wherever the object is kept."""
    text = b"""
from oslo_utils import excutils

HELPER = excutils.save_and_reraise_exception()

class Agent:
    def __init__(self):
        self.helper = excutils.save_and_reraise_exception()

    def delete(self, port, helper=excutils.save_and_reraise_exception()):
        for shared in HELPER, self.helper, helper:
            try:
                port.delete()
            except OSError:
                with shared:
                    print("not deleted")
"""
    assert check(text, frozenset(RULES)) == []


@pytest.mark.parametrize(
    ("condition", "reported"),
    [
        ("error.status == 409", True),
        ("error.status != 404", False),
        ("not gone(error)", False),
        ("error.status not in (404, 410)", False),
        ("error is not self.first", False),
    ],
)
def test_a_raise_under_a_negative_condition_is_not_reported(
    condition: str, reported: bool
) -> None:
    """The page on `raise` in an `if` says for which conditions."""
    text = f"""
def delete(self, port):
    try:
        port.delete()
    except OSError as error:
        if {condition}:
            raise
"""
    assert bool(check(text.encode(), frozenset({"SRE106"}))) == reported


@pytest.mark.parametrize(
    ("call", "reported"), [("", True), ("\n    roll_back(port)", False)]
)
def test_a_function_that_handlers_of_its_file_call_is_not_reported(
    call: str, reported: bool
) -> None:
    """Outside a handler by itself, and inside one with its caller."""
    text = f"""
from oslo_utils import excutils

def roll_back(port):
    with excutils.save_and_reraise_exception():
        print("not plugged")

try:
    plug(port)
except OSError:
    print("failed"){call}
"""
    assert bool(check(text.encode(), frozenset({"SRE301"}))) == reported


@pytest.mark.parametrize(
    ("statement", "reported"),
    [
        ("self.failure = ctxt", True),
        ("saved = ctxt", False),
        ("self.failure = sys.exc_info()", True),
        ("saved = sys.exc_info()", True),
        ("saved = sys.exc_info()[0]", False),
    ],
)
def test_what_the_rule_of_kept_helpers_reports(
    statement: str, reported: bool
) -> None:
    """The helper in an attribute, and the three values anywhere."""
    text = f"""
import sys
from oslo_utils import excutils

def convert(self, image):
    try:
        image.convert()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            {statement}
"""
    assert bool(check(text.encode(), frozenset({"SRE902"}))) == reported


def test_a_name_misspelt_in_an_import_fails_when_the_import_runs() -> None:
    """The pitfall is a name that Python looks up in the handler."""
    with pytest.raises(ImportError, match="save_and_raise_exception"):
        exec("from oslo_utils.excutils import save_and_raise_exception", {})


def test_the_rule_of_kept_helpers_shows_one_that_keeps_its_exception() -> None:
    """A helper that has re-raised holds none: that is no example of it."""
    namespace: dict[str, Any] = {}
    exec(RULES["SRE902"].wrong, namespace)
    error = OSError("full")
    image = mock.Mock(**{"convert.side_effect": error})
    agent = mock.Mock(tolerant=True)
    namespace["convert"](agent, image)
    assert agent.failure.value is error
    assert agent.failure.tb is not None
