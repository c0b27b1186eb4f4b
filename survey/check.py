"""Asks your code what the survey asks OpenStack's: `python -m survey.check PATH`.

Prints a line for each place where a use of `save_and_reraise_exception()` looks
wrong: file and line, what, why, and the page on the pitfall. A finding is a
place to read; the text does not tell who calls a function.

The exit status is 0 if nothing looks wrong, 1 if something does, and 2 if a
path cannot be checked. A file that isn't valid Python, or that cannot be read,
is named and passed over.
"""

import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from survey.reading import (
    LARGEST_FILE,
    may_have_sites,
    parse,
    refuse_deep_nesting,
)
from survey.sites import SUSPICIONS, sites

PITFALLS = "docs/en/pitfalls"
# Folders that hold other people's code, or none.
_SKIPPED = {".git", ".tox", ".nox", ".venv", "venv", "node_modules"}


def findings(text: bytes) -> Iterator[tuple[int, str]]:
    """What looks wrong in a module.

    Args:
        text: The module.

    Yields:
        Lines, and which of `SUSPICIONS` is there.

    Raises:
        ValueError: It isn't valid Python, or nested too deep.

    Examples:
        >>> list(findings(b'''
        ... try:
        ...     plug(port)
        ... except OSError:
        ...     with excutils.save_and_reraise_exception():
        ...         raise PortError(port)
        ... '''))
        [(6, 'raise in the body')]
    """
    tree = parse(text)
    if may_have_sites(text):
        with refuse_deep_nesting():
            found = sites(tree, text)
        for site in found:
            yield from site.suspicions


def python_files(path: Path) -> Iterator[Path]:
    """The files to read: a file as it is, a folder's `*.py`, sorted.

    Args:
        path: A file or a folder.

    Yields:
        Files. Environments and version control's folders are left out.
    """
    if path.is_file():
        yield path
        return
    # Path.rglob() says nothing of a folder that it cannot read.
    for folder, folders, names in os.walk(
        path, onerror=lambda error: _pass_over(error.filename, error.strerror)
    ):
        folders[:] = sorted(set(folders) - _SKIPPED)
        for name in sorted(names):
            if name.endswith(".py"):
                yield Path(folder, name)


def _pass_over(path: object, why: object) -> None:
    print(f"{path}: passed over: {why}", file=sys.stderr)


def _obstacle(path: Path) -> str:
    """Why a path cannot be checked; empty if it can."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return error.strerror or str(error)
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    return "neither a file nor a folder"


def _read(file: Path) -> bytes:
    """A module's text.

    Raises:
        ValueError: The file isn't a Python module, or is too large.
    """
    if file.suffix != ".py":
        raise ValueError("its name does not end in .py")
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):  # To open a pipe is to wait.
        raise ValueError("it isn't a regular file")
    if status.st_size > LARGEST_FILE:
        raise ValueError(
            f"it has {status.st_size:,} bytes, more than the "
            f"{LARGEST_FILE:,} that are read of a file"
        )
    return file.read_bytes()


def check(paths: Iterable[Path]) -> int:
    """Print what looks wrong.

    Args:
        paths: Files and folders.

    Returns:
        The exit status.
    """
    paths = list(paths)
    for path in paths:
        if why := _obstacle(path):
            print(f"{path}: {why}", file=sys.stderr)
            return 2
    status = 0
    for path in paths:
        for file in python_files(path):
            try:
                found = sorted(findings(_read(file)))
            except OSError as error:
                _pass_over(file, error.strerror)
                continue
            except ValueError as error:
                _pass_over(file, error)
                continue
            for line, what in found:
                why, page = SUSPICIONS[what]
                print(f"{file}:{line}: {what}: {why}; {PITFALLS}/{page}.md")
                status = 1
    return status


def main() -> int:
    """Run the command.

    Returns:
        Its exit status.
    """
    given = sys.argv[1:]
    if not given or any(argument.startswith("-") for argument in given):
        print("usage: python -m survey.check PATH...", file=sys.stderr)
        return 2
    if "" in given:
        print(
            "a path is empty; write . to check the current folder",
            file=sys.stderr,
        )
        return 2
    # A file's name need not be text; standard error shows such a name so, too.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = check(map(Path, given))
        print(end="", flush=True)
    except OSError as error:
        # Nobody reads the rest, or the disk is full. Python would flush again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 1  # Findings were there to be printed.
        print(
            f"the findings cannot be written: {error.strerror}",
            file=sys.stderr,
        )
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main())
