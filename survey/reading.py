"""Reads a wheel in place: unpacks nothing, imports nothing, runs nothing."""

import ast
import contextlib
import gc
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from reraise_lint import NotReadError, check
from reraise_lint.reading import deep_nesting_refused, may_have_uses, parse
from survey.names import Names
from survey.purposes import entered, managers, purpose
from survey.sites import Site, sites, with_findings
from survey.statements import statements

# A file without these is not parsed. No name can come before a `with`.
_WITH = re.compile(
    rb"^[ \t]*(?:async[ \t]+)?with\b|contextmanager|__a?enter__", re.M
)
# `raise` alone on its line, or after a colon. Patterns that begin with a word
# are found fast.
_RAISE = re.compile(rb"raise[ \t]*(?:#.*)?\r?$", re.M)
_BEFORE_RAISE = re.compile(rb"[ \t]*|[^#'\"]*:[ \t]*")

# How many bytes are read of a Python file, and of all Python files in a wheel.
# In the releases of 2026, the largest file has 1,544,782 (Nova 34.0.0), and the
# files of a wheel have at most 29,218,646 (Cinder 29.0.0). A parsed file can
# take 900 times its size in memory.
LARGEST_FILE = 4_000_000
LARGEST_WHEEL = 100_000_000

_TEST_FOLDERS = {"test", "tests", "testing", "functional"}
_TEST_FILE = re.compile(r"(test_.+|test|.+_test|conftest)\.py")
# Tempest is a suite of tests with a library in it.
_TEMPEST = {"api", "scenario", "serial_tests"}


class ReadError(Exception):
    """An archive cannot be read; the message says which, and why."""


@dataclass
class Item:
    """One item of a `with`.

    Attributes:
        file: The file's path in the wheel.
        expression: Its source code.
        name: The full name of what it enters.
        tests: Whether the file is test code.
        purpose: What it is for.
    """

    file: str
    expression: ast.expr
    name: str
    tests: bool
    purpose: str = ""


@dataclass
class Reading:
    """What a release's files say.

    Attributes:
        date: When the newest file was packed, as `2026-09-30`.
        files: Python files outside tests.
        lines: Their lines, blank ones and comments included.
        test_lines: Lines of test code.
        bare_raises: How often `raise` stands alone, outside tests.
        items: The items of all `with`.
        sites: The helper's uses outside tests: the file, and the use.
        test_sites: How many uses are in test code.
        unreadable: Files that cannot be parsed, and why.
    """

    date: str = ""
    files: set[str] = field(default_factory=set)
    lines: int = 0
    test_lines: int = 0
    bare_raises: int = 0
    items: list[Item] = field(default_factory=list)
    sites: list[tuple[str, Site]] = field(default_factory=list)
    test_sites: int = 0
    unreadable: list[tuple[str, str]] = field(default_factory=list)


def is_test(path: str) -> bool:
    """Whether a file is test code, by its path.

    Test code is in a folder `tests`, `test`, `testing` or `functional`, is
    named like a test, or is one of Tempest's suites.

    Args:
        path: The file's path in its package.

    Returns:
        The answer.

    Examples:
        >>> is_test("nova/tests/unit/test_utils.py"), is_test("nova/test.py")
        (True, True)
        >>> is_test("tempest/api/base.py"), is_test("tempest/lib/base.py")
        (True, False)
        >>> is_test("cinder/testing_ground/latest.py")
        False
    """
    *folders, name = PurePosixPath(path).parts
    return (
        bool(_TEST_FOLDERS & set(folders))
        or bool(_TEST_FILE.fullmatch(name))
        or (folders[:1] == ["tempest"] and bool(_TEMPEST & set(folders[1:2])))
    )


def read(wheel: Path, *, helper_only: bool = False) -> Reading:
    """Read a wheel.

    Args:
        wheel: The archive.
        helper_only: Read no tests, and no other `with` than the helper's.

    Returns:
        What its Python files say. One that cannot be parsed is listed.

    Raises:
        ReadError: The archive is damaged or encrypted, or holds more than
            releases do.
    """
    reading, own = Reading(), set[str]()
    with _no_cycles():
        for file, text, tests in _texts(wheel, reading, helper_only):
            _count(text, reading, tests)
            if not tests:
                reading.files.add(file)
            asked = may_have_uses(text) or (
                not helper_only and _WITH.search(text)
            )
            if not asked:
                continue
            try:
                with deep_nesting_refused():
                    tree = parse(text)
                    if not helper_only:
                        _look(file, tree, reading, own, tests)
                    if may_have_uses(text):
                        _find(file, tree, text, reading, tests)
            except NotReadError as error:
                reading.unreadable.append((file, str(error)))
    for item in reading.items:
        item.purpose = purpose(item.name, own, item.tests)
    return reading


def _texts(
    wheel: Path, reading: Reading, helper_only: bool
) -> Iterator[tuple[str, bytes, bool]]:
    """Take the date and the Python files out of a wheel.

    Yields:
        A file's path, its text, and whether it is test code.
    """
    try:
        with zipfile.ZipFile(wheel) as archive:
            entries = sorted(archive.infolist(), key=lambda e: e.filename)
            for entry in entries:
                date = "{:04}-{:02}-{:02}".format(*entry.date_time[:3])
                reading.date = max(reading.date, date)
            python = [e for e in entries if e.filename.endswith(".py")]
            _refuse_inflated(wheel, python)
            for entry in python:
                tests = is_test(entry.filename)
                if not (tests and helper_only):
                    # Without a limit, zipfile inflates all that is there and
                    # then drops what exceeds the size that the archive names.
                    with archive.open(entry) as file:
                        text = file.read(LARGEST_FILE)
                    yield entry.filename, text, tests
    # All of these come from zipfile: RuntimeError when a file is encrypted or
    # compressed in an unknown way, the others when something is damaged.
    except (
        OSError,
        EOFError,
        RuntimeError,
        ValueError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        why = str(error) or "it ends too early"
        raise ReadError(
            f"{wheel} cannot be read ({why}); delete it and run this again"
        ) from error


def _refuse_inflated(wheel: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a wheel whose files are larger than those of any release."""
    for entry in entries:
        if entry.file_size > LARGEST_FILE:
            raise ReadError(
                f"{wheel}: {entry.filename} has {entry.file_size:,} bytes, "
                f"more than the {LARGEST_FILE:,} that are read of a file; "
                "delete the wheel and run this again"
            )
        if entry.compress_type not in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
        ):
            # zipfile has no limit for the others, and wheels don't use them.
            raise NotImplementedError(f"{entry.filename} is not deflated")
    size = sum(entry.file_size for entry in entries)
    if size > LARGEST_WHEEL:
        raise ReadError(
            f"{wheel}: its Python files have {size:,} bytes, more than the "
            f"{LARGEST_WHEEL:,} that are read of a wheel; delete it and run "
            "this again"
        )


def _count(text: bytes, reading: Reading, tests: bool) -> None:
    """Count what needs no parsing."""
    if tests:
        reading.test_lines += text.count(b"\n")
    else:
        reading.lines += text.count(b"\n")
        for match in _RAISE.finditer(text):
            line = text.rfind(b"\n", 0, match.start()) + 1
            before = _BEFORE_RAISE.fullmatch(text, line, match.start())
            reading.bare_raises += before is not None


def _look(
    file: str, tree: ast.Module, reading: Reading, own: set[str], tests: bool
) -> None:
    """Take a file's `with`, and the managers that it defines."""
    names: Names | None = None
    found = []
    for node in statements(tree):
        if isinstance(node, ast.With | ast.AsyncWith):
            names = names or Names(tree)
            for item in node.items:
                expression = item.context_expr
                name = entered(expression, names)
                found.append(Item(file, expression, name, tests))
        own |= managers(node)
    reading.items += found  # All of a file's or, if it is too deep, none.


def _find(
    file: str, tree: ast.Module, text: bytes, reading: Reading, tests: bool
) -> None:
    """Take a file's uses of the helper."""
    found = sites(tree, text)
    if tests:
        reading.test_sites += len(found)
    else:
        found = with_findings(found, check(text))
        reading.sites += [(file, site) for site in found]


@contextlib.contextmanager
def _no_cycles() -> Iterator[None]:
    """Leave out the search for cycles: trees have none, and many nodes."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
