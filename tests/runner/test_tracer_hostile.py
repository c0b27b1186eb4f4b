"""The tracer, on programs that never end or that disturb it."""

import gc
import inspect
import logging
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
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
    assert (broken["type"], broken["message"]) == (
        "BrokenError",
        "<no text: SystemExit>",
    )


class Meta(type):
    """A class whose name runs code."""

    @property
    def __name__(cls) -> str:  # type: ignore[override]
        """Note it."""
        ran.append("__name__")
        return "Named"


ran: list[str] = []


def _runs(name: str) -> Callable[..., object]:
    def method(*_: object, **__: object) -> object:
        ran.append(name)
        raise KeyError(name)

    return method


_SPECIAL = [
    *("__repr__", "__str__", "__eq__", "__len__", "__iter__", "__next__"),
    *("__bool__", "__getattribute__", "__lt__", "__format__", "__index__"),
    *("__contains__", "__getitem__", "__sizeof__", "__dir__"),
]
_METHODS = {name: _runs(name) for name in _SPECIAL}


def hostile(*bases: type) -> object:
    """An object whose special methods run code, which is noted."""
    return Meta("Hostile", bases, {**_METHODS, "__hash__": object.__hash__})()


def test_values_run_none_of_the_programs_code() -> None:
    """Of its own classes the name is shown, alone or in a container."""
    one, text, many = hostile(), hostile(str), hostile(list)
    table = hostile(dict)

    def run(argument: object) -> object:
        inner = [one, {"key": one}, (text,)]
        other = {one, 2}
        flag = inner and other and None
        del flag
        return many

    trace = traced(lambda: run(table))
    assert ran == []
    steps = [step for step in trace["steps"] if step["function"] == "run"]
    assert steps[0]["changed"]["argument"] == "<Hostile>"
    found = {k: v for step in steps[1:] for k, v in step["changed"].items()}
    assert found == {
        "inner": "[<Hostile>, {'key': <Hostile>}, (<Hostile>,)]",
        "other": "{2, <Hostile>}",
        "flag": None,
    }
    assert (steps[-1]["value"], steps[-1]["truth"]) == ("<Hostile>", None)


def test_an_exception_in_a_variable_runs_no_code() -> None:
    """Its message is made when it is raised, as a traceback does."""

    class LoudError(Exception):
        def __str__(self) -> str:
            ran.append("message")
            return "loud"

    def run() -> None:
        kept = LoudError()
        quiet = OSError("quiet")
        about = ValueError(hostile())
        del about, quiet
        assert ran == []
        with suppress(LoudError):
            raise kept

    trace = traced(run)
    assert ran == ["message"]
    ran.clear()
    changed = [step["changed"] for step in trace["steps"]]
    assert {"kept": "<LoudError>"} in changed
    assert {"quiet": 0} in changed
    assert {"about": "<ValueError>"} in changed
    assert {"about": None, "quiet": None} in changed
    # Raised, it has a number.
    assert {"kept": 1} in changed
    assert name(trace, 1) == "loud"


def test_a_class_may_have_any_namespace() -> None:
    """One that runs code when it is read is not read."""

    class Namespace(dict[str, object]):
        def __iter__(self) -> Iterator[str]:
            ran.append("__iter__")
            return iter(())

    class Prepared(type):
        @classmethod
        def __prepare__(cls, *_: object, **__: object) -> Namespace:
            return Namespace()

    def run() -> None:
        class Port(metaclass=Prepared):
            number = 1
            other = 2

        del Port

    trace = traced(run)
    assert ran == []
    assert at(trace, "other = 2", "line")["changed"] == {}


def test_values_are_short() -> None:
    """However large what they show is."""

    def run() -> int:
        number = 10**5000
        text = "long " * 1000
        table = {index: [index] * 99 for index in range(99)}
        group = {*range(99)}
        loop: list[object] = [text]
        loop.append(loop)
        return len(table) + len(group) + number

    trace = traced(run)
    found = {k: v for s in trace["steps"] for k, v in s["changed"].items()}
    assert found["number"] == "<int of 16610 bits>"
    assert found["group"] == "<set of 99>"
    assert str(found["table"]).startswith("{0: [0, 0, 0, 0, ...], 1: ")
    assert {len(str(value)) <= 80 for value in found.values()} == {True}


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


def test_a_recursion_without_end() -> None:
    """At the limit of the stack, Python takes the trace function out."""

    def down() -> None:
        down()

    def run() -> None:
        limit = sys.getrecursionlimit()
        depth = len(inspect.stack())
        sys.setrecursionlimit(depth + 60)
        try:
            down()
        except RecursionError:
            print(end="")
        finally:
            sys.setrecursionlimit(limit)

    trace = traced(run)
    assert trace["notes"] == ["settrace"]
    assert trace["raised"] is None
    assert sys.gettrace() is None


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
