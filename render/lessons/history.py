"""What happened, in order, at one statement of a lesson.

A lesson's page lists the events of one statement: the first in which an
exception is raised and does more than propagate. Nova's models begin with
their parts; there, it is the first in which the helper saves an exception. If
there is none, it is the first statement that raises. A lesson in which nothing
is raised has no list.

All lessons run in one separate process. If a program harms that process or
does not end, the build fails with a message that says so. The build continues
meanwhile, until it needs the result of a lesson that has not run.
"""

import contextlib
import doctest
import importlib
import io
import json
import linecache
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from threading import Timer
from types import ModuleType
from typing import Any, NamedTuple

from mkdocs.exceptions import BuildError

from render import html
from render.languages.locale import activate, current, say
from render.paths import ROOT
from runner.events import Event, events
from runner.story import label, words
from runner.tracer import Trace, record

_SECONDS = 60  # For all lessons, and one more for each.
_STEPS = 3000
_FOLDED = 20  # Events. Longer lists are folded.
_PLACE = ' class="at"'
_WIDTH = 80  # Characters of a message or an output.

_PARSER = doctest.DocTestParser()


class HistoryError(BuildError):
    """A lesson's statements cannot be run for its page."""


class Lesson(NamedTuple):
    """What is run of a lesson.

    Attributes:
        module: The module's name.
        proofs: The sessions of each docstring, with prompts.
    """

    module: str
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


class _Process:
    """An interpreter that is ready to run lessons."""

    def __init__(self) -> None:
        self._until = contextlib.ExitStack()
        # Files and no pipes: nobody reads or writes at the other end meanwhile.
        self._given, self.errors = (
            self._until.enter_context(
                tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  # Closed by `close`.
            )
            for _ in range(2)
        )
        file = self._given.fileno()
        self._process = self._until.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "render.lessons.history", str(file)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                pass_fds=[file],
                text=True,
                encoding="utf-8",
            )
        )

    def run(self, lessons: list[Lesson], language: str, seconds: int) -> None:
        """Let it run lessons, and end after some seconds."""
        json.dump([language, lessons], self._given)
        self._given.seek(0)
        assert self._process.stdin
        self._process.stdin.close()  # What it waits for.
        limit = Timer(seconds, self._process.kill)
        limit.daemon = True
        limit.start()
        self._until.callback(limit.cancel)

    def line(self) -> str:
        """Wait for what it says of the next lesson; empty if it has ended."""
        assert self._process.stdout
        return self._process.stdout.readline()

    def ended(self) -> int:
        """Wait for its end; returns the exit code."""
        return self._process.wait()

    def close(self) -> None:
        self._process.kill()
        self._until.close()


_spare: _Process | None = None


def prepare() -> None:
    """Start an interpreter ahead, for the lessons that run next."""
    global _spare
    _spare = _spare or _Process()


class Runs:
    """Lessons that run one after another, in a process of their own."""

    def __init__(self, lessons: Iterable[Lesson]) -> None:
        """Start them.

        Args:
            lessons: The lessons, in the order in which they are asked for.
        """
        global _spare
        self._waiting = [*lessons]
        self._found: dict[str, Found | None] = {}
        self._seconds = _SECONDS + len(self._waiting)
        self._process, _spare = _spare or _Process(), None
        self._process.run(self._waiting, current(), self._seconds)

    def __contains__(self, module: str) -> bool:
        """Whether a lesson is among them."""
        return module in self._found or any(
            lesson.module == module for lesson in self._waiting
        )

    def __getitem__(self, module: str) -> Found | None:
        """The list of a lesson, which is waited for.

        Args:
            module: The lesson's module.

        Returns:
            The list, if the lesson has one.

        Raises:
            HistoryError: A lesson cannot be imported, ended the process, or
                took too long.
        """
        while module not in self._found:
            lesson = self._waiting[0].module
            self._found[lesson] = self._next(lesson)
            del self._waiting[0]
        if not self._waiting:
            self._process.close()
        return self._found[module]

    def _next(self, lesson: str) -> Found | None:
        if line := self._process.line():
            found = json.loads(line)
            return found and Found(*found)
        code = self._process.ended()
        self._process.errors.seek(0)
        said = (
            self._process.errors.read().rpartition(f"{lesson}\n")[2].rstrip()
        )
        self._process.close()
        self._waiting.clear()
        if code == -signal.SIGKILL:
            raise HistoryError(
                f"{lesson} did not end within {self._seconds} s: {said}"
            )
        raise HistoryError(
            f"{lesson} cannot be run for its page, exit code {code}: {said}"
        )


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
    needs_helper = lesson.module.startswith("examples.case_studies.")
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
    title = say("Step by step: {line}").format(
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
    # The name says which of several calls in a line it is.
    one = text.startswith(f"{event.function}(") or text.count("(") == 1
    if event.kind == "called" and event.function in text and one:
        return f"<li><b>{what}</b> {html.code(text)}</li>"
    return f"<li><b>{what}</b> {more} {html.code(text, _PLACE)}</li>"


def _words(trace: Trace, event: Event, printed: str) -> tuple[str, str]:
    """The event's verb, and what it is about."""
    more = words(current())["more"]
    return label(event, current()), _about(trace, event, printed, more)


def _about(trace: Trace, event: Event, printed: str, more: Any) -> str:
    error = _error(trace, event.exception)
    match event.kind:
        case "called":
            return html.code(event.function)
        case "raised":
            entry = trace["exceptions"][event.exception or 0]
            context = _error(trace, entry["context"], short=True)
            told = str(more["context"]).format(error=context)
            return error + (told if context else "")
        case "saved" if event.exception is None:
            return str(more["nothing"])
        case "saved":
            flag = str(more["flag"]).format(flag=html.code("reraise"))
            return error + ("" if event.reraise else flag)
        case "flag":
            return html.code(f"reraise = {event.reraise}")
        case "logged":
            log = trace["logs"][event.log or 0]
            return html.code(f"{log['level']} {_cut(log['message'])}")
        case "printed":
            text = printed[slice(*(event.output or (0, 0)))].strip("\n")
            first = html.code(_cut(text.partition("\n")[0]))
            count = text.count("\n")
            lines = str(more["lines"]).format(count=count)
            if count == 1:
                lines = str(more["line"])
            return first + lines * (count > 0)
        case "replaced":
            other = _error(trace, event.other, short=True)
            return error + str(more["by"]).format(error=other)
        case "limit":
            return str(more["limit"]).format(count=_STEPS)
        case _:
            return error


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
        return first[:_WIDTH].rsplit(" ", 1)[0] + " …"
    return f"{first} …" if more else first


def _main() -> None:
    """Wait for lessons, and write what was found."""
    # Lessons may write to standard output, too.
    results = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdin.read()
    with os.fdopen(int(sys.argv[1]), encoding="utf-8") as file:
        if not (given := file.read()):
            return  # Who was to give some has ended.
    language, lessons = json.loads(given)
    for module, proofs in lessons:
        print(module, file=sys.stderr, flush=True)
        lesson = Lesson(module, tuple(tuple(each) for each in proofs))
        with activate(language):
            print(json.dumps(history(lesson)), file=results, flush=True)


if __name__ == "__main__":
    _main()
