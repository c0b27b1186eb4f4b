"""Remaking the data: the same bytes, after an interruption as well."""

import contextlib
import struct
import subprocess
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from survey import releases
from survey.__main__ import remake
from survey.reading import LARGEST_FILE, read
from survey.releases import Release, ReleaseError, fetch, kept, pinned

TEXT = """
import threading
lock = threading.Lock()
with lock:
    try: ...
    except OSError:
        with excutils.save_and_reraise_exception():
            LOG.error("failed")
        raise
"""
SHIP = Release("ship", "1.0", "", True)
PORT = Release("port.lib", "2.0", "Zed", False)


def wheel(folder: Path, release: Release) -> Path:
    """Pack a wheel of two modules, one of them in Python 2."""
    name = release.project.replace(".", "_")
    path = folder / f"{name}-{release.version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in (
            (f"{name}/sail.py", TEXT),
            (f"{name}/old.py", "with excutils: print 'sunk'\n"),
            (f"{name}/tests/test_sail.py", "with mock.patch('a'): pass\n"),
            (f"{name}/cargo.txt", "with"),
        ):
            entry = zipfile.ZipInfo(file, (2026, 9, 30, 12, 0, 0))
            archive.writestr(entry, text)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """A folder's files."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def downloads(
    offline: set[str],
) -> contextlib.AbstractContextManager[mock.MagicMock]:
    """Stand in for pip: it packs the wheel, or has no network."""

    def pip(*arguments: str) -> subprocess.CompletedProcess[str]:
        project, _, version = arguments[-1].partition("==")
        folder = Path(arguments[arguments.index("--dest") + 1])
        if project in offline:
            (folder / "half.tmp").write_bytes(b"PK")
            return subprocess.CompletedProcess([], 1, "", "no network")
        wheel(folder, Release(project, version, "", True))
        return subprocess.CompletedProcess([], 0, "", "")

    return mock.patch.object(releases, "_pip", side_effect=pip)


def test_the_same_bytes_twice(tmp_path: Path) -> None:
    """From the same wheels, whatever was there before."""
    with downloads(set()):
        for data in "first", "second":
            assert (
                remake([SHIP, PORT], tmp_path / "cache", tmp_path / data) == 0
            )
    first = contents(tmp_path / "first")
    assert first == contents(tmp_path / "second")
    lines = first["releases.csv"].decode().splitlines()
    assert lines[1:] == [
        "ship,1.0,,yes,2026-09-30,10,1,1,0,1",
        "port.lib,2.0,Zed,,2026-09-30,10,,1,,1",
    ]
    assert first["purposes.csv"].decode().splitlines()[1:] == [
        "ship,re-raise,1,0",
        "ship,lock,1,0",
        "ship,mock,0,1",
    ]


def test_unparsable_files_are_named_and_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The rest of the release counts."""
    with downloads(set()):
        assert remake([SHIP], tmp_path / "cache", tmp_path / "data") == 0
    why = "it isn't valid Python (line 1: Missing parentheses in call to"
    assert f"ship/old.py not parsed: {why}" in capsys.readouterr().err
    listed = contents(tmp_path / "data")["unreadable.csv"].decode()
    assert listed.splitlines()[1].startswith(f"ship,1.0,ship/old.py,{why}")


def test_an_interruption_loses_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a failed download the rest continues; the next run fetches it."""
    cache, data = tmp_path / "cache", tmp_path / "data"
    data.mkdir()
    (data / "releases.csv").write_text("as it was")
    with downloads({"ship"}):
        assert remake([SHIP, PORT], cache, data) == 1
    said = capsys.readouterr()
    assert "ship 1.0 could not be downloaded" in said.err
    assert "no network" in said.err
    assert "[2/2] port.lib 2.0" in said.out
    assert (data / "releases.csv").read_text() == "as it was"
    assert [p.name for p in cache.iterdir()] == [
        "port_lib-2.0-py3-none-any.whl"
    ]
    with downloads(set()) as pip:
        assert remake([SHIP, PORT], cache, data) == 0
    assert [call.args[-1] for call in pip.mock_calls] == ["ship==1.0"]
    assert "as it was" not in (data / "releases.csv").read_text()


def test_a_kept_wheel_is_found_by_any_spelling(tmp_path: Path) -> None:
    """`port.lib` is `port_lib` in the name of its wheel."""
    path = wheel(tmp_path, PORT)
    with downloads({"port.lib"}):
        assert fetch(PORT, tmp_path) == path


def encrypted(path: Path) -> None:
    """Set the flag of encryption on each file."""
    text = path.read_bytes()
    for mark, flags in (b"PK\1\2", 8), (b"PK\3\4", 6):
        parts = text.split(mark)
        text = mark.join(
            [
                parts[0],
                *(p[: flags - 4] + b"\1" + p[flags - 3 :] for p in parts[1:]),
            ]
        )
    path.write_bytes(text)


def damaged(path: Path) -> None:
    """Change what deflate reads first."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ship/sail.py", TEXT)
    text = path.read_bytes()
    start = text.index(b"sail.py") + len(b"sail.py")
    path.write_bytes(text[:start] + b"\xff" * 9 + text[start + 9 :])


def inflated(path: Path, files: int = 1, size: int = LARGEST_FILE + 1) -> None:
    """Pack files of nothing but line ends."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(files):
            archive.writestr(f"ship/sail{number}.py", b"\n" * size)


def lying(path: Path) -> None:
    """Pack a large file that the archive calls small."""
    size = 50 * LARGEST_FILE
    inflated(path, 1, size)
    text = path.read_bytes()
    path.write_bytes(text.replace(struct.pack("<L", size), b"\1\0\0\0"))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: path.write_bytes(b"PK"), "not a zip file"),
        (damaged, "while decompressing"),
        (encrypted, "is encrypted"),
        (inflated, "sail0.py has 4,000,001 bytes, more than the 4,000,000"),
        (
            lambda path: inflated(path, 26, LARGEST_FILE),
            "files have 104,000,000 bytes, more than the 100,000,000",
        ),
        (lying, "Bad CRC-32"),
    ],
    ids=["cut", "damaged", "encrypted", "file", "wheel", "lying"],
)
def test_a_wheel_that_cannot_be_read_is_named(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Path], None],
    why: str,
) -> None:
    """The other releases are read, and the data stay as they were."""
    spoil(path := wheel(tmp_path, SHIP))
    wheel(tmp_path, PORT)
    tracemalloc.start()
    assert remake([SHIP, PORT], tmp_path, tmp_path / "data") == 1
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    said = capsys.readouterr()
    assert said.err.startswith(str(path))
    assert why in said.err
    assert "delete" in said.err
    assert "[2/2] port.lib 2.0" in said.out
    assert not (tmp_path / "data").exists()
    assert most < 5 * LARGEST_FILE


def test_a_file_nested_too_deep_is_listed(tmp_path: Path) -> None:
    """None of its `with` counts, and the rest of the release does."""
    path = wheel(tmp_path, SHIP)
    with zipfile.ZipFile(path, "a") as archive:
        deep = f"with lock: pass\nwith lock{'.b' * 2000}: pass\n"
        archive.writestr("ship/deep.py", deep)
    reading = read(path)
    assert ("ship/deep.py", "it is nested too deeply") in reading.unreadable
    assert {item.file for item in reading.items} == {
        "ship/sail.py",
        "ship/tests/test_sail.py",
    }


def test_invalid_releases_are_reported(tmp_path: Path) -> None:
    """The message names a broken row, or a file instead of the folder."""
    pins = tmp_path / "releases.csv"
    pins.write_text("project,version,cycle,newest\n<<<<<<< HEAD\n")
    with pytest.raises(ReleaseError, match=r"releases\.csv:2: a row"):
        pinned(pins)
    with pytest.raises(ReleaseError, match=r"ship 1\.0.*File exists"):
        fetch(SHIP, pins)
    (tmp_path / "other.whl").touch()
    assert kept(SHIP, tmp_path) is None
