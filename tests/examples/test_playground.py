"""The playground's programs, in an interpreter of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import PLAYGROUND

_COUNT, _LINES = 6, 25

# Reads the program from standard input: its file has the name that a reader's
# has, and no folder.
_RUN = "import sys; exec(compile(sys.stdin.read(), sys.argv[1], 'exec'))"

_TRACEBACK = r"['Traceback (most recent call last):\n', "

# What each prints, and the lines of standard error that are its own words.
_SAID: dict[str, tuple[str, list[str]]] = {
    "cleanup_fails": (
        """\
out: OSError('database is down')
context: ConnectionError('no answer about eth0')
""",
        [
            "ERROR oslo_utils.excutils: Original exception being dropped: "
            + _TRACEBACK
            + r"""'  File "cleanup_fails.py", line 10, in release\n', """
            + r"'ConnectionError: no answer about eth0\n']"
        ],
    ),
    "deciding": (
        """\
eth0 -> deleted
gone -> was gone
look at busy
busy -> LookupError('busy')
""",
        [],
    ),
    "helper": (
        """\
clean up eth0
out: ConnectionError('no answer about eth0')
""",
        [],
    ),
    "nested": (
        """\
outer body
inner body
out: ConnectionError('Neutron is down')
""",
        [],
    ),
    "outside_a_handler": (
        """\
eth0 is deleted
Neutron said 503
""",
        [
            "Traceback (most recent call last):",
            "RuntimeError: There is no (currently) captured exception to "
            "force the reraising of",
        ],
    ),
    "own_manager": (
        """\
reserve 8
boot
give back 8
reserve 8
swallowed: LookupError('no host')
give back 8
reserve 8
give back 8
out: OSError('no disk')
""",
        [],
    ),
}


def test_there_are_six_programs() -> None:
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
    printed, said = _SAID[path.stem]
    lines = [x for x in done.stderr.splitlines() if not x.startswith("  ")]
    assert (done.stdout, lines) == (printed, said)
    assert (done.returncode == 1) == (path.stem == "outside_a_handler")
