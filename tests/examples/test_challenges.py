"""Each start lacks something, each solution nothing; checks bear anything."""

import ast
import difflib
import importlib
import logging
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from lxml import html

from render.blocks import challenge as block_of_page
from tests.project import (
    CHALLENGES,
    DOCS,
    LESSONS,
    PAGES,
    ROOT,
    blocks,
    page,
    refusing,
    where,
)

_COUNT = 10
_LINES, _COLUMNS, _CHANGED = 30, 72, 6
_TRIES = {
    path: tomllib.loads((path / "tries.toml").read_text("utf-8"))
    for path in CHALLENGES
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
    """The checks below have challenges to check."""
    assert len(CHALLENGES) == _COUNT
    assert all(tries["try"] for tries in _TRIES.values())


@every_challenge
def test_a_start_lacks_something(challenge: Path) -> None:
    """The check says what, in one sentence."""
    said = _missing(challenge, _text(challenge, "start"))
    assert said == _TRIES[challenge]["start"]
    assert _is_a_sentence(said)


@every_challenge
def test_a_solution_lacks_nothing(challenge: Path) -> None:
    """The check finds nothing missing."""
    assert _missing(challenge, _text(challenge, "solution")) == ""


@refusing
def test_every_challenge_is_on_the_page_of_its_lesson() -> Iterator[str]:
    """A challenge has the name of its lesson, and is only on its page."""
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


def test_the_list_of_exercises_has_each_with_its_page() -> None:
    """Readers find all of them, and which ones they have solved."""
    text = (DOCS / "learn" / "exercises.md").read_text("utf-8")
    listed = re.findall(
        r"^- \[.+\]\((.+)\.md#exercise\): .+\n"
        r'  \{: data-challenge="(\w+)" \}$',
        text,
        re.M,
    )
    assert sorted(name for _, name in listed) == [x.name for x in CHALLENGES]
    for address, name in listed:
        shown = DOCS / "learn" / f"{address}.md"
        assert f"```challenge\n{name}\n" in shown.read_text("utf-8")


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
    assert [x.findtext("summary") for x in folded] == [
        "Hint",
        "Where to change it",
        "Solution",
    ]
    for fold in folded:
        assert fold.get("open") is None
        assert fold.get("data-search-exclude") is not None
    assert folded[-1].findall(".//pre/code") == programs[1:]


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


@pytest.mark.parametrize(
    ("challenge", "changes", "said"),
    [
        pytest.param(
            path, each["changes"], each["said"], id=f"{path.name} {n}"
        )
        for path, tries in _TRIES.items()
        for n, each in enumerate(tries["try"])
    ],
)
def test_a_check_tells_half_a_solution_from_another_way(
    challenge: Path, changes: list[list[str]], said: str
) -> None:
    """What solves a half of it is not the solution; another wording is."""
    text = _text(challenge, "solution")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    found = _missing(challenge, text)
    assert said in found
    assert bool(said) == bool(found)


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
