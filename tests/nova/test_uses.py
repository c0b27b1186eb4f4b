"""How often Nova uses `save_and_reraise_exception()`, for pages' sentences."""

import ast
import csv
from collections import Counter

from render.sources.upstream import definition
from survey.reading import is_test
from tests.nova.recording import counted
from tests.project import ROOT


def uses(release: str) -> Counter[str]:
    """Count in a release what the survey counts, outside its tests.

    Args:
        release: As `definition` takes it, before a name.

    Returns:
        `items` counts the items of `with` statements, `helper` those of them
        that are the helper, and `files` the files that have any of these.
    """
    root = definition(f"{release}nova.utils:")[0].path.parent
    count: Counter[str] = Counter()
    for path in root.rglob("*.py"):
        if is_test(path.relative_to(root.parent).as_posix()):
            continue
        items = [
            ast.unparse(item.context_expr)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.With | ast.AsyncWith)
            for item in node.items
        ]
        helpers = [i for i in items if "save_and_reraise_exception(" in i]
        count["items"] += len(items)
        count["helper"] += len(helpers)
        count["files"] += bool(helpers)
    return count


def surveyed(name: str) -> list[dict[str, str]]:
    """The rows on Nova in one of the survey's files."""
    path = ROOT / "survey" / "data" / name
    with path.open(encoding="utf-8", newline="") as file:
        return [r for r in csv.DictReader(file) if r["project"] == "nova"]


def test_uses_are_counted_in_both_releases() -> None:
    """Nova and Victoria, by one rule: pages on the survey say the same."""
    now, before = uses(""), uses("victoria ")
    purposes = surveyed("purposes.csv")
    assert now["items"] == sum(int(row["code"]) for row in purposes)
    helper = {r["version"]: int(r["helper"]) for r in surveyed("releases.csv")}
    assert now["helper"] == helper["34.0.0"]
    assert before["helper"] == helper["22.4.0"]
    counted(
        "uses",
        items=now["items"],
        helper=now["helper"],
        files=now["files"],
        helper_in_victoria=before["helper"],
    )
