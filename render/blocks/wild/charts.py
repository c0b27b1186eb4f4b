"""Charts of the survey's numbers, and their legends.

They are SVG whose lengths are percentages, so that a phone draws them narrower
and not smaller; colours are the stylesheet's, by the number of a kind.
"""

from collections import Counter
from html import escape

from render import html
from render.blocks.wild import data
from render.blocks.wild.data import Row, listed, say
from survey.bodies import BODIES
from survey.purposes import PURPOSES

# Pixels from one bar to the next, and from one square to the next.
_BAR = 22
_SQUARE = 14
_ACROSS = 20  # Squares in a row: a phone has room for them.


def squares(_: str) -> str:
    """A square for each use, by project and by what the body does.

    The squares of a project with one colour are one path, and one link. Its
    address is `xlink:href`: the theme's script writes each `href` anew, which
    those of SVG don't allow.
    """
    sites = data.uses()
    kinds = list(BODIES)
    by: dict[str, Counter[str]] = {}
    for site in sites:
        by.setdefault(data.repository(site["project"]), Counter())[
            site["body"]
        ] += 1
    projects = []
    for name in sorted(by, key=lambda name: (-by[name].total(), name)):
        count = by[name]
        total = count.total()
        paths, at = [], 0
        for index, body in enumerate(kinds):
            if number := count[body]:
                what = say("{what}: {value}").format(
                    what=listed([name, say(body)]), value=number
                )
                paths.append(
                    f'<a role="link" xlink:href="find/?project={name}&amp;'
                    f'body={_query(body)}">'
                    f"<title>{what}</title>"
                    f'<path class="b{index}" d="{_path(at, number)}"/></a>'
                )
                at += number
        width = _SQUARE * min(total, _ACROSS)
        height = _SQUARE * -(-total // _ACROSS)
        projects.append(
            f'<div><a href="find/?project={name}">{name} <b>{total}</b></a>'
            f'<svg width="{width}" height="{height}">{"".join(paths)}</svg>'
            "</div>"
        )
    skip = say("Past the squares")
    return (
        f"{_legend_of_bodies(sites)}"
        f'<a class="past" href="#past">{skip}</a>'
        f'<section class="squares" data-search-exclude>{"".join(projects)}'
        '</section><a id="past"></a>'
    )


def _query(body: str) -> str:
    return body.replace(" ", "+")


def _path(first: int, number: int) -> str:
    """The outline of some squares.

    Args:
        first: The place of the first one, counted along the rows.
        number: How many.

    Returns:
        What draws them.

    Examples:
        >>> _path(0, 2)
        'M0 0h12v12h-12zm14 0h12v12h-12z'
        >>> _path(19, 2)
        'M266 0h12v12h-12zm-266 14h12v12h-12z'
    """
    row, column = divmod(first, _ACROSS)
    drawn = [f"M{_SQUARE * column} {_SQUARE * row}"]
    for place in range(first + 1, first + number):
        back = f"m-{_SQUARE * (_ACROSS - 1)} {_SQUARE}"
        drawn.append(f"m{_SQUARE} 0" if place % _ACROSS else back)
    side = _SQUARE - 2
    return "".join(f"{each}h{side}v{side}h-{side}z" for each in drawn)


def _legend_of_bodies(sites: list[Row]) -> str:
    count = Counter(site["body"] for site in sites)
    entries = []
    for index, (body, explanation) in enumerate(BODIES.items()):
        name = say(body)
        entries.append(
            f'<li><a class="b{index}" href="find/?body={_query(body)}">'
            f"{name} <b>{count[body]}</b></a> "
            f"{html.inline(say(explanation))}</li>"
        )
    return f'<ul class="legend">{"".join(entries)}</ul>'


def purposes(_: str) -> str:
    """What a `with` is for: a bar for each project."""
    coloured = data.coloured()
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
    coloured = data.coloured()
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


def years(_: str) -> str:
    """The uses over the years, as lines."""
    series = data.series()
    highest = max(
        int(row["helper"]) for rows in series.values() for row in rows
    )
    top, height, base = 1.05 * highest, 240, 250

    def y(number: float) -> float:
        return base - height * number / top

    lines, ends, texts = [], [], []
    for index, (project, rows) in enumerate(series.items()):
        points = " ".join(
            f"{number},{y(int(row['helper'])):.1f}"
            for number, row in enumerate(rows)
        )
        lines.append(f'<polyline class="s{index}" points="{points}"/>')
        last = int(rows[-1]["helper"])
        ends.append(
            f'<text class="s{index}" y="{y(last) + 4:.0f}">'
            f"{project} {last}</text>"
        )
        values = listed(f"{row['cycle']} {row['helper']}" for row in rows)
        texts.append(
            say("{what}: {value}.").format(what=project, value=values)
        )
    step = next(s for s in (50, 100, 500) if highest <= 5 * s)
    marks = range(0, int(top) + 1, step)
    grid = "".join(
        f'<line x2="100%" y1="{y(mark):.0f}" y2="{y(mark):.0f}"/>'
        for mark in marks
    )
    scale = "".join(
        f'<text y="{y(mark) - 3:.0f}">{mark}</text>' for mark in marks
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
