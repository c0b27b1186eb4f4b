"""What changed from one release of oslo.utils or Python to the next.

`render.measure.versions` measured it.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from typing import Any

from render.blocks import behaviour
from render.blocks.fences import FenceError, ends_build
from render.data import read_json
from render.html import beside
from render.languages.locale import say
from render.paths import DATA

MEASURED = DATA / "versions.json"

FIELDS = ("out", "context", "cause", "log", "entries")


def kept(library: str, python: str) -> behaviour.Outcomes:
    """What was measured on a release.

    Args:
        library: A release of oslo.utils.
        python: A Python, as `3.11`.

    Returns:
        Each situation's name and outcome.

    Raises:
        FenceError: That pair was not measured.

    Examples:
        >>> kept("10.2.0", "3.11")["body.body_succeeds"]["entries"]
        3
        >>> kept("11.0.0", "3.11")
        Traceback (most recent call last):
            ...
        render.blocks.fences.FenceError: oslo.utils 11.0.0 on Python 3.11 was not measured; add it in render/measure/versions.py and run `make versions`
    """
    data = _data()
    if [library, python] not in data["columns"]:
        raise FenceError(
            f"oslo.utils {library} on Python {python} was not measured; add "
            "it in render/measure/versions.py and run `make versions`"
        )
    column = data["columns"].index([library, python])
    return {
        name: next(o for o, columns in alike if column in columns)
        for name, alike in data["outcomes"].items()
    }


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_json(MEASURED)
    return data


@ends_build
def changes(source: str, *_: Any, **__: Any) -> str:
    """The formatter of a block named `changes`.

    Args:
        source: The block's text: `oslo.utils` or `Python`.

    Returns:
        HTML: which releases were measured, and a table of what changed from
        one to the next.

    Raises:
        FenceError: The block says something else.
    """
    what = source.strip()
    columns = _data()["columns"]
    oldest = columns[0][1]
    newest = columns[-1][0]  # The one that every Python was measured with.
    if what == "oslo.utils":
        series = [pair for pair in columns if pair[1] == oldest]
        labels = [library for library, _ in series]
        fixed = say("on Python {release}").format(release=oldest)
    elif what == "Python":
        series = [pair for pair in columns if pair[0] == newest]
        labels = [python for _, python in series]
        fixed = say("with oslo.utils {release}").format(release=newest)
    else:
        raise FenceError("```changes: write `oslo.utils` or `Python` in it")
    names = {
        "out": say("Comes out"),
        "context": say("Context"),
        "cause": say("Cause"),
        "log": say("Logged"),
        "entries": say("Entries"),
    }
    situations = say("Situations")
    rows: list[str] = []
    results = [kept(*pair) for pair in series]
    for i in reversed(range(1, len(series))):  # The newest change first.
        for field, before, after, alike in _grouped(
            results[i - 1], results[i]
        ):
            rows.append(
                f"<tr><th scope='row'>{labels[i - 1]} → {labels[i]}</th>"
                f"<td data-label='{situations}'>{_links(alike)}</td>"
                f"<td data-label='{names[field]}'>"
                f"{_text(field, before)} → {_text(field, after)}</td></tr>"
            )
    told = say(
        "Measured: {what} {releases}, {fixed}, {count} situations each."
    ).format(
        what=what,
        releases=", ".join(labels),
        fixed=fixed,
        count=len(results[0]),
    )
    measured = f"<p>{told}</p>"
    if not rows:
        same = say("No situation differs.")
        return f"{measured}<p>{same}</p>"
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in (say("Releases"), situations, say("What changed"))
    )
    return (
        f'{measured}<table class="situations changes" data-search-exclude><thead>'
        f"<tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _grouped(
    before: behaviour.Outcomes, after: behaviour.Outcomes
) -> Iterator[tuple[str, Any, Any, list[str]]]:
    """Changes of one field, with all the situations that share them."""
    found: dict[str, tuple[str, Any, Any, list[str]]] = {}
    for name in after:
        for field in FIELDS:
            old, new = before[name][field], after[name][field]
            if old != new:
                key = json.dumps([field, old, new])
                found.setdefault(key, (field, old, new, []))[3].append(name)
    yield from found.values()


def _links(names: Iterable[str]) -> str:
    links = []
    for name in sorted(names):
        group, _, function = name.partition(".")
        words = _words(name)
        place = beside(f"../behaviour/{group}/#{function}")
        links.append(f'<a href="{place}">{words}</a>')
    if len(links) < 4:
        return ", ".join(links)
    count = say("{count} situations").format(count=len(links))
    return f"<details><summary>{count}</summary>{', '.join(links)}</details>"


def _words(name: str) -> str:
    """A situation in words, as HTML."""
    group = name.partition(".")[0]
    [words] = [s.words for s in behaviour.situations(group) if s.name == name]
    return behaviour.marked(say(words, "reference"))


def _text(field: str, value: Any) -> str:
    if field == "out":
        return behaviour.comes_out({"out": value, "context": "", "cause": ""})
    if isinstance(value, list):
        value = "; ".join(value)
    if value in ("", 0):
        return say("nothing")
    return f"<code>{escape(str(value), quote=False)}</code>"
