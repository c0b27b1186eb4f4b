"""A table of what real Nova did, as a test wrote it down.

    ```recorded
    boot_failures
    raised: Raised
    status: Status code
    ```

The first line names a file in `docs/data/nova/`; the others are columns, each
with its key and its heading. A cell of the file is text, a list of lines, or a
link: `{"text": "955", "url": "https://..."}`.
"""

from pathlib import Path
from typing import Any

from render import html
from render.blocks import BlockError
from render.data import Either, read_json
from render.languages.locale import say
from render.paths import DATA

_ROWS = [{str: Either(str, [str], {"text": str, "url": str})}]


def block(text: str) -> str:
    """The table.

    Args:
        text: The file's name, and the columns.

    Returns:
        HTML. Backticks make code, `nova/file.py:12` becomes a link.

    Raises:
        BlockError: There is no such file, or no such column.

    Examples:
        >>> block("gone")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: no docs/data/nova/gone.json: `make nova` writes it
    """
    name, *columns = [line.strip() for line in text.splitlines()]
    path = DATA / "nova" / f"{name}.json"
    if not path.is_file():
        raise BlockError(
            f"no docs/data/nova/{name}.json: `make nova` writes it"
        )
    rows = read(path)
    keys, headings = [], []
    for column in columns:
        key, *heading = (part.strip() for part in column.split(":", 1))
        keys.append(key)
        headings += heading or [""]
        if not any(key in row for row in rows):
            raise BlockError(f"{name} has no column `{key}`")
    return html.cards(
        [html.inline(heading) for heading in headings],
        [[_cell(row, key) for key in keys] for row in rows],
    )


def read(path: Path) -> list[dict[str, Any]]:
    """Read the rows of a table.

    Args:
        path: A file in `docs/data/nova/`.

    Returns:
        The cells of each row, by their columns.

    Raises:
        DataError: The file holds something else.
    """
    rows: list[dict[str, Any]] = read_json(
        path, _ROWS, "`make nova` writes it anew"
    )
    return rows


def _cell(row: dict[str, Any], key: str) -> str:
    value = row.get(key, "")
    if isinstance(value, dict):
        return f'<a href="{value["url"]}">{value["text"]}</a>'
    lines = value if isinstance(value, list) else [value]
    return "<br>".join(
        html.inline(say(str(line), "recorded")) for line in lines
    )
