"""What the home page says of the helper beside its two programs."""

import contextlib
import runpy
import traceback
from pathlib import Path
from typing import Any

import pytest
from oslo_utils import excutils

from tests.project import DOCS, PROGRAMS

HOME = (DOCS / "index.md").read_text("utf-8")


def _entries(program: Path, database_is_up: bool) -> int:
    """Count the traceback entries of what a program's function raises."""
    with contextlib.redirect_stdout(None):
        release: Any = runpy.run_path(str(program))["release_ports"]
        with pytest.raises((ConnectionError, OSError)) as caught:
            release(database_is_up)
    return len(traceback.extract_tb(caught.value.__traceback__))


def test_the_helper_is_a_class() -> None:
    """And the page says so."""
    kind: object = excutils.save_and_reraise_exception
    said = {True: "is a class of it", False: "is a function of it"}
    assert said[isinstance(kind, type)] in HOME


@pytest.mark.parametrize(
    ("database_is_up", "shorter"), [(True, 3), (False, 0)]
)
def test_only_the_first_traceback_is_shorter(
    database_is_up: bool, shorter: int
) -> None:
    """If the body raises, the helper adds no entries."""
    plain, helped = (
        next(path for path in PROGRAMS if path.stem == name)
        for name in ("with_plain_raise", "with_the_helper")
    )
    more = _entries(helped, database_is_up) - _entries(plain, database_is_up)
    assert more == shorter
    said = "In the first call, the exception's traceback is three entries"
    assert f"{said} shorter" in HOME
