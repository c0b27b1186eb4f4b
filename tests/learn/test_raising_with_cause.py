"""What the page on causes says of other libraries."""

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from oslo_utils import excutils

PAGE = Path("docs/en/learn/raising_with_cause.md").read_text("utf-8")

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


class HostError(Exception):
    """An exception that keeps what it was made of."""

    def __init__(self, *args: object, **options: object) -> None:
        """Keep the arguments by name."""
        super().__init__(*args)
        self.options = options


class SameError(excutils.CausedByException):
    """An exception that is equal to all of its class."""

    def __eq__(self, other: object) -> bool:
        """Compare the class."""
        return isinstance(other, SameError)

    def __hash__(self) -> int:
        """Go with `__eq__`."""
        return 0


@pytest.mark.parametrize("cause", [OSError("down"), KeyboardInterrupt()])
def test_a_class_gets_every_argument_and_any_cause(
    cause: BaseException,
) -> None:
    """Message first, as it is; a cause need not be an `Exception`."""
    message = ["no", "host"]

    def host() -> None:
        try:
            raise cause
        except BaseException:
            text: Any = message
            excutils.raise_with_cause(HostError, text, "host-1", port="eth0")

    with pytest.raises(HostError) as caught:
        host()
    assert caught.value.args == (message, "host-1")
    assert caught.value.options == {"port": "eth0", "cause": cause}
    assert caught.value.__cause__ is cause


def test_a_cause_passed_by_hand_hides_no_context() -> None:
    """As without a cause, a traceback shows the active exception."""
    error = excutils.CausedByException("no port", OSError("down"))
    assert error.__cause__ is None
    assert not error.__suppress_context__


def test_bytes_are_utf_8() -> None:
    """The causes are encoded as the message is."""
    error = excutils.CausedByException("端口", OSError("é"))
    assert bytes(error) == "端口\n  OSError: é".encode()


def test_rows_end_as_the_system_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Between causes, and inside of one that has two rows."""
    monkeypatch.setattr(os, "linesep", "|")
    cause = OSError("down")
    cause.add_note("since noon")
    error = excutils.CausedByException("no port", cause)
    assert str(error) == "no port|  OSError: down|  since noon"


def test_text_ends_before_a_cause_equal_to_one_that_was_shown() -> None:
    """Causes that were shown are found again by `==`."""
    error = SameError("a", SameError("b", SameError("c")))
    assert str(error).splitlines() == ["a", "  SameError: b"]
