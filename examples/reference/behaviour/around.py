"""Code around the block."""

import contextlib
import logging
import unittest
from typing import Any
from unittest import mock

from oslo_utils import excutils

from .cases import First, Second, case

CASE = unittest.TestCase()


def release(error: Exception | None = None) -> None:
    """Fail, and clean up under the helper."""
    try:
        raise First("release")
    except First:
        with excutils.save_and_reraise_exception():
            if error:
                raise error


@case("`suppress` around the whole `try`", "returned 'goes on'")
def suppress_outside() -> str:
    with contextlib.suppress(First):
        release()
    return "goes on"


@case("`break` in an outer `finally`: swallowed", "returned 'from finally'")
def break_in_outer_finally() -> str:
    def swallowing() -> str:
        out = "from the try"
        while True:
            try:
                release()
            finally:
                out = "from finally"
                break
        return out

    return swallowing()


@case(
    "`else` of the `try` does not run",
    "raised First('release')",
    entries=3,
)
def else_does_not_run() -> None:
    try:
        raise First("release")
    except First:
        with excutils.save_and_reraise_exception():
            pass
    else:
        raise AssertionError("else ran")


@case("`assertRaises` of the original exception", "returned 'release'")
def assert_raises() -> str:
    with CASE.assertRaises(First) as seen:
        release()
    return str(seen.exception)


@case(
    "`assertRaises` of the original exception, and the body raised",
    "raised Second('cleanup')",
    context="First('release')",
    log=[
        r"ERROR oslo_utils.excutils: Original exception being dropped: "
        r"[..., 'First: release\n']"
    ],
)
def assert_raises_of_the_dropped_one() -> None:
    with CASE.assertRaises(First):
        release(Second("cleanup"))


@case(
    "`assertLogs` on `oslo_utils.excutils` finds the message",
    "returned ['ERROR']",
)
def assert_logs() -> list[str]:
    with CASE.assertLogs("oslo_utils.excutils") as seen:
        with CASE.assertRaises(Second):
            release(Second("cleanup"))
    return [record.levelname for record in seen.records]


@case("`assertNoLogs` when the body succeeds", "returned 'no line'")
def assert_no_logs() -> str:
    with CASE.assertNoLogs("oslo_utils.excutils", logging.DEBUG):
        with CASE.assertRaises(First):
            release()
    return "no line"


@case(
    "a `MagicMock` replaces the helper: the exception is swallowed",
    "returned 'goes on'",
)
def mocked() -> str:
    with mock.patch.object(excutils, "save_and_reraise_exception"):
        release()
    return "goes on"


@case(
    "a `Mock` replaces the helper: it can't be entered",
    "raised TypeError(\"'Mock' object does not support the context "
    'manager protocol")',
    context="First('release')",
)
def mocked_without_magic() -> None:
    with mock.patch.object(
        excutils, "save_and_reraise_exception", mock.Mock()
    ):
        release()


@case(
    "called through a decorator that re-raises by `raise`",
    "raised First('release')",
    entries=3,
)
def decorated() -> None:
    def wrap(function: Any) -> Any:
        def wrapped() -> None:
            try:
                function()
            except Exception:
                raise

        return wrapped

    wrap(release)()


@case(
    "`raise saved` after the `try`, with a variable of your own",
    "raised First('release')",
    entries=3,
)
def saved_and_raised_later() -> None:
    saved = None
    try:
        release()
    except First as error:
        saved = error
    assert saved
    raise saved
