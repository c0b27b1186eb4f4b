"""Ctrl-C ends the project's commands in silence, whenever it comes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import INTERRUPTIBLE, ROOT

_INTERRUPTS = "import os, signal; os.kill(os.getpid(), signal.SIGINT)\n"


@pytest.mark.parametrize(
    ("command", "imported"),
    [
        ("render.languages.translations", "argparse"),
        ("render.measure.versions", "tempfile"),
        ("render.publish.build", "argparse"),
        ("runner.pack", "argparse"),
        ("survey", "argparse"),
    ],
)
def test_ctrl_c_during_imports_prints_nothing(
    tmp_path: Path, command: str, imported: str
) -> None:
    """It comes while a module of the standard library is imported."""
    (tmp_path / f"{imported}.py").write_text(_INTERRUPTS)
    done = subprocess.run(
        [*INTERRUPTIBLE, sys.executable, "-m", command],
        cwd=ROOT,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.stdout + done.stderr == ""
    assert done.returncode == -signal.SIGINT


def test_other_exceptions_have_their_traceback(tmp_path: Path) -> None:
    """A command that can't be imported says why."""
    (tmp_path / "argparse.py").write_text("raise ImportError('no argparse')\n")
    done = subprocess.run(
        [sys.executable, "-m", "survey"],
        cwd=ROOT,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "Traceback" in done.stderr
    assert done.stderr.endswith("ImportError: no argparse\n")
