"""Results that a build takes over from earlier builds.

A result belongs to the code of the project and the installed packages, to the
values that it was made with, and to the files of the project that were read
meanwhile. While all of these are the same, it is not made again. The results
are files in the environment, `.venv/cache`; without them a build only takes
longer. Only a build that calls `activate` keeps any.

The files that a page or a result reads are recorded: `record` collects them,
and what reads a file for a page does it by `render.data`, or says so by
`reads`. A preview renders those pages anew that read a changed file.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from render.paths import ROOT

_CODE = ("render", "reraise_lint", "runner", "survey")
_VERSIONS = 3  # Of the code, whose results stay: of other branches, say.

# Paths from the root of the project, and what was in them when they were read.
Files = dict[str, str]

_recorded: ContextVar[Files | None] = ContextVar("recorded", default=None)
_folder: Path | None = None


def activate() -> bool:
    """Keep results from here on, in the environment of this process.

    Returns:
        Whether there are any yet, from this version of the code.
    """
    global _folder
    if sys.prefix == sys.base_prefix:
        return False
    versions = Path(sys.prefix, "cache")
    _folder = versions / _version()
    known = _folder.is_dir()
    try:
        _folder.mkdir(parents=True, exist_ok=True)
        os.utime(_folder)  # In use: another build removes the oldest ones.
    except OSError:
        _folder = None
        return False
    if not known:
        by_age = sorted(versions.iterdir(), key=lambda p: -p.stat().st_mtime)
        for old in by_age[_VERSIONS:]:
            shutil.rmtree(old, ignore_errors=True)
    return known


def folder() -> Path | None:
    """Where results are kept, if they are."""
    return _folder


def _version() -> str:
    """Tell apart what is installed, and this project's own code."""
    installed = [sys.version]
    for place in (*sys.path, str(Path(sys.prefix, "victoria"))):
        installed += sorted(p.name for p in Path(place).glob("*.dist-info"))
    code = [
        digest(path.relative_to(ROOT).as_posix())
        for name in _CODE
        for path in sorted((ROOT / name).rglob("*.py"))
    ]
    return hashlib.sha256("\n".join(installed + code).encode()).hexdigest()[
        :16
    ]


@contextmanager
def record() -> Iterator[Files]:
    """Record which files are read inside a `with` statement.

    Yields:
        The files, as they are read.

    Examples:
        >>> with record() as outer:
        ...     with record() as inner:
        ...         reads(ROOT / "mkdocs.yml")
        >>> list(outer), outer == inner
        (['mkdocs.yml'], True)
    """
    found: Files = {}
    token = _recorded.set(found)
    try:
        yield found
    finally:
        _recorded.reset(token)
        _add(found)


def reads(*paths: Path) -> None:
    """Say that what is being made depends on files, or on all in a folder.

    Args:
        paths: Files and folders; they may not exist.
    """
    if _recorded.get() is not None:
        # An absolute path stays what it is.
        names = [os.path.relpath(path, ROOT) for path in paths]
        _add({name: digest(name) for name in names})


def _add(files: Files) -> None:
    known = _recorded.get()
    if known is not None:
        for name, found in files.items():
            known.setdefault(name, found)


def digest(name: str) -> str:
    """Tell apart what a file or a folder holds.

    Args:
        name: Its path from the root of the project.

    Returns:
        A digest; empty if there is no such file.
    """
    path = ROOT / name
    if path.is_dir():
        inside = hashlib.sha256()
        for file in sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                own = file.relative_to(ROOT).as_posix()
                inside.update(f"{own} {digest(own)}\n".encode())
        return inside.hexdigest()
    with suppress(OSError):
        found = path.stat()
        return _digest(path, found.st_mtime_ns, found.st_size)
    return ""


@cache
def _digest(path: Path, _stamp: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def result(slot: str, given: object, make: Callable[[], Any]) -> Any:
    """Make something, or take it over.

    Args:
        slot: What it is. A slot keeps one result: the last one.
        given: The values that it is made with, as JSON.
        make: Makes it. It reads files by `render.data`, or says so by
            `reads`.

    Returns:
        What `make` returned, now or earlier, as JSON.
    """
    if (path := _place(slot)) is None:
        return make()
    told = _told(given)
    if (kept := _kept(path, told)) is not None:
        _add(kept["files"])
        return kept["result"]
    with record() as files:
        made = make()
    _write(path, {"given": told, "files": files, "result": made})
    return made


def known(slot: str, given: object) -> bool:
    """Whether `result` takes something over.

    Args:
        slot: What it is.
        given: The values that it is made with.
    """
    path = _place(slot)
    return path is not None and _kept(path, _told(given)) is not None


def _told(given: object) -> str:
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()


def _place(slot: str) -> Path | None:
    name = hashlib.sha256(slot.encode()).hexdigest()[:32]
    return _folder / name if _folder else None


def _kept(path: Path, told: str) -> dict[str, Any] | None:
    # A file that cannot be read, or holds something else, is written anew.
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept: dict[str, Any] = json.loads(path.read_bytes())
        if kept["given"] == told and all(
            digest(name) == found for name, found in kept["files"].items()
        ):
            return kept
    return None


def _write(path: Path, kept: dict[str, Any]) -> None:
    # Other processes read it: it is written whole or not at all. Without
    # space or permission, it is made again next time.
    with suppress(OSError):
        part = path.with_name(f"{path.name}.{os.getpid()}")
        part.write_text(json.dumps(kept), "utf-8")
        part.replace(path)
