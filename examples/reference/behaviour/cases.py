"""How a case is declared and run."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

# The groups, in the order of the table. Each is a module beside this one.
GROUPS = {
    "body": "The body and `reraise`",
    "nothing_to_raise": "Nothing is being handled",
    "leaving": "Leaving the body early",
    "nesting": "One helper inside another",
    "kinds": "Other kinds of exceptions",
    "generators": "Generators and context managers",
    "coroutines": "Coroutines",
    "threads": "Threads, destructors, debuggers",
    "methods": "Methods, attributes, using one twice",
    "logger": "The log message and its logger",
    "around": "Code around the block",
    "misuse": "Misuse",
}


class First(Exception):
    """The error that is being handled."""

    __module__ = "__main__"  # As in a reader's program: logged as `First`.


class Second(Exception):
    """An error of the cleanup."""

    __module__ = "__main__"


@dataclass(frozen=True)
class Outcome:
    """What a case led to.

    Attributes:
        out: `raised` or `returned`, and the exception or value.
        context: The exception's `__context__`; empty where there is none.
        cause: The exception's `__cause__`; empty where there is none.
        log: One line a log record: level, logger, message.
        entries: How many entries of its traceback are the helper's: its
            methods and the lines of `with` that called `__exit__`.
    """

    out: str
    context: str = ""
    cause: str = ""
    log: tuple[str, ...] = ()
    entries: int = 0


@dataclass(frozen=True)
class Case:
    """A case, and what is expected of it.

    Attributes:
        group: The module that has it, a key of GROUPS.
        name: The function's name.
        words: The case in words.
        function: Runs it.
        expected: What it should lead to, with the library that the project
            is locked to.
    """

    group: str
    name: str
    words: str
    function: Callable[[], Any]
    expected: Outcome


_CASES: list[Case] = []
_F = TypeVar("_F", bound=Callable[[], Any])

DROPPED = "ERROR oslo_utils.excutils: Original exception being dropped: "
FIRST_DROPPED = DROPPED + r"[..., 'First: release\n']"


def case(
    words: str,
    out: str,
    *,
    context: str = "",
    cause: str = "",
    log: Sequence[str] = (),
    entries: int = 0,
) -> Callable[[_F], _F]:
    """Declare a function to be a case, and what it leads to.

    Args:
        words: The case in words.
        out: See `Outcome`, as the other arguments.
        context: The expected `__context__`.
        cause: The expected `__cause__`.
        log: The expected log lines.
        entries: The expected number of traceback entries.

    Returns:
        A decorator that leaves the function as it is.
    """
    expected = Outcome(out, context, cause, tuple(log), entries)

    def declare(function: _F) -> _F:
        group = function.__module__.rpartition(".")[2]
        name = function.__name__
        _CASES.append(Case(group, name, words, function, expected))
        return function

    return declare


def all_cases() -> list[Case]:
    """All cases, in the order of the groups and of their modules."""
    for group in GROUPS:
        import_module(f"{__package__}.{group}")
    order = list(GROUPS)
    return sorted(_CASES, key=lambda c: order.index(c.group))


def run(case: Case) -> Outcome:
    """Run a case.

    Args:
        case: The case.

    Returns:
        What came of it, whatever the exception was.
    """
    with _records() as records:
        try:
            value = case.function()
        except BaseException as error:
            return Outcome(
                f"raised {error!r}",
                _shown(error.__context__),
                _shown(error.__cause__),
                tuple(records),
                _entries(error),
            )
    return Outcome(f"returned {value!r}", log=tuple(records))


def _shown(error: BaseException | None) -> str:
    return "" if error is None else repr(error)


def _entries(error: BaseException) -> int:
    found = 0
    for entry in traceback.extract_tb(error.__traceback__):
        if entry.filename.endswith(("excutils.py", "six.py")):
            found += 1 + (entry.name == "__exit__")
    return found


@contextmanager
def _records() -> Iterator[list[str]]:
    """The lines of the log records that reach the root logger."""
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            arguments = tuple(
                f"[..., {argument[-1]!r}]"
                if isinstance(argument, list)
                else argument
                for argument in record.args or ()
            )
            message = str(record.msg) % arguments
            lines.append(f"{record.levelname} {record.name}: {message}")

    root, keep = logging.getLogger(), Keep()
    handlers, root.handlers[:] = root.handlers[:], [keep]
    try:
        yield lines
    finally:
        root.handlers[:] = handlers


def run_coroutine(function: Callable[[], Any]) -> Any:
    """Run a coroutine function in a loop of its own."""
    return asyncio.run(function())
