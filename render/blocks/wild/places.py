"""Places where projects use the helper, and what looks wrong there."""

from html import escape
from itertools import groupby

from render import html
from render.blocks import BlockError
from render.blocks.wild import data
from render.blocks.wild.data import Row, listed, say
from reraise_lint import RULES


def sites(_: str) -> str:
    """All sites: a `<tbody>` for each file, a row for each use.

    The heading of a file has the link; the script makes one of each line.
    """
    bodies = []
    for _file, group in groupby(data.sites(), lambda site: site["file"]):
        rows = list(group)
        bodies.append(
            f'<tbody><tr><th colspan="6"><a href="{data.upstream(rows[0])}">'
            f"{rows[0]['file']}</a></th></tr>{''.join(map(_row, rows))}"
            "</tbody>"
        )
    head = "".join(
        f"<th{attribute}>{html.inline(heading)}</th>"
        for heading, attribute in (
            (say("Line"), ""),
            (say("Function"), ""),
            (say("Catches"), ' data-by="catches"'),
            (say("Body"), ' data-by="body"'),
            (say("A bare `raise` does"), ' data-by="raise"'),
            (say("Looks wrong"), ' data-by="finding"'),
        )
    )
    labels = {
        "words": say("Words"),
        "any": say("any"),
        "some": say("something"),
        "project": say("Project"),
    }
    attributes = "".join(
        f' data-{name}="{label}"' for name, label in labels.items()
    )
    return (
        f'<form class="pick"{attributes}></form>'
        '<table class="sites" data-search-exclude><thead>'
        f"<tr>{head}</tr></thead>{''.join(bodies)}</table>"
    )


def _row(site: Row) -> str:
    body = site["body"]  # A literal inside `say` would be taken for a message.
    cells = [
        site["line"],
        site["function"],
        escape(site["catches"]),
        say(body),
        _same_with_bare_raise(site).replace("`", ""),
        _findings(site),
    ]
    return f'<tr id="{site["id"]}"><td>{"</td><td>".join(cells)}</td></tr>'


def _same_with_bare_raise(site: Row) -> str:
    """Whether a bare `raise` does the same, and why not."""
    words = {
        "flag": say("no: flag"),
        "jump": say("no: return, break or continue"),
        "raise": say("no: raise in the body"),
        "yield": say("no: yield"),
        "outside a handler": say("no: outside a handler"),
        "without with": say("no: without `with`"),
        "except*": say("no: `except*`"),
        "another item": say("no: another item after it"),
        "yes": say("the same"),
    }
    return words.get(site["bare_raise"], "")


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
        say("A bare `raise` does"): html.inline(_same_with_bare_raise(row)),
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
        f'<small>{told} \u00b7 <a href="{find}#{row["id"]}">{link}</a>'
        "</small></p>"
    )
