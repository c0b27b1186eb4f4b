"""Runs a reader's code in the browser's Python, and tells what it did.

The worker calls `run` with a request and gets an answer, both as JSON. What
the code prints and logs goes to the page while it runs.
"""

import ast
import difflib
import doctest
import functools
import importlib
import json
import linecache
import logging
import pkgutil
import re
import reprlib
import sys
import traceback
import types
import zipimport
from collections.abc import Callable, Iterator
from typing import Any, cast

from runner import limits, story, tracer
from runner.library import BOOT, REST, Rest, RestNeededError
from runner.process import process
from runner.terminal import Post, Terminal
from runner.tracebacks import told

_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 300


def placed(shown: str, original: str) -> dict[int, int]:
    r"""Find the lines of a page's program in its file.

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
        text = _text(name)
        lines = placed(code, text)
        for node in ast.walk(tree):
            for attribute in ("lineno", "end_lineno"):
                if number := getattr(node, attribute, None):
                    setattr(node, attribute, lines.get(number, number))
    return text, compile(tree, file, "exec", dont_inherit=True)


def _text(name: str) -> str:
    package, _, short = name.rpartition(".")
    return (pkgutil.get_data(package, f"{short}.py") or b"").decode("utf-8")


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
    parse = doctest.DocTestParser().get_examples
    return {
        re.sub(r"\s*# doctest:.*", "", example.source): example.options
        for node in ast.walk(ast.parse(_text(name)))
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
    given: str | None = None,
) -> Iterator[bool | None]:
    """Run a session as doctest does, and compare as doctest does.

    Args:
        terminal: Where the session goes, with a word on each example.
        text: The session: lines with prompts, and the expected output.
        name: What tracebacks call it.
        names: The variables, as a dictionary.
        files: Gets the name of each example's file.
        known: Options of examples, by their input.
        given: The page's session, if a reader has edited it.

    Yields:
        Whether each example printed what the session says; `None` for one
        that a reader added, without saying what it prints.
    """
    compare = doctest.OutputChecker().check_output
    parse = doctest.DocTestParser().get_examples
    parsed = parse(text)
    ours = None if given is None else {x.source for x in parse(given)}
    for number, example in enumerate(parsed):
        flags = 0
        chosen = example.options or known.get(example.source, {})
        for option, on in chosen.items():
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
        if ours is not None and example.source not in ours and not wanted:
            terminal.write("added", "", file)
            yield None
            continue
        terminal.write(
            "same" if same else "differs", "" if same else wanted, file
        )
        yield same


_rest = Rest()


def prepare() -> Callable[[str, Post, Any], str]:
    """Make this Python ready.

    Returns:
        The function `run`.
    """
    names = zipimport.zipimporter(BOOT).get_data("rest.json")
    _rest.names.update(json.loads(names))
    sys.meta_path.append(_rest)
    sys.addaudithook(limits.hear)
    return run


def run(asked: str, post: Post, rest: Any = None) -> str:
    """Run what the page asks for.

    Args:
        asked: A JSON object. `kind` is `program`, `lesson`, `challenge`, or
            `compare` to record two `programs`. `code` is the program, `name`
            its file, its module or the challenge; `edited` says whether a
            lesson's program is the reader's, `step` whether to record it step
            by step. A lesson has `sessions`: lists, one for each docstring, of
            objects with `text` and `show`, and `given`, the page's text, if a
            reader has edited it. A challenge has the page's `language`.
        post: Takes pieces of output.
        rest: The second half of the standard library, if the last answer
            asked for it; see `Rest.begin`.

    Returns:
        A JSON object: `rest` says that the run ended early because it needs
        the second half of the library. `same` and `differ` count a lesson's
        examples, `added` those that a reader added without an output.
        `missing` is what a challenge's check says, and `trials` are the
        calls that it makes; see `_challenge`. `failed` says whether the
        program itself ended in an exception, `line` which of its lines that
        came from, `status` is its exit status. With `step` in the request,
        `trace` is what `tracer.record` returned, and `told` what `story.told`
        says of it, in the request's `language`; `sources` has the texts of the
        files in it, by their names, and `folds` the lines of their docstrings.
        For `compare`, `runs` has the answers of both with their output,
        `pieces`, and `rows` what `story.aligned` made of their events.
    """
    request = json.loads(asked)
    if request["kind"] == "compare":
        return json.dumps(_compare(request, rest))
    begin = _kinds[request["kind"]]
    terminal = Terminal(post)
    answer: dict[str, Any] = {"same": 0, "differ": 0, "added": 0}
    answer |= {"missing": None, "failed": False, "status": 0, "trace": None}
    answer["line"] = None
    _rest.begin(rest)
    with process(terminal), limits.noting(terminal):
        try:
            begin(request, terminal, answer)
        except RestNeededError:
            pass
        except SystemExit as error:
            code = "" if error.code is None else _SHORT.repr(error.code)
            answer["status"] = status(error.code)
            if error.code is not None and not _is_number(error.code):
                terminal.end(f"{_text_of(error.code)}\n")
            terminal.note("exit", code)
        except BaseException as error:
            answer["failed"] = True
            answer["line"] = line(error, _file(request))
            terminal.end(told(error))
            limits.tell(error, terminal)
            if isinstance(error, ModuleNotFoundError):
                terminal.note("network" if error.path == REST else "here")
    # A bare `except:` of the program may have caught it.
    answer["rest"] = _rest.needed
    return json.dumps(answer)


def _compare(request: Any, rest: Any) -> dict[str, Any]:
    """Record two programs, one after the other."""
    runs: list[dict[str, Any]] = []
    timelines = []
    for program in request["programs"]:
        pieces: list[dict[str, str]] = []

        def post(kind: str, text: str, more: str) -> None:
            pieces.append({"kind": kind, "text": text, "more": more})  # noqa: B023  # Called at once.

        asked = {"kind": "program", "step": True, **program}
        asked["language"] = request["language"]
        answer = json.loads(run(json.dumps(asked), post, rest))
        if answer["rest"]:
            return dict(answer)
        runs.append({**answer, "pieces": pieces})
        told = answer["told"]["events"] if answer["trace"] else []
        timelines.append([story.event(one) for one in told if one["spine"]])
    return {**runs[0], "runs": runs, "rows": story.aligned(*timelines)}


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
    if _is_number(code):
        return int.__and__(cast("int", code), 0xFF)
    return 1


def _is_number(code: object) -> bool:
    # A reader's class may raise in all of its own methods.
    return issubclass(type(code), int)


def _text_of(code: object) -> str:
    """What `sys.exit(code)` writes to standard error."""
    try:
        return str(code)
    except Exception:
        return _SHORT.repr(code)


def _file(request: Any) -> str:
    """The file whose lines are numbered as the page shows them, or `""`."""
    name = str(request["name"])
    if request["kind"] == "program":
        return name
    if request["kind"] == "challenge":
        return f"examples/challenges/{name}/answer.py"
    return name.replace(".", "/") + ".py" if request["edited"] else ""


def line(error: BaseException, file: str) -> int | None:
    r"""Find the line of a file that an exception came from.

    Args:
        error: The exception.
        file: The file's name in tracebacks.

    Returns:
        The line of the innermost traceback entry in that file, or the line of
        a syntax error; `None` if there is neither.

    Examples:
        >>> try:
        ...     exec(compile("port = 1\nport.release()", "port.py", "exec"))
        ... except AttributeError as error:
        ...     line(error, "port.py"), line(error, "other.py")
        (2, None)
    """
    # A reader's class may have attributes of these names.
    found = None
    trace = _TRACEBACK.__get__(error)
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            found = trace.tb_lineno
        trace = trace.tb_next
    if found is None and isinstance(error, SyntaxError):
        name, number = _SYNTAX[0].__get__(error), _SYNTAX[1].__get__(error)
        if name == file and isinstance(number, int):
            return number
    return found


_TRACEBACK: Any = vars(BaseException)["__traceback__"]
_SYNTAX: Any = (vars(SyntaxError)["filename"], vars(SyntaxError)["lineno"])


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
    answer["folds"] = {
        name: folds(text) for name, text in answer["sources"].items()
    }
    answer["told"] = story.told(trace, request.get("language", "en"))
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


# The library's is asked for at each run.
@functools.lru_cache(maxsize=16)
def folds(text: str) -> list[tuple[int, int]]:
    r"""Find the lines of docstrings, which the stepper folds.

    Args:
        text: A program.

    Returns:
        The first and the last line of each docstring of several lines.

    Examples:
        >>> folds("def f():\n    'One. \\\n    Two.'\n    return 1")
        [(2, 3)]
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, _DOCUMENTED) or not node.body:
            continue
        match node.body[0]:
            case ast.Expr(value=ast.Constant(value=str())) as doc:
                last = doc.end_lineno or doc.lineno
                if last > doc.lineno:
                    found.append((doc.lineno, last))
    return sorted(found)


def _program(request: Any, terminal: Terminal, answer: Any) -> None:
    file = request["name"]
    made = types.ModuleType("__main__")
    made.__file__ = file
    sys.modules["__main__"] = made
    _remember(file, request["code"])
    code = compile(request["code"], file, "exec", dont_inherit=True)
    names = vars(made)
    _traced(lambda: exec(code, names), request, terminal, answer, {file})


_COUNTED = {True: "same", False: "differ", None: "added"}


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

            def run(
                text: str = session["text"],
                given: str | None = session.get("given"),
                title: str = title,
            ) -> None:
                ran = examples(
                    terminal,
                    text,
                    title,
                    names,  # noqa: B023  # Called at once.
                    files,
                    known,
                    given,
                )
                for same in ran:
                    answer[_COUNTED[same]] += terminal.muted < 1

            quiet = {**request, "step": request["step"] and show}
            _traced(run, quiet, terminal, answer, files)
        logging.getLogger().handlers.clear()
        logging.getLogger().setLevel(logging.WARNING)


def _challenge(request: Any, terminal: Terminal, answer: Any) -> None:
    """Check an answer.

    `trials` in the answer has a list for each call that the check makes of a
    right answer: the call in words, how it ends for the solution, and how it
    ended for the reader's answer. The last is `None` for calls that the check
    didn't reach, because it ends with the first that is wrong.
    """
    name = f"examples.challenges.{request['name']}"
    # Imported anew for each run: no language is left from the one before.
    trial = importlib.import_module("examples.challenges.trial")
    trial.sentences.update(_sentences(request["language"]))
    check = importlib.import_module(f"{name}.check")
    solution = importlib.import_module(f"{name}.solution")
    check.missing(solution)
    wanted = trial.trials[:]
    trial.trials.clear()
    answer["trials"] = [[one.call, one.ending, None] for one in wanted]
    made = module(f"{name}.answer", request["code"], edited=True)

    def run() -> None:
        try:
            answer["missing"] = check.missing(made)
        finally:
            # Calls whose result isn't known have none.
            for row, one in zip(answer["trials"], trial.trials, strict=False):
                row[2] = one.ending

    _traced(run, request, terminal, answer, {str(made.__file__)})


def _sentences(language: str) -> dict[str, str]:
    """What the checks say in a language, by their English sentences."""
    try:
        content = pkgutil.get_data("examples.challenges", f"{language}.json")
    except OSError:  # English, or a language without a translation.
        return {}
    return dict(json.loads(content or b"{}"))


_kinds: dict[str, Callable[[Any, Terminal, Any], None]] = {
    "program": _program,
    "lesson": _lesson,
    "challenge": _challenge,
}
