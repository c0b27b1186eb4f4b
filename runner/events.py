"""From a trace's steps to what happened: a line an event.

`events()` keeps what a reader of the program would tell: which functions were
called, what was raised, caught, saved by the helper, logged, printed,
replaced, raised again or suppressed, in this order, with the place of each.
`story()` adds what is propagating at each step, in whichever call.

Calls are left out in which nothing else happens, but those that a handler
makes: they are its cleanup. So is the GeneratorExit of a generator that is
closed, unless it is caught. An `except` with its body on the same line is
taken for one that matches.
"""

import ast
import linecache
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from runner.tracer import Call, Step, Trace

Kind = Literal[
    "called",
    "raised",
    "caught",
    "saved",
    "cleanup",
    "flag",
    "logged",
    "printed",
    "replaced",
    "reraised",
    "rest",
    "swallowed",
    "received",
    "limit",
]

_METHODS = {"__enter__", "capture", "__exit__", "force_reraise"}
# Of the methods that Python calls, those that a reader of `with` looks for.
_CALLS = {"__enter__", "__exit__", "__aenter__", "__aexit__", "__call__"}

_NAMED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_IDLE = ast.Raise | ast.Pass | ast.Return | ast.Break | ast.Continue


class Event(NamedTuple):
    """Something that happened.

    Attributes:
        kind: What: `caught` by an `except`, `saved` by a helper, `cleanup`
            for the first line of what runs before an exception is raised
            again, `flag` for a changed `reraise`, `replaced` for an exception
            in whose place `other` propagates, `rest` for the group that
            `except*` raises of what it did not take, `swallowed` for one that
            a helper saved and did not raise, or that ended without an
            `except`, `received` for what comes to the outermost function or
            leaves it, `limit` for the end of the recording.
        step: The number of the step at which it shows: of what is logged or
            printed, the step after it.
        file: The number of the file.
        line: The line of the program: of a call, where it is called; of
            `caught` and `received`, the `except`; of what the helper does,
            its `with`.
        function: The function that the line belongs to; of a call, the one
            that is called.
        helper: Whether the library's helper did it.
        exception: The number of the exception that it is about; of a `saved`
            without one, there was none. Of what the helper logs, the one
            that it drops.
        other: The number of the exception that replaces it, of `replaced`
            and of what the helper logs; of `cleanup` and `swallowed`, the one
            that the helper has saved.
        reraise: The helper's flag, for `saved` and `flag`.
        log: The number of the log record, for `logged`.
        output: Which characters of the output, for `printed`.
    """

    kind: Kind
    step: int
    file: int
    line: int
    function: str
    helper: bool = False
    exception: int | None = None
    other: int | None = None
    reraise: bool | None = None
    log: int | None = None
    output: tuple[int, int] | None = None


class Story(NamedTuple):
    """What happened in a run.

    Attributes:
        events: The events.
        propagating: The number of the exception that propagates at each
            step, or `None`.
    """

    events: list[Event]
    propagating: list[int | None]


class _Source:
    """Where a file catches and raises."""

    def __init__(self, name: str) -> None:
        # With the names of their functions: a lambda or a function that is
        # defined in a handler is not handling anything.
        self.handlers: list[tuple[str, ast.ExceptHandler]] = []
        self.tried: dict[ast.ExceptHandler, range] = {}  # Lines of `try`.
        self.raises: dict[int, ast.Raise] = {}
        self.heads: set[int] = set()  # Of `with`, executed at its end too.
        self.idle: set[int] = set()  # Lines that clean nothing up.
        # What the library's own methods do is known without reading them.
        text = "" if is_library(name) else "".join(linecache.getlines(name))
        self.known = bool(text)
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            self.known = False
            return
        self.read(tree, "<module>")

    def read(self, tree: ast.AST, function: str) -> None:
        for node in ast.iter_child_nodes(tree):
            inner = function
            if isinstance(node, _NAMED):
                inner = node.name
            elif isinstance(node, ast.ExceptHandler):
                self.handlers.append((function, node))
            elif isinstance(node, ast.Try | ast.TryStar):
                last = node.body[-1].end_lineno or node.lineno
                tried = range(node.body[0].lineno, last + 1)
                self.tried |= dict.fromkeys(node.handlers, tried)
            elif isinstance(node, ast.Raise):
                self.raises |= dict.fromkeys(_lines(node), node)
            elif isinstance(node, ast.With | ast.AsyncWith):
                self.heads |= {*range(node.lineno, node.body[0].lineno)}
                self.idle.add(node.lineno)
            if isinstance(node, _IDLE):
                self.idle |= {*_lines(node)}
            self.read(node, inner)

    def inside(self, handler: ast.ExceptHandler, line: int) -> bool:
        """Whether a line belongs to a handler's body."""
        last = handler.end_lineno or handler.lineno
        return handler.body[0].lineno <= line <= last

    def handler(self, function: str, line: int) -> ast.ExceptHandler | None:
        """The function's innermost handler whose body has the line."""
        found = [
            handler
            for name, handler in self.handlers
            if name == function and self.inside(handler, line)
        ]
        return max(found, key=lambda h: h.lineno, default=None)


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _cleans_up(handler: ast.ExceptHandler) -> bool:
    """Whether a handler raises, after whatever it does before."""
    return any(isinstance(node, ast.Raise) for node in ast.walk(handler))


@dataclass
class _Frame:
    """A call in progress.

    Attributes:
        way: The exceptions that propagate in it: the last one was raised
            while the others were held up by a `finally` or a `with`.
        lines: The line at which each of them was raised or came to.
        caught: The handlers it is in, what each has caught, and how many
            exceptions propagated beside that.
        saved: What helpers have saved in it.
        line: Its last line.
        waits: What is to be cleaned up after: the exception, and whether a
            helper has saved it.
    """

    way: list[int] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)
    saved: set[int | None] = field(default_factory=set)
    caught: list[tuple[ast.ExceptHandler, int, int]] = field(
        default_factory=list
    )
    line: tuple[int, int] = (-1, 0)
    waits: tuple[int, bool] | None = None


def events(trace: Trace) -> list[Event]:
    """What happened, in order.

    Args:
        trace: What `record()` returned. The sources of its files are read by
            `linecache`; without them, no handler is known.

    Returns:
        The events.

    Examples:
        >>> from runner.tracer import record
        >>> def run():
        ...     return int("port")
        >>> trace = record(run, {run.__code__.co_filename}.__contains__)
        >>> [event.kind for event in events(trace)]
        ['raised', 'received']
    """
    return story(trace).events


def story(trace: Trace) -> Story:
    """What happened, and what propagates at each step.

    Args:
        trace: What `record()` returned; see `events`.

    Returns:
        Both.
    """
    return _Reader(trace).read()


def is_library(file: str) -> bool:
    """Whether a file is the library's.

    Args:
        file: Its name, as in a trace.

    Examples:
        >>> is_library("/lib/python314.zip/oslo_utils/excutils.py")
        True
    """
    return file.replace("\\", "/").endswith("oslo_utils/excutils.py")


class _Reader:
    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.sources = [_Source(name) for name in trace["files"]]
        self.library = [is_library(name) for name in trace["files"]]
        self.found: list[Event] = []
        self.frames: dict[int, _Frame] = {}
        self.seen: set[int] = set()
        self.replacements: set[tuple[int, int]] = set()
        self.flags: dict[int, bool] = {}
        self.told = 0  # Characters of output.
        self.ends = {
            step["frame"]: number for number, step in enumerate(trace["steps"])
        }

    def read(self) -> Story:
        steps = self.trace["steps"]
        propagating: list[int | None] = []
        for number, step in enumerate(steps):
            if number:
                self.between(number - 1, number, step["output"])
            self.flag(number)
            leaving = self.leaving(number, step)
            if self.is_helper(step):
                self.helper(number, step)
            else:
                self.program(number, step)
            if step["event"] in ("return", "unwind"):
                self.frames.pop(step["frame"], None)
            propagating.append(
                self.propagating(step) if leaving is None else leaving
            )
        if steps:
            self.between(len(steps) - 1, len(steps), self.trace["output"])
            last = len(steps) - 1
            raised = self.trace["raised"]
            told = self.found and self.found[-1]
            if raised is not None and not (
                told and told.kind == "received" and told.exception == raised
            ):
                self.add("received", last, exception=raised)
            if "limit" in self.trace["notes"]:
                self.add("limit", last)
        self.found.sort(key=lambda event: event.step)
        found = [event for event in self.found if self.matters(event)]
        for event in found:
            # The `except` that matches ends it.
            ends = event.kind in ("caught", "received")
            if ends and steps[event.step]["event"] == "line":
                propagating[event.step] = None
        return Story(found, propagating)

    def propagating(self, step: Step) -> int | None:
        """What propagates at a step, in whichever of the running calls."""
        stopped: set[int] = set()
        for call in reversed(step["stack"]):
            frame = self.frames.get(call["frame"])
            if frame is None:
                continue
            beside = frame.caught[-1][2] if frame.caught else 0
            if len(frame.way) > beside and frame.way[-1] not in stopped:
                return frame.way[-1]
            stopped |= {error for _, error, _ in frame.caught}
        return None

    def leaving(self, number: int, step: Step) -> int | None:
        """What leaves a call at its last step.

        A group that `except*` raises for what it did not take has no step of
        its own: it appears where it arrives.
        """
        if step["event"] != "unwind":
            return None
        steps = self.trace["steps"]
        after = steps[number + 1] if number + 1 < len(steps) else None
        if after and after["event"] == "exception":
            return after["exception"]
        frame = self.frames.get(step["frame"])
        if frame and frame.way:
            return frame.way[-1]
        return None if after else self.trace["raised"]

    def matters(self, event: Event) -> bool:
        """Whether an event is more than a call in which nothing happens."""
        steps = self.trace["steps"]
        if event.kind != "called" or steps[event.step]["handled"] is not None:
            return True
        end = self.ends[steps[event.step]["frame"]]
        return any(
            event.step < other.step <= end and other.kind != "called"
            for other in self.found
        )

    def is_helper(self, call: Call) -> bool:
        return call["function"] in _METHODS and self.library[call["file"]]

    def add(
        self, kind: Kind, number: int, line: int | None = None, **more: Any
    ) -> None:
        step = self.trace["steps"][number]
        calls = step["stack"]
        helper = self.is_helper(step)
        while len(calls) > 1 and self.is_helper(calls[-1]):
            calls = calls[:-1]
        outside = kind == "called" or (
            kind in ("printed", "logged")
            and step["event"] in ("return", "unwind")
        )
        if outside and not helper and len(calls) > 1:
            calls = calls[:-1]
        at = calls[-1]
        function = step["function"] if kind == "called" else at["function"]
        place = at["file"], line or at["line"], function, helper
        if kind in ("printed", "logged"):
            number = min(number + 1, len(self.trace["steps"]) - 1)
        self.found.append(Event(kind, number, *place, **more))

    def between(self, before: int, after: int, output: int) -> None:
        """What a line did apart from exceptions: it logged and printed."""
        logs = self.trace["logs"]
        for number, log in enumerate(logs):
            if log["step"] == after:
                self.printed(before, log["output"][0])
                self.logged(before, number)
                self.told = max(self.told, log["output"][1])
        self.printed(before, output)

    def logged(self, before: int, number: int) -> None:
        step = self.trace["steps"][before]
        if self.is_helper(step) and step["helpers"]:
            saved = step["helpers"][-1]["saved"]
            other = self.propagating(step)
            self.add(
                "logged", before, log=number, exception=saved, other=other
            )
        else:
            self.add("logged", before, log=number)

    def printed(self, step: int, until: int) -> None:
        if until <= self.told:
            return
        self.add("printed", step, output=(self.told, until))
        self.told = until
        *_, last, new = None, *self.found
        if (
            last
            and last.output
            and (last.file, last.function) == (new.file, new.function)
        ):
            span = last.output[0], until
            self.found[-2:] = [last._replace(output=span)]

    def flag(self, number: int) -> None:
        for helper in self.trace["steps"][number]["helpers"]:
            known = self.flags.setdefault(helper["number"], helper["reraise"])
            if known != helper["reraise"]:
                self.flags[helper["number"]] = helper["reraise"]
                self.uncleaned(number - 1)
                self.add(
                    "flag",
                    number - 1,
                    exception=helper["saved"],
                    reraise=helper["reraise"],
                )
                self.found[-1] = self.found[-1]._replace(step=number)

    def uncleaned(self, number: int) -> None:
        """Setting `reraise` is not what the body cleans up."""
        last = self.found[-1] if self.found else None
        if last and last.kind == "cleanup" and last.step == number:
            self.found.pop()
            if frame := self.frames.get(self.trace["steps"][number]["frame"]):
                frame.waits = last.exception or 0, last.other is not None

    def helper(self, number: int, step: Step) -> None:
        """A step of the library's own methods."""
        name, event = step["function"], step["event"]
        frame = self.frames.setdefault(step["frame"], _Frame())
        outer = step["stack"][-2] if len(step["stack"]) > 1 else None
        if event == "call" and name == "__exit__" and outer:
            self.frames.setdefault(outer["frame"], _Frame()).waits = None
        if event == "return" and (
            name == "__enter__"
            or (name == "capture" and not (outer and self.is_helper(outer)))
        ):
            helper = step["helpers"][-1] if step["helpers"] else None
            if helper:
                owner = next(
                    (c for c in step["stack"][::-1] if not self.is_helper(c)),
                    step,
                )
                frame = self.frames.setdefault(owner["frame"], _Frame())
                frame.saved.add(helper["saved"])
                if helper["saved"] is not None and name == "__enter__":
                    frame.waits = helper["saved"], True
                self.add(
                    "saved",
                    number,
                    exception=helper["saved"],
                    reraise=helper["reraise"],
                )
        elif event == "exception" and step["exception"] is not None:
            if name == "force_reraise" and step["exception"] in self.seen:
                self.add("reraised", number, exception=step["exception"])
            self.raised(number, step["exception"])
            frame.way = [step["exception"]]

    def program(self, number: int, step: Step) -> None:
        """A step of the program."""
        frame = self.frames.setdefault(step["frame"], _Frame())
        event = step["event"]
        if event == "call":
            name = step["function"]
            hidden = name.startswith(("__", "<")) and name not in _CALLS
            if step["depth"] > 1 and not hidden:
                self.called(number)
        elif event == "line":
            self.line(number, step, frame)
            frame.line = number, step["line"]
        elif event == "exception" and step["exception"] is not None:
            error = step["exception"]
            here = self.sources[step["file"]].raises.get(step["line"])
            passing = self.trace["steps"][number - 1]["event"] == "unwind"
            if error in self.seen and here and not passing:
                self.add("reraised", number, exception=error)
            self.raised(number, error)
            frame.waits = None
            if error in frame.way:
                del frame.way[frame.way.index(error) :]
            frame.way.append(error)
            frame.lines[error] = step["line"]
        elif event == "return":
            self.returned(number, step, frame)
        elif event == "unwind":
            self.unwound(number, step, frame)

    def called(self, number: int) -> None:
        """A call, unless its line is the cleanup that was just added."""
        self.add("called", number)
        *_, last, new = None, *self.found
        if (
            last
            and last.kind == "cleanup"
            and (last.file, last.line) == (new.file, new.line)
        ):
            self.found.pop()

    def raised(self, number: int, error: int) -> None:
        if error not in self.seen:
            self.seen.add(error)
            if self.trace["exceptions"][error]["type"] != "GeneratorExit":
                self.add("raised", number, exception=error)

    def line(self, number: int, step: Step, frame: _Frame) -> None:
        source, line = self.sources[step["file"]], step["line"]
        error = step["handled"]
        while frame.caught and not source.inside(frame.caught[-1][0], line):
            _, caught, beside = frame.caught.pop()
            frame.waits = None
            if len(frame.way) > beside:
                self.replaced(number, caught, frame.way[-1])
            elif caught in frame.saved:
                self.swallowed(number, step, caught, saved=True)
        handler = source.handler(step["function"], line)
        known = [entry for entry in frame.caught if entry[0] is handler]
        # What a handler raises itself may pass a `finally` or an `except`
        # inside it.
        passing = known and error in frame.way[-1:]
        if (
            handler
            and error is not None
            and not passing
            and error not in [caught for _, caught, _ in known]
        ):
            self.caught(number, step, frame, handler, error)
        beside = frame.caught[-1][2] if frame.caught else 0
        # Since 3.12, an `await` that raises is a step once more.
        before = self.trace["steps"][number - 1] if number else step
        again = before["event"] == "exception" and all(
            before[name] == step[name] for name in ("frame", "line")
        )
        while (
            line not in source.heads
            and not again
            and len(frame.way) > beside
            and frame.way[-1] != error
        ):
            self.swallowed(number, step, frame.way.pop())
        statement = source.raises.get(line)
        if statement and statement.exc is None and error is not None:
            self.add("reraised", number, exception=error)
            frame.way.append(error)
            frame.waits = None
        if frame.waits and line not in source.idle:
            waiting, saved = frame.waits
            other = waiting if saved else None
            self.add("cleanup", number, exception=waiting, other=other)
            frame.waits = None

    def caught(
        self,
        number: int,
        step: Step,
        frame: _Frame,
        handler: ast.ExceptHandler,
        error: int,
    ) -> None:
        """The first line of a handler: its `except` has matched."""
        before, line = frame.line
        at = before if line == handler.lineno else number
        kind: Kind = "caught"
        if step["depth"] == 1 and error not in self.raised_in(step["frame"]):
            kind = "received"
        self.seen.add(error)
        tried = self.sources[step["file"]].tried[handler]
        for other in frame.way[: -1 if error in frame.way else None]:
            # Of what a `finally` or a `with` has held up, that which is
            # raised below the same `try` doesn't propagate any more.
            if frame.lines.get(other) in tried and other != error:
                self.replaced(at, other, error)
                frame.way.remove(other)
        self.add(kind, at, handler.lineno, exception=error)
        # `except*` takes a part of a group, which is another object.
        group = [
            whole
            for whole in frame.way
            if error in self.trace["exceptions"][whole]["parts"]
            or self.trace["exceptions"][error]["parts"]
        ]
        if error in frame.way:
            del frame.way[frame.way.index(error) :]
        elif group:
            del frame.way[frame.way.index(group[-1]) :]
        else:
            frame.way.clear()
        frame.caught.append((handler, error, len(frame.way)))
        frame.waits = (error, False) if _cleans_up(handler) else None

    def raised_in(self, frame: int) -> set[int]:
        """What a call raised itself, in its own lines."""
        steps = self.trace["steps"]
        return {
            event.exception
            for event in self.found
            if event.exception is not None
            and event.kind in ("raised", "reraised")
            and steps[event.step]["frame"] == frame
        }

    def returned(self, number: int, step: Step, frame: _Frame) -> None:
        """A call returns, whatever was propagating."""
        if frame.way:
            self.swallowed(number, step, frame.way[-1])
            return
        for _, error, _ in reversed(frame.caught):
            if error in frame.saved:
                self.swallowed(number, step, error, saved=True)

    def unwound(self, number: int, step: Step, frame: _Frame) -> None:
        """An exception leaves a call."""
        error = self.leaving(number, step)
        if error is None:
            return
        if error not in self.seen and self.trace["exceptions"][error]["parts"]:
            self.seen.add(error)
            whole = frame.way[-1] if frame.way else None
            self.add("rest", number, exception=error, other=whole)
        passed = [
            caught for _, caught, n in frame.caught if n < len(frame.way)
        ]
        for other in [*passed, *frame.way]:
            self.replaced(number, other, error)
        if step["depth"] == 1:
            self.add("received", number, exception=error)

    def replaced(self, number: int, error: int, other: int) -> None:
        """Another exception propagates in the place of one."""
        exceptions = self.trace["exceptions"]
        part = exceptions[other]["parts"] or exceptions[error]["parts"]
        if error == other or part or (error, other) in self.replacements:
            return
        self.replacements.add((error, other))
        self.add("replaced", number, exception=error, other=other)

    def swallowed(
        self, number: int, step: Step, error: int, saved: bool = False
    ) -> None:
        if self.sources[step["file"]].known:
            other = error if saved else None
            self.add("swallowed", number, exception=error, other=other)
