"""The playground's programs, in an interpreter of their own."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.project import PLAYGROUND

_COUNT, _LINES = 7, 25

# Reads the program from standard input: its file has the name that a reader's
# has, and no folder.
_RUN = "import sys; exec(compile(sys.stdin.read(), sys.argv[1], 'exec'))"

_SAID = tomllib.loads(
    Path(__file__).with_name("playground.toml").read_text("utf-8")
)


def test_there_are_seven_programs() -> None:
    """Each has its expectation below, and each expectation a program."""
    assert len(PLAYGROUND) == _COUNT
    assert [path.stem for path in PLAYGROUND] == list(_SAID)


@pytest.mark.parametrize("path", PLAYGROUND, ids=lambda path: path.stem)
def test_a_program_does_what_it_is_there_to_show(path: Path) -> None:
    """It prints, logs and raises what it did when it was chosen.

    One program alone ends in a traceback, which is its point.
    """
    text = path.read_text("utf-8")
    assert text.count("\n") <= _LINES
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _RUN, path.name],
        input=text,
        capture_output=True,
        text=True,
    )
    expected = _SAID[path.stem]
    lines = [x for x in done.stderr.splitlines() if not x.startswith("  ")]
    assert (done.stdout, lines) == (expected["printed"], expected["said"])
    assert (done.returncode == 1) == (path.stem == "outside_a_handler")
