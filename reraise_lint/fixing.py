"""The options `--diff` and `--fix`: what the command does around the fixer."""

import importlib
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import ModuleType

from reraise_lint import fix_write
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
            f"--diff and --fix need LibCST: pip install libcst ({error})"
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

    What the fixer refuses, what can't be written, what is left to do and what
    differs afterwards is said on standard error.

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
        except NotReadError as error:
            result.unread.append((path, str(error)))
            continue
        if not may_have_uses(source):
            continue
        fixed = fix.fixed(source, path)
        for line, why in fixed.refusals:
            print(f"{path}:{line}: left as it is: {why}", file=sys.stderr)
        for line, what in fixed.notes:
            print(f"{path}:{line}: {what}", file=sys.stderr)
        if fixed.source == source:
            continue
        result.changed += 1
        if write:
            try:
                fix_write.write(path, source, fixed.source)
            except OSError as error:
                why = str(error).removeprefix(f"{path}: ")
                print(f"{path}: not written: {why}", file=sys.stderr)
                result.unwritten += 1
                continue
            for line, what in fixed.changes:
                print(f"{path}:{line}: {what}")
        else:
            name = path.replace(os.sep, "/").removeprefix("./")
            sys.stdout.write(fix_write.diff(name, source, fixed.source))
    if result.changed:
        print(fix.DIFFERENCES, file=sys.stderr)
    return result
