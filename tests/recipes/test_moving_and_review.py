"""What the pages on reviewing and on moving say of Nova, and the benchmark."""

import importlib.metadata
import subprocess
import sys
from collections import Counter
from pathlib import Path

from examples.recipes.moving_to_plain_raise import look_first, ratios
from examples.recipes.review import findings
from tests.project import nova_modules

PAGES = Path("docs/en/recipes")


def test_the_review_finds_four_places_in_nova() -> None:
    """They are those that the page names."""
    found = {
        f"{path}:{finding}"
        for path, text in nova_modules().items()
        for finding in findings(text)
    }
    assert found == {
        "compute/manager.py:5598: outside a handler",
        "conductor/tasks/cross_cell_migrate.py:1058: outside a handler",
        "conductor/tasks/cross_cell_migrate.py:1439: outside a handler",
        "virt/ironic/driver.py:1785: raise in the body, flag on",
    }
    page = (PAGES / "review.md").read_text("utf-8")
    assert f"Nova {importlib.metadata.version('nova')}" in page
    for finding in found:
        path, line, what = finding.split(":")
        assert f"`nova/{path}` ([line {line}](" in page
        assert what.strip() in page


def test_what_a_move_would_change_in_nova_is_counted() -> None:
    """The numbers in the page's table."""
    count: Counter[str] = Counter()
    for text in nova_modules().values():
        for reasons in look_first(text).values():
            kinds = {reason.split(" ")[-1] for reason in reasons}
            count.update(kinds or {"nothing"})
            count["blocks"] += 1
    page = (PAGES / "moving_to_plain_raise.md").read_text("utf-8")
    assert f"Nova {importlib.metadata.version('nova')}" in page
    assert f"{count['blocks']} blocks" in page
    for kind, shown in {
        "nothing": "nothing found",
        "fail": "cleanup may fail",
        "flag": "flag",
        "return": "`return`",
    }.items():
        assert f"| {shown} | {count[kind]} |" in page
    assert not count["break"]
    assert not count["continue"]


def test_the_benchmark_runs_and_the_helper_is_slower() -> None:
    """How much slower differs from machine to machine."""
    done = subprocess.run(
        [sys.executable, "-m", "examples.recipes.moving_to_plain_raise"],
        capture_output=True,
        text=True,
        check=True,
    )
    printed = dict(line.split(": ") for line in done.stdout.splitlines())
    assert printed.keys() == ratios(number=1, repeat=1).keys()
    assert all(float(ratio) > 1 for ratio in printed.values())
