"""Tables of the survey's numbers."""

from collections import Counter
from html import escape
from itertools import pairwise
from typing import Any

from render import html
from render.blocks.wild import data
from render.blocks.wild.data import Row, say

_LARGE = 8  # Uses. A smaller change between releases isn't shown.
_PARTS = 2  # Files or folders that are named for each change.


class _Html(str):
    """A cell that is HTML already."""

    __slots__ = ()


def sortable(
    headings: list[str], rows: list[list[Any]], kind: str = ""
) -> str:
    """A table that a click on a heading sorts.

    Args:
        headings: The headings of its columns.
        rows: The cells, numbers or text; the first one names the row.
        kind: For the stylesheet: `wide` has more columns than a page has room
            for.

    Returns:
        HTML.

    Examples:
        >>> html = sortable(["Project", "Uses"], [["nova", 1189]])
        >>> html[html.index("<tbody>"):]
        '<tbody><tr><th scope="row">nova</th><td>1,189</td></tr></tbody></table>'
    """
    return html.table(
        [html.inline(heading) for heading in headings],
        [[_cell(cell) for cell in row] for row in rows],
        f' class="{f"sorted {kind}".strip()}"',
        labelled=False,
    )


def _cell(value: object) -> str:
    if isinstance(value, _Html):
        return value
    return f"{value:,}" if isinstance(value, int) else html.inline(str(value))


def in_tests(_: str) -> str:
    """The purposes of `with` in test code."""
    _code, tests = data.by_purpose()
    total = tests.total()
    return sortable(
        [say("Purpose"), say("In tests"), say("Share")],
        [
            [say(purpose), count, f"{count / total:.1%}"]
            for purpose, count in tests.most_common()
            if count
        ],
    )


def projects(_: str) -> str:
    """How often each project re-raises, and in which of the two ways."""
    newest = [
        (data.repository(row["project"]), row)
        for row in data.rows("releases")
        if row["newest"] and int(row["helper"]) + int(row["bare_raises"])
    ]
    newest.sort(key=lambda pair: (-int(pair[1]["helper"]), pair[0]))
    rows = []
    for name, row in newest:
        helper, bare = int(row["helper"]), int(row["bare_raises"])
        rows.append(
            [
                _Html(f'<a href="find/?project={name}">{name}</a>')
                if helper
                else name,
                row["version"],
                helper,
                bare,
                f"{helper / (helper + bare):.0%}",
                f"{1000 * helper / int(row['lines']):.2f}",
            ]
        )
    return sortable(
        [
            say("Project"),
            say("Version"),
            say("Uses"),
            say("bare `raise`"),
            say("Share"),
            say("Per 1,000 lines"),
        ],
        rows,
        "projects",
    )


def purposes(_: str) -> str:
    """The numbers behind the chart of purposes, by project."""
    kinds = data.coloured()
    by: dict[str, Counter[str]] = {}
    for row in data.rows("purposes"):
        count = by.setdefault(data.repository(row["project"]), Counter())
        kind = row["purpose"] if row["purpose"] in kinds else "all else"
        count[kind] += int(row["code"])
        count["code"] += int(row["code"])
        count["tests"] += int(row["tests"])
    return sortable(
        [
            say("Project"),
            say("Outside tests"),
            say("In tests"),
            *map(say, kinds),
            say("all else"),
        ],
        [
            [
                name,
                by[name]["code"],
                by[name]["tests"],
                *(by[name][kind] or "" for kind in [*kinds, "all else"]),
            ]
            for name in sorted(by, key=lambda name: -by[name]["code"])
        ],
        "wide",
    )


def years(_: str) -> str:
    """The numbers behind the charts of the years."""
    series = data.series()
    rows = []
    for releases in zip(*series.values(), strict=True):
        cells: list[Any] = [releases[0]["cycle"]]
        for release in releases:
            helper, lines = int(release["helper"]), int(release["lines"])
            rate = f"{1000 * helper / lines:.2f}"
            cells += [helper, rate]
        rows.append(cells)
    headings = [say("Cycle")]
    for project in series:
        headings += [project, say("Per 1,000 lines")]
    return sortable(headings, rows, "wide")


def turns(_: str) -> str:
    """The releases between which the number changed, and in which files."""
    changes: dict[tuple[str, str], list[Row]] = {}
    for row in data.rows("changes"):
        key = row["project"], row["version"]
        changes.setdefault(key, []).append(row)
    rows = []
    for project, releases in data.series().items():
        for old, new in pairwise(releases):
            before, after = int(old["helper"]), int(new["helper"])
            if abs(after - before) >= _LARGE:
                files = changes[project, new["version"]]
                rows.append(
                    [
                        f"{project} {new['cycle']}",
                        f"{before} \u2192 {after}",
                        _largest(files),
                    ]
                )
    return html.cards(
        [say("Cycle"), say("Uses"), say("Largest changes")], rows
    )


def _largest(files: list[Row]) -> str:
    """The largest changes; new files of a folder, and gone ones, are one."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in files:
        change = int(row["after"] or 0) - int(row["before"] or 0)
        why = "" if row["before"] else say("new files")
        why = why if row["after"] else say("files gone")
        folder = row["file"].rpartition("/")[0]
        key = (folder, why) if why else (row["file"], "")
        found.setdefault(key, []).append((row["file"], change))

    def total(key: tuple[str, str]) -> int:
        return sum(change for _, change in found[key])

    shown = []
    for key in sorted(found, key=lambda key: (-abs(total(key)), key))[:_PARTS]:
        (file, _), *more = found[key]
        name = f"`{key[0] if more else file}`"
        if key[1]:
            name = say("{what} ({why})").format(what=name, why=key[1])
        sign = "+" if total(key) > 0 else "\u2212"
        shown.append(html.inline(f"{sign}{abs(total(key))} {name}"))
    return "<br>".join(shown)


def releases(_: str) -> str:
    """The releases that were read, and the files that couldn't be parsed."""
    table = sortable(
        [
            say("Project"),
            say("Version"),
            say("Packed"),
            say("Outside tests"),
            say("In tests"),
        ],
        [
            [
                data.repository(row["project"]),
                row["version"],
                row["date"],
                int(row["lines"]),
                int(row["test_lines"]),
            ]
            for row in data.rows("releases")
            if row["newest"]
        ],
        "wide",
    )
    unreadable = [
        f"<li>{row['project']} {row['version']} "
        + say("{what}: {value}").format(
            what=html.code(row["file"]), value=escape(row["why"])
        )
        + "</li>"
        for row in data.rows("unreadable")
    ]
    told = (
        f"<ul>{''.join(unreadable)}</ul>"
        if unreadable
        else "<p>" + say("Every file was parsed.") + "</p>"
    )
    return told + html.fold(say("The releases"), table, " data-search-exclude")
