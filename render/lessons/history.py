"""What happened, in order, at one statement of a lesson.

Of all statements that a lesson's page shows, one is told of: the first in
which an exception is raised and does more than come out. Nova's models begin
with their parts; there, it is the first in which the helper saves an
exception. Without such a one, it is the first that raises, and a lesson in
which nothing is raised has no list.

The lessons run in a process of their own, all in one: a program that harms
its process, or does not end, ends the build with a word on it. In a preview,
only lessons that have changed run again.
"""

import contextlib
import doctest
import importlib
import io
import json
import linecache
import logging
import subprocess
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any, NamedTuple

from mkdocs.exceptions import BuildError

from render import html
from render.languages.locale import activate, current, say
from render.lessons.events import Event, events
from render.paths import ROOT
from runner.tracer import Trace, record

_SECONDS = 60  # For all lessons, and one more for each.
_STEPS = 3000
_FOLDED = 20  # Events. Longer lists are folded.
_PLACE = ' class="at"'
_WIDTH = 60  # Characters of a message or an output.

_PARSER = doctest.DocTestParser()
_known: dict[tuple[str, "Lesson"], "Found | None"] = {}


class HistoryError(BuildError):
    """A lesson's statements cannot be run for its page."""


class Lesson(NamedTuple):
    """What is run of a lesson.

    Attributes:
        module: The module's name.
        source: The module's text: when it changes, the lesson runs again.
        proofs: The sessions of each docstring, with prompts.
    """

    module: str
    source: str
    proofs: tuple[tuple[str, ...], ...]


class Found(NamedTuple):
    """A list of events, and where it belongs.

    Attributes:
        proof: The number of the docstring.
        session: The number of the session in it that has the statement.
        html: The list.
    """

    proof: int
    session: int
    html: str


def histories(lessons: Iterable[Lesson]) -> dict[str, Found | None]:
    """The lists of several lessons.

    Args:
        lessons: The lessons.

    Returns:
        What was found, by the modules' names.

    Raises:
        HistoryError: A lesson cannot be imported, ended the process, or took
            too long.
    """
    asked = list(lessons)
    language = current()
    missing = [x for x in asked if (language, x) not in _known]
    if missing:
        ran = _run(missing, language)
        for lesson, found in zip(missing, ran, strict=True):
            _known[language, lesson] = found and Found(*found)
    return {lesson.module: _known[language, lesson] for lesson in asked}


def _run(lessons: list[Lesson], language: str) -> list[Any]:
    seconds = _SECONDS + len(lessons)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "render.lessons.history", language],
            input=json.dumps(lessons),
            cwd=ROOT,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise HistoryError(
            f"a lesson did not end within {seconds} s: {error.stderr!r}"
        ) from error
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        raise HistoryError(
            "the lessons cannot be run for their pages, "
            f"exit code {done.returncode}:\n{done.stderr}"
        )
    return list(json.loads(lines[-1]))


def history(lesson: Lesson) -> Found | None:
    """Run a lesson's statements until there is one to tell of.

    Args:
        lesson: The lesson.

    Returns:
        The list, if the lesson has one.

    Raises:
        Exception: The lesson cannot be imported.
    """
    module = importlib.import_module(lesson.module)
    needs_helper = lesson.module.startswith("examples.nova.")
    first = None
    number = 0
    for proof, sessions in enumerate(lesson.proofs):
        names = vars(module).copy()
        for session, text in enumerate(sessions):
            for example in _PARSER.get_examples(text):
                number += 1
                trace, printed = _trace(
                    example.source, f"<session {number}>", names, module
                )
                if not trace["exceptions"]:
                    continue
                told = events(trace)
                kinds = {e.kind for e in told if e.exception is not None}
                if not kinds & {"raised", "saved"}:
                    continue
                found = Found(proof, session, _html(trace, told, printed))
                if needs_helper:
                    chosen = "saved" in kinds
                else:
                    chosen = "caught" in kinds or trace["raised"] is None
                if chosen:
                    return found
                first = first or found
    return first


def _trace(
    source: str, name: str, names: dict[str, Any], module: ModuleType
) -> tuple[Trace, str]:
    """Run one statement as at the prompt."""
    lines = source.splitlines(keepends=True)
    linecache.cache[name] = len(source), None, lines, name
    printed = io.StringIO()
    # Log lines go to the statement's output as they do on the page.
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(printed)
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        trace = record(
            lambda: exec(compile(source, name, "single"), names),
            lambda file: (
                file == module.__file__ or file.startswith("<session")
            ),
            limit=_STEPS,
            output=lambda: len(printed.getvalue()),
        )
    return trace, printed.getvalue()


def _html(trace: Trace, told: list[Event], printed: str) -> str:
    rows = "".join(_row(trace, event, printed) for event in told)
    listed = f"<ol>{rows}</ol>"
    title = say("What happened, in order, at {line}").format(
        line=html.code(_text(trace, told[0]))
    )
    if len(told) > _FOLDED:
        count = say(": {count} events").format(count=len(told))
        return (
            '<details class="fold history" data-search-exclude>'
            f"<summary>{title}{count}</summary>{listed}</details>"
        )
    return (
        '<figure class="history" data-search-exclude>'
        f"<figcaption>{title}</figcaption>{listed}</figure>"
    )


def _row(trace: Trace, event: Event, printed: str) -> str:
    what, more = _words(trace, event, printed)
    text = _text(trace, event)
    if event.kind == "called" and event.function in text:
        return f"<li><b>{what}</b> {html.code(text)}</li>"
    return f"<li><b>{what}</b> {more} {html.code(text, _PLACE)}</li>"


def _words(trace: Trace, event: Event, printed: str) -> tuple[str, str]:
    """The event's verb, and what it is about."""
    error = _error(trace, event.exception)
    match event.kind:
        case "called":
            return say("called"), html.code(event.function)
        case "raised":
            entry = trace["exceptions"][event.exception or 0]
            context = _error(trace, entry["context"], short=True)
            more = say(", its context is {error}").format(error=context)
            verb = (
                say("raised by the helper") if event.helper else say("raised")
            )
            return verb, error + (more if context else "")
        case "saved" if event.exception is None:
            nothing = say("nothing: no exception is handled")
            return say("saved by the helper"), nothing
        case "saved":
            flag = html.code("reraise")
            more = say(", {flag} is false").format(flag=flag)
            told = error + ("" if event.reraise else more)
            return say("saved by the helper"), told
        case "flag":
            return say("changed"), html.code(f"reraise = {event.reraise}")
        case "logged":
            log = trace["logs"][event.log or 0]
            text = html.code(f"{log['level']} {_cut(log['message'])}")
            if event.helper:
                return say("logged by the helper"), text
            return say("logged"), text
        case "printed":
            text = printed[slice(*(event.output or (0, 0)))].strip("\n")
            first = html.code(_cut(text.partition("\n")[0]))
            count = text.count("\n")
            more = say(" and {count} more lines").format(count=count)
            if count == 1:
                more = say(" and 1 more line")
            return say("printed"), first + more * (count > 0)
        case "reraised":
            if event.helper:
                return say("raised again by the helper"), error
            return say("raised again"), error
        case "swallowed":
            return say("not raised again"), error
        case "limit":
            follows = say("what follows the first {count} steps")
            return say("not shown"), follows.format(count=_STEPS)
        case "caught":
            return say("caught"), error
        case "received":
            return say("received"), error
    raise ValueError(event.kind)


def _error(trace: Trace, number: int | None, short: bool = False) -> str:
    if number is None:
        return ""
    error = trace["exceptions"][number]
    if short or not error["message"]:
        return html.code(error["type"])
    return html.code(f"{error['type']}: {_cut(error['message'])}")


def _text(trace: Trace, event: Event) -> str:
    """The event's line of code."""
    name = trace["files"][event.file]
    return linecache.getline(name, event.line).strip()


def _cut(text: str) -> str:
    """One line, and not a long one."""
    first, *more = text.splitlines() or [""]
    if len(first) > _WIDTH:
        return first[: _WIDTH - 1] + "…"
    return f"{first} …" if more else first


def _main() -> None:
    """Read lessons from standard input, write what was found."""
    found = []
    for lesson in json.load(sys.stdin):
        proofs = tuple(tuple(sessions) for sessions in lesson[2])
        print(lesson[0], file=sys.stderr, flush=True)
        with activate(sys.argv[1]):
            found.append(history(Lesson(lesson[0], lesson[1], proofs)))
    print("\n" + json.dumps(found), file=sys.__stdout__)


if __name__ == "__main__":
    _main()
