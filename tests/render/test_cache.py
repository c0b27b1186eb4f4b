"""What a build takes over from earlier builds, and when it does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from render import cache
from render.data import read_text
from tests.project import ROOT


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a module, in an environment without results."""
    monkeypatch.setattr(cache, "ROOT", tmp_path)
    monkeypatch.setattr(cache, "_folder", None)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    (tmp_path / "render").mkdir()
    (tmp_path / "render" / "code.py").write_text("VERSION = 1\n")
    (tmp_path / "data.txt").write_text("one")
    return tmp_path


def shouted(path: Path, made: list[str]) -> str:
    """A result that is made from a file; `made` tells how often."""

    def make() -> str:
        made.append(read_text(path).upper())
        return made[-1]

    found: str = cache.result("shouted", None, make)
    return found


def test_a_result_is_made_once(root: Path) -> None:
    """Until a file changes that it was made from."""
    made: list[str] = []
    assert not cache.activate()
    assert shouted(root / "data.txt", made) == "ONE"
    assert cache.activate()
    assert shouted(root / "data.txt", made) == "ONE"
    (root / "data.txt").write_text("three")
    assert shouted(root / "data.txt", made) == "THREE"
    assert made == ["ONE", "THREE"]


def test_other_values_make_another_result(root: Path) -> None:
    """The slot keeps the last one."""
    cache.activate()
    for given in "a", "a", "b", "a":
        assert cache.result("slot", given, [given].copy) == [given]
    assert [cache.known("slot", given) for given in "ab"] == [True, False]


def test_other_code_makes_all_anew(root: Path) -> None:
    """What is installed and the project's modules are behind each result."""
    made: list[str] = []
    cache.activate()
    shouted(root / "data.txt", made)
    (root / "render" / "code.py").write_text("VERSION = 22\n")
    assert not cache.activate()
    shouted(root / "data.txt", made)
    assert made == ["ONE", "ONE"]


def test_results_of_few_versions_stay(root: Path) -> None:
    """The cache does not grow with each change of the code."""
    for number in range(6):
        (root / "render" / "code.py").write_text("#" * number)
        cache.activate()
    assert len([*(root / "environment" / "cache").iterdir()]) == 3


def test_a_folder_changes_with_what_is_in_it(root: Path) -> None:
    """Files that come, go or change; not what Python compiled."""
    (root / "folder" / "__pycache__").mkdir(parents=True)
    digests = [cache.digest("folder")]
    for name, text in ("a", "1"), ("b", "2"), ("a", "33"):
        (root / "folder" / name).write_text(text)
        digests.append(cache.digest("folder"))
    (root / "folder" / "b").unlink()
    digests.append(cache.digest("folder"))
    assert len({*digests}) == 5
    (root / "folder" / "__pycache__" / "a.pyc").write_text("")
    assert cache.digest("folder") == digests[-1]


def test_what_is_taken_over_was_read_too(root: Path) -> None:
    """A page shows it, made or taken over: it is rendered with the file."""
    cache.activate()
    for _ in range(2):
        with cache.record() as files:
            shouted(root / "data.txt", [])
        assert [*files] == ["data.txt"]


def test_a_file_that_changes_meanwhile_is_read_again(root: Path) -> None:
    """What was read counts, and not what is there in the end."""
    cache.activate()

    def make() -> str:
        read = read_text(root / "data.txt")
        (root / "data.txt").write_text("later")
        return read

    assert cache.result("slot", None, make) == "one"
    assert not cache.known("slot", None)


def test_a_failure_is_not_cached(root: Path) -> None:
    """The function is called again after it raised."""
    cache.activate()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            cache.result("slot", None, lambda: 1 / 0)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_broken_file_is_written_anew(root: Path, text: str) -> None:
    """A full disk or a hand may have left it."""
    made: list[str] = []
    cache.activate()
    shouted(root / "data.txt", made)
    [kept] = (root / "environment" / "cache").glob("*/*")
    kept.write_text(text)
    assert shouted(root / "data.txt", made) == "ONE"
    assert shouted(root / "data.txt", made) == "ONE"
    assert len(made) == 2


def test_without_a_folder_all_is_made(root: Path) -> None:
    """A build needs no cache, and no permission to write one."""
    (root / "environment").write_text("a file")
    made: list[str] = []
    assert not cache.activate()
    for _ in range(2):
        shouted(root / "data.txt", made)
    assert len(made) == 2


def test_only_builds_keep_results() -> None:
    """Tests and commands see what the code makes now."""
    code = "import render.blocks.wild, render.cache as c; print(c.folder())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "None\n"
