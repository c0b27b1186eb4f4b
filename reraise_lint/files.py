"""Finds the files to check, and reads them."""

import fnmatch
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reraise_lint.reading import NotReadError

# The largest Python file in OpenStack's releases of 2026 has 1,544,782 bytes.
LARGEST_FILE = 4_000_000
# Folders that hold other people's code, or none.
EXCLUDED = (
    ".*",
    "*.egg-info",
    "__pycache__",
    "build",
    "dist",
    "env",
    "node_modules",
    "site-packages",
    "venv",
)


@dataclass
class Tree:
    """The files of a path.

    Attributes:
        files: The Python files, in the order of their names.
        unread: Paths that can't be read, and why.
    """

    files: list[str] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Pattern:
    """A pattern of files and folders to leave out.

    Attributes:
        text: The pattern, of a name or of a path, as in a shell.
        root: The folder that paths are relative to.
    """

    text: str
    root: str = "."

    def matches(self, path: str) -> bool:
        """Whether a path is left out."""
        text = self.text.rstrip("/").removeprefix("./")
        inside = os.path.relpath(path, self.root).replace(os.sep, "/")
        parts = inside.split("/")
        # Of the path, or of a folder around it.
        return any(
            fnmatch.fnmatchcase("/".join(parts[: end + 1]), text)
            or fnmatch.fnmatchcase(parts[end], text)
            for end in range(len(parts))
        )


def collect(path: str, exclude: tuple[Pattern, ...] = ()) -> Tree:
    """List the Python files of a file or folder.

    Args:
        path: A file, which is taken whatever its name, or a folder.
        exclude: What to leave out, also if it is given by name; of the folders
            inside it, `EXCLUDED` and virtual environments are left out, too.

    Returns:
        The files, and what can't be read. Links to folders aren't followed.
    """
    tree = Tree()
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:
        tree.unread.append((path, _why(error)))
        return tree
    if any(pattern.matches(path) for pattern in exclude):
        return tree
    if not stat.S_ISDIR(mode):
        tree.files.append(path)
        return tree

    def fail(error: OSError) -> None:
        tree.unread.append((str(error.filename), _why(error)))

    for folder, folders, names in os.walk(path, onerror=fail):
        folders[:] = sorted(
            name
            for name in folders
            if not _is_foreign(os.path.join(folder, name))
            and not _is_excluded(os.path.join(folder, name), exclude)
        )
        for name in sorted(names):
            file = os.path.normpath(os.path.join(folder, name))
            if name.endswith((".py", ".pyi")) and not _is_excluded(
                file, exclude
            ):
                tree.files.append(file)
    return tree


def _is_foreign(folder: str) -> bool:
    """Whether a folder holds other people's code, or none."""
    name = os.path.basename(folder)
    return any(
        fnmatch.fnmatchcase(name, pattern) for pattern in EXCLUDED
    ) or os.path.exists(os.path.join(folder, "pyvenv.cfg"))


def _is_excluded(path: str, exclude: tuple[Pattern, ...]) -> bool:
    return any(pattern.matches(path) for pattern in exclude)


def read(path: str) -> bytes:
    """Read a file.

    Args:
        path: The file.

    Returns:
        What is in it.

    Raises:
        NotReadError: It can't be read, isn't a regular file, or is too large.
    """
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):  # To open a pipe is to wait.
            raise NotReadError("it isn't a regular file")
        if status.st_size > LARGEST_FILE:
            raise NotReadError(
                f"it has {status.st_size:,} bytes, more than the "
                f"{LARGEST_FILE:,} that are read of a file"
            )
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise NotReadError(_why(error)) from error


def parents(path: str) -> Iterator[Path]:
    """Yield the folder of a path and those above it."""
    place = Path(os.path.abspath(path))
    if place.is_dir():
        yield place
    yield from place.parents


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
