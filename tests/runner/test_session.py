"""What a page asks of Python, asked as the worker asks it."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from render.languages.locale import translate
from runner import pack
from tests.project import CHALLENGES, ROOT

# A session takes over streams, logging and modules: it has a process of its
# own, where the packed lessons come first, as in the browser.
_ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from runner import session
answers = [
    json.loads(session.run(json.dumps(request), lambda *_: None))
    for request in json.load(sys.stdin)
]
print(json.dumps(answers))
"""

_ENGLISH = (
    '"Original exception being dropped" was logged, although '
    "ConnectionError('iSCSI is down') reached the caller and nothing was "
    "dropped."
)
_CHINESE = translate(
    '"{dropped}" was logged, although {first!r} reached the caller '
    "and nothing was dropped.",
    "zh",
    "challenges",
).format(
    dropped="Original exception being dropped",
    first=ConnectionError("iSCSI is down"),
)

# What stays as it is in a Chinese sentence: code, log lines, exceptions,
# lists, texts and names.
_FIXED = re.compile(
    r"`[^`]*`|“[^”]*”|[A-Za-z]+\([^)]*\)|\[[^]]*\]|'[^']*'|None"
    r"|logger|[a-z_]+(\.[a-z_]+)+"
)


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that the worker puts onto the import path."""
    path = tmp_path_factory.mktemp("packed") / "lessons.zip"
    path.write_bytes(pack.lessons())
    return path


def asked(name: str, language: str) -> dict[str, Any]:
    """What a page asks when its reader runs a challenge's start."""
    start = ROOT / "examples" / "challenges" / name / "start.py"
    return {
        "kind": "challenge",
        "name": name,
        "code": start.read_text("utf-8"),
        "step": False,
        "language": language,
    }


def missing(lessons: Path, requests: list[dict[str, Any]]) -> list[str]:
    """What the checks say, one after the other, in one process."""
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(lessons)],
        input=json.dumps(requests),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [answer["missing"] for answer in json.loads(done.stdout)]


def test_a_check_speaks_the_language_of_its_page(lessons: Path) -> None:
    """English again after Chinese, and where there is no translation."""
    languages = ["zh", "en", "zh", "fr"]
    requests = [asked("dropped_exception", language) for language in languages]
    assert missing(lessons, requests) == [
        _CHINESE,
        _ENGLISH,
        _CHINESE,
        _ENGLISH,
    ]


@pytest.fixture(scope="module")
def chinese(lessons: Path) -> dict[str, str]:
    """What the checks say of each start on a Chinese page."""
    names = [path.name for path in CHALLENGES]
    said = missing(lessons, [asked(name, "zh") for name in names])
    return dict(zip(names, said, strict=True))


@pytest.mark.parametrize("name", [path.name for path in CHALLENGES])
def test_no_english_is_left(chinese: dict[str, str], name: str) -> None:
    """A Chinese sentence has code and names, and no English words."""
    said = chinese[name]
    if not re.search("[\u3400-\u9fff]", said):
        return  # Not translated yet: `make translations` lists it.
    assert said.endswith("。")
    assert re.findall("[A-Za-z]+", _FIXED.sub("", said)) == []


_SHOW = """
import json, sys
from runner import session
session.run(sys.stdin.read(), lambda kind, text, _: print(text, end=""))
"""


@pytest.mark.parametrize(
    "call", ["asyncio.run(main())", "input()", "print(1 / 0)"]
)
def test_traceback_has_the_readers_entries_only(call: str) -> None:
    """What runs the program is in none of them."""
    code = f"import asyncio\n\nasync def main():\n    input()\n\n{call}\n"
    request = {"kind": "program", "name": "mine.py", "code": code}
    done = subprocess.run(
        [sys.executable, "-c", _SHOW],
        input=json.dumps({**request, "step": False}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert "Traceback" in done.stdout
    assert 'File "mine.py", line 6' in done.stdout
    assert "runner/" not in done.stdout


def test_lessons_are_packed_alike() -> None:
    """A browser keeps what did not change."""
    assert pack.lessons() == pack.lessons()
