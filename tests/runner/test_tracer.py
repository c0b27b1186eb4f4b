"""The tracer: each step records exceptions, helpers and logs."""

import logging
from contextlib import suppress

from oslo_utils import excutils

from tests.runner.tracing import (
    LOG,
    at,
    fail,
    helper_keeps,
    name,
    saved,
    traced,
)


def test_the_helper_keeps_the_exception() -> None:
    """In the cleanup's handler another one is handled, the first is saved."""
    trace = traced(helper_keeps)
    assert {len(step["helpers"]) for step in trace["steps"]} == {0, 1}
    step = at(trace, 'LOG.warning("second')
    assert name(trace, step["handled"]) == "second"
    assert saved(trace, step) == ["first"]
    assert step["helpers"][0]["reraise"] is True
    assert [c["function"] for c in step["stack"]] == [
        "helper_keeps",
        "clean_up",
    ]
    out = trace["raised"]
    assert name(trace, out) == "first"
    assert out == at(trace, "raise ConnectionError", "exception")["exception"]


def test_the_helpers_methods_are_steps() -> None:
    """They are recorded without being watched, in their order."""
    trace = traced(helper_keeps)
    methods = [
        step["function"]
        for step in trace["steps"]
        if step["event"] == "call"
        and trace["files"][step["file"]] == excutils.__file__
    ]
    assert methods == ["__enter__", "capture", "__exit__", "force_reraise"]
    assert at(trace, "raise self.value", "exception")["exception"] == 0


def test_nested_helpers() -> None:
    """All are shown, the innermost last."""

    def run() -> None:
        try:
            fail("outer")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                try:
                    fail("inner")
                except ConnectionError:
                    with excutils.save_and_reraise_exception(reraise=False):
                        print("both")
                print("one")

    trace = traced(run)
    both = at(trace, 'print("both")')
    assert saved(trace, both) == ["outer", "inner"]
    assert [helper["reraise"] for helper in both["helpers"]] == [True, False]
    assert saved(trace, at(trace, 'print("one")')) == ["outer"]


def test_a_helper_without_with() -> None:
    """It is open from `capture()` until it is forced."""

    def run() -> None:
        helper = excutils.save_and_reraise_exception()
        try:
            fail("first")
        except ConnectionError:
            helper.capture()
        print("later")
        helper.force_reraise()

    trace = traced(run)
    later = at(trace, 'print("later")')
    assert (later["handled"], saved(trace, later)) == (None, ["first"])
    assert trace["steps"][-1]["helpers"] == []


def test_an_exception_group() -> None:
    """`except*` handles a part of the group, another object."""

    def run() -> None:
        try:
            raise ExceptionGroup("both", [ValueError("one"), OSError("two")])
        except* ValueError:
            print("part")

    trace = traced(run)
    whole = at(trace, "raise ExceptionGroup", "exception")["exception"]
    part = at(trace, 'print("part")')["handled"]
    assert part != whole
    assert name(trace, part) == "both (1 sub-exception)"
    assert trace["raised"] not in (part, None)


def test_logs_and_output() -> None:
    """Each step knows what was written before it, and what a log printed."""
    written: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(record.getMessage())

    def run() -> None:
        logging.basicConfig(handlers=[Handler()], force=True)
        LOG.warning("port %s", "eth0")
        LOG.debug("not written")
        written.append("done")

    trace = traced(run, output=lambda: len("".join(written)))
    assert trace["logs"] == [
        {
            "level": "WARNING",
            "logger": "tracer",
            "message": "port eth0",
            "step": trace["logs"][0]["step"],
            "output": (0, 9),
        }
    ]
    debug = at(trace, 'LOG.debug("not')
    assert (debug["logs"], debug["output"]) == (1, 9)
    assert trace["steps"].index(debug) >= trace["logs"][0]["step"]
    assert trace["output"] == 13


def test_exceptions_have_numbers_of_their_own() -> None:
    """Ten that follow each other in memory are ten; one is one."""

    def run() -> None:
        for number in range(10):
            with suppress(OSError):
                raise OSError(number)
        error = OSError("same")
        for _ in range(3):
            with suppress(OSError):
                raise error

    trace = traced(run)
    found = [entry["message"] for entry in trace["exceptions"]]
    assert found == [*map(str, range(10)), "same"]


def test_a_recursion() -> None:
    """Calls are told apart, and a deep stack is cut."""

    def down(depth: int) -> None:
        if depth:
            down(depth - 1)

    trace = traced(lambda: down(50))
    deepest = max(trace["steps"], key=lambda step: step["depth"])
    assert deepest["depth"] == 52
    assert len(deepest["stack"]) == 12
    assert len({call["frame"] for call in deepest["stack"]}) == 12
    assert deepest["stack"][-1]["frame"] == deepest["frame"]
