"""What real Nova did, written down for the pages.

Pages are built without Nova's dependencies, so they cannot run it. A test runs
it and compares with a file in `docs/data/nova/`, or `docs/data/numbers/` for
numbers in sentences; `make nova` writes the files.
"""

import json
import os
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TypedDict

from tests.project import ROOT


class Link(TypedDict):
    """A cell that leads elsewhere."""

    text: str
    url: str


Row = dict[str, str | list[str] | Link]


def recorded(name: str, rows: Sequence[Row]) -> None:
    """Compare what was measured now with what the pages show.

    With `RECORD` in the environment, write it down instead.

    Args:
        name: The file's name, without its ending.
        rows: The lines of a table, as columns by their keys.

    Raises:
        AssertionError: The pages show something else.
    """
    path = ROOT / "docs" / "data" / "nova" / f"{name}.json"
    _write(path, rows)
    shown = json.loads(path.read_text("utf-8")) if path.exists() else []
    wrong = [pair for pair in zip_longest(rows, shown) if pair[0] != pair[1]]
    told = "\n".join(f"now   {now}\nshown {then}" for now, then in wrong)
    assert not wrong, f"Nova did something else, see `make nova`:\n{told}"


def counted(name: str, **numbers: int) -> None:
    """Compare numbers that were counted now with those in pages' sentences.

    With `RECORD` in the environment, write them down instead; see
    `render.numbers`.

    Args:
        name: The file's name, without its ending.
        numbers: The numbers by their keys.

    Raises:
        AssertionError: The pages show other numbers.
    """
    path = ROOT / "docs" / "data" / "numbers" / f"{name}.json"
    _write(path, numbers)
    shown = json.loads(path.read_text("utf-8")) if path.exists() else {}
    assert numbers == shown, "Nova has other numbers, see `make nova`"


def _write(path: Path, found: object) -> None:
    if os.environ.get("RECORD"):
        text = json.dumps(found, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", "utf-8")
