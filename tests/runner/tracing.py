"""Programs that tests trace, and what to look up in their traces.

Needs pytest and oslo.utils alone, on every Python that the tracer is for: it
needs nothing of the site.
"""

import inspect
import json
import linecache
import logging
from collections.abc import Callable
from typing import Any

import pytest
from oslo_utils import excutils

from runner.tracer import Step, Trace, record


def traced(run: Callable[[], object], **more: Any) -> Trace:
    """The trace of a function, its file's others and this file's: JSON."""
    watched = {__file__, inspect.getfile(run)}
    trace = record(run, watched.__contains__, **more)
    json.dumps(trace)
    return trace


def at(trace: Trace, text: str, event: str = "line") -> Step:
    """The first step of a kind at a line with the text."""
    for step in trace["steps"]:
        name = trace["files"][step["file"]]
        if step["event"] == event and text in linecache.getline(
            name, step["line"]
        ):
            return step
    pytest.fail(f"no step {event!r} at {text!r}")


def name(trace: Trace, number: int | None) -> str:
    """An exception's message."""
    return "" if number is None else trace["exceptions"][number]["message"]


def saved(trace: Trace, step: Step) -> list[str]:
    """What the open helpers keep."""
    return [name(trace, helper["saved"]) for helper in step["helpers"]]


LOG = logging.getLogger("tracer")


def fail(message: str) -> None:
    """Raise."""
    raise ConnectionError(message)


def clean_up() -> None:
    """Catch an error of its own."""
    try:
        fail("second")
    except ConnectionError:
        LOG.warning("second, cleaned up")


def helper_keeps(reraise: bool = True) -> None:
    """Clean up under the helper."""
    try:
        fail("first")
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise=reraise):
            clean_up()
