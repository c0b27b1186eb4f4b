"""The tracer, on programs that are hard to trace.

Runs with pytest and oslo.utils alone, on every Python that the tracer is for:
it needs nothing of the site.
"""

import asyncio
import gc
import json
import linecache
import logging
import sys
import threading
import weakref
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from typing import Any

import pytest
from oslo_utils import excutils

from runner.tracer import Step, Trace, record

LOG = logging.getLogger("tracer")


def traced(run: Callable[[], object], **more: Any) -> Trace:
    """The trace of functions of this file, which is JSON."""
    trace = record(run, {__file__}.__contains__, **more)
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
        if step["event"] == "call" and len(trace["files"]) > 1 and step["file"]
    ]
    assert methods == ["__enter__", "capture", "__exit__", "force_reraise"]
    assert at(trace, "raise self.value", "exception")["exception"] == 0


def test_the_step_at_which_two_exceptions_exist() -> None:
    """The cleanup's is handled and the first saved, before the log line."""

    def run() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                fail("cleanup")

    trace = traced(run)
    (step, *_) = [
        step
        for step in trace["steps"]
        if step["function"] == "__exit__" and step["event"] == "call"
    ]
    assert name(trace, step["handled"]) == "cleanup"
    assert saved(trace, step) == ["first"]
    assert step["logs"] == 0
    assert trace["steps"][-1]["logs"] == 1
    assert trace["logs"][0]["logger"] == "oslo_utils.excutils"
    assert trace["logs"][0]["message"].startswith("Original exception being")
    out = trace["exceptions"][trace["raised"] or 0]
    assert (out["message"], name(trace, out["context"])) == (
        "cleanup",
        "first",
    )


def test_without_reraise() -> None:
    """The flag is shown, and nothing comes out."""
    trace = traced(lambda: helper_keeps(reraise=False))
    (helper,) = at(trace, 'LOG.warning("second')["helpers"]
    assert helper["reraise"] is False
    assert trace["raised"] is None
    assert trace["steps"][-1]["helpers"] == []


def test_the_flag_changes() -> None:
    """The step behind the line knows."""

    def run() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception() as ctxt:
                ctxt.reraise = False
                print("after")

    trace = traced(run)
    (before,) = at(trace, "ctxt.reraise = False")["helpers"]
    (after,) = at(trace, 'print("after")')["helpers"]
    assert (before["reraise"], after["reraise"]) == (True, False)
    assert before["number"] == after["number"]


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


def ports() -> Iterator[str]:
    """Suspend in a helper's body."""
    try:
        fail("in the generator")
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise=False):
            yield "eth0"
            print("resumed")


def test_a_generator() -> None:
    """Its helper counts while it runs, not while it is suspended."""

    def run() -> None:
        for port in ports():
            print(port)

    trace = traced(run)
    kinds = [
        step["event"]
        for step in trace["steps"]
        if step["function"] == "ports"
        and step["event"] not in ("line", "exception")
    ]
    assert kinds == ["call", "yield", "resume", "return"]
    suspended = at(trace, "print(port)")
    assert (suspended["handled"], suspended["helpers"]) == (None, [])
    assert saved(trace, at(trace, 'print("resumed")')) == ["in the generator"]
    types = {entry["type"] for entry in trace["exceptions"]}
    assert types == {"ConnectionError"}, "the end of a loop is no exception"


def test_a_generator_that_is_closed() -> None:
    """GeneratorExit is raised at the `yield`, and unwinds."""

    def quiet() -> Generator[int, None, None]:
        try:  # Without it, Python 3.13 closes it without resuming it.
            yield 1
        finally:
            print(end="")

    def run() -> None:
        generator = quiet()
        next(generator)
        generator.close()

    trace = traced(run)
    thrown = at(trace, "yield 1", "exception")
    assert (
        trace["exceptions"][thrown["exception"] or 0]["type"]
        == "GeneratorExit"
    )
    last = [s["event"] for s in trace["steps"] if s["function"] == "quiet"]
    assert last[-1] == "unwind"
    assert trace["raised"] is None


def test_a_generator_that_yields_nothing() -> None:
    """`yield` without a value is not taken for an exception's way out."""

    def nothing() -> Iterator[None]:
        yield

    trace = traced(lambda: list(nothing()))
    assert at(trace, "        yield", "yield")


def test_an_exception_thrown_into_a_generator() -> None:
    """It leaves at the `yield`, which is not a second `yield`."""

    def plain() -> Generator[int, None, None]:
        yield 1

    def run() -> None:
        generator = plain()
        next(generator)
        generator.throw(OSError("thrown"))

    trace = traced(run)
    kinds = [s["event"] for s in trace["steps"] if s["function"] == "plain"]
    assert kinds[:3] == ["call", "line", "yield"]
    assert kinds[-2:] == ["exception", "unwind"]


def test_the_end_of_an_iterator() -> None:
    """StopIteration is raised where it is raised, not in the loop."""

    class Ports:
        def __iter__(self) -> "Ports":
            return self

        def __next__(self) -> str:
            raise StopIteration

    def run() -> None:
        for port in Ports():
            print(port)

    trace = traced(run)
    raising = {
        step["function"]
        for step in trace["steps"]
        if step["event"] == "exception"
    }
    assert raising == {"__next__"}


def test_a_coroutine() -> None:
    """An exception and its helper stay with their coroutine over `await`."""

    async def release() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                await asyncio.sleep(0)
                print("waited")

    async def other() -> None:
        print("meanwhile")

    async def both() -> None:
        await asyncio.gather(release(), other())

    trace = traced(lambda: asyncio.run(both()))
    meanwhile = at(trace, 'print("meanwhile")')
    assert (meanwhile["handled"], meanwhile["helpers"]) == (None, [])
    waited = at(trace, 'print("waited")')
    assert name(trace, waited["handled"]) == "first"
    assert saved(trace, waited) == ["first"]
    assert name(trace, trace["raised"]) == "first"


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
    """Catch what comes out of the one that catches everything."""
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
    """Whoever traced before goes on tracing, and what was set is set."""

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
    assert len(deepest["stack"]) == 30
    assert len({call["frame"] for call in deepest["stack"]}) == 30
    assert deepest["stack"][-1]["frame"] == deepest["frame"]
