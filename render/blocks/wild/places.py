"""Places where projects use the helper, and what looks wrong there."""

from collections import Counter
from collections.abc import Callable
from html import escape
from itertools import groupby
from typing import Any

from render import html
from render.blocks import BlockError
from render.blocks.wild import data
from render.blocks.wild.data import Row, listed, say
from reraise_lint import RULES

# Rows that the page has before its script has loaded the others.
_SHOWN = 40
# A choice of exceptions has those that are caught this often at least; words
# find the others.
_OFTEN = 2


def sites(_: str) -> str:
    """Choices, and the first sites in a table.

    A script loads the page that has `text` once a reader chooses something, and
    shows what fits.
    """
    rows = data.sites()
    head = "".join(
        f'<th scope="col">{html.inline(heading)}</th>'
        for heading in (say("File and line"), *_headings().values())
    )
    body = "".join(map(_row, rows[:_SHOWN]))
    told = say("{found} of {all} uses; {shown} shown")
    status = told.format(found=len(rows), all=len(rows), shown=_SHOWN)
    failed = say("The list could not be loaded. Read it as text.")
    more = say("Show more")
    return (
        f'{_form(rows)}<p class="told" role="status" data-search-exclude data-told="{told}" '
        f'data-failed="{failed}">{status}</p>'
        f'<table class="sites" data-search-exclude><thead><tr>{head}</tr>'
        f"</thead><tbody>{body}</tbody></table>"
        f'<button type="button" class="more">{more}</button>'
    )


def _headings() -> dict[str, str]:
    """The columns after the first, by the names that addresses have for them."""
    return {
        "function": say("Function"),
        "catches": say("Catches"),
        "body": say("Body"),
        "raise": say("A bare `raise` does"),
        "finding": say("Looks wrong"),
    }


def _form(rows: list[Row]) -> str:
    """The choices. A value is the same word in every language."""
    labels: dict[str, Callable[[str], str]] = {
        "project": lambda value: value,
        "catches": lambda value: value,
        "body": lambda value: say(value),
        "raise": lambda value: _same_with_bare_raise(value).replace("`", ""),
        "finding": lambda value: f"{value} {RULES[value].name}",
    }
    counts = {name: Counter[str]() for name in labels}
    for row in rows:
        for name, value in _facts(row).items():
            if name in counts:
                counts[name].update(value if name == "finding" else [value])
    headings = {"project": say("Project"), **_headings()}
    words, any_, some = say("Words"), say("any"), say("something")
    fields = [
        f'<div><label for="pick-words">{words}</label><input id="pick-words" '
        'name="words" type="search" spellcheck="false"></div>'
    ]
    for name, count in counts.items():
        options = [f'<option value="">{any_}</option>']
        if name == "finding":
            options.append(f'<option value="*">{some}</option>')
        for value, number in count.most_common():
            if value and (name != "catches" or number >= _OFTEN):
                label = escape(labels[name](value))
                options.append(
                    f'<option value="{escape(value)}" data-label="{label}">'
                    f"{label} ({number})</option>"
                )
        heading = headings[name].replace("`", "")
        fields.append(
            f'<div><label for="pick-{name}">{heading}</label>'
            f'<select id="pick-{name}" name="{name}">{"".join(options)}'
            "</select></div>"
        )
    none = say("No use fits: clear the filters")
    source = html.sibling_url("../text/")
    return (
        f'<form class="pick" data-search-exclude data-source="{source}">'
        f'{"".join(fields)}<button type="button" hidden>{none}</button></form>'
    )


def _facts(site: Row) -> dict[str, Any]:
    """What a site's row says, in words that are the same in every language."""
    return {
        "project": data.repository(site["project"]),
        "place": f"{site['file']}:{site['line']}",
        "function": site["function"],
        "catches": site["catches"],
        "body": site["body"],
        "raise": site["bare_raise"],
        "finding": list(
            dict.fromkeys(code for _, code in data.findings(site))
        ),
    }


def _row(site: Row) -> str:
    body = site["body"]  # A literal inside `say` would be taken for a message.
    place = html.breakable(f"{site['file']}:{site['line']}")
    cells = [
        html.breakable(site["function"]),
        html.breakable(escape(site["catches"])),
        say(body),
        _same_with_bare_raise(site["bare_raise"]).replace("`", ""),
        _findings(site),
    ]
    return (
        f'<tr><th scope="row"><a href="{data.upstream(site, site["line"])}">'
        f"{place}</a></th><td>{'</td><td>'.join(cells)}</td></tr>"
    )


def text(_: str) -> str:
    """All sites as text, a line for each, by project.

    `docs/theme/material/assets/sites.js` reads it.
    """
    shown = []
    for project, group in groupby(data.sites(), lambda row: row["project"]):
        rows = list(group)
        name = data.repository(project)
        lines = "\n".join(
            " | ".join(
                ", ".join(value) if isinstance(value, list) else value
                for key, value in _facts(row).items()
                if key != "project"
            )
            for row in rows
        )
        tree = data.upstream({**rows[0], "file": ""})
        shown.append(
            f'<h2 id="{name}">{name} {rows[0]["version"]}</h2>'
            f'<p><a href="{tree}">{tree}</a></p>{html.output(lines)}'
        )
    return "".join(shown)


def _same_with_bare_raise(value: str) -> str:
    """Whether a bare `raise` does the same, and why not."""
    words = {
        "flag": say("not the same (flag)"),
        "jump": say("not the same (return, break or continue)"),
        "raise": say("not the same (raise in the body)"),
        "yield": say("not the same (yield)"),
        "outside a handler": say("not the same (outside a handler)"),
        "without with": say("not the same (without `with`)"),
        "except*": say("not the same (`except*`)"),
        "another item": say("not the same (another item after it)"),
        "yes": say("the same"),
    }
    return words.get(value, "")


def _findings(site: Row) -> str:
    codes = dict.fromkeys(code for _, code in data.findings(site))
    return listed(f"{code} {RULES[code].name}" for code in codes)


def site(place: str) -> str:
    """What the survey found at one site, with links.

    Args:
        place: File and line: `nova/compute/manager.py:2846`.

    Returns:
        HTML.

    Raises:
        BlockError: The survey has no such site.
    """
    for row in data.sites():
        if f"{row['file']}:{row['line']}" == place:
            break
    else:
        raise BlockError(f"the survey has no {place}")
    body = row["body"]
    facts = {
        say("Catches"): html.code(row["catches"]) if row["catches"] else "",
        say("Body"): html.inline(say(body)),
        say("A bare `raise` does"): html.inline(
            _same_with_bare_raise(row["bare_raise"])
        ),
        say("Looks wrong"): _findings(row),
    }
    told = " \u00b7 ".join(
        say("{what}: {value}").format(what=html.inline(name), value=value)
        for name, value in facts.items()
        if value
    )
    find = html.sibling_url("../../reference/usage/find/")
    link = say("in the table")
    return (
        f'<p><a href="{data.upstream(row, row["line"])}">'
        f"{data.repository(row['project'])} {row['version']}, {place}</a> "
        f"{html.code(row['function'])}<br>"
        f'<small>{told} \u00b7 <a class="whole" href="{find}?words={place}">{link}</a>'
        "</small></p>"
    )
