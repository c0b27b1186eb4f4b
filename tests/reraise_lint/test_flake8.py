"""The plugin in the real flake8."""

import subprocess
import sys
from pathlib import Path

from tests.reraise_lint.test_reading import WRONG


def run(path: Path, *options: str) -> list[str]:
    """What flake8 says of a file."""
    done = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", *options, str(path)],
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return [line.removeprefix(f"{path}:") for line in done.stdout.splitlines()]


def test_flake8_runs_the_plugin(tmp_path: Path) -> None:
    """Its options and comments hold for the prefix SRE."""
    file = tmp_path / "a.py"
    file.write_text(WRONG)
    found = [line for line in run(file) if "SRE" in line]
    assert [line.split(" the ")[0] for line in found] == [
        "5:53: SRE302 `return` in"
    ]
    assert run(file, "--select", "SRE") == found
    assert run(file, "--select", "SRE", "--extend-ignore", "SRE3") == []
    file.write_text(WRONG.rstrip() + "  # noqa: SRE302\n")
    assert run(file, "--select", "SRE") == []


def test_flake8_decodes_the_file(tmp_path: Path) -> None:
    """An encoding that it declares isn't applied twice."""
    file = tmp_path / "a.py"
    text = "# coding: euc-jp\nNAME = '日本'\n" + WRONG
    file.write_bytes(text.encode("euc-jp"))
    assert len(run(file, "--select", "SRE")) == 1


def test_flake8_reports_what_is_not_python_itself(tmp_path: Path) -> None:
    """The plugin keeps quiet about it."""
    file = tmp_path / "a.py"
    file.write_text("# save_and_reraise_exception\nprint 'no'\n")
    assert run(file, "--select", "SRE,E9")[0].split()[1] == "E999"
    assert run(file, "--select", "SRE") == []
