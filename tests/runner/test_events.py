"""Every event of a trace is listed, in order, with its line."""

import asyncio
import linecache
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial

import pytest
from oslo_utils import excutils

from runner.events import Event, events, story
from runner.tracer import Trace, record

LOG = logging.getLogger("events")
# Each case, and what is to be told of it: the kind of an event, with a star
# when the library's helper did it, the first word of the exception's message,
# and the letter that the line ends with.
CASES: list[tuple[Callable[[], object], str]] = []


def case(expected: str) -> Callable[[Callable[[], object]], object]:
    """Add a function to the cases."""
    return lambda function: CASES.append((function, expected))


def told(
    run: Callable[[], object], output: Callable[[], int] = lambda: 0
) -> tuple[Trace, list[Event]]:
    """The trace of functions of this file, and its events."""
    trace = record(run, {__file__}.__contains__, output=output, limit=300)
    return trace, events(trace)


def text(trace: Trace, event: Event) -> str:
    """An event as the cases write it."""
    parts = [event.kind + "*" * event.helper]
    if event.exception is not None:
        message = trace["exceptions"][event.exception]["message"]
        parts.append(message.partition(" ")[0])
    if event.reraise is not None:
        parts.append(str(event.reraise))
    line = linecache.getline(trace["files"][event.file], event.line)
    if letter := re.search(r"  # (\w)( |$)", line):
        parts.append(letter[1])
    return " ".join(parts)


def fail(message: str) -> None:
    """Raise."""
    raise ConnectionError(message)


def caught(function: Callable[[], object]) -> None:
    """Call a function and catch the exception that it raises."""
    try:
        function()
    except Exception as error:
        print(error, end="")


@case(
    "called, called a, raised first, caught first b, saved* first True c, "
    "cleanup first d, logged d, reraised* first c, received first"
)
def saved_and_raised_again() -> None:
    """What the helper does is at its `with`."""
    try:
        fail("first")  # a
    except ConnectionError:  # b
        with excutils.save_and_reraise_exception():  # c
            LOG.warning("cleanup")  # d


@case(
    "called, called a, raised first, caught first b, saved* first True c, "
    "cleanup first d, raised cleanup, logged* first c, replaced first d, "
    "received cleanup"
)
def the_cleanup_fails() -> None:
    """The helper logs the first as dropped, and the second replaces it."""
    try:
        fail("first")  # a
    except ConnectionError:  # b
        with excutils.save_and_reraise_exception():  # c
            fail("cleanup")  # d


@case(
    "called, called a, raised first, caught first b, saved* first True c, "
    "flag first False d, swallowed first e"
)
def the_flag_is_turned_off() -> str:
    """The change is at its line, and the exception is swallowed."""
    try:
        fail("first")  # a
    except ConnectionError:  # b
        with excutils.save_and_reraise_exception() as ctxt:  # c
            ctxt.reraise = False  # d
    return "released"  # e


@case(
    "called, called a, raised first, caught first b, saved* first True c, "
    "reraised* first c, received first"
)
def return_in_the_body() -> None:
    """While `reraise` is true, a `return` has no effect and isn't listed."""
    try:
        fail("first")  # a
    except ConnectionError:  # b
        with excutils.save_and_reraise_exception():  # c
            return  # d


@case("called, saved* True a, raised* There a, received There")
def outside_a_handler() -> None:
    """There is nothing to save, and the helper raises an error of its own."""
    with excutils.save_and_reraise_exception():  # a
        print(end="")


@case(
    "called, called d, called a, raised first, caught first b, reraised "
    "first c, caught first e, reraised first f, received first"
)
def bare_raise_and_raise_error() -> None:
    """Both are told as raised again, at their own lines."""

    def bare() -> None:
        try:
            fail("first")  # a
        except ConnectionError:  # b
            raise  # c

    try:
        bare()  # d
    except ConnectionError as error:  # e
        raise error  # f


@case("called, called a, raised first, caught first c")
def a_clause_that_does_not_match() -> None:
    """Only the one that matches has caught it."""
    try:
        fail("first")  # a
    except ValueError:  # b
        print("no")
    except (  # c
        LookupError,
        OSError,
    ):
        print(end="")


@case(
    "called, called a, raised first, caught first b, called c, raised "
    "second, replaced first, received second"
)
def finally_is_no_handler() -> None:
    """An exception passes it, and one raised in a handler as well."""
    try:
        fail("first")  # a
    except ConnectionError:  # b
        try:
            fail("second")  # c
        finally:
            print(end="")


@case(
    "called, called a, raised first, caught first b, cleanup first, called "
    "c, raised second, caught second d, reraised first e, received first"
)
def a_handler_inside_a_handler() -> None:
    """The cleanup's own exception does not propagate."""
    try:
        fail("first")  # a
    except ConnectionError:  # b
        try:
            fail("second")  # c
        except ConnectionError:  # d
            print(end="")
        raise  # e


@case(
    "called, called a, raised first, caught first b, called d, reraised "
    "first c, received first"
)
def raised_again_by_a_called_function() -> None:
    """It is told once, where it is raised.

    `from` would raise another exception than the function does: B904 is off.
    """

    def again(error: Exception) -> Exception:
        raise error  # c

    try:
        fail("first")  # a
    except ConnectionError as error:  # b
        raise again(error)  # d  # noqa: B904


@case(
    "called, called a, raised first, caught first b, saved* first True c, "
    "raised cleanup d, logged* first c, replaced first e, caught cleanup e"
)
def the_cleanup_fails_and_is_caught() -> None:
    """In the same function: what was saved is not called swallowed."""
    try:
        try:
            fail("first")  # a
        except ConnectionError:  # b
            with excutils.save_and_reraise_exception():  # c
                raise OSError("cleanup")  # d  # noqa: B904
    except OSError:  # e
        print(end="")


@case("called, called a, raised first, swallowed first b")
def suppressed() -> None:
    """Lost without a handler, by a context manager."""
    with suppress(ConnectionError):
        fail("first")  # a
    print(end="")  # b


@case("called, called a, raised first, swallowed first b")
def lost_by_return() -> None:
    """The same by a `return` in `finally`: that is the trap."""
    try:
        fail("first")  # a
    finally:
        return  # b  # noqa: B012


@case("called, raised same a, caught same b, reraised same a, caught same b")
def the_same_exception_in_a_loop() -> None:
    """Each time that it is raised and caught is told."""
    error = OSError("same")
    for _ in range(2):
        try:
            raise error  # a
        except OSError:  # b
            print(end="")


@case(
    "called, called a, called b, raised first, caught first c, saved* first "
    "True d, cleanup first, reraised* first d, received first"
)
def a_context_manager_of_ones_own() -> None:
    """A generator's handler catches what its `yield` raises."""

    @contextmanager
    def error_state() -> Iterator[None]:
        try:
            yield
        except ConnectionError:  # c
            with excutils.save_and_reraise_exception():  # d
                print(end="")

    with error_state():  # a
        fail("first")  # b


@case("called, called a, raised first, caught first b, called c")
def calls_in_which_nothing_happens() -> None:
    """They are left out, but in a handler, where they are the cleanup.

    A class that is made and a lambda are no cleanup that a reader looks for.
    """

    class Port:
        def __init__(self) -> None:
            self.name = "eth0"

    def quiet() -> None: ...

    quiet()
    try:
        fail("first")  # a
    except ConnectionError:  # b
        quiet()  # c
        Port()
        (lambda: None)()
    quiet()


@case("called, called a, raised first, received first")
def the_end_of_a_generator_is_no_event() -> None:
    """Neither when it is used up, nor when it is closed."""
    any(n for n in [1, 2])
    fail("first")  # a


@pytest.mark.parametrize(
    ("function", "expected"),
    CASES,
    ids=[getattr(function, "__name__", "") for function, _ in CASES],
)
def test_events_are_told_in_order(
    function: Callable[[], object], expected: str
) -> None:
    """Each with its line, and no other."""
    trace, found = told(partial(caught, function))
    assert [text(trace, event) for event in found] == expected.split(", ")


def named(name: str) -> Callable[[], object]:
    """One of the cases."""
    return next(run for run, _ in CASES if getattr(run, "__name__") == name)  # noqa: B009


def where(
    run: Callable[[], object],
) -> list[tuple[str, str, str, str]]:
    """What propagates, and what is handled, at each step.

    Returns:
        The step's event and function, and the messages of both exceptions.
    """
    trace = record(run, {__file__}.__contains__, limit=300)
    propagating = story(trace).propagating
    assert len(propagating) == len(trace["steps"])

    def message(number: int | None) -> str:
        return "" if number is None else trace["exceptions"][number]["message"]

    return [
        (
            step["event"],
            step["function"],
            message(one),
            message(step["handled"]),
        )
        for step, one in zip(trace["steps"], propagating, strict=True)
    ]


def test_what_the_helper_raises_again_propagates_through_its_finally() -> None:
    """In every call on its way, until it is caught."""
    found = where(partial(caught, named("saved_and_raised_again")))
    # From the `raise` in `force_reraise` to the `except` of `caught`.
    last = max(i for i, one in enumerate(found) if one[1] == "force_reraise")
    finals = [one for one in found if one[1] == "force_reraise"][-4:]
    assert [(event, on_way) for event, _, on_way, _ in finals] == [
        ("exception", "first"),
        ("line", "first"),
        ("line", "first"),
        ("unwind", "first"),
    ]
    after = [one[2] for one in found[last:] if one[1] != "caught"]
    assert set(after) == {"first"}
    assert found[-2][1:3] == ("caught", "")


def test_what_is_caught_does_not_propagate() -> None:
    """Neither in the handler, nor in the calls that it makes."""
    found = where(partial(caught, named("the_cleanup_fails")))
    in_exit = [one for one in found if one[1] == "__exit__"]
    assert {one[2:] for one in in_exit} == {("cleanup", "cleanup")}
    # Its `except` has matched: from there on, the first one is handled.
    lines = [
        one[2:] for one in found if one[:2] == ("line", "the_cleanup_fails")
    ]
    assert lines[2:5] == [("", "first"), ("", "first"), ("", "first")]
    saving = [one for one in found if one[1] in ("__enter__", "capture")]
    assert {one[2:] for one in saving} == {("", "first")}


def test_what_a_finally_holds_up_propagates_again() -> None:
    """After another exception was raised and caught in it."""

    def run() -> None:
        try:
            fail("first")
        finally:
            try:
                fail("second")
            except ConnectionError:
                print(end="")
            LOG.info("here")

    found = where(partial(caught, run))
    ways = [one[2] for one in found if one[1] in ("run", "fail")]
    shown = [way for i, way in enumerate(ways) if way != ways[i - 1]]
    # The handler of the second runs while the first is held up.
    assert shown == ["", "first", "second", "", "first"]


def test_what_exit_raises_replaces_what_it_got() -> None:
    """Also if both are raised below one `try`, whose `except` catches it."""

    class Reporter:
        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None:
            fail("second")

    def run() -> None:
        try:
            with Reporter():
                raise OSError("first")
        except OSError:
            print(end="")
        print(end="")

    trace, found = told(partial(caught, run))
    kinds = [text(trace, event) for event in found if event.kind != "called"]
    assert kinds == [
        "raised first",
        "raised second",
        "replaced first",
        "caught second",
    ]


def test_a_part_of_a_group() -> None:
    """`except*` takes a part; the rest propagates, and replaces nothing."""

    def run() -> None:
        try:
            raise ExceptionGroup("both", [ValueError("one"), OSError("two")])
        except* ValueError:
            print(end="")

    trace, found = told(partial(caught, run))
    assert [text(trace, event) for event in found] == [
        "called",
        "raised both",
        "caught both",
        "rest both",
        "received both",
    ]
    assert found[1].exception != found[2].exception
    left = [one for one in where(partial(caught, run)) if one[1] == "run"]
    assert (left[-1][0], left[-1][2][:4]) == ("unwind", "both")


def test_a_coroutine_that_is_cancelled_in_the_body() -> None:
    """The cancellation is not suppressed where `await` raises it."""

    async def release() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                await asyncio.sleep(10)

    async def cancelled() -> None:
        task = asyncio.create_task(release())
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    trace, found = told(lambda: asyncio.run(cancelled()))
    kinds = [text(trace, event) for event in found if event.kind != "called"]
    assert kinds[:3] == ["raised first", "caught first", "saved* first True"]
    assert kinds[3:] == [
        "cleanup first",
        "raised ",
        "logged* first",
        "replaced first",
        "swallowed ",
    ]


def test_another_exception_from_the_first() -> None:
    """What a handler raises replaces what it handles."""

    def run() -> None:
        try:
            fail("first")
        except ConnectionError as error:
            raise LookupError("second") from error

    trace, found = told(partial(caught, run))
    assert [text(trace, event) for event in found][-3:] == [
        "raised second",
        "replaced first",
        "received second",
    ]
    assert found[-2].other == found[-1].exception


def test_what_nobody_catches() -> None:
    """It is received where the run began."""
    trace, found = told(lambda: fail("first"))  # a
    assert text(trace, found[-1]) == "received first a"


def test_printed() -> None:
    """Lines of one function are one event; what a log printed is the log's."""
    written: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append("log")

    def inner() -> None:
        written.append("1")
        written.append("2")

    def run() -> None:
        logging.basicConfig(handlers=[Handler()], force=True)
        inner()
        LOG.warning("port")
        written.append("3")

    _, found = told(run, lambda: len("".join(written)))
    shown = [
        (event.kind, "".join(written)[slice(*event.output)])
        for event in found
        if event.output
    ]
    assert shown == [("printed", "12"), ("printed", "3")]
    assert [e.kind for e in found] == [
        "called",
        "printed",
        "logged",
        "printed",
    ]


def test_the_limit() -> None:
    """The last event says that there is more."""

    def endless() -> None:
        while True:
            print(end="")

    _, found = told(endless)
    assert found[-1].kind == "limit"
    assert sys.gettrace() is None


def test_without_sources() -> None:
    """Nothing is guessed: no handler, and nothing swallowed."""
    code = compile(
        "def release():\n"
        "    try:\n"
        "        1 / 0\n"
        "    except ZeroDivisionError:\n"
        "        pass\n"
        "release()\n",
        "<nowhere>",
        "exec",
    )
    trace = record(lambda: exec(code, {}), {"<nowhere>"}.__contains__)
    assert [event.kind for event in events(trace)] == ["called", "raised"]
