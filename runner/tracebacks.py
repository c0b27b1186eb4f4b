"""Tracebacks as a reader's own Python would show them."""

import traceback
from pathlib import PurePath


def told(error: BaseException, short: bool = False) -> str:
    """An exception's traceback, without the entries of what runs the code.

    Args:
        error: The exception.
        short: As doctest shows it: without the entries.

    Returns:
        The text; of an exception that forbids to be looked at, its name.
    """
    try:
        return _told(error, short)
    except Exception as wrong:
        name, why = type(error).__name__, type(wrong).__name__
        return f"{name}: <its traceback cannot be shown: {why}>\n"


def _told(error: BaseException, short: bool) -> str:
    if short:
        last = traceback.format_exception_only(type(error), error)
        return "".join(
            ["Traceback (most recent call last):\n    ...\n", *last]
        )
    whole = traceback.TracebackException.from_exception(error)
    _without_runner(whole, set())
    return "".join(whole.format())


def _without_runner(
    whole: traceback.TracebackException, seen: set[int]
) -> None:
    if id(whole) in seen:
        return
    seen.add(id(whole))
    entries = [e for e in whole.stack if not _runs_code(e.filename)]
    whole.stack[:] = entries
    for other in (whole.__cause__, whole.__context__):
        if other is not None:
            _without_runner(other, seen)
    for one in whole.exceptions or ():
        _without_runner(one, seen)


def _runs_code(file: str) -> bool:
    path = PurePath(file)
    return path.parent.name == "runner" or path.name == "doctest.py"
