"""What the survey counted, as pictures, tables and sentences of a page.

A ```wild block names one of `PARTS` in its first line, and what that part
needs in the lines below:

    ```wild
    say
    {sites} uses in {projects} projects.
    ```

The numbers come from `survey/data/` while the page is built. The words that
are shown around them stand in `WORDS`, and in `survey.purposes.PURPOSES`,
`survey.sites.BODIES` and `survey.sites.SUSPICIONS`.

Pictures are SVG whose lengths are percentages, so that a phone draws them
narrower and not smaller; colours are the stylesheet's.
"""

import csv
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape
from itertools import groupby, pairwise
from typing import Any

from render import html
from render.blocks.fences import FenceError, ends_build, inline
from render.languages import locale
from render.paths import ROOT
from survey.purposes import PURPOSES
from survey.sites import BODIES, SUSPICIONS

DATA = ROOT / "survey" / "data"


def worded(text: str) -> str:
    """What the survey calls something, in the language of the page."""
    return locale.say(text, "wild")


def together(parts: Iterable[str]) -> str:
    """Words one after another.

    Examples:
        >>> together(["logs", "decides", "notifies"]), together([])
        ('logs, decides, notifies', '')
        >>> with locale.activate("zh"):
        ...     together(["转换", "决定"])
        '转换、决定'
    """
    some, *more = list(parts) or [""]
    for one in more:
        some = WORDS["A, b"].format(some=some, one=one)
    return some


class Words(dict[str, str]):
    """Words in the language of the page."""

    def __getitem__(self, key: str) -> str:
        """The word."""
        return worded(super().__getitem__(key))


# What the formatters say themselves.
WORDS = Words(
    {
        "All projects": "All projects",
        "Any": "any",
        "A bare raise does": "A bare `raise` does",
        "Bare raise": "bare `raise`",
        "Body": "Body",
        "Catches": "Catches",
        "Changes": "Changes",
        "Cycle": "Cycle",
        "Filter": "Words",
        "Gone": "files gone",
        "Helper": "helper",
        "In tests": "In tests",
        "Line": "Line",
        "Links to": "What looks wrong",
        "New": "new files",
        "Nothing unreadable": "Every file was parsed.",
        "Outside tests": "Outside tests",
        "Per thousand lines": "Per 1,000 lines",
        "Project": "Project",
        "Purpose": "Purpose",
        "Released": "Packed",
        "Releases": "The releases",
        "Rest": "all else",
        "Row": "in the table",
        "Share": "Share",
        "Site": "Function",
        "Some": "something",
        "Suspicion": "Looks wrong",
        "Uses": "Uses",
        "Version": "Version",
        "Why": "Why",
        "Past the squares": "Past the squares",
        # How words are put together.
        "A, b": "{some}, {one}",
        "A: b": "{what}: {value}",
        "A: b.": "{what}: {value}.",
        "A (b)": "{what} ({why})",
        # What stands in the way of a bare `raise`.
        "flag": "no: flag",
        "jump": "no: return, break or continue",
        "raise": "no: raise in the body",
        "yield": "no: yield",
        "outside a handler": "no: outside a handler",
        "without with": "no: without `with`",
        "yes": "the same",
    }
)

# Where a project's repository has another name than its package.
_REPOSITORIES = {
    "glance-store": "glance_store",
    "openstack-heat": "heat",
    "openstack-placement": "placement",
}
# Of all items outside tests. Rarer purposes share a colour.
_SMALLEST_SHARE = 0.02
_TURN = 8  # Uses. Of a smaller change, nothing is told.

_NUMBER = re.compile(r"\{([^}]+)\}")

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """A table of the survey.

    Args:
        name: The file's name in `survey/data/`, without its ending.

    Returns:
        Its rows.
    """
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def repository(project: str) -> str:
    """What a project is called upstream.

    Args:
        project: Its package's name.

    Returns:
        Its repository's.

    Examples:
        >>> repository("openstack-heat"), repository("nova")
        ('heat', 'nova')
    """
    return _REPOSITORIES.get(project, project)


def found() -> list[Row]:
    """The survey's sites, each with an `id` for the page that lists them.

    The ids are numbers: places in files would weigh more, and change as
    often, with each release that is read.
    """
    return [
        {**row, "id": f"s{number}"}
        for number, row in enumerate(rows("sites"), 1)
    ]


def uses() -> list[Row]:
    """The uses of the helper outside tests, without misspelt names."""
    return [row for row in found() if row["bare_raise"]]


def kinds(site: Row) -> list[str]:
    """What looks wrong at a site.

    Examples:
        >>> kinds({"suspicions": "3: flag unused; 5: raise in the body"})
        ['flag unused', 'raise in the body']
    """
    found = filter(None, site["suspicions"].split("; "))
    return [part.partition(": ")[2] for part in found]


def place(site: Row) -> str:
    """File and line."""
    return f"{site['file']}:{site['line']}"


def upstream(site: Row) -> str:
    """Upstream's page of a site's file in its version."""
    return (
        f"https://opendev.org/openstack/{repository(site['project'])}"
        f"/src/tag/{site['version']}/{site['file']}"
    )


def numbers() -> dict[str, str]:
    """The numbers that a sentence of a page may name.

    Returns:
        Their names and values, thousands parted by commas.

    Examples:
        >>> numbers()["nova"]
        '189'
    """
    known: dict[str, float | str] = {}
    sites = uses()
    for project, count in Counter(s["project"] for s in sites).items():
        known[repository(project)] = count
    for what, count in Counter(s["body"] for s in sites).items():
        known[what] = count
    replaceable = sum(s["bare_raise"] == "yes" for s in sites)
    code, tests = _by_purpose()
    newest = [r for r in rows("releases") if r["newest"]]
    with_helper = len({s["project"] for s in sites})
    outside = [s for s in sites if "outside a handler" in kinds(s)]
    pure = sum(s["file"].endswith("/pure.py") for s in outside)
    known |= {
        "outside_pure": pure,
        "outside_elsewhere": len(outside) - pure,
        "sites": len(sites),
        "projects": with_helper,
        "releases": len(newest),
        "without": len(newest) - with_helper,
        "replaceable": replaceable,
        "replaceable_share": f"{replaceable / len(sites):.0%}",
        "exception": sum(s["catches"] == "Exception" for s in sites),
        "suspicious": sum(bool(s["suspicions"]) for s in sites),
        "suspicions": sum(len(kinds(s)) for s in sites),
        "items": code.total(),
        "test_items": tests.total(),
        "test_share": f"{tests.total() / (code.total() + tests.total()):.0%}",
        "mock": tests["mock"],
        "mock_share": f"{tests['mock'] / tests.total():.0%}",
        "helper_share": f"{code['re-raise'] / code.total():.0%}",
        "other_share": f"{code['other'] / code.total():.1%}",
        "lines": sum(int(r["lines"]) for r in newest),
        "bare_raises": sum(int(r["bare_raises"]) for r in newest),
    }
    for purpose, count in code.items():
        known[f"code {purpose}"] = count
    for row in rows("releases"):
        if row["cycle"]:
            known[f"{row['project']} {row['cycle']}"] = int(row["helper"])
    for row in newest:
        name = repository(row["project"])
        known[f"{name} raises"] = int(row["bare_raises"])
    return {
        name: value if isinstance(value, str) else f"{value:,}"
        for name, value in known.items()
    }


def say(text: str) -> str:
    r"""Sentences with numbers.

    Args:
        text: Names of `numbers` stand in braces.

    Returns:
        A paragraph.

    Raises:
        FenceError: There is no such number.

    Examples:
        >>> say("Nova has {nova}.")
        '<p>Nova has 189.</p>'
        >>> say("一处。\n两处。")
        '<p>一处。两处。</p>'
        >>> say("{gone}")
        Traceback (most recent call last):
            ...
        render.blocks.fences.FenceError: ```wild say: there is no number {gone}
    """
    known = numbers()
    for name in _NUMBER.findall(text):
        if name not in known:
            raise FenceError(f"```wild say: there is no number {{{name}}}")
    told = locale.joined(_NUMBER.sub(lambda m: known[m[1]], text))
    return f"<p>{inline(told)}</p>"


def squares(_: str) -> str:
    """The field: a square for each use, by project and by what it does."""
    sites = uses()
    names = list(BODIES)
    count = Counter(site["project"] for site in sites)
    sites.sort(
        key=lambda s: (
            -count[s["project"]],
            s["project"],
            names.index(s["body"] or "nothing"),
        )
    )
    done = Counter(site["body"] for site in sites)
    legend = "".join(
        f'<li><a class="b{names.index(body)}" '
        f'href="find/?body={escape(worded(body)).replace(" ", "+")}">'
        f"{worded(body)} <b>{done[body]}</b></a> "
        f"{inline(worded(BODIES[body]))}</li>"
        for body in BODIES
    )
    fields = []
    for project, group in groupby(sites, lambda site: site["project"]):
        name = repository(project)
        bodies = "".join(
            f'<span class="b{names.index(body or "nothing")}">'
            + "".join(
                f'<a href="find/#{s["id"]}" title="{_short(s)}"></a>'
                for s in same
            )
            + "</span>"
            for body, same in groupby(group, lambda site: site["body"])
        )
        fields.append(
            f'<div><a href="find/?project={name}">{name} '
            f"<b>{count[project]}</b></a><p>{bodies}</p></div>"
        )
    return (
        f'<ul class="legend">{legend}</ul>'
        f'<a class="past" href="#past">{WORDS["Past the squares"]}</a>'
        f'<section class="squares" data-search-exclude>{"".join(fields)}</section>'
        '<a id="past"></a>'
    )


def _short(site: Row) -> str:
    """A site's file and folder: a thousand longer names weigh too much."""
    return "/".join(site["file"].split("/")[-2:])


def _folded(summary: str, shown: str) -> str:
    return (
        f'<details class="fold" data-search-exclude><summary>{summary}'
        f"</summary>{shown}</details>"
    )


def _table(headings: list[str], cells: Iterable[list[Any]]) -> str:
    """A table whose columns behind the first are numbers or words."""
    head = "".join(f'<th scope="col">{inline(h)}</th>' for h in headings)
    body = "".join(
        f'<tr><th scope="row">{inline(str(first))}</th>'
        + "".join(f"<td>{_cell(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in cells
    )
    return (
        '<table class="sorted"><thead>'
        f"<tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else inline(str(value))


def _by_purpose() -> tuple[Counter[str], Counter[str]]:
    """How many items are for what, outside tests and in them."""
    code, tests = Counter[str](), Counter[str]()
    for row in rows("purposes"):
        code[row["purpose"]] += int(row["code"])
        tests[row["purpose"]] += int(row["tests"])
    return code, tests


def _coloured() -> list[str]:
    """Purposes with a colour of their own, the helper's first."""
    code, _ = _by_purpose()
    large = [p for p in code if code[p] >= _SMALLEST_SHARE * code.total()]
    return sorted(large, key=lambda p: (p != "re-raise", -code[p]))


def purposes(_: str) -> str:
    """The picture of what a `with` is for: a bar for each project."""
    coloured = _coloured()
    by: dict[str, Counter[str]] = {}
    for row in rows("purposes"):
        if int(row["code"]):
            name = repository(row["project"])
            purpose = row["purpose"]
            kind = purpose if purpose in coloured else WORDS["Rest"]
            by.setdefault(name, Counter())[kind] += int(row["code"])
    everything = sum(by.values(), Counter[str]())
    order = sorted(by, key=lambda name: -by[name].total())
    bars = [(WORDS["All projects"], everything)]
    bars += [(name, by[name]) for name in order]
    kinds = [*coloured, WORDS["Rest"]]
    return _bars(bars, kinds, [worded(kind) for kind in kinds], "p")


def _bars(
    bars: list[tuple[str, Counter[str]]],
    kinds: list[str],
    names: list[str],
    colour: str,
) -> str:
    """Bars of the same length, each parted by shares.

    The first one is that of all projects, and is told in words.
    """
    step = 22
    labels, parts = [], []
    for number, (name, count) in enumerate(bars):
        y = number * step
        labels.append(
            f'<text x="0" y="{y + 13}">{escape(name)}</text>'
            f'<text class="n" x="152" y="{y + 13}">{count.total():,}</text>'
        )
        left = 0.0
        parts.append(f'<g transform="translate(0 {y})">')
        for index, kind in enumerate(kinds):
            share = 100 * count[kind] / count.total()
            if share:
                parts.append(
                    f'<rect class="{colour}{index}" x="{left:.1f}%" '
                    f'width="{share:.1f}%"/>'
                )
            left += share
        parts.append("</g>")
    first, everything = bars[0]
    values = together(
        f"{name} {everything[kind]:,}"
        for kind, name in zip(kinds, names, strict=True)
    )
    said = WORDS["A: b."].format(what=first, value=values)
    height = f'height="{len(bars) * step}"'
    return (
        f'<div class="chart" role="img" aria-label="{escape(said)}" '
        f"data-search-exclude><svg {height}>{''.join(labels)}</svg>"
        f"<svg {height}>{''.join(parts)}</svg></div>"
    )


def legend(__: str) -> str:
    """What stands behind each colour of the picture of purposes."""
    code, _ = _by_purpose()
    coloured = _coloured()
    names: dict[str, list[str]] = {}
    for row in sorted(rows("names"), key=lambda row: -int(row["code"])):
        if int(row["code"]):
            names.setdefault(row["purpose"], []).append(row["name"])
    shown = []
    for purpose in sorted(
        filter(code.__getitem__, PURPOSES),
        key=lambda p: (p not in coloured, p != "re-raise", -code[p]),
    ):
        index = (
            coloured.index(purpose) if purpose in coloured else len(coloured)
        )
        listed = " ".join(
            f"<code>{escape(name)}</code>" for name in names[purpose][:4]
        )
        told = "" if purpose == "re-raise" else f"<br><small>{listed}</small>"
        shown.append(
            f'<li><span class="p{index}">{worded(purpose)} '
            f"<b>{code[purpose]:,}</b></span> "
            f"{inline(worded(PURPOSES[purpose]))}{told}</li>"
        )
    return f'<ul class="legend">{"".join(shown)}</ul>'


def purposes_table(_: str) -> str:
    """The numbers behind the picture, by project."""
    by: dict[str, Counter[str]] = {}
    for row in rows("purposes"):
        count = by.setdefault(repository(row["project"]), Counter())
        count[row["purpose"]] += int(row["code"])
        count["tests"] += int(row["tests"])
    kinds = [p for p in PURPOSES if any(count[p] for count in by.values())]
    order = sorted(by, key=lambda name: -sum(by[name][kind] for kind in kinds))
    return _table(
        [
            WORDS["Project"],
            WORDS["Outside tests"],
            WORDS["In tests"],
            *map(worded, kinds),
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


def in_tests(_: str) -> str:
    """What a `with` is for in test code."""
    tests = _by_purpose()[1]
    total = tests.total()
    return _table(
        [WORDS["Purpose"], WORDS["In tests"], WORDS["Share"]],
        [
            [worded(purpose), count, f"{count / total:.1%}"]
            for purpose, count in tests.most_common()
            if count
        ],
    )


def _series() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows("releases"):
        if row["cycle"]:
            found.setdefault(row["project"], []).append(row)
    return dict(
        sorted(found.items(), key=lambda pair: -int(pair[1][-1]["helper"]))
    )


def years(how: str) -> str:
    """The series as lines: `uses`, or `rate` for uses per 1,000 lines."""

    def value(row: Row) -> float:
        helper = int(row["helper"])
        return helper if how == "uses" else 1000 * helper / int(row["lines"])

    series = _series()
    cycles = [row["cycle"] for row in next(iter(series.values()))]
    highest = max(value(r) for listed in series.values() for r in listed)
    unit = next(u for u in (0.5, 1, 50, 100, 500) if highest <= 5 * u)
    top = 1.05 * highest
    height, base = 240, 250

    def y(number: float) -> float:
        return base - height * number / top

    grid, lines, labels, ends = [], [], [], []
    mark = 0.0
    while mark < top:
        grid.append(f'<line x2="100%" y1="{y(mark):.0f}" y2="{y(mark):.0f}"/>')
        labels.append(f'<text y="{y(mark) - 3:.0f}">{mark:g}</text>')
        mark += unit
    said = []
    for index, (project, listed) in enumerate(series.items()):
        points = " ".join(
            f"{number},{y(value(row)):.1f}"
            for number, row in enumerate(listed)
        )
        lines.append(f'<polyline class="s{index}" points="{points}"/>')
        last = value(listed[-1])
        shown = f"{last:.0f}" if how == "uses" else f"{last:.2f}"
        ends.append(
            f'<text class="s{index}" y="{y(last) + 4:.0f}">'
            f"{project} {shown}</text>"
        )
        values = together(
            f"{r['cycle']} {value(r):.{0 if how == 'uses' else 2}f}"
            for r in listed
        )
        said.append(WORDS["A: b."].format(what=project, value=values))
    ticks = [*range(0, len(cycles) - 5, 4), len(cycles) - 1]
    axis = "".join(
        f'<text class="{"n" if i == ticks[-1] else "m" if i else ""}" '
        f'x="{100 * i / (len(cycles) - 1):.1f}%" y="270">{cycles[i]}</text>'
        for i in ticks
    )
    return (
        f'<div class="chart years" role="img" '
        f'aria-label="{escape(" ".join(said))}" data-search-exclude>'
        f'<svg height="280"><g class="grid">{"".join(grid)}</g>'
        f'<svg width="100%" height="{base}" preserveAspectRatio="none" '
        f'viewBox="0 0 {len(cycles) - 1} {base}">{"".join(lines)}</svg>'
        f"{''.join(labels)}{axis}</svg>"
        f'<svg height="280">{"".join(ends)}</svg></div>'
    )


def years_table(_: str) -> str:
    """The series in numbers."""
    series = _series()
    cells = []
    for listed in zip(*series.values(), strict=True):
        line: list[Any] = [listed[0]["cycle"]]
        for row in listed:
            helper, lines = int(row["helper"]), int(row["lines"])
            line += [row["version"], helper, f"{1000 * helper / lines:.2f}"]
        cells.append(line)
    headings = [WORDS["Cycle"]]
    for project in series:
        headings += [project, WORDS["Uses"], WORDS["Per thousand lines"]]
    return _table(headings, cells)


def turns(_: str) -> str:
    """Between which releases the number changed, and in which files."""
    changes: dict[tuple[str, str], list[Row]] = {}
    for row in rows("changes"):
        key = row["project"], row["version"]
        changes.setdefault(key, []).append(row)
    cells = []
    for project, listed in _series().items():
        for old, new in pairwise(listed):
            before, after = int(old["helper"]), int(new["helper"])
            if abs(after - before) >= _TURN:
                files = changes[project, new["version"]]
                cells.append(
                    [
                        f"{project} {new['cycle']}",
                        f"{before} \u2192 {after}",
                        _changed(files),
                    ]
                )
    return html.table([WORDS["Cycle"], WORDS["Uses"], WORDS["Changes"]], cells)


def _changed(files: list[Row]) -> str:
    """The largest changes, files of a folder that went or came as one."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for row in files:
        change = int(row["after"] or 0) - int(row["before"] or 0)
        word = "" if row["before"] else WORDS["New"]
        word = word if row["after"] else WORDS["Gone"]
        folder = row["file"].rpartition("/")[0]
        key = (folder, word) if word else (row["file"], "")
        found.setdefault(key, []).append((row["file"], change))

    def total(key: tuple[str, str]) -> int:
        return sum(change for _, change in found[key])

    shown = []
    for key in sorted(found, key=lambda key: (-abs(total(key)), key))[:3]:
        (file, _), *more = found[key]
        name = f"`{key[0] if more else file}`"
        if key[1]:
            name = WORDS["A (b)"].format(what=name, why=key[1])
        sign = "+" if total(key) > 0 else "\u2212"
        shown.append(inline(f"{sign}{abs(total(key))} {name}"))
    return "<br>".join(shown)


def ways(_: str) -> str:
    """The helper and bare raises, as bars and as a table."""
    newest = [
        (
            repository(row["project"]),
            int(row["helper"]),
            int(row["bare_raises"]),
        )
        for row in rows("releases")
        if row["newest"] and int(row["helper"]) + int(row["bare_raises"])
    ]
    newest.sort(key=lambda row: (-row[1] / (row[1] + row[2]), -row[2]))
    kinds = [WORDS["Helper"], WORDS["Bare raise"].replace("`", "")]
    bars = [
        (name, Counter({kinds[0]: helper, kinds[1]: bare}))
        for name, helper, bare in newest
    ]
    everything = sum((count for _name, count in bars), Counter[str]())
    picture = _bars(
        [(WORDS["All projects"], everything), *bars],
        kinds,
        kinds,
        "w",
    )
    legend = "".join(
        f'<li><span class="w{index}">{kind} <b>{everything[kind]:,}</b>'
        "</span></li>"
        for index, kind in enumerate(kinds)
    )
    table = _table(
        [
            WORDS["Project"],
            WORDS["Helper"],
            WORDS["Bare raise"],
            WORDS["Share"],
        ],
        [
            [name, helper, bare, f"{helper / (helper + bare):.0%}"]
            for name, helper, bare in newest
        ],
    )
    return f'<ul class="legend">{legend}</ul>{picture}{table}'


def sites(_: str) -> str:
    """All sites: a body of the table for each file, a row for each use.

    The row of the file has the link; the script makes one of each line.
    """
    shown = []
    for _file, group in groupby(found(), lambda site: site["file"]):
        listed = list(group)
        first = listed[0]
        shown.append(
            f'<tbody><tr><th colspan="6"><a href="{upstream(first)}">'
            f"{first['file']}</a></th></tr>"
        )
        shown += map(_site, listed)
        shown.append("</tbody>")
    head = "".join(
        f"<th{attribute}>{inline(WORDS[name])}</th>"
        for name, attribute in (
            ("Line", ""),
            ("Site", ""),
            ("Catches", ' data-by="catches"'),
            ("Body", ' data-by="body"'),
            ("A bare raise does", ' data-by="raise"'),
            ("Suspicion", ' data-by="suspicion"'),
        )
    )
    return (
        f'<form class="pick" data-words="{WORDS["Filter"]}" '
        f'data-any="{WORDS["Any"]}" data-some="{WORDS["Some"]}" '
        f'data-project="{WORDS["Project"]}"></form>'
        '<table class="sites" data-search-exclude><thead>'
        f"<tr>{head}</tr></thead>{''.join(shown)}</table>"
    )


def _bare(site: Row) -> str:
    return worded(dict.get(WORDS, site["bare_raise"], ""))


def _site(site: Row) -> str:
    bare = _bare(site).replace("`", "")
    cells = [
        site["line"],
        site["function"],
        escape(site["catches"]),
        worded(site["body"]),
        bare,
        together(map(worded, dict.fromkeys(kinds(site)))),
    ]
    return f'<tr id="{site["id"]}"><td>{"</td><td>".join(cells)}</td></tr>'


def site(name: str) -> str:
    """What the survey says of one site, with links.

    Args:
        name: File and line.

    Returns:
        HTML.

    Raises:
        FenceError: There is no such site.
    """
    for row in found():
        if place(row) == name:
            facts = {
                WORDS["Catches"]: f"<code>{escape(row['catches'])}</code>"
                if row["catches"]
                else "",
                WORDS["Body"]: worded(row["body"]),
                WORDS["A bare raise does"]: _bare(row),
                WORDS["Suspicion"]: together(
                    map(worded, dict.fromkeys(kinds(row)))
                ),
            }
            told = " \u00b7 ".join(
                WORDS["A: b"].format(
                    what=inline(key),
                    value=value if "<" in value else inline(value),
                )
                for key, value in facts.items()
                if value
            )
            find = html.beside("../find/")
            return (
                f'<p><a href="{upstream(row)}#L{row["line"]}">'
                f"{repository(row['project'])} {row['version']}, "
                f"{place(row)}</a> <code>{row['function']}</code><br>"
                f'<small>{told} \u00b7 <a href="{find}#{row["id"]}">'
                f"{WORDS['Row']}</a></small></p>"
            )
    raise FenceError(f"```wild site: the survey has no {name}")


def suspicions(_: str) -> str:
    """What the check looks for, and how often the survey found it."""
    found = Counter(
        kind for row in rows("sites") for kind in dict.fromkeys(kinds(row))
    )
    find, pitfalls = map(html.beside, ("../find/", "../../pitfalls/"))
    return html.table(
        [WORDS["Links to"], WORDS["Why"], WORDS["Uses"]],
        [
            [
                f'<a href="{pitfalls}{page}/">{worded(kind)}</a>',
                inline(worded(why)),
                f'<a href="{find}?suspicion='
                f'{worded(kind).replace(" ", "+")}">{found[kind]}</a>'
                if found[kind]
                else "0",
            ]
            for kind, (why, page) in SUSPICIONS.items()
        ],
    )


def check(path: str) -> str:
    """What `python -m survey.check` prints of a folder of this project."""
    done = subprocess.run(
        [sys.executable, "-m", "survey.check", path],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    if done.returncode not in (0, 1):
        raise FenceError(f"```wild check: {done.stdout}")
    return html.output(done.stdout.rstrip(), f"python -m survey.check {path}")


def releases(_: str) -> str:
    """What was read, and what could not be."""
    table = _table(
        [
            WORDS["Project"],
            WORDS["Version"],
            WORDS["Released"],
            WORDS["Outside tests"],
            WORDS["In tests"],
        ],
        [
            [
                repository(row["project"]),
                row["version"],
                row["date"],
                int(row["lines"]),
                int(row["test_lines"]),
            ]
            for row in rows("releases")
            if row["newest"]
        ],
    )
    unreadable = [
        f"<li>{row['project']} {row['version']} "
        + WORDS["A: b"].format(
            what=f"<code>{row['file']}</code>", value=escape(row["why"])
        )
        + "</li>"
        for row in rows("unreadable")
    ]
    told = (
        f"<ul>{''.join(unreadable)}</ul>"
        if unreadable
        else f"<p>{WORDS['Nothing unreadable']}</p>"
    )
    return told + _folded(WORDS["Releases"], table)


PARTS: dict[str, Callable[[str], str]] = {
    "check": check,
    "in tests": in_tests,
    "legend": legend,
    "purposes": purposes,
    "purposes table": purposes_table,
    "releases": releases,
    "say": say,
    "site": site,
    "sites": sites,
    "squares": squares,
    "suspicions": suspicions,
    "turns": turns,
    "ways": ways,
    "years": years,
    "years table": years_table,
}


@ends_build
def block(source: str, *_: Any, **__: Any) -> str:
    r"""The formatter of a block named `wild`.

    Args:
        source: The block's text: the part's name, and below it what the part
            takes.

    Returns:
        HTML.

    Raises:
        FenceError: There is no such part, or the survey has no such thing.

    Examples:
        >>> block("gone")
        Traceback (most recent call last):
            ...
        render.blocks.fences.FenceError: ```wild: no part `gone`; there are check, in tests, legend, purposes, purposes table, releases, say, site, sites, squares, suspicions, turns, ways, years, years table
        >>> block("site\nnova/gone.py:1")
        Traceback (most recent call last):
            ...
        render.blocks.fences.FenceError: ```wild site: the survey has no nova/gone.py:1
    """
    name, _newline, text = source.strip().partition("\n")
    if name not in PARTS:
        raise FenceError(
            f"```wild: no part `{name}`; there are {', '.join(PARTS)}"
        )
    return PARTS[name](text.strip())
