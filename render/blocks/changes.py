"""What changed from one release of oslo.utils or Python to the next.

    ```changes
    oslo.utils
    ```

Or `Python`; or `facts`, what each Python does beyond the cases.
`render.measure.versions` measured it.
"""

import json
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from examples.reference.behaviour.cases import GROUPS
from render import html
from render.blocks import BlockError
from render.blocks.cases import ending, link
from render.blocks.wild.data import listed
from render.data import read_json
from render.languages.locale import say
from render.lessons.cases import Case, Results, cases
from render.paths import DATA

MEASURED = DATA / "versions.json"
FACTS = DATA / "pythons.json"

FIELDS = ("out", "context", "cause", "log", "entries")
_MOST = 10  # Rows of a table that is shown; longer ones are folded.
_OUTCOME = {
    "out": str,
    "context": str,
    "cause": str,
    "log": [str],
    "entries": int,
}
_FACTS = [
    {
        "python": str,
        "no_parentheses": str,
        "entry": str,
        "marks": int,
        "return": str,
        "break": str,
        "continue": str,
        "as_error": str,
    }
]
# Each case has its outcomes, with the indices of the columns that have them. A
# column has no outcome of a case that its Python can't run.
_SHAPE = {
    "columns": [(str, str)],
    "cases": {str: [(_OUTCOME, [int])]},
}


def measured(library: str, python: str) -> Results:
    """The results on a release.

    Args:
        library: A release of oslo.utils.
        python: A Python, as `3.11`.

    Returns:
        The result of each case.

    Raises:
        BlockError: That pair was not measured.

    Examples:
        >>> measured("10.2.0", "3.11")["body.body_succeeds"]["entries"]
        3
        >>> measured("11.0.0", "3.11")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: oslo.utils 11.0.0 on Python 3.11 was not measured; add it in render/measure/versions.py and run `make versions`
    """
    data = _data()
    if [library, python] not in data["columns"]:
        raise BlockError(
            f"oslo.utils {library} on Python {python} was not measured; add "
            "it in render/measure/versions.py and run `make versions`"
        )
    column = data["columns"].index([library, python])
    return {
        name: result
        for name, alike in data["cases"].items()
        for result, columns in alike
        if column in columns
    }


def facts() -> list[dict[str, Any]]:
    """What each Python does beyond the cases.

    Returns:
        A row for each Python that was measured, the oldest first.

    Examples:
        >>> [row["python"] for row in facts()][0]
        '3.6'
    """
    rows: list[dict[str, Any]] = read_json(
        FACTS, _FACTS, "`make versions` writes it anew"
    )
    return rows


def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_json(
        MEASURED, _SHAPE, "`make versions` writes it anew"
    )
    return data


def measured_pythons() -> list[str]:
    """The Pythons on which the installed oslo.utils was measured.

    Returns:
        Their versions, the oldest first.
    """
    version = metadata.version("oslo.utils")
    return [p for oslo, p in _data()["columns"] if oslo == version]


def block(text: str) -> str:
    """A table of what changed.

    Args:
        text: The block's text: `oslo.utils`, `Python` or `facts`.

    Returns:
        HTML: which releases were measured, and a table of what changed from
        one to the next, or a fold with a table for each release.

    Raises:
        BlockError: The block says something else.
    """
    if text == "facts":
        return _facts_table()
    columns = _data()["columns"]
    oldest = columns[0][1]
    newest = columns[-1][0]  # The one that every Python was measured with.
    if text == "oslo.utils":
        series = [pair for pair in columns if pair[1] == oldest]
        labels = [library for library, _ in series]
        fixed = say("on Python {release}").format(release=oldest)
    elif text == "Python":
        series = [pair for pair in columns if pair[0] == newest]
        labels = [python for _, python in series]
        fixed = say("with oslo.utils {release}").format(release=newest)
    else:
        raise BlockError("write `oslo.utils`, `Python` or `facts` in it")
    names = {
        "out": say("Result"),
        "context": say("Context"),
        "cause": say("Cause"),
        "log": say("Logged"),
        "entries": say("Extra traceback entries"),
    }
    known = {case.name: case for group in GROUPS for case in cases(group)}
    rows: dict[str, list[list[str]]] = {}
    results = [measured(*pair) for pair in series]
    for i in reversed(range(1, len(series))):  # The newest change first.
        for field, before, after, alike in _grouped(
            results[i - 1], results[i]
        ):
            changed = (
                say("{what}: {before} → {after}")
                .format(
                    what=names[field],
                    before=_text(field, before),
                    after=_text(field, after),
                )
                .replace(" → ", "<br>→ ")
            )
            releases = f"{labels[i - 1]} → {labels[i]}"
            same = [known[name] for name in sorted(alike)]
            row = [releases, _links(same), changed]
            rows.setdefault(releases, []).append(row)
    told = say(
        "Measured: {what} {releases}, {fixed}, {count} cases each."
    ).format(
        what=text,
        releases=listed(labels),
        fixed=fixed,
        count=len(results[0]),
    )
    for label, result in zip(labels, results, strict=True):
        if left := len(results[0]) - len(result):
            told += "</p><p>" + say(
                "{release} is the build for browsers, without threads: "
                "{count} cases are missing there."
            ).format(release=label, count=left)
    intro = f"<p>{told}</p>"
    if not rows:
        return f"{intro}<p>" + say("No case differs.") + "</p>"
    if sum(map(len, rows.values())) <= _MOST:
        return intro + _table([row for some in rows.values() for row in some])
    return intro + "".join(
        f'<details class="fold"><summary>{releases}</summary>'
        f"{_table(some)}</details>"
        for releases, some in rows.items()
    )


def _table(rows: list[list[str]]) -> str:
    return html.table(
        [say("Releases"), say("Cases"), say("What changed")],
        rows,
        ' class="cases changes" data-search-exclude',
    )


def _grouped(
    before: Results, after: Results
) -> Iterator[tuple[str, Any, Any, list[str]]]:
    """Changes of one field, with the names of all cases that share them."""
    found: dict[str, tuple[str, Any, Any, list[str]]] = {}
    for name in (name for name in after if name in before):
        for field in FIELDS:
            old, new = before[name][field], after[name][field]
            if old != new:
                key = json.dumps([field, old, new])
                found.setdefault(key, (field, old, new, []))[3].append(name)
    yield from found.values()


def _facts_table() -> str:
    """A row for each Python, the newest first; equal ones are one row."""
    alike: list[tuple[list[str], list[Any]]] = []
    for row in facts():
        said = [row[word] for word in ("return", "break", "continue")]
        cells = [row["no_parentheses"], row["entry"], list(filter(None, said))]
        if alike and alike[-1][1] == cells:
            alike[-1][0].append(row["python"])
        else:
            alike.append(([row["python"]], cells))
    between = say("{oldest} to {newest}")
    shown = [
        [
            releases[0]
            if len(releases) == 1
            else between.format(oldest=releases[0], newest=releases[-1]),
            *(
                "<br>".join(html.code(text) for text in cell)
                if isinstance(cell, list) and cell
                else _text("", cell)
                for cell in cells
            ),
        ]
        for releases, cells in reversed(alike)
    ]
    headings = [
        say("Python"),
        say("`with` without parentheses"),
        say("Statement in the helper's traceback entry"),
        say("`return`, `break` and `continue` in `finally`"),
    ]
    return html.cards([html.inline(text) for text in headings], shown)


def _links(same: list[Case]) -> str:
    links = [
        link(case, html.sibling_url(f"../behaviour/{case.group}/"))
        for case in same
    ]
    if len(links) < 4:
        return listed(links)
    count = say("{count} cases").format(count=len(links))
    return f"<details><summary>{count}</summary>{listed(links)}</details>"


def _text(field: str, value: Any) -> str:
    if field == "out":
        return ending({"out": value, "context": "", "cause": ""})
    if isinstance(value, list):
        value = "; ".join(value)
    if value in ("", 0, []):
        return say("nothing")
    return html.code(str(value))
