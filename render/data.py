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
    """A file cannot be read; the message begins with the file and the line.

    MkDocs prints a BuildError without a traceback.
    """

    def __init__(self, path: Path, line: int, why: str) -> None:
        """Take the place and what is wrong there."""
        super().__init__(f"{os.path.relpath(path)}:{line}: {why}")


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


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Args:
        path: The file.

    Returns:
        What it holds.

    Raises:
        DataError: It isn't valid JSON.
    """
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        why = f"not valid JSON: {error.msg}"
        raise DataError(path, error.lineno, why) from error


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
