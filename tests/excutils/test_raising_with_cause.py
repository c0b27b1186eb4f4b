"""What the page on causes says of other libraries."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

PAGE = Path("docs/en/excutils/raising_with_cause.md").read_text("utf-8")

OSLO_DB = """
from oslo_db.exception import DBError
print(DBError("deadlock", cause=OSError("no route")))
"""

TOOZ = """
import tooz, tooz.utils
for kind in tooz.ToozError, LookupError:
    try:
        tooz.utils.raise_with_cause(kind, "no lock", cause=OSError("down"))
    except Exception as error:
        print(repr(error), getattr(error, "cause", None))
"""


def lines(program: str) -> list[str]:
    """What a program prints in an interpreter of its own.

    The libraries import eventlet, which warns of itself.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_errors_of_oslo_db_have_causes() -> None:
    """Their text ends with the cause."""
    assert lines(OSLO_DB) == ["deadlock", "  OSError: no route"]
    assert f"oslo.db {importlib.metadata.version('oslo.db')}:" in PAGE


def test_tooz_raises_its_own_errors_only() -> None:
    """It passes the call on, for classes of its own."""
    assert lines(TOOZ) == [
        "ToozError('no lock') down",
        "ValueError('Subclass of tooz error is required') None",
    ]
    assert f"tooz {importlib.metadata.version('tooz')}:" in PAGE
