"""Record, step by step, what a program does with its exceptions.

`record()` runs a callable under `sys.settrace` and returns a `Trace`: plain
dictionaries, lists, strings and numbers, ready for `json.dumps()`. It needs
the standard library only, and does the same on CPython 3.11 to 3.14 and on
Pyodide:

    trace = record(run, watched={"lesson.py"}.__contains__)
    for step in trace["steps"]:
        print(step["event"], step["function"], step["line"])

Exceptions are numbers wherever they appear, indices into
`trace["exceptions"]`: the same number is the same object. In the same way
`file` is an index into `trace["files"]`, and a step's `logs` counts the
entries of `trace["logs"]` that were written before it.

Values are texts that are made without running the program's code
(`runner.values`); the message of an exception that was raised is the one
exception: `str()` makes it. Of a call's variables, each step has those that
changed since the call's last step.

A step is recorded *before* its line runs: `exception` and `unwind` show one
that is on its way out of the line or the function. The methods of
`oslo_utils.excutils.save_and_reraise_exception` are steps too, without being
watched.

What is not recorded: other threads, which `trace["notes"]` names; what
happens after the program has set a trace function of its own, named too; and
functions that are not watched, whose exceptions appear where they arrive.
A helper that is open in a generator or coroutine is among `helpers` while that
runs, and among `waiting` while it is suspended.
"""

import logging
import sys
import threading
import weakref
from collections.abc import Callable
from dis import opname
from types import CodeType, FrameType
from typing import Any, Literal, TypedDict

from runner.values import Value, Values, class_name, quiet, truth

Kind = Literal[
    "call", "resume", "line", "exception", "yield", "return", "unwind"
]
Note = Literal["limit", "thread", "settrace"]

_METHODS = {
    f"save_and_reraise_exception.{name}"
    for name in ("__enter__", "capture", "__exit__", "force_reraise")
}
_CALLS = 12  # That a step has, of a deep recursion.
_LOOPS = {"FOR_ITER", "SEND", "END_SEND", "END_FOR", "END_ASYNC_FOR"}
_attributes = BaseException.__dict__["__dict__"].__get__
_context = BaseException.__dict__["__context__"].__get__
_cause = BaseException.__dict__["__cause__"].__get__
_parts = BaseExceptionGroup.__dict__["exceptions"].__get__


class LimitReached(BaseException):  # Ends a run, as SystemExit does.
    """Raised in a traced program until it gives up.

    Python takes a trace function out that raises, and a program that catches
    everything would run on for ever. So the exception that was caught puts the
    trace function back when it is forgotten.
    """

    def __init__(self, raise_again: Callable[[], None]) -> None:
        """Take what puts the trace function back."""
        super().__init__("too many steps")
        self.raise_again = raise_again

    def __del__(self) -> None:
        """Nobody holds the exception any more: raise the next one."""
        self.raise_again()


class Raised(TypedDict):
    """An exception.

    Attributes:
        type: The name of its class.
        message: What `str()` makes of it, cut where it is long.
        context: The number of its `__context__`.
        cause: The number of its `__cause__`.
        parts: The numbers of a group's exceptions.
        notes: Its `__notes__`.
    """

    type: str
    message: str
    context: int | None
    cause: int | None
    parts: list[int]
    notes: list[str]


class Log(TypedDict):
    """A log record.

    Attributes:
        level: The level's name.
        logger: The logger's name.
        message: The formatted message, cut where it is long.
        step: How many steps had been recorded: it belongs behind the last.
        output: Where the handlers' output begins and ends.
    """

    level: str
    logger: str
    message: str
    step: int
    output: tuple[int, int]


class Helper(TypedDict):
    """An open `save_and_reraise_exception()`.

    Attributes:
        number: Tells one from another.
        saved: The exception that it keeps, its `value`.
        reraise: Its flag.
    """

    number: int
    saved: int | None
    reraise: bool


class Call(TypedDict):
    """A function that is running, and its current line.

    Attributes:
        frame: The number of this call; a recursion has one for each.
        file: The file's number.
        function: The function's name.
        line: The line's number in the file.
    """

    frame: int
    file: int
    function: str
    line: int


class Step(Call):
    """One step: the current line of the program, and its state there.

    Attributes:
        event: `call`, or `resume` for a generator that resumes; `line`;
            `exception`; `return`, `yield`, or `unwind` for an exception that
            leaves the function.
        exception: What is raised, for `exception` alone.
        handled: What `sys.exception()` is here.
        helpers: The open helpers of the running functions, innermost last.
        waiting: Those of suspended generators and coroutines, and of calls
            that have ended.
        changed: The variables of this call that changed since its last step,
            at a `call` its arguments; `None` for one that was deleted.
        value: What a `return` returns, or a `yield` yields.
        truth: Whether that value is truthy, if Python's own type tells.
        stack: The recorded calls, innermost last, this one included; at most
            the last 12.
        depth: How many calls there are.
        logs: How many log records there were before.
        output: How many characters of output there were before.
    """

    event: Kind
    exception: int | None
    handled: int | None
    helpers: list[Helper]
    waiting: list[Helper]
    changed: dict[str, Value | None]
    value: Value | None
    truth: bool | None
    stack: list[Call]
    depth: int
    logs: int
    output: int


class Trace(TypedDict):
    """All that was recorded.

    Attributes:
        files: Names of files, as the code objects have them.
        steps: The steps.
        exceptions: The exceptions.
        logs: The log records.
        raised: The exception that left the program.
        output: How many characters of output there were in the end.
        notes: What was not recorded: `limit` for what would have followed
            the last step, `thread`, or `settrace` where the trace function
            was gone when the run ended: the program set its own, or Python
            took this one out because the stack had no room to call it.
    """

    files: list[str]
    steps: list[Step]
    exceptions: list[Raised]
    logs: list[Log]
    raised: int | None
    output: int
    notes: list[Note]


def is_helper(code: CodeType) -> bool:
    """Whether this is a method of `save_and_reraise_exception`."""
    file = code.co_filename.replace("\\", "/")
    return code.co_qualname in _METHODS and file.endswith(
        "oslo_utils/excutils.py"
    )


def record(
    run: Callable[[], object],
    watched: Callable[[str], bool],
    *,
    limit: int = 1000,
    output: Callable[[], int] = lambda: 0,
) -> Trace:
    """Run a program and record its steps.

    Args:
        run: The program.
        watched: Whether the functions of a file, by the name that their code
            has, are recorded.
        limit: After so many steps, `LimitReached` is raised in the program.
        output: How many characters the program has printed.

    Returns:
        The trace. It holds what the program raised; nothing is raised here.

    Examples:
        >>> def run():
        ...     return int("port")
        >>> trace = record(run, {run.__code__.co_filename}.__contains__)
        >>> [step["event"] for step in trace["steps"]]
        ['call', 'line', 'exception', 'unwind']
        >>> trace["exceptions"][trace["raised"]]["type"]
        'ValueError'
    """
    return _Recorder(watched, limit, output).record(run)


class _Frame:
    """The local trace function of one call; a generator keeps it."""

    def __init__(self, recorder: "_Recorder", number: int) -> None:
        self.recorder = recorder
        self.number = number
        self.last = ""
        self.depth = 1

    def __call__(self, frame: FrameType, event: str, arg: Any) -> "_Frame":
        kind = _kind(frame, event, arg, self.last)
        if kind and not self.recorder.paused:
            self.last = kind
            self.recorder.event(frame, kind, arg)
        return self


def _traced(frame: FrameType | None) -> _Frame | None:
    """The innermost recorded call, from a call outwards."""
    while frame and not isinstance(frame.f_trace, _Frame):
        frame = frame.f_back
    found: Any = frame and frame.f_trace
    return found  # type: ignore[no-any-return]


class _Recorder:
    def __init__(
        self,
        watched: Callable[[str], bool],
        limit: int,
        output: Callable[[], int],
    ) -> None:
        self.watched, self.limit, self.output = watched, limit, output
        self.thread = threading.get_ident()
        self.running = True
        self.paused = False
        self.frames = 0
        self.helpers = 0
        # The open helpers: number, helper, and the call that opened it.
        self.open: list[tuple[int, weakref.ref[Any], int | None]] = []
        # Exceptions by their attributes' dictionary: to keep that one alive
        # keeps the number unique, and neither traceback nor frames alive,
        # which the program may be about.
        self.numbers: dict[int, tuple[int, dict[str, Any]]] = {}
        self.values = Values(self.quiet_number)
        # The variables of each call that is in progress.
        self.variables: dict[int, dict[str, Value]] = {}
        self.trace = Trace(
            files=[],
            steps=[],
            exceptions=[],
            logs=[],
            raised=None,
            output=0,
            notes=[],
        )

    def record(self, run: Callable[[], object]) -> Trace:
        others = sys.gettrace(), threading.gettrace()
        handle = logging.Logger.callHandlers

        def log(logger: logging.Logger, record: logging.LogRecord) -> None:
            if threading.get_ident() != self.thread or self.full:
                handle(logger, record)
                return
            self.paused = True
            before, step = self.output(), len(self.trace["steps"])
            self.paused = False
            handle(logger, record)
            self.paused = True
            self.log(record, step, (before, self.output()))
            self.paused = False

        logging.Logger.callHandlers = log  # type: ignore[assignment,method-assign]
        threading.settrace(self.other_thread)
        try:
            try:
                sys.settrace(self.start)
                run()
            finally:
                self.running = False
                if sys.gettrace() != self.start and not self.full:
                    self.note("settrace")
                sys.settrace(others[0])
        except LimitReached:
            pass
        except BaseException as error:
            self.trace["raised"] = self.number(error)
        finally:
            logging.Logger.callHandlers = handle  # type: ignore[method-assign]
            threading.settrace(others[1])
        self.trace["output"] = self.output()
        return self.trace

    @property
    def full(self) -> bool:
        return len(self.trace["steps"]) >= self.limit

    def start(self, frame: FrameType, event: str, arg: Any) -> _Frame | None:
        """The global trace function: decide which calls are recorded."""
        code = frame.f_code
        if not (self.watched(code.co_filename) or is_helper(code)):
            return None
        # A function that Python 3.14 makes of annotations: nobody wrote it.
        if code.co_name == "__annotate__":
            return None
        local = frame.f_trace
        if not isinstance(local, _Frame):
            self.frames += 1
            local = frame.f_trace = _Frame(self, self.frames)
        elif event == "call":
            event = "resume"
        outer = _traced(frame.f_back)
        local.depth = outer.depth + 1 if outer else 1
        return local(frame, event, arg)

    def event(self, frame: FrameType, kind: Kind, arg: Any) -> None:
        if threading.get_ident() != self.thread:
            return
        if self.full:
            self.note("limit")
            raise LimitReached(self.raise_again)
        helper = is_helper(frame.f_code)
        if helper and kind == "call":
            self.opened(frame)
        raised = arg[1] if kind == "exception" else None
        step = self.step(frame, kind, raised)
        if kind in ("return", "yield"):
            step["value"], step["truth"] = self.values.shown(arg), truth(arg)
        if kind in ("return", "unwind"):
            self.variables.pop(step["frame"], None)
        self.trace["steps"].append(step)
        if helper and kind in ("return", "unwind"):
            self.closed(frame)

    def raise_again(self) -> None:
        frame: FrameType | None = sys._getframe()
        if self.running:
            sys.settrace(self.start)
        while self.running and frame:
            if self.watched(frame.f_code.co_filename):
                frame.f_trace = _Frame(self, 0)
            frame = frame.f_back

    def step(
        self, frame: FrameType, event: Kind, raised: BaseException | None
    ) -> Step:
        stack: list[Call] = []
        running: set[int] = set()
        local = frame.f_trace
        assert isinstance(local, _Frame)
        at: FrameType | None = frame
        # A deep recursion would take long: only open helpers need all calls.
        while at and (len(stack) < _CALLS or self.open):
            if isinstance(at.f_trace, _Frame):
                running.add(at.f_trace.number)
                if len(stack) < _CALLS:
                    stack.append(self.call(at, at.f_trace))
            at = at.f_back
        helpers: list[Helper] = []
        waiting: list[Helper] = []
        for number, reference, owner in self.open:
            if not (helper := reference()):
                continue
            (helpers if owner in running else waiting).append(
                Helper(
                    number=number,
                    saved=self.number(helper.value),
                    reraise=truth(helper.reraise) is not False,
                )
            )
        return Step(
            event=event,
            **stack[0],
            exception=self.number(raised, again=True),
            handled=self.number(sys.exception()),
            helpers=helpers,
            waiting=waiting,
            changed=self.changed(frame, stack[0]["frame"]),
            value=None,
            truth=None,
            stack=stack[::-1],
            depth=local.depth,
            logs=len(self.trace["logs"]),
            output=self.output(),
        )

    def call(self, frame: FrameType, local: _Frame) -> Call:
        files, name = self.trace["files"], frame.f_code.co_filename
        if name not in files:
            files.append(name)
        return Call(
            frame=local.number,
            file=files.index(name),
            function=frame.f_code.co_name,
            line=frame.f_lineno or 0,
        )

    def changed(
        self, frame: FrameType, number: int
    ) -> dict[str, Value | None]:
        """Find the variables that changed since the call's last step."""
        now = self.values.variables(frame)
        before = self.variables.get(number)
        self.variables[number] = now
        if before is None:
            # What a module has before its first line isn't the program's.
            if frame.f_locals is frame.f_globals:
                return {}
            return {**now}
        found: dict[str, Value | None] = {
            name: value
            for name, value in now.items()
            if before.get(name) != value
        }
        return found | {name: None for name in before if name not in now}

    def opened(self, frame: FrameType) -> None:
        """Take a helper for open whose `__enter__` or `capture` begins."""
        helper = frame.f_locals["self"]
        if frame.f_code.co_name not in ("__enter__", "capture") or any(
            reference() is helper for _, reference, _ in self.open
        ):
            return
        self.helpers += 1
        outer = _traced(frame.f_back)
        owner = outer.number if outer else None
        self.open.append((self.helpers, weakref.ref(helper), owner))

    def closed(self, frame: FrameType) -> None:
        """Forget a helper that is left, or that was forced to raise."""
        helper, name = frame.f_locals["self"], frame.f_code.co_name
        outer = frame.f_back
        if name == "__exit__" or (
            name == "force_reraise" and not (outer and is_helper(outer.f_code))
        ):
            self.open = [
                entry
                for entry in self.open
                if entry[1]() not in (None, helper)
            ]

    def number(
        self, error: BaseException | None, again: bool = False
    ) -> int | None:
        """An exception's number; `again` to see its context once more."""
        if error is None:
            return None
        attributes = _attributes(error)
        known = self.numbers.get(id(attributes))
        entries = self.trace["exceptions"]
        if known is None:
            known = self.numbers[id(attributes)] = len(entries), attributes
            entries.append(
                Raised(
                    type=class_name(type(error)),
                    message=_text(lambda: str(error)),
                    context=None,
                    cause=None,
                    parts=[],
                    notes=[],
                )
            )
            again = True
        if again:
            entry = entries[known[0]]
            entry["context"] = self.number(_context(error))
            entry["cause"] = self.number(_cause(error))
            notes = attributes.get("__notes__")
            entry["notes"] = [
                _text(note.__str__)
                for note in (notes[:5] if type(notes) is list else [])
                if type(note) is str
            ]
            if issubclass(type(error), BaseExceptionGroup):
                parts = [self.number(part) for part in _parts(error)[:20]]
                entry["parts"] = [part for part in parts if part is not None]
        return known[0]

    def quiet_number(self, error: BaseException) -> int | None:
        """The number of an exception that a variable holds.

        One that was not raised yet, and whose message only the program's own
        code could tell, has none.
        """
        if id(_attributes(error)) in self.numbers or quiet(error):
            return self.number(error)
        return None

    def log(
        self, record: logging.LogRecord, step: int, output: tuple[int, int]
    ) -> None:
        self.trace["logs"].append(
            Log(
                level=record.levelname,
                logger=record.name,
                message=_text(record.getMessage),
                step=step,
                output=output,
            )
        )

    def other_thread(self, *_: Any) -> None:
        self.note("thread")
        sys.settrace(None)

    def note(self, note: Note) -> None:
        if note not in self.trace["notes"]:
            self.trace["notes"].append(note)


def _kind(frame: FrameType, event: Any, arg: Any, last: str) -> Kind | None:
    """Tell the events apart that `sys.settrace` gives one name."""
    if event not in ("exception", "return"):
        return event  # type: ignore[no-any-return]
    operation = opname[frame.f_code.co_code[frame.f_lasti]]
    if event == "exception":
        ends = isinstance(arg[1], StopIteration | StopAsyncIteration)
        return None if ends and operation in _LOOPS else "exception"
    if operation.startswith("RETURN"):
        return "return"
    # Since 3.13, a suspended generator is already past its `yield`.
    suspended = operation in ("YIELD_VALUE", "RESUME")
    return "yield" if suspended and last != "exception" else "unwind"


def _text(make: Callable[[], object], width: int = 300) -> str:
    """The text, or what is wrong with it."""
    try:
        text = str(make())
    except BaseException as error:
        text = f"<no text: {type(error).__name__}>"
    return text if len(text) <= width else text[: width - 3] + "..."
