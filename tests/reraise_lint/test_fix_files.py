"""Encodings and line ends, and how files are written and compared."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from reraise_lint import fix, fix_write
from tests.reraise_lint.test_fix import whole

BEFORE = whole("with helper():\n    undo('é')  # è").lstrip("\n")
AFTER = whole("undo('é')  # è\nraise", top="").lstrip("\n")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
@pytest.mark.parametrize(
    ("mark", "encoding", "cookie"),
    [
        (b"", "utf-8", ""),
        (b"\xef\xbb\xbf", "utf-8", ""),
        (b"", "latin-1", "# -*- coding: latin-1 -*-\n"),
        (
            b"",
            "cp1252",
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n",
        ),
    ],
)
def test_bytes_are_kept(
    end: str, last: bool, mark: bytes, encoding: str, cookie: str
) -> None:
    """Encoding, byte order mark, line ends and the last line's end."""

    def file(text: str) -> bytes:
        whole_text = cookie + (text if last else text.rstrip("\n"))
        return mark + whole_text.replace("\n", end).encode(encoding)

    result = fix.fixed(file(BEFORE), "module.py")
    assert result.source == file(AFTER if not cookie else "\n\n" + AFTER)
    assert result.changes


def test_mixed_line_ends_are_kept() -> None:
    """Each line has its own."""
    source = BEFORE.encode().replace(b"work()\n", b"work()\r\n")
    result = fix.fixed(source, "module.py")
    expected = AFTER.encode().replace(b"work()\n", b"work()\r\n")
    assert result.source == expected


def test_tabs_are_kept() -> None:
    """Whichever they are, in each block."""
    source = BEFORE.replace(" " * 4, "\t").encode()
    result = fix.fixed(source, "module.py")
    assert result.source == AFTER.replace(" " * 4, "\t").encode()


def test_statement_behind_wide_characters_is_found() -> None:
    """Columns are characters here and bytes there."""
    source = whole("""
        with helper() as c:
            if e: undo("漢字"); c.reraise = False
        """)
    result = fix.fixed(source.encode(), "module.py")
    line = '        if e: undo("漢字")\n        else:\n            raise\n'
    assert result.source.decode().endswith(line)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"import excutils\nprint 'x'\n", "Missing parentheses"),
        (b"excutils = '\xff'\n", "invalid or missing encoding"),
        (b"# coding: ascii\nexcutils = '\xff'\n", "can't decode"),
        (b"excutils\rexcutils\r", "carriage returns"),
        (b"# coding: no-such\nexcutils\n", "unknown encoding"),
        (b"excutils\n\x00\n", "null bytes"),
        (BEFORE.encode() + b"x = 1" + b" + 1" * 1100 + b"\n", "nested"),
    ],
)
def test_file_that_cannot_be_read_stays_as_it_is(
    source: bytes, reason: str
) -> None:
    """With the reason."""
    result = fix.fixed(source, "module.py")
    assert result.source == source
    ((_, said),) = result.refusals
    assert reason in said


def test_file_without_the_helper_is_not_parsed() -> None:
    """Whatever it is."""
    source = b"print 'no Python 3'"
    assert fix.fixed(source, "module.py") == fix.Fixed(source)


def test_file_is_written_with_its_permissions(tmp_path: Path) -> None:
    """And nothing is left beside it."""
    path = tmp_path / "module.py"
    path.write_bytes(b"old")
    path.chmod(0o750)
    fix_write.write(str(path), b"old", b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert list(tmp_path.iterdir()) == [path]


def test_link_stays_a_link(tmp_path: Path) -> None:
    """What it leads to is written."""
    target = tmp_path / "target.py"
    target.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to("target.py")
    fix_write.write(str(link), b"old", b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_read_only_file_is_named(tmp_path: Path) -> None:
    """Also to root, who could write it."""
    path = tmp_path / "module.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(PermissionError, match=r"module\.py: read-only"):
        fix_write.write(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"


def test_file_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    """Somebody's editor has it open."""
    path = tmp_path / "module.py"
    path.write_bytes(b"edited")
    message = r"module\.py: it was changed while it was being fixed"
    with pytest.raises(OSError, match=message):
        fix_write.write(str(path), b"old", b"new")
    assert path.read_bytes() == b"edited"
    assert list(tmp_path.iterdir()) == [path]


def test_failure_leaves_the_file_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full, say."""
    path = tmp_path / "module.py"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    message = r"module\.py: No space left on device; nothing was written"
    with pytest.raises(OSError, match=message):
        fix_write.write(str(path), b"old", b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_pipe_is_not_written(tmp_path: Path) -> None:
    """It isn't opened, either, which would wait for ever."""
    path = tmp_path / "pipe.py"
    os.mkfifo(path)
    with pytest.raises(OSError, match="not a regular file"):
        fix_write.write(str(path), b"", b"new")


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_diff_can_be_applied(tmp_path: Path, end: str, last: bool) -> None:
    """To the byte, by git."""
    old, new = (
        (text if last else text.rstrip("\n")).replace("\n", end).encode()
        for text in (BEFORE, AFTER)
    )
    path = tmp_path / "module.py"
    path.write_bytes(old)
    text = fix_write.diff("module.py", old, new)
    git = ["git", "apply", "--whitespace=nowarn", "-"]
    subprocess.run(git, input=text.encode(), cwd=tmp_path, check=True)
    assert path.read_bytes() == new


def test_diff_of_equal_files_is_empty() -> None:
    """Of others it has a heading with the file's name."""
    assert fix_write.diff("a.py", b"same", b"same") == ""
    text = fix_write.diff("a.py", b"x = 1\n", b"x = 2\n")
    assert text == "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n"
