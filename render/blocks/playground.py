"""The programs that the playground begins with.

A block holds a line for each program of `examples/playground`: its name, the
page that explains it, and its title.

    ```playground
    helper (learn/how_it_works): The helper in its plain form
    ```

The scripts of `runner/` turn it into an editor with a list of programs and of
cases to begin with; without them, it says why there is none, and is the
programs to read.
"""

import re
from html import escape

from examples.reference.behaviour.cases import GROUPS
from render import cache, html
from render.blocks import BlockError
from render.data import read_text
from render.languages.locale import say
from render.lessons.cases import FOLDER, cases
from render.paths import ROOT
from runner.cases import has_threads

_LINE = re.compile(r"(\w+) \(([\w/]+)\): (.+)")


def block(text: str) -> str:
    """Show programs to begin with.

    Args:
        text: The block's text: names, pages and titles.

    Returns:
        HTML.

    Raises:
        BlockError: A line has another form, or names no program or no page.

    Examples:
        >>> block("gone (playground): A program")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: there is no examples/playground/gone.py
        >>> block("helper: A program")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: `helper: A program` isn't `name (page): title`
    """
    cache.reads(FOLDER)  # GROUPS is imported from there.
    titles: list[str] = []
    programs: list[str] = []
    rows: list[str] = []
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            raise BlockError(f"`{line}` isn't `name (page): title`")
        name, page, title = found.groups()
        program, shown = _program(name), html.inline(title)
        if not (ROOT / "docs" / "en" / f"{page}.md").is_file():
            raise BlockError(f"there is no docs/en/{page}.md")
        titles.append(shown)
        # The first is in the editor, and its title above that.
        heading = f'<h3 id="{name}">{shown}</h3>' if programs else ""
        start = f' data-start="{name}"'
        programs.append(heading + html.program(program, "", start))
        rows.append(_row(name, shown, f"../{page}/", say("Lesson")))
    groups = [_group(html.inline(say("Programs")), rows)]
    groups += [_cases(group, words) for group, words in GROUPS.items()]
    missing = say(
        "There is no editor here. Python needs JavaScript, and a page that "
        "comes from a web server and not from a disk (`file://`). The "
        "programs below are there to read."
    )
    # Outside of f-strings: `translations` finds no call inside them.
    begin, search = say("Begin with:"), say("Search programs and cases")
    return (
        "<div data-playground data-search-exclude>"
        '<details class="fold run-choice" hidden><summary>'
        f"{begin} <b>{titles[0]}</b></summary>"
        f"<label>{search}"
        '<input type="search"></label><p role="status"></p>'
        f"<div>{''.join(groups)}</div></details>"
        f"{programs[0]}</div>"
        f"<p data-search-exclude>{html.inline(missing)}</p>"
        f'<div class="playground-programs">{"".join(programs[1:])}</div>'
    )


def _program(name: str) -> str:
    path = f"examples/playground/{name}.py"
    if not (ROOT / path).is_file():
        raise BlockError(f"there is no {path}")
    return read_text(ROOT / path).strip()


def _cases(group: str, words: str) -> str:
    page = f"../reference/behaviour/{group}/"
    rows = [
        _row(
            one.name,
            html.inline(say(one.words, "reference")),
            f"{page}#{one.function}",
            say("Result"),
            say("needs threads, which a browser doesn't have")
            if has_threads(one.name)
            else "",
        )
        for one in cases(group)
    ]
    return _group(html.inline(say(words, "reference")), rows)


def _group(title: str, rows: list[str]) -> str:
    return (
        f"<section><strong>{title}</strong><ul>{''.join(rows)}</ul></section>"
    )


def _row(name: str, title: str, url: str, link: str, note: str = "") -> str:
    """A program or case to begin with, and where it is explained."""
    noted = f" <small>{html.inline(note)}</small>" if note else ""
    return (
        f'<li><button type="button" data-begin="{escape(name)}">{title}'
        f'</button>{noted} <a href="{html.sibling_url(url)}">{link}</a></li>'
    )
