"""Each start lacks something, each solution nothing; checks bear anything."""

import ast
import difflib
import importlib
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from lxml import html

from render.blocks import challenge as block_of_page
from tests.project import (
    CHALLENGES,
    LESSONS,
    PAGES,
    ROOT,
    blocks,
    page,
    refuse,
    where,
)

_COUNT = 10
_LINES, _COLUMNS, _CHANGED = 30, 72, 6

# What the check says of the start.
_SAID = {
    "cleanup_before_the_with": (
        "Where `grow` and `roll_back` fail, ConnectionError('quota is down') "
        'came out, and no line says "vda was not resized".'
    ),
    "cleanup_fails": (
        '"Original exception being dropped" was logged, although '
        "ConnectionError('iSCSI is down') came out and nothing was dropped."
    ),
    "deciding": (
        "For status 404 NeutronError(404) came out; 'was gone' was to be "
        "returned."
    ),
    "keep_both_failures": (
        "ConnectionError('Neutron is down') came out; a group of "
        "ConnectionError('Neutron is down') and OSError('no database') was "
        "to come out."
    ),
    "losing_one": (
        "OSError('disk is full') came out; ConnectionError('Neutron is "
        "down') was to come out."
    ),
    "own_logger": (
        "The line came from the logger oslo_utils.excutils; "
        "nova.compute.manager was to write it."
    ),
    "ready_made": (
        "['vol-1'] were connected without an error, and ['vol-1'] "
        "disconnected again."
    ),
    "still_needed": (
        "With ports [], None was returned; TimeoutError('no answer') was to "
        "come out."
    ),
    "translate": (
        "VolumeInUseError('vol-1') came out, and \"Original exception being "
        'dropped" was logged.'
    ),
    "what_exit_returns": (
        "The body raised LookupError('no host'), and nothing came out."
    ),
}

every_challenge = pytest.mark.parametrize(
    "challenge", CHALLENGES, ids=lambda path: path.name
)


def _missing(challenge: Path, source: str) -> str:
    """What a challenge's check says of a text, run as the browser runs it."""
    answer = ModuleType("answer")
    exec(compile(source, "answer.py", "exec"), vars(answer))
    package = ".".join(challenge.relative_to(ROOT).parts)
    said = importlib.import_module(f"{package}.check").missing(answer)
    assert isinstance(said, str)
    return said


def _text(challenge: Path, name: str) -> str:
    return (challenge / f"{name}.py").read_text("utf-8")


def _shown() -> list[tuple[Path, int, str]]:
    """The challenges on pages: page, line and name."""
    return [
        (path, line, text.splitlines()[0])
        for path in PAGES
        for line, kind, text in blocks(path)
        if kind == "challenge"
    ]


def test_there_are_ten_challenges() -> None:
    """The guards below look at something."""
    assert len(CHALLENGES) == _COUNT
    assert set(_SAID) == {path.name for path in CHALLENGES}


@every_challenge
def test_a_start_lacks_something(challenge: Path) -> None:
    """The check says what, in one sentence."""
    said = _missing(challenge, _text(challenge, "start"))
    assert said == _SAID[challenge.name]
    assert _is_a_sentence(said)


@every_challenge
def test_a_solution_lacks_nothing(challenge: Path) -> None:
    """The check is content."""
    assert _missing(challenge, _text(challenge, "solution")) == ""


def test_every_challenge_is_on_the_page_of_its_lesson() -> None:
    """A challenge has the name of its lesson, and stands there alone."""

    def problems() -> Iterator[str]:
        lessons = Counter(lesson.stem for lesson in LESSONS)
        on = Counter(name for _, _, name in _shown())
        for path in CHALLENGES:
            if lessons[path.name] != 1 or on[path.name] != 1:
                yield (
                    f"{where(path, 1)}: {lessons[path.name]} lessons have "
                    f"this name and {on[path.name]} pages show it; one lesson "
                    "and its page must."
                )
        for path, line, name in _shown():
            if path.stem != name or path not in map(page, LESSONS):
                yield (
                    f"{where(path, line)}: the challenge {name} belongs on "
                    "the page of the lesson of that name."
                )

    refuse(problems())


@every_challenge
def test_a_page_shows_the_start_and_folds_the_rest(challenge: Path) -> None:
    """Without script: both programs to the character, the second folded."""
    text = next(
        text
        for path in PAGES
        for _, kind, text in blocks(path)
        if kind == "challenge" and text.startswith(f"{challenge.name}\n")
    )
    shown = block_of_page.block(text, "https://example.org")
    block = html.fromstring(shown)
    programs = block.findall(".//pre/code")
    assert block.get("data-challenge") == challenge.name
    assert ["".join(map(str, x.itertext())).strip() for x in programs] == [
        _text(challenge, name).strip() for name in ("start", "solution")
    ]
    folded = block.findall("details")
    assert [x.findtext("summary") for x in folded] == ["Hint", "Solution"]
    for fold in folded:
        assert fold.get("open") is None
        assert fold.get("data-search-exclude") is not None
    assert folded[1].findall(".//pre/code") == programs[1:]


@every_challenge
def test_a_challenge_fits_a_phone(challenge: Path) -> None:
    """Programs are short, and few lines lead from start to solution."""
    start, solution = (
        _text(challenge, name).splitlines() for name in ("start", "solution")
    )
    for lines in start, solution:
        assert len(lines) <= _LINES
        assert max(map(len, lines)) <= _COLUMNS
    # A line that only moves to the right is the same line.
    old, new = ([x.strip() for x in lines] for lines in (start, solution))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changed = sum(
        max(b - a, d - c)
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    )
    assert 1 <= changed <= _CHANGED


@every_challenge
def test_a_challenge_needs_little(challenge: Path) -> None:
    """Programs import the library, checks the standard library alone."""
    library = {*sys.stdlib_module_names} - {"subprocess", "threading"}
    for name in "start", "solution", "check":
        own = {"examples"} if name == "check" else {"oslo_utils"}
        for node in ast.walk(ast.parse(_text(challenge, name))):
            imported = []
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported = [node.module or "."]
            assert {x.partition(".")[0] for x in imported} <= library | own


@every_challenge
def test_a_check_says_what_can_be_translated(challenge: Path) -> None:
    """The catalogue is made from literals: no f-string is found there."""
    check = ast.parse(_text(challenge, "check"))
    [missing] = [
        node
        for node in check.body
        if isinstance(node, ast.FunctionDef) and node.name == "missing"
    ]
    for node in ast.walk(missing):
        if isinstance(node, ast.Return) and ast.unparse(node) != "return ''":
            assert isinstance(node.value, ast.Call)
            assert ast.unparse(node.value.func) == "trial.say"
            [text] = node.value.args
            assert isinstance(text, ast.Constant)


_HELPER = "with excutils.save_and_reraise_exception"

# What a reader may try: changes to a solution, and what the check then says.
_NEARLY: list[tuple[str, dict[str, str], str]] = [
    (
        "cleanup_before_the_with",
        {"roll_back(disk)\n": "print(disk)\n"},
        "OSError('no space left') came out; ConnectionError('quota is down') "
        "was to come out.",
    ),
    (
        "cleanup_before_the_with",
        {f"{_HELPER}():": "if True:"},
        "and no line of log tells of OSError('no space left').",
    ),
    (
        "cleanup_before_the_with",
        {"roll_back(disk)\n": "roll_back(disk)\n            raise\n"},
        "although OSError('quota exceeded') came out and nothing was dropped.",
    ),
    (
        "cleanup_fails",
        {"exception():": "exception(reraise=False):"},
        "None was returned; ConnectionError('iSCSI is down') was to come out.",
    ),
    (
        "cleanup_fails",
        {
            f"{_HELPER}():": "if True:",
            "failed(volume)\n": "failed(volume)\n            raise\n",
        },
        "came out in place of TimeoutError('no answer'), and no line says "
        "that one was dropped.",
    ),
    (
        "cleanup_fails",
        {'LOG.error("%s is still connected", volume)': "pass"},
        'The line "vol-1 is still connected" was not logged.',
    ),
    (
        "deciding",
        {"exception()": "exception(reraise=False)"},
        "'deleted' was returned; NeutronError(409) was to come out.",
    ),
    (
        "deciding",
        {"    if error.": "    LOG.error('eth0')\n            if error."},
        "For status 404 'eth0' was logged.",
    ),
    (
        "deciding",
        {'over", port)': 'over", port)\n            raise'},
        "although NeutronError(409) came out and nothing was dropped.",
    ),
    (
        "keep_both_failures",
        {") from None": ")"},
        "A traceback shows OSError('no database') 2 times, not once.",
    ),
    (
        "keep_both_failures",
        {"error, second": "second, error"},
        "The group holds [OSError('no database'), ConnectionError('Neutron "
        "is down')]; it was to hold",
    ),
    (
        "losing_one",
        {"error.add_note": "print"},
        "came out, and no note tells of OSError('disk is full').",
    ),
    (
        "losing_one",
        {"unbind(port)\n": "unbind(port)\n        clean_up(port)\n"},
        "Where nothing fails, None was returned, cleaned up: ['eth3'];",
    ),
    (
        "own_logger",
        {"logger=log": "logger=LOG"},
        "The line does not name the request [req-7].",
    ),
    (
        "own_logger",
        {'"request": request': '"request": "req-7"'},
        "The line does not name the request [req-8].",
    ),
    (
        "ready_made",
        {"        undo.pop_all()\n": ""},
        "['vol-1'] were connected without an error, and ['vol-1'] "
        "disconnected again.",
    ),
    (
        "ready_made",
        {"            connect": "            undo.callback(connect)\n#"},
        "[] were connected; ['vol-1'] were to be.",
    ),
    (
        "ready_made",
        {
            "with ExitStack() as undo:": "undo = ExitStack()\n    if True:",
        },
        "vol-6 failed and [] were disconnected; ['vol-5'] were to be, in "
        "this order.",
    ),
    (
        "still_needed",
        {"if ports": "if True"},
        "With ports [], `unplug` was called for [[]];",
    ),
    (
        "translate",
        {" from error": ""},
        "VolumeInUseError('vol-1') came out with the cause None; it was to be "
        "CinderError(409).",
    ),
    (
        "translate",
        {"exception()": "exception(reraise=False)"},
        "None was returned; CinderError(404) was to come out.",
    ),
    (
        "what_exit_returns",
        {"        self.unlock()": "        pass"},
        "After the body {'eth0', 'eth9'} were locked; {'eth9'} was to be "
        "left.",
    ),
    (
        "what_exit_returns",
        {"return was_locked": "return None"},
        "`unlock`: None was returned; True was to be returned.",
    ),
    (
        "what_exit_returns",
        {"        self.unlock()": "        raise OSError from exc_info[1]"},
        "OSError() came out; LookupError('no host') was to come out.",
    ),
]

# Other ways that are right as well.
_RIGHT: list[tuple[str, dict[str, str]]] = [
    (
        "cleanup_before_the_with",
        {
            f"{_HELPER}():": "if True:",
            "LOG.error": "LOG.exception",
            "roll_back(disk)\n": "roll_back(disk)\n            raise\n",
        },
    ),
    (
        "deciding",
        {
            f"{_HELPER}() as ctxt:": "if True:",
            "ctxt.reraise = False": "pass",
            'over", port)': 'over", port)\n            raise',
        },
    ),
    (
        "still_needed",
        {"        if ports:\n            unplug": "        ports and unplug"},
    ),
    (
        "translate",
        {
            f"{_HELPER}() as ctxt:": "if True:",
            "ctxt.reraise = False": "pass",
            "from error\n": "from error\n            raise\n",
        },
    ),
]


def _changed(name: str, changes: dict[str, str]) -> tuple[Path, str]:
    challenge = next(path for path in CHALLENGES if path.name == name)
    text = _text(challenge, "solution")
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return challenge, text


@pytest.mark.parametrize(("name", "changes", "said"), _NEARLY)
def test_a_check_sees_what_is_still_missing(
    name: str, changes: dict[str, str], said: str
) -> None:
    """What solves a half of it is not the solution."""
    assert said in _missing(*_changed(name, changes))


@pytest.mark.parametrize(("name", "changes"), _RIGHT)
def test_a_check_asks_for_no_wording(
    name: str, changes: dict[str, str]
) -> None:
    """A check compares what happens, and not how it is written."""
    assert _missing(*_changed(name, changes)) == ""


# Answers that a check must bear. NAME stands for each name of the answer.
_BAD = {
    "nothing": "",
    "a number": "answer = 1",
    "no function": "NAME = 1",
    "no such argument": "def NAME(): return 'deleted'",
    "nonsense": "def NAME(*a, **k): return object",
    "odd values": (
        "class NAME:\n"
        "    def __new__(cls, *a, **k): return object.__new__(cls)\n"
        "    def __eq__(self, other): raise OSError\n"
        "    def __repr__(self): raise OSError\n"
        "    __hash__ = None"
    ),
    "exits": "import sys\ndef NAME(*a, **k): sys.exit('bye')",
    "Ctrl-C": "def NAME(*a, **k): raise KeyboardInterrupt",
    "lookup": "def NAME(*a, **k): return {}['deleted']",
    "odd error": (
        "class Odd(Exception):\n"
        "    def __str__(self): raise OSError\n"
        "    __repr__ = __str__\n"
        "def NAME(*a, **k): raise Odd"
    ),
    "a coroutine": "async def NAME(*a, **k): return 'deleted'",
    "a generator": "def NAME(*a, **k): yield 'deleted'",
    "asks": "def NAME(*a, **k): return input()",
    "prints": "def NAME(*a, **k): print('deleted\\n' * 10**6)",
    # Called in another way, Python 3.13.0 would take all memory.
    "recursion": "def NAME(*a, **k): return NAME(*a)",
    "calls all": (
        "def NAME(*a, **k):\n"
        "    for x in a:\n"
        "        try: x(object())\n"
        "        except BaseException: pass"
    ),
    "other logger": (
        "import logging\n"
        "def NAME(*a, **k):\n"
        "    logging.basicConfig(force=True, level=1)\n"
        "    logging.error('%s %s', 1)\n"
        "    logging.getLogger('other').exception('lost')\n"
        "    logging.getLogger('oslo_utils.excutils').info('lost')"
    ),
}


def _state() -> list[object]:
    """What a check must leave as it was."""
    return [
        sys.stdout,
        sys.stderr,
        logging.root.level,
        [*logging.root.handlers],
    ]


@every_challenge
@pytest.mark.parametrize("bad", _BAD.values(), ids=_BAD)
# One of them is a coroutine function, which nobody may know.
@pytest.mark.filterwarnings("ignore:.*was never awaited:RuntimeWarning")
def test_a_check_bears_any_answer(challenge: Path, bad: str) -> None:
    """It says one sentence, and leaves streams and logging alone."""
    solution = _text(challenge, "solution")
    names = [
        node.name
        for node in ast.parse(solution).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    state = _state()
    for name in names:
        wrong = bad.replace("NAME", name)
        # Alone, and where all else is right.
        for answer in wrong, f"{solution}\n{wrong}":
            said = _missing(challenge, answer)
            assert _state() == state
            if answer == wrong or "NAME" in bad:
                assert _is_a_sentence(said), said


def _is_a_sentence(said: str) -> bool:
    return said.endswith(".") and "\n" not in said and len(said) < 250
