"""What the command does around the fixer, with one that changes a word."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from reraise_lint.cli import main
from tests.reraise_lint.test_reading import WRONG

Output = pytest.CaptureFixture[str]


@dataclass
class Fixed:
    """What a fixer returns."""

    source: bytes
    changes: list[tuple[int, str]]
    refusals: list[tuple[int, str]]
    notes: list[tuple[int, str]]


def fixed(source: bytes, path: str) -> Fixed:
    """Change what is returned, and refuse the rest."""
    new = source.replace(b"return 1", b"return 2")
    changes = [(5, "returns 2")] if new != source else []
    return Fixed(new, changes, [(3, f"{Path(path).name} is short")], [])


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file to change, a link to it, and one without uses."""
    fixer = SimpleNamespace(fixed=fixed, DIFFERENCES="Nothing else.")
    monkeypatch.setitem(sys.modules, "reraise_lint.fix", fixer)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "a.py"
    file.write_text(WRONG.rstrip())
    file.chmod(0o640)
    (tmp_path / "c.py").write_text("return 1\n")
    return tmp_path


def test_diff_prints_and_changes_nothing(folder: Path, capsys: Output) -> None:
    """In the form that `patch` reads."""
    before = (folder / "a.py").read_bytes()
    assert main(["--diff"]) == 1
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[:2] == ["--- a/a.py", "+++ b/a.py"]
    assert lines[-4][:1] + lines[-2][:1] == "-+"
    assert lines[-1] == "\\ No newline at end of file"
    assert said.err == "a.py:3: left as it is: a.py is short\nNothing else.\n"
    assert (folder / "a.py").read_bytes() == before


def test_fix_writes_once(folder: Path, capsys: Output) -> None:
    """Permissions and links stay as they are."""
    (folder / "b.py").symlink_to("a.py")
    assert main(["--fix", "b.py", "c.py"]) == 0
    assert capsys.readouterr().out == "b.py:5: returns 2\n"
    assert (folder / "a.py").read_text().endswith("return 2")
    assert (folder / "a.py").stat().st_mode & 0o777 == 0o640
    assert (folder / "b.py").is_symlink()
    assert main(["--fix"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["--diff"]) == 0


def test_a_file_that_cannot_be_written_stays(
    folder: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, and nothing is left beside it."""

    def full(old: str, new: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert main(["--fix"]) == 2
    said = capsys.readouterr().err
    assert "a.py: not written: No space left on device" in said
    assert (folder / "a.py").read_text().endswith("return 1")
    assert sorted(os.listdir(folder)) == ["a.py", "c.py"]


def test_a_file_that_cannot_be_read_is_named(
    folder: Path, capsys: Output
) -> None:
    """As when it is checked."""
    os.mkfifo(folder / "d.py")
    assert main(["--diff"]) == 2
    assert "d.py: not read: it isn't a regular file" in capsys.readouterr().err
