"""What real Nova did, written down for the pages.

Pages are built without Nova's dependencies, so they cannot run it. A test runs
it and compares with a file in `docs/data/nova/`; `make nova` writes the files.
"""

import json
import os
from collections.abc import Sequence
from itertools import zip_longest
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
    if os.environ.get("RECORD"):
        text = json.dumps(rows, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", "utf-8")
    shown = json.loads(path.read_text("utf-8")) if path.exists() else []
    wrong = [pair for pair in zip_longest(rows, shown) if pair[0] != pair[1]]
    told = "\n".join(f"now   {now}\nshown {then}" for now, then in wrong)
    assert not wrong, f"Nova did something else, see `make nova`:\n{told}"
