"""Programs that need more packages print what their pages show.

The site is built without oslo.log, oslo.service and eventlet. `make nova` runs
the programs that import them, and writes what they print.
"""

import ast
import json
import os
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

from render.blocks.run import output
from tests.project import ROOT, SHOWN, refuse, where

DATA = ROOT / "docs" / "data" / "programs"
# What runs while the site is built, and in the reader's browser.
_EVERYWHERE = {"oslo_utils.excutils", *sys.stdlib_module_names}


def _packages(program: Path) -> list[str]:
    """What a program imports that the browser does not have, with versions."""
    imported = set()
    for node in ast.walk(ast.parse(program.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported |= {f"{node.module}.{a.name}" for a in node.names}
    known = packages_distributions()
    found = {
        known[name.partition(".")[0]][0]
        for name in imported
        if not {name, name.partition(".")[0]} & _EVERYWHERE
    }
    return sorted(f"{name} {version(name)}" for name in found)


RECORDED = [path for path in SHOWN if _packages(path)]


def test_every_record_has_its_program() -> None:
    """A program that is gone, or needs no package, leaves nothing behind."""

    def problems() -> Iterator[str]:
        names = {path.stem for path in RECORDED}
        assert names, "no program in examples/programs/ needs a package"
        for path in sorted(DATA.glob("*.json")):
            if path.stem not in names:
                yield f"{where(path, 1)}: nothing makes this; delete it."

    refuse(problems())


@pytest.mark.parametrize("program", RECORDED, ids=lambda path: path.stem)
def test_program_prints_what_its_page_shows(program: Path) -> None:
    """With `RECORD` in the environment, write it down first."""
    now = {
        "packages": _packages(program),
        "output": output(program).splitlines(),
    }
    path = DATA / f"{program.stem}.json"
    if os.environ.get("RECORD"):
        text = json.dumps(now, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", "utf-8")
    shown = json.loads(path.read_text("utf-8")) if path.exists() else None
    assert now == shown, f"{program.name} did something else, see `make nova`"
