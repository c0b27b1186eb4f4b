"""Tables of the survey's numbers."""

from collections import Counter
from html import escape
from itertools import pairwise
from typing import Any

from render import html
from render.blocks.wild import data
from render.blocks.wild.data import Row, say
from survey.purposes import PURPOSES

_LARGE = 8  # Uses. A smaller change between releases isn't shown.


def sortable(headings: list[str], rows: list[list[Any]]) -> str:
    """A table that a click on a heading sorts.

    Args:
        headings: The headings of its columns.
        rows: The cells, numbers or text; the first one names the row.

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
        ' class="sorted"',
        labelled=False,
    )


def _cell(value: object) -> str:
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


def purposes(_: str) -> str:
    """The numbers behind the chart of purposes, by project."""
    by: dict[str, Counter[str]] = {}
    for row in data.rows("purposes"):
        name = data.repository(row["project"])
        count = by.setdefault(name, Counter())
        count[row["purpose"]] += int(row["code"])
        count["tests"] += int(row["tests"])
    kinds = [p for p in PURPOSES if any(count[p] for count in by.values())]
    order = sorted(by, key=lambda name: -sum(by[name][kind] for kind in kinds))
    return sortable(
        [
            say("Project"),
            say("Outside tests"),
            say("In tests"),
            *map(say, kinds),
        ],
        [
            [
                name,
                sum(by[name][kind] for kind in kinds),
                by[name]["tests"],
                *(by[name][kind] or "" for kind in kinds),
            ]
            for name in order
        ],
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
            cells += [release["version"], helper, rate]
        rows.append(cells)
    headings = [say("Cycle")]
    for project in series:
        headings += [project, say("Uses"), say("Per 1,000 lines")]
    return sortable(headings, rows)


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
    return html.cards([say("Cycle"), say("Uses"), say("Changes")], rows)


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
    for key in sorted(found, key=lambda key: (-abs(total(key)), key))[:3]:
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
