"""Write a fixed file, whole or not at all, or show what would change."""

import difflib
import io
import os
import shutil
import stat
import tempfile
import tokenize
from pathlib import Path


def write(path: str, old: bytes, new: bytes) -> None:
    """Replace the content of a file, whole or not at all.

    A temporary file beside it is written first and then takes its place, with
    the same permissions; if anything fails, the file is as it was. Of a
    symbolic link, the file that it leads to is replaced.

    Args:
        path: The file.
        old: What the file is known to hold.
        new: What it is to hold.

    Raises:
        OSError: It can't be written: it is read-only, holds something else
            than `old` by now, or its folder or the disk doesn't allow it. The
            message names the file.
    """
    target = Path(os.path.realpath(path))
    mode = target.stat().st_mode
    if not stat.S_ISREG(mode):
        raise OSError(f"{path}: not a regular file; nothing was written")
    # Asked of the bits as well, because root may write everything.
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise PermissionError(f"{path}: read-only; nothing was written")
    try:
        _replace(target, old, new)
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"{path}: {reason}; nothing was written") from error


def _replace(target: Path, old: bytes, new: bytes) -> None:
    handle, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.name}.", suffix=".tmp"
    )
    try:
        with open(handle, "wb") as beside:
            beside.write(new)
            beside.flush()
            os.fsync(beside.fileno())
        shutil.copymode(target, name)
        if target.read_bytes() != old:
            raise OSError("it was changed while it was being fixed")
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def diff(path: str, old: bytes, new: bytes) -> str:
    """Return a unified diff of two contents of a file.

    Args:
        path: The file's name, for the heading.
        old: The one, in the encoding that it declares.
        new: The other.

    Returns:
        What `patch` and `git apply` read; empty if nothing differs. Line ends
        are the file's own.
    """
    lines = []
    for line in difflib.unified_diff(
        _lines(old), _lines(new), f"a/{path}", f"b/{path}"
    ):
        lines.append(line)
        if not line.endswith("\n"):
            lines.append("\n\\ No newline at end of file\n")
    return "".join(lines)


def _lines(source: bytes) -> list[str]:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    if encoding == "utf-8-sig":
        encoding = "utf-8"  # The mark at the beginning is shown as well.
    # Programs that read a diff end lines at "\n" only, whatever Python does.
    return [
        line.decode(encoding, "backslashreplace")
        for line in io.BytesIO(source)
    ]
