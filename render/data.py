"""Reads what pages show or translate; a broken file ends the build, with its line.

A preview renders a page anew when a file changes that was read for it.
"""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

from mkdocs.exceptions import BuildError

from render import cache


class DataError(BuildError, ValueError):
    """A file cannot be read; the message begins with the file and, if there is one, the line.

    MkDocs prints a BuildError without a traceback.
    """

    def __init__(self, path: Path, line: int | None, why: str) -> None:
        """Take the place and what is wrong there."""
        place = os.path.relpath(path) + (f":{line}" if line else "")
        super().__init__(f"{place}: {why}")


class Either:
    """The shape of a value that has one of several shapes."""

    def __init__(self, *shapes: Any) -> None:
        """Take the shapes."""
        self.shapes = shapes


def read_text(path: Path) -> str:
    """Read a text file.

    Args:
        path: The file.

    Returns:
        Its text.

    Raises:
        DataError: It isn't UTF-8.
    """
    cache.reads(path)
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DataError(path, line, "not UTF-8 text from here on") from error


def read_json(path: Path, shape: Any, remedy: str) -> Any:
    """Read a JSON file.

    Args:
        path: The file.
        shape: What it must hold; see `misfit`.
        remedy: A sentence for the error message.

    Returns:
        What it holds.

    Raises:
        DataError: It isn't valid JSON, or holds something else.
    """
    try:
        found = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        why = f"not valid JSON: {error.msg}; {remedy}"
        raise DataError(path, error.lineno, why) from error
    if wrong := misfit(found, shape):
        raise DataError(path, None, f"{wrong}; {remedy}")
    return found


def misfit(value: Any, shape: Any, place: str = "") -> str:
    """Say which part of a value hasn't the shape that it must have.

    Args:
        value: What was read.
        shape: A type; a list with the shape of all items; a tuple with the
            shape of each item; a dictionary with the shapes of the values, or
            of all values for the key `str`; or `Either`.
        place: The keys that lead to the value.

    Returns:
        The first part that is wrong; empty if none is.

    Examples:
        >>> misfit({"a": [1, 2]}, {str: [int]})
        ''
        >>> misfit({"a": [1, "2"]}, {str: [int]})
        '`a.1` is "2", and not a int'
        >>> misfit([{"b": 1}], [{"a": int}])
        '`0` has the keys b, and not a'
    """
    if isinstance(shape, Either):
        found = [misfit(value, each, place) for each in shape.shapes]
        return found[0] if all(found) else ""
    at = f"`{place}`" if place else "the file"
    kind: Any = shape if isinstance(shape, type) else type(shape)
    kind = list if kind is tuple else kind
    given: Any = value
    if type(value) is not kind:
        shown = json.dumps(value, ensure_ascii=False)[:60]
        return f"{at} is {shown}, and not a {kind.__name__}"
    inner: list[tuple[object, Any, Any]] = []
    if isinstance(shape, dict):
        if str not in shape and shape.keys() != given.keys():
            return (
                f"{at} has the keys {', '.join(given)}, and not "
                f"{', '.join(shape)}"
            )
        inner = [
            (key, part, shape.get(key, shape.get(str)))
            for key, part in given.items()
        ]
    elif isinstance(shape, tuple):
        if len(given) != len(shape):
            return f"{at} has {len(given)} items, and not {len(shape)}"
        inner = [(i, part, shape[i]) for i, part in enumerate(given)]
    elif isinstance(shape, list):
        inner = [(i, part, shape[0]) for i, part in enumerate(given)]
    for key, part, its in inner:
        if wrong := misfit(part, its, f"{place}.{key}".lstrip(".")):
            return wrong
    return ""


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file whose first row names the columns.

    Args:
        path: The file.

    Returns:
        Its other rows.

    Raises:
        DataError: A row is longer or shorter than the first one.
    """
    found = []
    rows = csv.DictReader(io.StringIO(read_text(path)))
    for row in rows:
        if None in row or None in row.values():
            why = "a row with more or fewer fields than the first row"
            raise DataError(path, rows.line_num, why)
        found.append(row)
    return found
