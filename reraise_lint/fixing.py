"""The options `--diff` and `--fix`: what the command does around the fixer."""

import difflib
import importlib
import os
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import ModuleType

from reraise_lint.files import read
from reraise_lint.reading import NotReadError, may_have_uses


class NoFixerError(Exception):
    """The fixer can't be loaded; the message says how to install it."""


def load() -> ModuleType:
    """Import the fixer, which needs LibCST.

    Returns:
        The module `reraise_lint.fix`.

    Raises:
        NoFixerError: LibCST isn't installed.
    """
    try:
        return importlib.import_module("reraise_lint.fix")
    except ImportError as error:
        raise NoFixerError(
            "--diff and --fix need LibCST: "
            f"pip install 'reraise-lint[fix]' ({error})"
        ) from error


@dataclass
class Result:
    """What fixing some files gives.

    Attributes:
        changed: How many files change, or would.
        unread: The files that were not read, and why.
        unwritten: How many files could not be written.
    """

    changed: int = 0
    unread: list[tuple[str, str]] = field(default_factory=list)
    unwritten: int = 0


def run(files: Iterable[str], *, write: bool) -> Result:
    """Print, or write, what the fixer changes.

    What the fixer refuses, and what can't be written, is named on standard
    error.

    Args:
        files: The files.
        write: Whether to write them; otherwise the difference is printed.

    Returns:
        What happened.

    Raises:
        NoFixerError: LibCST isn't installed.
    """
    fix = load()
    result = Result()
    for path in files:
        try:
            source = read(path)
            if not may_have_uses(source):
                continue
            fixed = fix.fixed(source, path)
        except NotReadError as error:
            result.unread.append((path, str(error)))
            continue
        for line, why in fixed.refusals:
            print(f"{path}:{line}: left as it is: {why}", file=sys.stderr)
        if fixed.source == source:
            continue
        result.changed += 1
        if not write:
            sys.stdout.write(difference(path, source, fixed.source))
            continue
        try:
            replace_file(path, fixed.source)
        except OSError as error:
            print(f"{path}: not written: {error.strerror}", file=sys.stderr)
            result.unwritten += 1
            continue
        for line, what in fixed.changes:
            print(f"{path}:{line}: {what}")
    return result


def difference(path: str, before: bytes, after: bytes) -> str:
    """Return a unified diff of a file, as `patch -p1` reads it."""
    name = path.replace(os.sep, "/").removeprefix("./")
    lines = difflib.unified_diff(
        before.decode("utf-8", "replace").splitlines(keepends=True),
        after.decode("utf-8", "replace").splitlines(keepends=True),
        f"a/{name}",
        f"b/{name}",
    )
    return "".join(
        line
        if line.endswith("\n")
        else f"{line}\n\\ No newline at end of file\n"
        for line in lines
    )


def replace_file(path: str, source: bytes) -> None:
    """Write a file whole or not at all, with the permissions it has.

    Args:
        path: The file; a link keeps leading to it.
        source: Its new content.

    Raises:
        OSError: It can't be written; the file is as it was.
    """
    real = os.path.realpath(path)
    mode = os.stat(real).st_mode & 0o7777
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(real))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(source)
        os.chmod(temporary, mode)
        os.replace(temporary, real)
    except BaseException:
        os.unlink(temporary)
        raise
