"""From a trace's steps to what happened: a line an event.

`events()` keeps what a reader of the program would tell: which functions were
called, what was raised, caught, saved by the helper, logged, printed, raised
again or lost, in this order, with the place of each.

Calls are left out in which nothing else happens, but those that a handler
makes: they are its cleanup. So is the GeneratorExit of a generator that is
closed, unless it is caught. An `except` with its body on the same line counts
as catching whatever it is asked about.
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
    "flag",
    "logged",
    "printed",
    "reraised",
    "swallowed",
    "received",
    "limit",
]

_METHODS = {"__enter__", "capture", "__exit__", "force_reraise"}
# Of the methods that Python calls, those that a reader of `with` looks for.
_CALLS = {"__enter__", "__exit__", "__aenter__", "__aexit__", "__call__"}

_NAMED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Event(NamedTuple):
    """Something that happened.

    Attributes:
        kind: What: `caught` by an `except`, `saved` by a helper, `flag` for
            a changed `reraise`, `swallowed` for an exception that a helper
            saved and did not raise, or that ended without an `except`,
            `received` for what comes to the outermost function or leaves
            it, `limit` for the end of the recording.
        step: The number of the step at which it shows.
        file: The number of the file.
        line: The line of the program: of a call, where it is called; of
            `caught` and `received`, the `except`; of what the helper does,
            its `with`.
        function: The function that the line belongs to; of a call, the one
            that is called.
        helper: Whether the library's helper did it.
        exception: The number of the exception that it is about; of a `saved`
            without one, there was none.
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
    reraise: bool | None = None
    log: int | None = None
    output: tuple[int, int] | None = None


class _Source:
    """Where a file catches and raises."""

    def __init__(self, name: str) -> None:
        # With the names of their functions: a lambda or a function that is
        # defined in a handler is not handling anything.
        self.handlers: list[tuple[str, ast.ExceptHandler]] = []
        self.raises: dict[int, ast.Raise] = {}
        self.heads: set[int] = set()  # Of `with`, executed at its end too.
        text = "".join(linecache.getlines(name))
        self.known = bool(text)
        try:
            tree = ast.parse(text)
        except SyntaxError:
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
            elif isinstance(node, ast.Raise):
                last = node.end_lineno or node.lineno
                for line in range(node.lineno, last + 1):
                    self.raises[line] = node
            elif isinstance(node, ast.With | ast.AsyncWith):
                self.heads |= {*range(node.lineno, node.body[0].lineno)}
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


@dataclass
class _Frame:
    """A call in progress.

    Attributes:
        on_its_way: The exception that its last line raised.
        caught: The handlers it is in, and what each has caught.
        saved: What helpers have saved in it.
    """

    on_its_way: int | None = None
    saved: set[int | None] = field(default_factory=set)
    caught: list[tuple[ast.ExceptHandler, int]] = field(default_factory=list)


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
    return _Reader(trace).read()


class _Reader:
    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.sources = [_Source(name) for name in trace["files"]]
        self.found: list[Event] = []
        self.frames: dict[int, _Frame] = {}
        self.seen: set[int] = set()
        self.flags: dict[int, bool] = {}
        self.told = 0  # Characters of output.
        self.ends = {
            step["frame"]: number for number, step in enumerate(trace["steps"])
        }

    def read(self) -> list[Event]:
        steps = self.trace["steps"]
        for number, step in enumerate(steps):
            if number:
                self.between(number - 1, number, step["output"])
            self.flag(number)
            if self.is_helper(step):
                self.helper(number, step)
            else:
                self.program(number, step)
        if steps:
            self.between(len(steps) - 1, len(steps), self.trace["output"])
            last = len(steps) - 1
            if self.trace["raised"] is not None:
                self.add("received", last, exception=self.trace["raised"])
            if "limit" in self.trace["notes"]:
                self.add("limit", last)
        return [event for event in self.found if self.matters(event)]

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
        name = self.trace["files"][call["file"]].replace("\\", "/")
        return call["function"] in _METHODS and name.endswith(
            "oslo_utils/excutils.py"
        )

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
        self.found.append(Event(kind, number, *place, **more))

    def between(self, before: int, after: int, output: int) -> None:
        """What a line did apart from exceptions: it logged and printed."""
        logs = self.trace["logs"]
        for number, log in enumerate(logs):
            if log["step"] == after:
                self.printed(before, log["output"][0])
                self.add("logged", before, log=number)
                self.told = max(self.told, log["output"][1])
        self.printed(before, output)

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
                self.add("flag", number - 1, reraise=helper["reraise"])

    def helper(self, number: int, step: Step) -> None:
        """A step of the library's own methods."""
        name, event = step["function"], step["event"]
        outer = step["stack"][-2] if len(step["stack"]) > 1 else None
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

    def program(self, number: int, step: Step) -> None:
        """A step of the program."""
        frame = self.frames.setdefault(step["frame"], _Frame())
        event = step["event"]
        if event == "call":
            name = step["function"]
            hidden = name.startswith(("__", "<")) and name not in _CALLS
            if step["depth"] > 1 and not hidden:
                self.add("called", number)
        elif event == "line":
            self.line(number, step, frame)
        elif event == "exception" and step["exception"] is not None:
            error = step["exception"]
            here = self.sources[step["file"]].raises.get(step["line"])
            passing = self.trace["steps"][number - 1]["event"] == "unwind"
            if error in self.seen and here and not passing:
                self.add("reraised", number, exception=error)
            self.raised(number, error)
            frame.on_its_way = error
        elif event in ("return", "unwind"):
            if event == "return":
                self.returned(number, step, frame)
            del self.frames[step["frame"]]

    def raised(self, number: int, error: int) -> None:
        if error not in self.seen:
            self.seen.add(error)
            if self.trace["exceptions"][error]["type"] != "GeneratorExit":
                self.add("raised", number, exception=error)

    def line(self, number: int, step: Step, frame: _Frame) -> None:
        source, line = self.sources[step["file"]], step["line"]
        error = step["handled"]
        while frame.caught and not source.inside(frame.caught[-1][0], line):
            _, caught = frame.caught.pop()
            if frame.on_its_way is None and caught in frame.saved:
                self.swallowed(number, step, caught)
        handler = source.handler(step["function"], line)
        known = [entry for entry in frame.caught if entry[0] is handler]
        # What a handler raises itself may pass a `finally` or an `except`
        # inside it.
        passing = known and frame.on_its_way == error
        if (
            handler
            and error is not None
            and not passing
            and (handler, error) not in known
        ):
            kind: Kind = "received" if step["depth"] == 1 else "caught"
            self.seen.add(error)
            self.add(kind, number, handler.lineno, exception=error)
            frame.caught.append((handler, error))
            frame.on_its_way = None
        if line not in source.heads and frame.on_its_way not in (None, error):
            self.swallowed(number, step, frame.on_its_way)
            frame.on_its_way = None
        statement = source.raises.get(line)
        if statement and statement.exc is None and error is not None:
            self.add("reraised", number, exception=error)
            frame.on_its_way = error

    def returned(self, number: int, step: Step, frame: _Frame) -> None:
        """A call returns, whatever was on its way."""
        if frame.on_its_way is not None:
            self.swallowed(number, step, frame.on_its_way)
            return
        for _, error in reversed(frame.caught):
            if error in frame.saved:
                self.swallowed(number, step, error)

    def swallowed(self, number: int, step: Step, error: int | None) -> None:
        if self.sources[step["file"]].known:
            self.add("swallowed", number, exception=error)
