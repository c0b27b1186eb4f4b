"""A lesson's task: the start to change, hints, a solution.

A block holds the name of a folder in `examples/challenges/`, then two lines
of prose, the hint and a comment on the solution, each after the summary to
fold it under. Between them comes a hint that is computed: the lines of the
start that the solution changes.

    ```challenge
    dropped_exception
    Hint: The helper sees that an exception left its body.
    Solution: The `raise` goes.
    ```

The prose is in the page, so that each language has its own; the code is in
`examples/`, once.
"""

import difflib
import re
from html import escape

from render import html
from render.blocks import BlockError
from render.data import read_text
from render.languages.locale import listed, say
from render.paths import ROOT

_FOLDED = re.compile(r"([^:\uff1a]+)(?:: +|\uff1a)(.+)")


def block(text: str, repo_url: str) -> str:
    r"""The start of a challenge, its hints and its solution, all folded.

    Args:
        text: The challenge's name, and two lines of prose.
        repo_url: The project's repository, for the link to the file.

    Returns:
        HTML. `data-challenge` holds the name, for the script that runs the
        check. Hints and solution are kept out of the search index.

    Raises:
        BlockError: There is no such challenge, or a line is missing.

    Examples:
        >>> block("gone", "https://example.org")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: there is no examples/challenges/gone/start.py
        >>> block("dropped_exception\nHint: Look.", "https://example.org")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: dropped_exception wants two lines below its name, `Hint: ...` and `Solution: ...`
    """
    name, *lines = text.splitlines()
    path = f"examples/challenges/{name}/start.py"
    start = ROOT / path
    if not start.is_file():
        raise BlockError(f"there is no {path}")
    prose = [m.groups() for m in map(_FOLDED.fullmatch, lines) if m]
    if len(prose) != 2 or len(lines) != 2:
        raise BlockError(
            f"{name} wants two lines below its name, `Hint: ...` and "
            "`Solution: ...`"
        )
    source = read_text(start).strip()
    begin = html.program(source, html.file_link(repo_url, path))
    solution = read_text(start.with_name("solution.py")).strip()
    (hint, hinted), (solved, explained) = prose
    return (
        f'<div class="challenge" data-challenge="{name}">{begin}'
        + _fold(hint, hinted)
        + _fold(say("Where to change it"), _where(source, solution))
        + _fold(solved, explained, html.program(solution))
        + "</div>"
    )


def _where(start: str, solution: str) -> str:
    r"""The lines of a start that its solution changes, as a sentence.

    Examples:
        >>> _where("a = 1\nb = 2", "a = 1\nb = 3\nc = 4")
        'Lines that the solution changes: 2.'
        >>> _where("a = 1\nb = 2", "a = 1\nc = 3\nb = 2")
        'The solution changes no line. It adds code after these: 1.'
    """
    matcher = difflib.SequenceMatcher(
        None, start.splitlines(), solution.splitlines(), autojunk=False
    )
    changed: list[str] = []
    added: list[str] = []
    for kind, first, last, _, _ in matcher.get_opcodes():
        if kind == "insert":
            added.append(str(first))
        elif kind != "equal":
            lines = str(first + 1)
            changed.append(lines if last == first + 1 else f"{lines}-{last}")
    told = say("The solution changes no line.")
    if changed:
        told = say("Lines that the solution changes: {lines}.")
    told = told.format(lines=listed(changed))
    if added:
        more = say("It adds code after these: {lines}.")
        # Chinese sentences have no space between them.
        told += "" if told.endswith("。") else " "
        told += more.format(lines=listed(added))
    return told


def _fold(summary: str, sentence: str, code: str = "") -> str:
    return html.fold(
        escape(summary),
        f"<p>{html.inline(sentence)}</p>{code}",
        " data-search-exclude",
    )
