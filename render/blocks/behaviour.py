"""The table of behaviour: situations that are run while the page is made.

The situations stand in `examples/reference/behaviour`. They run in an
interpreter of their own, so that a page that is served shows a change of
theirs at once, and so that other versions of Python and of the library can
run them in the same way (see `render.measure.versions`).
"""

import ast
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from examples.reference.behaviour.cases import GROUPS
from render import html
from render.blocks.fences import FenceError, ends_build
from render.languages.locale import mark, say
from render.paths import ROOT

FOLDER = ROOT / "examples" / "reference" / "behaviour"
COMMAND = ["-m", "examples.reference.behaviour"]

Outcomes = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Situation:
    """A situation as its module declares it.

    Attributes:
        name: Its group and its function, with a dot between them.
        words: The situation in words, as Markdown.
        source: The function, without its declaration.
    """

    name: str
    words: str
    source: str


def read(text: str) -> Outcomes:
    """Read what the situations print.

    Args:
        text: The output of `python -m examples.reference.behaviour`.

    Returns:
        Each situation's name and outcome.
    """
    outcomes: Outcomes = json.loads(text)["outcomes"]
    return outcomes


def current() -> Outcomes:
    """Run the situations with this interpreter and its library.

    Returns:
        Each situation's name and outcome; kept until a file changes.

    Raises:
        FenceError: They could not be run.
    """
    return _run(tuple(p.stat().st_mtime_ns for p in _files()))


def _files() -> list[Path]:
    return sorted(FOLDER.glob("*.py"))


@cache
def _run(_: tuple[int, ...]) -> Outcomes:
    done = subprocess.run(
        [sys.executable, *COMMAND], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise FenceError(f"the situations cannot be run:\n{done.stderr}")
    return read(done.stdout)


def situations(group: str) -> list[Situation]:
    """The situations of a group, in the order of its module.

    Args:
        group: One of `cases.GROUPS`.

    Returns:
        One entry for each function that `@case` declares.

    Raises:
        FenceError: There is no such group.

    Examples:
        >>> first = situations("body")[0]
        >>> first.name, first.words
        ('body.body_succeeds', 'the body succeeds')
        >>> print(first.source)
        def body_succeeds() -> None:
            try:
                raise First("release")
            except First:
                with save_and_reraise_exception():
                    pass
    """
    if group not in GROUPS:
        raise FenceError(f"no group `{group}`; there are {', '.join(GROUPS)}")
    text = (FOLDER / f"{group}.py").read_text("utf-8")
    lines = text.splitlines()
    found = []
    for node in ast.parse(text).body:
        if not isinstance(node, ast.FunctionDef) or not node.decorator_list:
            continue
        declared = node.decorator_list[0]
        assert isinstance(declared, ast.Call)
        words = ast.literal_eval(declared.args[0])
        source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        found.append(Situation(f"{group}.{node.name}", words, source))
    return found


def _serving(group: str) -> str:
    """The functions and classes of a group that its situations use."""
    text = (FOLDER / f"{group}.py").read_text("utf-8")
    lines = text.splitlines()
    return "\n\n\n".join(
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.decorator_list
    )


@ends_build
def table(source: str, *_: Any, **__: Any) -> str:
    """The formatter of a block named `outcomes`: a group as a table.

    Args:
        source: The block's text: a group.

    Returns:
        HTML: a row a situation, which links to the group's own page.

    Raises:
        FenceError: There is no such group, or it cannot be run.
    """
    group = source.strip()
    rows = []
    for situation in situations(group):
        name = situation.name.partition(".")[2]
        told = current()[situation.name]
        rows.append(
            f'<tr id="{situation.name}">'
            f'<th scope="row"><a href="{group}/#{name}">'
            f"{marked(say(situation.words, 'reference'))}</a></th>"
            + "".join(
                f'<td data-label="{label}">{fact}</td>'
                for label, fact in facts(told).items()
            )
            + "</tr>"
        )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in (say("Situation"), *facts(told))
    )
    return (
        '<table class="situations outcomes" data-search-exclude><thead>'
        f"<tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


@ends_build
def cards(source: str, *_: Any, **__: Any) -> str:
    """The formatter of a block named `situations`: a group with its code.

    Args:
        source: The block's text: a group.

    Returns:
        HTML: what serves the situations of the group, then words, code and
        outcome of each.

    Raises:
        FenceError: There is no such group, or it cannot be run.
    """
    group = source.strip()
    shown = [html.program(serving)] if (serving := _serving(group)) else []
    for situation in situations(group):
        told = current()[situation.name]
        name = situation.name.partition(".")[2]
        listed = "".join(
            f"<dt>{label}</dt><dd>{fact}</dd>"
            for label, fact in facts(told).items()
        )
        shown.append(
            f'<section class="situation" id="{name}">'
            f"<p>{marked(say(situation.words, 'reference'))}</p>"
            f"{html.program(situation.source)}<dl>{listed}</dl></section>"
        )
    return "".join(shown)


def marked(words: str) -> str:
    """Turn words with code between backticks into HTML.

    Args:
        words: The words.

    Returns:
        HTML. A sentence that `say` found no translation of is marked.

    Examples:
        >>> marked("`a < b` here")
        '<code>a &lt; b</code> here'
    """
    shown = escape(words, quote=False)
    return mark(words, re.sub("`([^`]+)`", r"<code>\1</code>", shown))


def facts(told: dict[str, Any]) -> dict[str, str]:
    """What a situation led to, as HTML, by its headings.

    Args:
        told: An outcome.

    Returns:
        Three facts.
    """
    return {
        say("Comes out"): comes_out(told),
        say("Logged"): logged(told),
        say("Entries"): str(told["entries"] or say("none")),
    }


def comes_out(told: dict[str, Any]) -> str:
    """What came out, with context and cause, as HTML.

    Args:
        told: An outcome.

    Returns:
        HTML.

    Examples:
        >>> print(comes_out(
        ...     {"out": "raised First()", "context": "KeyError()",
        ...      "cause": ""}))
        raised <code>First()</code><br>context <code>KeyError()</code>
    """
    how, _, what = told["out"].partition(" ")
    words = {
        "raised": say("raised"),
        "returned": say("returned"),
        "context": say("context"),
        "cause": say("cause"),
    }
    parts = [(words[how], what)]
    parts += [(words[k], told[k]) for k in ("context", "cause") if told[k]]
    return "<br>".join(
        f"{marked(name)} <code>{escape(text, quote=False)}</code>"
        for name, text in parts
    )


def logged(told: dict[str, Any]) -> str:
    """The log lines, as HTML.

    Args:
        told: An outcome.

    Returns:
        HTML.

    Examples:
        >>> logged({"log": []})
        'nothing'
    """
    lines = [f"<code>{escape(x, quote=False)}</code>" for x in told["log"]]
    return "<br>".join(lines) or say("nothing")
