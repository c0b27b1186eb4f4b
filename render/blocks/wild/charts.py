"""Charts of the survey's numbers, and their legends.

They are SVG whose lengths are percentages, so that a phone draws them narrower
and not smaller; colours are the stylesheet's, by the number of a kind.
"""

from collections import Counter
from html import escape
from itertools import groupby

from render import html
from render.blocks.wild import data, tables
from render.blocks.wild.data import Row, listed, say
from survey.bodies import BODIES
from survey.purposes import PURPOSES

# Of all items outside tests. Rarer purposes share a colour.
_SMALLEST_SHARE = 0.02
_BAR = 22  # Pixels from one bar to the next.


def squares(_: str) -> str:
    """A square for each use, by project and by what the body does."""
    sites = data.uses()
    kinds = list(BODIES)
    count = Counter(site["project"] for site in sites)
    sites.sort(
        key=lambda s: (
            -count[s["project"]],
            s["project"],
            kinds.index(s["body"] or "nothing"),
        )
    )
    projects = []
    for project, group in groupby(sites, lambda site: site["project"]):
        name = data.repository(project)
        bodies = "".join(
            f'<span class="b{kinds.index(body or "nothing")}">'
            + "".join(
                f'<a href="find/#{s["id"]}" title="{_file(s)}"></a>'
                for s in same
            )
            + "</span>"
            for body, same in groupby(group, lambda site: site["body"])
        )
        projects.append(
            f'<div><a href="find/?project={name}">{name} '
            f"<b>{count[project]}</b></a><p>{bodies}</p></div>"
        )
    skip = say("Past the squares")
    return (
        f"{_legend_of_bodies(sites)}"
        f'<a class="past" href="#past">{skip}</a>'
        f'<section class="squares" data-search-exclude>{"".join(projects)}'
        '</section><a id="past"></a>'
    )


def _file(site: Row) -> str:
    """A site's file and its folder: a thousand longer names weigh too much."""
    return "/".join(site["file"].split("/")[-2:])


def _legend_of_bodies(sites: list[Row]) -> str:
    count = Counter(site["body"] for site in sites)
    entries = []
    for index, (body, explanation) in enumerate(BODIES.items()):
        name = say(body)
        query = escape(name).replace(" ", "+")
        entries.append(
            f'<li><a class="b{index}" href="find/?body={query}">'
            f"{name} <b>{count[body]}</b></a> "
            f"{html.inline(say(explanation))}</li>"
        )
    return f'<ul class="legend">{"".join(entries)}</ul>'


def purposes(_: str) -> str:
    """What a `with` is for: a bar for each project."""
    coloured = _coloured()
    by: dict[str, Counter[str]] = {}
    for row in data.rows("purposes"):
        if int(row["code"]):
            name = data.repository(row["project"])
            kind = row["purpose"] if row["purpose"] in coloured else ""
            by.setdefault(name, Counter())[kind] += int(row["code"])
    order = sorted(by, key=lambda name: -by[name].total())
    return _bars(
        "p",
        [*map(say, coloured), say("all else")],
        [
            (name, [by[name][kind] for kind in [*coloured, ""]])
            for name in order
        ],
    )


def _coloured() -> list[str]:
    """Purposes with a colour of their own, the helper's first."""
    code, _ = data.by_purpose()
    large = [p for p in code if code[p] >= _SMALLEST_SHARE * code.total()]
    return sorted(large, key=lambda p: (p != "re-raise", -code[p]))


def _bars(
    colour: str, kinds: list[str], projects: list[tuple[str, list[int]]]
) -> str:
    """Bars of the same length, divided by shares, and one for all projects.

    Args:
        colour: The letter of the colours.
        kinds: The names of the kinds.
        projects: The name of each project, and how many it has of each kind.
    """
    total = [
        sum(counts) for counts in zip(*(c for _, c in projects), strict=True)
    ]
    labels, bars = [], []
    for number, (name, counts) in enumerate(
        [(say("All projects"), total), *projects]
    ):
        y = number * _BAR
        labels.append(
            f'<text x="0" y="{y + 13}">{escape(name)}</text>'
            f'<text class="n" x="152" y="{y + 13}">{sum(counts):,}</text>'
        )
        left = 0.0
        bars.append(f'<g transform="translate(0 {y})">')
        for index, count in enumerate(counts):
            share = 100 * count / sum(counts)
            if share:
                bars.append(
                    f'<rect class="{colour}{index}" x="{left:.1f}%" '
                    f'width="{share:.1f}%"/>'
                )
            left += share
        bars.append("</g>")
    # A screen reader reads out the bar of all projects.
    values = listed(
        f"{kind} {count:,}" for kind, count in zip(kinds, total, strict=True)
    )
    text = say("{what}: {value}.").format(
        what=say("All projects"), value=values
    )
    height = f'height="{(len(projects) + 1) * _BAR}"'
    return (
        f'<div class="chart" role="img" aria-label="{escape(text)}" '
        f"data-search-exclude><svg {height}>{''.join(labels)}</svg>"
        f"<svg {height}>{''.join(bars)}</svg></div>"
    )


def legend(_: str) -> str:
    """The colours of the chart of purposes, and what each purpose means."""
    code, _tests = data.by_purpose()
    coloured = _coloured()
    names: dict[str, list[str]] = {}
    for row in sorted(data.rows("names"), key=lambda row: -int(row["code"])):
        if int(row["code"]):
            names.setdefault(row["purpose"], []).append(row["name"])
    entries = []
    for purpose in sorted(
        filter(code.__getitem__, PURPOSES),
        key=lambda p: (p not in coloured, p != "re-raise", -code[p]),
    ):
        index = [*coloured, purpose].index(purpose)
        examples = " ".join(map(html.code, names[purpose][:4]))
        small = (
            "" if purpose == "re-raise" else f"<br><small>{examples}</small>"
        )
        entries.append(
            f'<li><span class="p{index}">{say(purpose)} '
            f"<b>{code[purpose]:,}</b></span> "
            f"{html.inline(say(PURPOSES[purpose]))}{small}</li>"
        )
    return f'<ul class="legend">{"".join(entries)}</ul>'


def ways(_: str) -> str:
    """The helper and bare raises, as bars and as a table."""
    newest = [
        (
            data.repository(row["project"]),
            int(row["helper"]),
            int(row["bare_raises"]),
        )
        for row in data.rows("releases")
        if row["newest"] and int(row["helper"]) + int(row["bare_raises"])
    ]
    newest.sort(key=lambda row: (-row[1] / (row[1] + row[2]), -row[2]))
    kinds = [say("helper"), say("bare `raise`").replace("`", "")]
    totals = [sum(row[1] for row in newest), sum(row[2] for row in newest)]
    entries = "".join(
        f'<li><span class="w{index}">{kind} <b>{total:,}</b></span></li>'
        for index, (kind, total) in enumerate(zip(kinds, totals, strict=True))
    )
    bars = _bars("w", kinds, [(name, counts) for name, *counts in newest])
    table = tables.sortable(
        [say("Project"), say("helper"), say("bare `raise`"), say("Share")],
        [
            [name, helper, bare, f"{helper / (helper + bare):.0%}"]
            for name, helper, bare in newest
        ],
    )
    return f'<ul class="legend">{entries}</ul>{bars}{table}'


def years(unit: str) -> str:
    """The series as lines.

    Args:
        unit: `uses`, or `rate` for uses per 1,000 lines.
    """
    digits = 0 if unit == "uses" else 2

    def value(row: Row) -> float:
        helper = int(row["helper"])
        return helper if unit == "uses" else 1000 * helper / int(row["lines"])

    series = data.series()
    highest = max(value(row) for rows in series.values() for row in rows)
    top, height, base = 1.05 * highest, 240, 250

    def y(number: float) -> float:
        return base - height * number / top

    lines, ends, texts = [], [], []
    for index, (project, rows) in enumerate(series.items()):
        points = " ".join(
            f"{number},{y(value(row)):.1f}" for number, row in enumerate(rows)
        )
        lines.append(f'<polyline class="s{index}" points="{points}"/>')
        last = value(rows[-1])
        ends.append(
            f'<text class="s{index}" y="{y(last) + 4:.0f}">'
            f"{project} {last:.{digits}f}</text>"
        )
        values = listed(
            f"{row['cycle']} {value(row):.{digits}f}" for row in rows
        )
        texts.append(
            say("{what}: {value}.").format(what=project, value=values)
        )
    step = next(s for s in (0.5, 1, 50, 100, 500) if highest <= 5 * s)
    marks = [step * number for number in range(int(top / step) + 1)]
    grid = "".join(
        f'<line x2="100%" y1="{y(mark):.0f}" y2="{y(mark):.0f}"/>'
        for mark in marks
    )
    scale = "".join(
        f'<text y="{y(mark) - 3:.0f}">{mark:g}</text>' for mark in marks
    )
    cycles = [row["cycle"] for row in next(iter(series.values()))]
    end = len(cycles) - 1
    axis = "".join(
        f'<text class="{"n" if i == end else "m" if i else ""}" '
        f'x="{100 * i / end:.1f}%" y="270">{cycles[i]}</text>'
        for i in [*range(0, end - 4, 4), end]
    )
    return (
        f'<div class="chart years" role="img" '
        f'aria-label="{escape(" ".join(texts))}" data-search-exclude>'
        f'<svg height="280"><g class="grid">{grid}</g>'
        f'<svg width="100%" height="{base}" preserveAspectRatio="none" '
        f'viewBox="0 0 {end} {base}">{"".join(lines)}</svg>'
        f"{scale}{axis}</svg>"
        f'<svg height="280">{"".join(ends)}</svg></div>'
    )
