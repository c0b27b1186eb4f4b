"""What the checks of the challenges share: one trial of a reader's function.

A check calls functions of an answer and says what it observed: what was returned
or raised, and what was logged.

Attributes:
    sentences: What the page's language says in place of an English sentence.
        Empty for English; whoever runs a check for another page fills it.
"""

import functools
import inspect
import logging
import os
import reprlib
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple

DROPPED = "Original exception being dropped"

sentences: dict[str, str] = {}

_SHORT = reprlib.Repr()
_SHORT.maxother = _SHORT.maxstring = 60


class Trial(NamedTuple):
    """A call of a reader's function, in words.

    Attributes:
        call: The call, and what its collaborators do.
        ending: How it ended and, a line each, what was logged.
    """

    call: str
    ending: str


# What `attempt` has called so far. Whoever shows them clears the list.
trials: list[Trial] = []


class MissingError(Exception):
    """An answer has no such name."""


class Line(NamedTuple):
    """A line of log.

    Attributes:
        logger: The name of its logger.
        text: Its message, and the traceback that it carries.
    """

    logger: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """How a call ended.

    Attributes:
        returned: What it returned, or `None`.
        error: The exception that propagated, or `None`.
        log: What was logged meanwhile, by any logger, at any level.
    """

    returned: object
    error: BaseException | None
    log: list[Line]

    def __str__(self) -> str:
        """Say it as the first half of a sentence."""
        if self.error is None:
            return say("{value} was returned", value=shown(self.returned))
        return say("{error} reached the caller", error=shown(self.error))

    def gave(self, value: str | int | None) -> bool:
        """Whether it returned this very value, and not an equal one."""
        return (
            self.error is None
            and type(self.returned) is type(value)
            and self.returned == value
        )

    def lines(self, text: str) -> list[Line]:
        """The lines of log that hold a text."""
        return [line for line in self.log if text in line.text]


def say(text: str, /, **values: object) -> str:
    """A sentence in the language of the page.

    Args:
        text: The English sentence, in the syntax of `str.format`. A literal:
            the catalogue `challenges` is made from the calls.
        values: What replaces the names in braces.

    Returns:
        The sentence; in English where the language has none.

    Examples:
        >>> say("{wanted!r} should reach the caller.", wanted=OSError("down"))
        "OSError('down') should reach the caller."
    """
    return sentences.get(text, text).format(**values)


def shown(value: object) -> str:
    """A value as code, in one short line, whatever its `repr` does.

    Examples:
        >>> shown(OSError("the database is down"))
        "OSError('the database is down')"
        >>> len(shown("x" * 1000))
        60
    """
    return _SHORT.repr(value)


def find(answer: ModuleType, name: str) -> Any:
    """A function or class of an answer.

    Raises:
        MissingError: There is none.

    Examples:
        >>> find(ModuleType("answer"), "release")
        Traceback (most recent call last):
            ...
        examples.challenges.trial.MissingError: There is no `release` to call; the check needs it.
    """
    found = getattr(answer, name, None)
    if not callable(found):
        raise MissingError(
            say("There is no `{name}` to call; the check needs it.", name=name)
        )
    return found


def exception(answer: ModuleType, name: str, *given: object) -> Exception:
    """An exception of an answer's own class.

    Raises:
        MissingError: There is no such class, or it makes none.

    Examples:
        >>> answer = ModuleType("answer")
        >>> answer.NeutronError = print
        >>> exception(answer, "NeutronError", 404)
        Traceback (most recent call last):
            ...
        examples.challenges.trial.MissingError: `NeutronError(404)` makes no exception; the check needs one.
    """
    made = _attempt(find(answer, name), *given).returned
    if not isinstance(made, Exception):
        call = f"{name}({', '.join(map(repr, given))})"
        raise MissingError(
            say("`{call}` makes no exception; the check needs one.", call=call)
        )
    return made


def checked(
    check: Callable[[ModuleType], str],
) -> Callable[[ModuleType], str]:
    """Let a check say what `find` did not find.

    Examples:
        >>> checked(lambda answer: find(answer, "release"))(
        ...     ModuleType("answer"))
        'There is no `release` to call; the check needs it.'
    """

    @functools.wraps(check)
    def missing(answer: ModuleType) -> str:
        try:
            return check(answer)
        except MissingError as error:
            return str(error)

    return missing


def step(
    error: BaseException | None = None, to: Any = None, on: object = None
) -> Any:
    """A function to hand to an answer, which takes any arguments.

    Args:
        error: What it raises; nothing where it is `None`.
        to: A list; each call appends its first argument, or `None`.
        on: The first argument that it raises for; any where it is `None`.

    Examples:
        >>> calls = []
        >>> attempt(step(OSError("down"), calls), "eth0")
        Outcome(returned=None, error=OSError('down'), log=[])
        >>> calls
        ['eth0']
    """
    return _Step(error, to, on)


class _Step:
    def __init__(
        self, error: BaseException | None, to: Any, on: object
    ) -> None:
        self.error = error
        self._to = to
        self._on = on

    def __call__(self, *given: object) -> None:
        first = given[0] if given else None
        if self._to is not None:
            self._to.append(first)
        if self.error is not None and self._on in (None, first):
            raise self.error


def attempt(
    call: Callable[..., object], *given: object, words: str = ""
) -> Outcome:
    """Call a function, say how it ended, and add the call to `trials`.

    Args:
        call: The function; it may raise, print, log and exit as it likes.
        given: Its arguments.
        words: The call in words; its name and its arguments otherwise.

    Examples:
        >>> print(attempt("port".index, "x"))
        ValueError('substring not found') reached the caller
        >>> attempt(logging.getLogger("nova").info, "deleted").log
        [Line(logger='nova', text='deleted')]
    """
    words = words or _words(call, given)
    outcome = _attempt(call, *given)
    logged = [line.text.partition("\n")[0] for line in outcome.log]
    ending = [str(outcome)]
    ending += [
        say("logged: {line}", line=one[:_LONG] + "..." * (len(one) > _LONG))
        for one in logged
    ]
    trials.append(Trial(words, "\n".join(ending)))
    return outcome


_LONG = 60


def _words(call: Any, given: Sequence[object]) -> str:
    """A call in words: values as code, and which collaborators fail."""
    values = [shown(one) for one in given if not isinstance(one, _Step)]
    name = str(getattr(call, "__name__", "")) or shown(call)
    try:
        names = list(inspect.signature(call).parameters)
    except (TypeError, ValueError):
        names = []
    failing = [
        say("{name} raises {error}", name=name, error=shown(one.error))
        for name, one in zip(names, given, strict=False)
        if isinstance(one, _Step) and one.error is not None
    ]
    return "; ".join([f"{name}({', '.join(values)})", *failing])


def _attempt(call: Callable[..., object], *given: object) -> Outcome:
    returned, error = None, None
    with _heard() as log:
        try:
            returned = call(*given)
        except BaseException as out:
            error = out
    return Outcome(returned, error, log)


@contextmanager
def _heard() -> Iterator[list[Line]]:
    """Collect what is logged at any level; what is printed goes nowhere."""
    root, collector = logging.root, _Collector()
    handlers, level = root.handlers, root.level
    root.handlers = [collector]
    root.setLevel(logging.NOTSET)
    try:
        with (
            open(os.devnull, "w") as nowhere,
            redirect_stdout(nowhere),
            redirect_stderr(nowhere),
        ):
            yield collector.lines
    finally:
        root.handlers = handlers
        root.setLevel(level)


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(_line(record))


def _line(record: logging.LogRecord) -> Line:
    try:
        text = record.getMessage()
    except Exception:  # As logging does: a wrong format ends no program.
        text = str(record.msg)
    if record.exc_info and record.exc_info[1]:
        text += "\n" + "".join(traceback.format_exception(*record.exc_info))
    return Line(record.name, text)
