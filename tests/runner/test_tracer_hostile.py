"""The tracer, on programs that never end or that disturb it."""

import gc
import logging
import sys
import threading
import weakref
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.runner.tracing import LOG, at, fail, helper_keeps, name, traced


def endless() -> None:
    """Print for ever."""
    while True:
        print(end="")


def catches_everything() -> None:
    """Go on after every exception."""
    while True:
        try:
            fail("again")
        except BaseException:
            print(end="")


def swallows_everything() -> None:
    """Lose every exception in a `finally`."""
    while True:
        for _ in range(2):
            try:
                fail("again")
            finally:
                continue  # noqa: B012  # That is the trap.


def catches_outside() -> None:
    """Catch what the function that catches everything raises."""
    for _ in range(3):
        with suppress(BaseException):
            catches_everything()


@pytest.mark.parametrize("limit", range(50, 62))
@pytest.mark.parametrize(
    "run",
    [endless, catches_everything, swallows_everything, catches_outside],
)
def test_a_run_that_never_ends(run: Callable[[], None], limit: int) -> None:
    """It ends at the limit and says so, wherever that finds it."""
    trace = traced(run, limit=limit)
    assert len(trace["steps"]) == limit
    assert trace["notes"] == ["limit"]
    assert trace["raised"] is None
    assert sys.gettrace() is None


def test_a_run_of_just_the_limit() -> None:
    """All its steps are there, and there is nothing to say."""
    count = len(traced(helper_keeps)["steps"])
    assert traced(helper_keeps, limit=count)["notes"] == []
    assert traced(helper_keeps, limit=count - 1)["notes"] == ["limit"]


def test_a_broken_message() -> None:
    """`str()` that fails, or is long, harms nothing."""

    class BrokenError(Exception):
        def __str__(self) -> str:
            raise SystemExit("no message")

        __repr__ = __str__

    def run() -> None:
        with suppress(ValueError):
            raise ValueError("long " * 1000)
        raise BrokenError

    trace = traced(run)
    long, broken, *_ = trace["exceptions"]
    assert len(long["message"]) == 300
    assert long["message"].endswith("...")
    assert broken == {
        "type": "BrokenError",
        "message": "<no text: SystemExit>",
        "context": None,
        "cause": None,
    }


def test_a_broken_log_record() -> None:
    """Arguments that do not fit are no error of the tracer."""
    handlers = logging.getLogger().handlers[:]
    logging.getLogger().handlers[:] = [logging.NullHandler()]
    try:
        trace = traced(lambda: LOG.warning("%d ports", "no"))
    finally:
        logging.getLogger().handlers[:] = handlers
    assert trace["logs"][0]["message"] == "<no text: TypeError>"


def test_a_trace_function_of_its_own() -> None:
    """The rest is not recorded, and the trace says so."""

    def run() -> None:
        print("before")
        sys.settrace(None)
        fail("unseen")

    trace = traced(run)
    assert trace["notes"] == ["settrace"]
    assert at(trace, "sys.settrace(None)")
    assert not [s for s in trace["steps"] if s["function"] == "fail"]
    assert name(trace, trace["raised"]) == "unseen"


def test_a_debugger_is_put_back() -> None:
    """A debugger that traced before traces again, with its settings."""

    def debugger(*_: object) -> None: ...

    emit = logging.Logger.callHandlers
    before = sys.gettrace()
    sys.settrace(debugger)
    try:
        traced(helper_keeps)
        found = sys.gettrace()
    finally:
        sys.settrace(before)
    assert found is debugger
    assert logging.Logger.callHandlers is emit
    assert threading.gettrace() is None


def test_a_thread() -> None:
    """Its steps and its log are not recorded, and the trace says so."""

    def other() -> None:
        LOG.warning("from the thread")

    def run() -> None:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    trace = traced(run)
    assert trace["notes"] == ["thread"]
    assert {step["function"] for step in trace["steps"]} == {"run"}
    assert trace["logs"] == []


def test_nothing_is_kept_alive() -> None:
    """An exception that the program forgets is gone, with its frames."""

    class Image:
        pass

    alive: list[bool] = []

    def convert() -> weakref.ref[Image]:
        image = Image()
        found = weakref.ref(image)
        with suppress(OSError):
            raise OSError("full")
        return found

    def run() -> None:
        found = convert()
        gc.collect()
        alive.append(found() is not None)

    trace = traced(run)
    assert name(trace, 0) == "full"
    assert alive == [False]
