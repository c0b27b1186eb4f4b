"""The programs that the playground begins with.

A block holds a line for each program of
`examples/playground`, its name and its title:

    ```playground
    helper: The helper in its plain form
    ```

The scripts of `runner/` turn it into an editor with a choice of programs and
of cases; without them, it says why there is none, and is the programs to read.
"""

from html import escape

from examples.reference.behaviour.cases import GROUPS
from render import cache, html
from render.blocks import BlockError
from render.data import read_text
from render.languages.locale import say
from render.lessons.cases import FOLDER, cases
from render.paths import ROOT


def block(text: str) -> str:
    """Show programs to begin with.

    Args:
        text: The block's text: names and titles.

    Returns:
        HTML.

    Raises:
        BlockError: A line is not a name and a title, or names no program.

    Examples:
        >>> block("gone: A program")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: there is no examples/playground/gone.py
    """
    cache.reads(FOLDER)  # GROUPS is imported from there.
    programs: list[str] = []
    options: list[str] = []
    for line in text.splitlines():
        name, title = line.split(": ", 1)
        path = f"examples/playground/{name}.py"
        if not (ROOT / path).is_file():
            raise BlockError(f"there is no {path}")
        program = read_text(ROOT / path).strip()
        programs.append(
            f'<h3 id="{name}">{escape(title)}</h3>'
            + html.program(program, "", f' data-start="{name}"')
        )
        options.append(f'<option value="{name}">{escape(title)}</option>')
    for group, words in GROUPS.items():
        inside = "".join(
            f'<option value="{one.name}">'
            f"{escape(say(one.words, 'reference'))}</option>"
            for one in cases(group)
        )
        options.append(
            f'<optgroup label="{escape(say(words, "reference"))}">{inside}</optgroup>'
        )
    missing = say(
        "There is no editor here. Python needs JavaScript, and a page that "
        "comes from a web server and not from a disk (`file://`). The "
        "programs below are there to read."
    )
    return (
        f"<p data-search-exclude>{html.inline(missing)}</p>"
        "<div data-playground data-search-exclude hidden><select>"
        f"<option></option>{''.join(options)}</select></div>"
        f'<div class="playground-programs">{"".join(programs)}</div>'
    )
