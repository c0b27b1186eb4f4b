"""What the situations lead to on other releases of oslo.utils and Python.

`python -m render.versions` (`make versions`) runs them on each release named
below and keeps the outcomes in `versions.json` beside this file.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from render import behaviour
from render.code import beside
from render.fences import ROOT, FenceError, ends_build
from render.language import say

DATA = Path(__file__).with_name("versions.json")

# The releases before and after each change of the helper's behaviour, and
# Victoria's, 4.6.0: 1.4.0 got `logger=`, 3.5.0 `capture()`, 4.8.0 left six, 9.2.0 got
# annotations, 10.0.0 a logger of its own, 10.1.0 and 10.2.0 annotations.
LIBRARIES = (
    "1.3.0",
    "1.4.0",
    "3.4.0",
    "3.5.0",
    "4.6.0",
    "4.7.0",
    "4.8.0",
    "9.1.0",
    "9.2.0",
    "10.0.0",
    "10.0.1",
    "10.1.0",
    "10.1.1",
    "10.2.0",
)
NEWEST = LIBRARIES[-1]
FIELDS = ("out", "context", "cause", "log", "entries")


def pythons() -> dict[str, str]:
    """The CPythons from 3.11 up that this machine has.

    Returns:
        Their versions, as `3.11`, and their programs.
    """
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = {}
    for minor in range(11, 30):
        names = [shutil.which(f"python3.{minor}") or ""]
        names += map(str, root.glob(f"versions/3.{minor}.*/bin/python"))
        for name in filter(None, names):
            done = subprocess.run([name, "-c", "pass"], capture_output=True)
            if done.returncode == 0:
                found[f"3.{minor}"] = name
                break
    return found


def measure(library: str, python: str) -> behaviour.Outcomes:
    """Run the situations on a release.

    Args:
        library: A release of oslo.utils.
        python: The interpreter.

    Returns:
        Each situation's name and outcome.

    Raises:
        subprocess.CalledProcessError: It could not be installed or run.
    """
    uv = shutil.which("uv") or str(Path(sys.prefix, "bin", "uv"))
    with tempfile.TemporaryDirectory() as folder:
        # Releases before 4.13 import pkg_resources, which setuptools had.
        packages = [f"oslo.utils=={library}", "setuptools<80"]
        install = ["pip", "install", "--quiet", "--target", folder]
        subprocess.run(
            [uv, *install, "--python", python, *packages], check=True
        )
        done = subprocess.run(
            [python, *behaviour.COMMAND],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": folder},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return behaviour.read(done.stdout)


def remake() -> None:
    """Measure all releases and write the data.

    A release that cannot be measured is named, and ends the run: the data
    stays as it was.
    """
    here = pythons()
    oldest = next(iter(here))
    wanted = [(library, oldest) for library in LIBRARIES]
    wanted += [(NEWEST, python) for python in list(here)[1:]]
    measured = []
    for library, python in wanted:
        print(f"oslo.utils {library} on Python {python}", flush=True)
        measured.append(measure(library, here[python]))
    outcomes = {}
    for name in measured[0]:
        alike: list[tuple[dict[str, Any], list[int]]] = []
        for column, results in enumerate(measured):
            for outcome, columns in alike:
                if outcome == results[name]:
                    columns.append(column)
                    break
            else:
                alike.append((results[name], [column]))
        outcomes[name] = alike
    lines = [
        f"  {json.dumps(name)}: {json.dumps(alike)}"
        for name, alike in outcomes.items()
    ]
    DATA.write_text(
        f'{{"columns": {json.dumps(wanted)},\n"outcomes": {{\n'
        + ",\n".join(lines)
        + "\n}}\n",
        "utf-8",
    )


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
        render.fences.FenceError: oslo.utils 11.0.0 on Python 3.11 was not measured; add it in render/versions.py and run `make versions`
    """
    data = _data()
    if [library, python] not in data["columns"]:
        raise FenceError(
            f"oslo.utils {library} on Python {python} was not measured; add "
            "it in render/versions.py and run `make versions`"
        )
    column = data["columns"].index([library, python])
    return {
        name: next(o for o, columns in alike if column in columns)
        for name, alike in data["outcomes"].items()
    }


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(DATA.read_text("utf-8"))
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
    if what == "oslo.utils":
        series = [pair for pair in columns if pair[1] == oldest]
        labels = [library for library, _ in series]
        fixed = say("on Python {release}").format(release=oldest)
    elif what == "Python":
        series = [pair for pair in columns if pair[0] == NEWEST]
        labels = [python for _, python in series]
        fixed = say("with oslo.utils {release}").format(release=NEWEST)
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


if __name__ == "__main__":
    remake()
