"""What is told of a trace: every event, in order, with its line."""

import linecache
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from oslo_utils import excutils

from render.lessons.events import Event, events
from runner.tracer import Trace, record

LOG = logging.getLogger("events")


def told(
    run: Callable[[], object], output: Callable[[], int] = lambda: 0
) -> tuple[Trace, list[Event]]:
    """The trace of functions of this file, and its events."""
    trace = record(run, {__file__}.__contains__, output=output, limit=300)
    return trace, events(trace)


def lines(run: Callable[[], object]) -> list[str]:
    """The events as text: kind, exception, line."""
    trace, found = told(run)

    def line(event: Event) -> str:
        parts: list[str] = [event.kind]
        if event.helper:
            parts.append("by the helper")
        if event.exception is not None:
            parts.append(trace["exceptions"][event.exception]["message"])
        if event.reraise is not None:
            parts.append(str(event.reraise))
        name = trace["files"][event.file]
        text = linecache.getline(name, event.line).strip()
        return f"{' '.join(parts)} | {text}"

    return [line(event) for event in found]


def fail(message: str) -> None:
    """Raise."""
    raise ConnectionError(message)


def caller(function: Callable[[], object]) -> Callable[[], None]:
    """Call it and catch what comes out."""

    def run() -> None:
        try:
            function()
        except Exception as error:
            print(error, end="")

    return run


def test_saved_and_raised_again() -> None:
    """Each event with its line; what the helper does is at its `with`."""

    def release() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                LOG.warning("cleanup")

    assert lines(caller(release)) == [
        "called | function()",
        'called | fail("first")',
        "raised first | raise ConnectionError(message)",
        "caught first | except ConnectionError:",
        "saved by the helper first True | "
        "with excutils.save_and_reraise_exception():",
        'logged | LOG.warning("cleanup")',
        "reraised by the helper first | "
        "with excutils.save_and_reraise_exception():",
        "received first | except Exception as error:",
    ]


def test_the_cleanup_fails() -> None:
    """The first is neither raised again nor called swallowed: see the log."""

    def release() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                fail("cleanup")

    assert lines(caller(release))[4:] == [
        "saved by the helper first True | "
        "with excutils.save_and_reraise_exception():",
        'called | fail("cleanup")',
        "raised cleanup | raise ConnectionError(message)",
        "logged by the helper | with excutils.save_and_reraise_exception():",
        "received cleanup | except Exception as error:",
    ]


def test_the_flag_is_turned_off() -> None:
    """The change is at its line, and the exception is swallowed."""

    def release() -> str:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception() as ctxt:
                ctxt.reraise = False
        return "released"

    assert lines(caller(release))[5:] == [
        "flag False | ctxt.reraise = False",
        'swallowed first | return "released"',
    ]


def test_return_in_the_body() -> None:
    """With the flag on, it is not told of: it has no effect."""

    def release() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                return

    assert lines(caller(release))[-2:] == [
        "reraised by the helper first | "
        "with excutils.save_and_reraise_exception():",
        "received first | except Exception as error:",
    ]


def test_outside_a_handler() -> None:
    """There is nothing to save, and the helper raises an error of its own."""

    def release() -> None:
        with excutils.save_and_reraise_exception():
            print(end="")

    assert lines(caller(release)) == [
        "called | function()",
        "saved by the helper True | "
        "with excutils.save_and_reraise_exception():",
        "raised by the helper There is no (currently) captured exception to "
        "force the reraising of | "
        "with excutils.save_and_reraise_exception():",
        "received There is no (currently) captured exception to force the "
        "reraising of | except Exception as error:",
    ]


def test_a_bare_raise_and_raise_error() -> None:
    """Both are told as raised again, at their own lines."""

    def bare() -> None:
        try:
            fail("first")
        except ConnectionError:
            raise

    def named() -> None:
        try:
            bare()
        except ConnectionError as error:
            raise error

    assert lines(caller(named))[3:] == [
        "raised first | raise ConnectionError(message)",
        "caught first | except ConnectionError:",
        "reraised first | raise",
        "caught first | except ConnectionError as error:",
        "reraised first | raise error",
        "received first | except Exception as error:",
    ]


def test_a_clause_that_does_not_match() -> None:
    """Only the one that matches has caught it."""

    def release() -> None:
        try:
            fail("first")
        except ValueError:
            print("no")
        except (
            LookupError,
            OSError,
        ):
            print(end="")

    assert lines(caller(release))[3:] == [
        "caught first | except (",
    ]


def test_finally_is_no_handler() -> None:
    """An exception passes it, and one raised in a handler as well."""

    def release() -> None:
        try:
            fail("first")
        except ConnectionError:
            try:
                fail("second")
            finally:
                print(end="")

    assert lines(caller(release))[3:] == [
        "caught first | except ConnectionError:",
        'called | fail("second")',
        "raised second | raise ConnectionError(message)",
        "received second | except Exception as error:",
    ]


def test_a_handler_inside_a_handler() -> None:
    """The cleanup's own exception does not come out."""

    def release() -> None:
        try:
            fail("first")
        except ConnectionError:
            try:
                fail("second")
            except ConnectionError:
                print(end="")
            raise

    assert lines(caller(release))[3:] == [
        "caught first | except ConnectionError:",
        'called | fail("second")',
        "raised second | raise ConnectionError(message)",
        "caught second | except ConnectionError:",
        "reraised first | raise",
        "received first | except Exception as error:",
    ]


def test_raised_again_by_a_called_function() -> None:
    """It is told once, where it is raised.

    `from` would raise another exception than the function does: B904 is off.
    """

    def again(error: Exception) -> Exception:
        raise error

    def release() -> None:
        try:
            fail("first")
        except ConnectionError as error:
            raise again(error)  # noqa: B904

    assert lines(caller(release))[4:] == [
        "called | raise again(error)  # noqa: B904",
        "reraised first | raise error",
        "received first | except Exception as error:",
    ]


def test_the_cleanup_fails_and_is_caught() -> None:
    """In the same function: what was saved is not called swallowed."""

    def release() -> None:
        try:
            try:
                fail("first")
            except ConnectionError:
                with excutils.save_and_reraise_exception():
                    raise OSError("cleanup")  # noqa: B904
        except OSError:
            print(end="")

    assert lines(caller(release))[5:] == [
        'raised cleanup | raise OSError("cleanup")  # noqa: B904',
        "logged by the helper | with excutils.save_and_reraise_exception():",
        "caught cleanup | except OSError:",
    ]


def test_lost_without_a_handler() -> None:
    """By a context manager, and by a `return` in `finally`."""

    def suppressed() -> None:
        with suppress(ConnectionError):
            fail("first")
        print(end="")

    def returned() -> None:
        try:
            fail("first")
        finally:
            return  # noqa: B012  # That is the trap.

    assert lines(caller(suppressed))[3:] == [
        'swallowed first | print(end="")',
    ]
    assert lines(caller(returned))[3:] == [
        "swallowed first | return  # noqa: B012  # That is the trap.",
    ]


def test_the_same_exception_in_a_loop() -> None:
    """Each time that it is raised and caught is told."""
    error = OSError("same")

    def retry() -> None:
        for _ in range(2):
            try:
                raise error
            except OSError:
                print(end="")

    assert lines(caller(retry))[1:] == [
        "raised same | raise error",
        "caught same | except OSError:",
        "reraised same | raise error",
        "caught same | except OSError:",
    ]


def test_what_nobody_catches() -> None:
    """It is received where the run began."""
    assert lines(lambda: fail("first"))[-1] == (
        'received first | assert lines(lambda: fail("first"))[-1] == ('
    )


def test_a_context_manager_of_ones_own() -> None:
    """A generator's handler catches what its `yield` raises."""

    @contextmanager
    def error_state() -> Iterator[None]:
        try:
            yield
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                print(end="")

    def release() -> None:
        with error_state():
            fail("first")

    assert [line.partition(" |")[0] for line in lines(caller(release))] == [
        "called",
        "called",
        "called",
        "raised first",
        "caught first",
        "saved by the helper first True",
        "reraised by the helper first",
        "received first",
    ]


def test_calls_in_which_nothing_happens() -> None:
    """They are left out, but in a handler, where they are the cleanup.

    A class that is made and a lambda are no cleanup that a reader looks for.
    """

    class Port:
        def __init__(self) -> None:
            self.name = "eth0"

    def quiet() -> None: ...

    def release() -> None:
        quiet()
        try:
            fail("first")
        except ConnectionError:
            quiet()
            Port()
            (lambda: None)()
        quiet()

    assert lines(caller(release)) == [
        "called | function()",
        'called | fail("first")',
        "raised first | raise ConnectionError(message)",
        "caught first | except ConnectionError:",
        "called | quiet()",
    ]


def test_the_end_of_a_generator_is_no_event() -> None:
    """Neither when it is used up, nor when it is closed."""

    def run() -> None:
        any(n for n in [1, 2])
        fail("first")

    assert lines(caller(run)) == [
        "called | function()",
        'called | fail("first")',
        "raised first | raise ConnectionError(message)",
        "received first | except Exception as error:",
    ]


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
    text = "".join(written)
    shown = [
        (event.kind, text[slice(*event.output)])
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

    assert lines(endless)[-1].startswith("limit | ")
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
