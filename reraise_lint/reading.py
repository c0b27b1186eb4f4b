"""Parses a file, and says in plain words why one can't be parsed."""

import ast
import contextlib
import re
import warnings
from collections.abc import Iterator

# Each file with a use of the helper has one of these, however it is spelt.
_TRACES = (b"save_and_r", b"excutils")
# Code that only Python 2 accepts. The parser names the first error it meets.
_PYTHON_2 = re.compile(
    rb"^[ \t]*(?:print[ \t]+[^(=\s]|exec[ \t]+[\"'\w])"
    rb"|^[ \t]*except[ \t]+[\w.]+[ \t]*,[ \t]*\w+[ \t]*:"
    rb"|^[ \t]*except[ \t]*\(.*\)[ \t]*,[ \t]*\w+[ \t]*:"
    rb"|^[ \t]*raise[ \t]+[\w.]+[ \t]*,"
    rb"|\bdef[ \t]+\w+\([^()]*\(|^[^#'\"\n]*`"
    rb"|\b\d+[lL]\b|<>|\bur[\"']|\b0[0-7]+\b",
    re.M,
)


class NotReadError(Exception):
    """A file can't be checked; the message says why."""


def may_have_uses(source: bytes) -> bool:
    """Whether a file may have a use of the helper.

    Args:
        source: The file.

    Returns:
        False only if it has none, so that it needs no parsing.
    """
    return any(trace in source for trace in _TRACES)


def parse(source: bytes) -> ast.Module:
    """Parse a file.

    Args:
        source: The file, in the encoding that it declares.

    Returns:
        Its tree.

    Raises:
        NotReadError: It isn't valid Python 3, or nested too deeply.
    """
    if b"\0" in source:
        raise NotReadError("it is binary, or in an encoding that Python lacks")
    try:
        with warnings.catch_warnings(), deep_nesting_refused():
            warnings.simplefilter("ignore")  # Of invalid escapes, and more.
            return ast.parse(source)
    except (SyntaxError, ValueError, LookupError) as error:
        if old := _parsed_as_older(source):
            return old
        raise NotReadError(_reason(source, error)) from error


def _parsed_as_older(source: bytes) -> ast.Module | None:
    """Parse a file that has `async` as a name, as before Python 3.7."""
    if b"async" not in source:
        return None
    refused = contextlib.suppress(SyntaxError, ValueError, LookupError)
    with refused, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source, feature_version=(3, 6))
    return None


def _reason(source: bytes, error: Exception) -> str:
    if not isinstance(error, SyntaxError):
        return str(error)
    line = f"line {error.lineno}: " if error.lineno else ""
    message = error.msg or "invalid syntax"
    if _PYTHON_2.search(source):
        return f"it is Python 2 ({line}{message})"
    return f"it isn't valid Python ({line}{message})"


@contextlib.contextmanager
def deep_nesting_refused() -> Iterator[None]:
    """Turn what deep nesting raises into a NotReadError.

    Yields:
        Nothing.

    Raises:
        NotReadError: The code inside the `with` went too deep.
    """
    try:
        yield
    except (RecursionError, MemoryError) as error:
        raise NotReadError("it is nested too deeply") from error
