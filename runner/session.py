"""Runs a reader's code in the browser's Python, and tells what it did.

The worker calls `run` with a request and gets an answer, both as JSON. What
the code prints and logs goes to the page while it runs, in pieces that a page
can show: many small ones are sent together, and what is more than a reader
would read is counted and left out.
"""

import ast
import asyncio
import builtins
import difflib
import doctest
import functools
import importlib
import importlib.abc
import importlib.machinery
import io
import json
import linecache
import logging
import pkgutil
import re
import reprlib
import sys
import time
import traceback
import types
import warnings
import zipimport
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

from runner import tracer

# Output of one run: characters and pieces that are shown, and seconds between
# pieces. A page that adds thousands of elements at once does not answer.
LIMIT = 20_000
PIECES = 200
PAUSE = 0.05

# A piece of output: what it is (`out`, `err`, `log`, `in`, `note`, `same`,
# `differs`), its text, and more words on it. A note's text is a name: the page
# has the words, in its language.
Post = Callable[[str, str, str], object]

_LIBRARY = "/oslo_utils/excutils.py"

# The two halves of the standard library.
BOOT = "/lib/python314.zip"
REST = "/lib/rest.zip"

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 300


class Terminal:
    """Collects output and sends it to the page in pieces.

    Attributes:
        length: How many characters were written so far.
        muted: Whether nothing is sent.
        heard: What was written to standard output since `hear`.
    """

    def __init__(self, post: Post) -> None:
        """Remember how to send."""
        self.length = 0
        self.muted = False
        self.heard: list[str] = []
        self._post = post
        self._kind = ("", "")
        self._waiting: list[str] = []
        self._sent = time.monotonic()
        self._pieces = 0
        self._cut = False
        self._noted: set[str] = set()

    def write(self, kind: str, text: str, more: str = "") -> None:
        """Write.

        Args:
            kind: What it is; see `Post`.
            text: The text.
            more: More words on it.
        """
        printed = kind in ("out", "err", "log")
        if printed and not text:
            return
        # A doctest's output is compared; nobody expects more than this.
        if kind == "out" and len(self.heard) < LIMIT:
            self.heard.append(text[:LIMIT])
        if self.muted:
            return
        room = LIMIT - self.length
        self.length += len(text)
        if self._cut and printed:
            return
        if (kind, more) != self._kind:
            self.flush()
            self._kind = kind, more
            self._pieces += printed
        if self._pieces > PIECES:
            room = 0
        self._waiting.append(text[:room] if room > 0 else "")
        if room < len(text) and not self._cut:
            self._cut = True
            self.flush()
            self._post("cut", "", "")
        if time.monotonic() - self._sent > PAUSE:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            text, more = "".join(self._waiting), self._kind[1]
            self._waiting.clear()
            self._post(self._kind[0], text, more)
        self._sent = time.monotonic()

    def note(self, name: str, more: str = "") -> None:
        """Say something beside the output: each note once.

        Args:
            name: Which note.
            more: What it is about.
        """
        if name not in self._noted and not self.muted:
            self._noted.add(name)
            self.flush()
            self._post("note", name, more)

    def end(self, text: str) -> None:
        """Write what ends a run, whatever was left out before it."""
        self.flush()
        cut = "" if len(text) <= LIMIT else "\n..."
        self._post("err", text[:LIMIT] + cut, "")

    def hear(self) -> str:
        """What was written to standard output since the last time."""
        text = "".join(self.heard)
        self.heard.clear()
        return text


class Stream(io.TextIOBase):
    """Standard output or standard error."""

    encoding = "utf-8"

    def __init__(self, terminal: Terminal, kind: str) -> None:
        """Take the terminal to write to."""
        self._terminal = terminal
        self._kind = kind

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Write a text."""
        if not isinstance(text, str):
            kind = type(text).__name__
            raise TypeError(f"write() argument must be str, not {kind}")
        self._terminal.write(self._kind, text)
        return len(text)


class Keyboard(io.TextIOBase):
    """Standard input: there is none, and no way to wait for one."""

    def __init__(self, terminal: Terminal) -> None:
        """Take the terminal that tells what to do instead."""
        super().__init__()
        self._terminal = terminal

    def readable(self) -> bool:
        """Say that it can be read; reading then says why not."""
        return True

    def readline(self, *_: object) -> Any:
        """End at once, as Python does without a keyboard."""
        self._terminal.note("keyboard")
        raise EOFError("EOF when reading a line")

    read = readline


class LastResort(logging.Handler):
    """Shows log lines where a program has not said where they go.

    Python writes the message of such lines to standard error, from level
    WARNING on; so does this, and tells the level and the logger beside it.
    """

    def __init__(self, terminal: Terminal) -> None:
        """Take the terminal to write to."""
        super().__init__(logging.WARNING)
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        source = f"{record.levelname} {record.name}"
        self._terminal.write("log", f"{self.format(record)}\n", source)


class Loop(asyncio.BaseEventLoop):
    """Runs coroutines to their end, as CPython's own loop would.

    The browser's loop gives way to the page between two steps, which a
    program that calls `asyncio.run` does not expect. There is nothing to wait
    for but time.
    """

    def __init__(self) -> None:
        """Be the selector as well: nothing can be selected."""
        super().__init__()
        self._selector = self

    def select(self, timeout: float | None) -> list[Any]:
        """Wait."""
        if timeout:
            time.sleep(timeout)
        return []

    def _process_events(self, event_list: object) -> None:
        """Nothing came."""

    def _write_to_self(self) -> None:
        """There is nobody to wake."""


def _asyncio_run(main: Any, *, debug: Any = None, **_: Any) -> Any:
    with asyncio.Runner(debug=debug, loop_factory=Loop) as runner:
        return runner.run(main)


@contextmanager
def _terminal(terminal: Terminal) -> Iterator[None]:
    """Take over what a program can print to, and put all back after it.

    A program may change more than it should; the next run starts from the
    library as it is in the package.
    """
    _forget()
    own = vars(builtins)
    path, finders = sys.path[:], sys.meta_path[:]
    modules, limit = dict(sys.modules), sys.getrecursionlimit()
    contents = [
        (vars(one), dict(vars(one)))
        for one in modules.values()
        if isinstance(one, types.ModuleType)
    ]
    known = set(own)
    sys.stdin = cast("TextIO", Keyboard(terminal))
    sys.stdout = cast("TextIO", Stream(terminal, "out"))
    sys.stderr = cast("TextIO", Stream(terminal, "err"))
    sys.breakpointhook = lambda *_, **__: terminal.note("debugger")
    logging.lastResort = LastResort(terminal)
    root = logging.getLogger()
    asyncio.events._set_running_loop(None)
    asyncio.run = _asyncio_run
    # Outside `asyncio.run` there is no event loop, as in CPython. Pyodide's
    # would call back after the program has ended.
    vars(asyncio.events)["_event_loop_policy"] = None
    vars(asyncio.events)["new_event_loop"] = Loop
    vars(asyncio)["new_event_loop"] = Loop
    try:
        with warnings.catch_warnings():
            yield
    finally:
        for names, kept in contents:
            names.update(kept)
        for name in own.keys() - known:
            del own[name]
        sys.settrace(None)
        for logger in [root, *_loggers()]:
            for handler in logger.handlers[:]:
                logger.removeHandler(handler)
            logger.filters.clear()
            logger.setLevel(logging.NOTSET)
            logger.propagate, logger.disabled = True, False
        root.setLevel(logging.WARNING)
        logging.disable(logging.NOTSET)
        sys.path[:], sys.meta_path[:] = path, finders
        sys.modules.update(modules)
        sys.setrecursionlimit(limit)
        terminal.flush()


def _loggers() -> list[logging.Logger]:
    known = logging.Logger.manager.loggerDict.values()
    return [one for one in known if isinstance(one, logging.Logger)]


def _forget() -> None:
    """Forget modules that a program may have changed."""
    for name in list(sys.modules):
        if name.split(".")[0] in ("examples", "oslo_utils"):
            del sys.modules[name]
    linecache.clearcache()


def placed(shown: str, original: str) -> dict[int, int]:
    r"""Where the lines of a page's program stand in its file.

    A page shows a program without its explanation and its examples.

    Args:
        shown: The program as the page shows it.
        original: The file's text.

    Returns:
        The number of each shown line in the file.

    Examples:
        >>> placed("one = 1\ntwo = 2", "'Numbers.'\n\none = 1\n\ntwo = 2")
        {1: 3, 2: 5}
    """
    lines = shown.splitlines()
    matcher = difflib.SequenceMatcher(
        None, lines, original.splitlines(), autojunk=False
    )
    found = {
        block.a + i + 1: block.b + i + 1
        for block in matcher.get_matching_blocks()
        for i in range(block.size)
    }
    for number in range(1, len(lines) + 1):
        # The end of a docstring whose examples were left out.
        found.setdefault(number, found.get(number - 1, 0) + 1)
    return {number: found[number] for number in range(1, len(lines) + 1)}


def module(name: str, code: str, edited: bool) -> types.ModuleType:
    """Load a lesson's program as the module that it is.

    Args:
        name: The module's name.
        code: The program: the page's, or a reader's.
        edited: Whether it is a reader's.

    Returns:
        The module. Lines are numbered as in the file, or else as in the
        reader's program.
    """
    package, _, short = name.rpartition(".")
    made = types.ModuleType(name)
    file = name.replace(".", "/") + ".py"
    made.__file__, made.__package__ = file, package
    text, compiled = _compiled(name, file, code, edited)
    _remember(file, text)
    sys.modules[name] = made
    if package:
        setattr(importlib.import_module(package), short, made)
    exec(compiled, vars(made))
    return made


# A second run of the same program has it compiled.
@functools.lru_cache(maxsize=16)
def _compiled(
    name: str, file: str, code: str, edited: bool
) -> tuple[str, types.CodeType]:
    text = code
    tree = ast.parse(code, file)
    if not edited:
        package, _, short = name.rpartition(".")
        content = pkgutil.get_data(package, f"{short}.py")
        text = (content or b"").decode("utf-8")
        lines = placed(code, text)
        for node in ast.walk(tree):
            for attribute in ("lineno", "end_lineno"):
                if number := getattr(node, attribute, None):
                    setattr(node, attribute, lines.get(number, number))
    return text, compile(tree, file, "exec", dont_inherit=True)


def _remember(file: str, text: str) -> None:
    """Let tracebacks show the lines of a text that is in no file."""
    lines = text.splitlines(keepends=True)
    linecache.cache[file] = len(text), None, lines, file


@functools.lru_cache(maxsize=16)
def options(name: str) -> dict[str, dict[int, bool]]:
    """The options of a lesson's examples, which the page leaves out.

    Args:
        name: The module's name.

    Returns:
        The options of those that have any, by the example's input.
    """
    package, _, short = name.rpartition(".")
    text = (pkgutil.get_data(package, f"{short}.py") or b"").decode("utf-8")
    parse = doctest.DocTestParser().get_examples
    return {
        re.sub(r"\s*# doctest:.*", "", example.source): example.options
        for node in ast.walk(ast.parse(text))
        if isinstance(node, _DOCUMENTED)
        for example in parse(ast.get_docstring(node) or "")
        if example.options
    }


_DOCUMENTED = (
    ast.Module,
    ast.ClassDef,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
)


def examples(
    terminal: Terminal,
    text: str,
    name: str,
    names: Any,
    files: set[str],
    known: dict[str, dict[int, bool]],
) -> Iterator[bool]:
    """Run a session as doctest does, and compare as doctest does.

    Args:
        terminal: Where the session goes, with a word on each example.
        text: The session: lines with prompts, and the expected output.
        name: What tracebacks call it.
        names: The variables, as a dictionary.
        files: Gets the name of each example's file.
        known: Options of examples, by their input.

    Yields:
        Whether each example printed what the session says.
    """
    compare = doctest.OutputChecker().check_output
    parsed = doctest.DocTestParser().get_examples(text)
    for number, example in enumerate(parsed):
        flags = 0
        given = example.options or known.get(example.source, {})
        for option, on in given.items():
            flags = flags | option if on else flags & ~option
        file = f"<doctest {name}[{number}]>"
        _remember(file, example.source)
        files.add(file)
        first, *rest = example.source.splitlines()
        shown = "".join(f"... {line}".rstrip() + "\n" for line in rest)
        terminal.write("in", f">>> {first}\n{shown}")
        terminal.hear()
        wanted = example.want
        try:
            code = compile(example.source, file, "single", dont_inherit=True)
            exec(code, names)
            got = terminal.hear()
            same = not example.exc_msg and compare(wanted, got, flags)
        except (SystemExit, tracer.LimitReached, RestNeededError):
            raise
        except BaseException as error:
            got = terminal.hear() + told(error)
            last = "".join(traceback.format_exception_only(type(error), error))
            same = example.exc_msg is not None and compare(
                example.exc_msg, last, flags
            )
            kind = "out" if same else "err"
            terminal.write(kind, told(error, short=same))
        terminal.write(
            "same" if same else "differs", "" if same else wanted, file
        )
        yield same


def told(error: BaseException, short: bool = False) -> str:
    """An exception's traceback, without the lines of this module.

    Args:
        error: The exception.
        short: As doctest shows it: without the entries.

    Returns:
        The text; of an exception that forbids to be looked at, its name.
    """
    try:
        return _told(error, short)
    except Exception as wrong:
        name, why = type(error).__name__, type(wrong).__name__
        return f"{name}: <its traceback cannot be shown: {why}>\n"


def _told(error: BaseException, short: bool) -> str:
    if short:
        last = traceback.format_exception_only(type(error), error)
        return "".join(
            ["Traceback (most recent call last):\n    ...\n", *last]
        )
    whole = traceback.TracebackException.from_exception(error)
    _without_runner(whole, set())
    return "".join(whole.format())


def _without_runner(
    whole: traceback.TracebackException, seen: set[int]
) -> None:
    if id(whole) in seen:
        return
    seen.add(id(whole))
    entries = [e for e in whole.stack if not e.filename.endswith(_OWN)]
    whole.stack[:] = entries
    for other in (whole.__cause__, whole.__context__):
        if other is not None:
            _without_runner(other, seen)
    for one in whole.exceptions or ():
        _without_runner(one, seen)


_OWN = ("runner/session.py", "runner/tracer.py", "/doctest.py")


class RestNeededError(BaseException):
    """A program imports a module of the second half of the library."""


class Rest(importlib.abc.MetaPathFinder):
    """Finds what the first half of the standard library does not have.

    An import can't wait until the second half has been fetched. The first one
    that needs it ends the run; the page fetches it and asks again.

    Attributes:
        needed: Whether the run in progress has imported one of its modules
            before it was there.
        refused: Whether the page could not fetch it.
    """

    def __init__(self, names: set[str]) -> None:
        """Take the names of its modules."""
        self._names = names
        self._written = False
        self.needed = self.refused = False

    def begin(self, content: Any) -> None:
        """Prepare for a run.

        Args:
            content: The second half as a buffer of JavaScript's, empty if it
                could not be fetched, or `None` if nobody has asked for it.
        """
        self.needed = self.refused = False
        if content is None or self._written:
            return
        if data := content.to_bytes():
            Path(REST).write_bytes(data)
            self._written = True
        else:
            self.refused = True

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: object = None
    ) -> Any:
        """Find a module."""
        if name not in self._names:
            return None
        if self.refused:
            raise ModuleNotFoundError(
                f"No module named {name!r}", name=name, path=REST
            )
        if not self._written:
            self.needed = True
            raise RestNeededError(name)
        where = [p.replace(BOOT, REST) for p in path or [BOOT]]
        return importlib.machinery.PathFinder.find_spec(name, where)


_rest = Rest(set())


def prepare() -> Callable[[str, Post, Any], str]:
    """Make this Python ready.

    Returns:
        The function `run`.
    """
    global _rest
    names = zipimport.zipimporter(BOOT).get_data("rest.json")
    _rest = Rest(set(json.loads(names)))
    sys.meta_path.append(_rest)
    return run


def run(asked: str, post: Post, rest: Any = None) -> str:
    """Run what the page asks for.

    Args:
        asked: A JSON object. `kind` is `program`, `lesson`, `challenge`, or
            `situation` to get the text of one as a program. `code` is the
            program, `name` its file, its module, the challenge or the
            situation; `edited` says whether it is the reader's, `step`
            whether to record it step by step. A lesson has `sessions`: lists,
            one for each docstring, of objects with `text` and `show`. A
            challenge has the page's `language`.
        post: Takes pieces of output.
        rest: The second half of the standard library, if the last answer
            asked for it; see `Rest.begin`.

    Returns:
        A JSON object: `rest` says that the run ended early because it needs
        the second half of the library. `same` and `differ` count a lesson's
        examples, `missing` is what a challenge's check says, `failed` says
        whether the program itself ended in an exception, `status` is its exit
        status. With `step` in the request, `trace` is what `tracer.record`
        returned, and `sources` has the texts of the files in it, by their
        names.
    """
    request = json.loads(asked)
    begin = _kinds[request["kind"]]
    terminal = Terminal(post)
    answer: dict[str, Any] = {"same": 0, "differ": 0}
    answer |= {"missing": None, "failed": False, "status": 0, "trace": None}
    _rest.begin(rest)
    with _terminal(terminal):
        try:
            begin(request, terminal, answer)
        except RestNeededError:
            pass
        except SystemExit as error:
            code = "" if error.code is None else _SHORT.repr(error.code)
            terminal.note("exit", code)
            answer["status"] = status(error.code)
        except BaseException as error:
            answer["failed"] = True
            terminal.end(told(error))
            if isinstance(error, ModuleNotFoundError):
                terminal.note("network" if error.path == REST else "here")
    # A bare `except:` of the program may have caught it.
    answer["rest"] = _rest.needed
    return json.dumps(answer)


def status(code: object) -> int:
    """The exit status that `sys.exit(code)` gives a process.

    Args:
        code: The argument.

    Examples:
        >>> status(None), status(3), status(-1), status("no network")
        (0, 3, 255, 1)
    """
    if code is None:
        return 0
    # A reader's class may raise in all of its own methods.
    if issubclass(type(code), int):
        return int.__and__(cast("int", code), 0xFF)
    return 1


def _traced(
    run: Callable[[], object],
    request: Any,
    terminal: Terminal,
    answer: Any,
    files: set[str],
) -> None:
    """Run, and if the request says so, step by step.

    Args:
        run: What to run.
        request: What the page asked for.
        terminal: Where the output goes.
        answer: Gets the trace.
        files: The names of the files whose functions are recorded; more may
            be added while it runs.
    """
    if not request["step"]:
        run()
        return
    out: list[BaseException] = []

    def catching() -> None:
        try:
            run()
        except tracer.LimitReached:
            raise
        except BaseException as error:
            out.append(error)
            raise

    trace = tracer.record(
        catching, files.__contains__, output=lambda: terminal.length
    )
    answer["trace"] = trace
    answer["sources"] = {name: source(name) for name in trace["files"]}
    if out:
        raise out[0]


def source(file: str) -> str:
    """The text of a file whose functions were recorded.

    Args:
        file: Its name: a reader's, or the library's in the zip file.

    Returns:
        The text.
    """
    inside = file.partition(f"{BOOT}/")[2]
    if inside:
        return zipimport.zipimporter(BOOT).get_data(inside).decode("utf-8")
    return "".join(linecache.getlines(file))


def _program(request: Any, terminal: Terminal, answer: Any) -> None:
    file = request["name"]
    made = types.ModuleType("__main__")
    made.__file__ = file
    sys.modules["__main__"] = made
    _remember(file, request["code"])
    code = compile(request["code"], file, "exec", dont_inherit=True)
    names = vars(made)
    _traced(lambda: exec(code, names), request, terminal, answer, {file})


def _lesson(request: Any, terminal: Terminal, answer: Any) -> None:
    name = request["name"]
    made = module(name, request["code"], request["edited"])
    files = {str(made.__file__)}
    known = options(name)
    for group, sessions in enumerate(request["sessions"]):
        names = dict(vars(made))
        for number, session in enumerate(sessions):
            # Examples of one docstring share their variables: those before
            # the chosen ones run unseen.
            show = session["show"]
            terminal.muted = not show
            title = f"{name} {group}.{number}"

            def run(text: str = session["text"], title: str = title) -> None:
                ran = examples(terminal, text, title, names, files, known)  # noqa: B023  # Called at once.
                for same in ran:
                    answer["same" if same else "differ"] += terminal.muted < 1

            quiet = {**request, "step": request["step"] and show}
            _traced(run, quiet, terminal, answer, files)
        logging.getLogger().handlers.clear()
        logging.getLogger().setLevel(logging.WARNING)


def _challenge(request: Any, terminal: Terminal, answer: Any) -> None:
    name = f"examples.challenges.{request['name']}"
    # Imported anew for each run: no language is left from the one before.
    trial = importlib.import_module("examples.challenges.trial")
    trial.sentences.update(_sentences(request["language"]))
    check = importlib.import_module(f"{name}.check")
    made = module(f"{name}.answer", request["code"], edited=True)

    def run() -> None:
        answer["missing"] = check.missing(made)

    _traced(run, request, terminal, answer, {str(made.__file__)})


def _sentences(language: str) -> dict[str, str]:
    """What the checks say in a language, by their English sentences."""
    try:
        content = pkgutil.get_data("examples.challenges", f"{language}.json")
    except OSError:  # English, or a language without a translation.
        return {}
    return dict(json.loads(content or b"{}"))


def _source(request: Any, terminal: Terminal, answer: Any) -> None:
    answer["text"] = situation(request["name"])


def situation(name: str) -> str:
    """A situation of the table of behaviour as a program.

    Args:
        name: Its group and its function, with a dot between them.

    Returns:
        The program: what the group's module imports and defines for all its
        situations, the function, and a call of it.

    Raises:
        KeyError: There is no such situation.

    Examples:
        >>> print(situation("body.body_succeeds"))
        from oslo_utils.excutils import save_and_reraise_exception
        <BLANKLINE>
        from examples.reference.behaviour.cases import First
        <BLANKLINE>
        <BLANKLINE>
        def body_succeeds() -> None:
            try:
                raise First("release")
            except First:
                with save_and_reraise_exception():
                    pass
        <BLANKLINE>
        <BLANKLINE>
        print(body_succeeds())
        <BLANKLINE>
    """
    group, _, function = name.partition(".")
    package = "examples.reference.behaviour"
    if not group.isidentifier() or not function.isidentifier():
        raise KeyError(f"there is no situation {name}")
    text = (pkgutil.get_data(package, f"{group}.py") or b"").decode("utf-8")
    tree = ast.parse(text)
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    chosen = [n for n in functions if n.name == function]
    if not chosen:
        raise KeyError(f"there is no situation {name}")
    serving = [
        node
        for node in tree.body[1:]
        if not isinstance(node, ast.Import | ast.ImportFrom)
        and not (isinstance(node, ast.FunctionDef) and node.decorator_list)
    ]
    lines = text.splitlines()
    parts = [
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in [*serving, *chosen]
    ]
    used = {
        node.id
        for part in parts
        for node in ast.walk(ast.parse(part))
        if isinstance(node, ast.Name)
    }
    imports = []
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [n for n in node.names if (n.asname or n.name) in used]
        if not names:
            continue
        node.names = names
        if isinstance(node, ast.ImportFrom) and node.level:
            node.module, node.level = f"{package}.{node.module}", 0
            imports.append("")
        imports.append(ast.unparse(node))
    parts.append(f"print({function}())")
    return "\n\n\n".join(["\n".join(imports), *parts]) + "\n"


_kinds: dict[str, Callable[[Any, Terminal, Any], None]] = {
    "program": _program,
    "lesson": _lesson,
    "challenge": _challenge,
    "situation": _source,
}
