"""Places where projects use the helper, and what looks wrong there."""

import subprocess
import sys
from collections import Counter
from html import escape
from itertools import groupby

from render import cache, html
from render.blocks import BlockError
from render.blocks.wild import data
from render.blocks.wild.data import Row, listed, say
from render.paths import ROOT
from survey.sites import SUSPICIONS


def sites(_: str) -> str:
    """All sites: a `<tbody>` for each file, a row for each use.

    The heading of a file has the link; the script makes one of each line.
    """
    bodies = []
    for _file, group in groupby(data.sites(), lambda site: site["file"]):
        rows = list(group)
        bodies.append(
            f'<tbody><tr><th colspan="6"><a href="{_url(rows[0])}">'
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
            (say("Looks wrong"), ' data-by="suspicion"'),
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
        _suspicions(site),
    ]
    return f'<tr id="{site["id"]}"><td>{"</td><td>".join(cells)}</td></tr>'


def _url(site: Row) -> str:
    """Upstream's page of a site's file in its version."""
    return (
        f"https://opendev.org/openstack/{data.repository(site['project'])}"
        f"/src/tag/{site['version']}/{site['file']}"
    )


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


def _suspicions(site: Row) -> str:
    return listed(map(say, dict.fromkeys(data.suspicions(site))))


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
        say("Looks wrong"): html.inline(_suspicions(row)),
    }
    told = " \u00b7 ".join(
        say("{what}: {value}").format(what=html.inline(name), value=value)
        for name, value in facts.items()
        if value
    )
    find = html.sibling_url("../find/")
    link = say("in the table")
    return (
        f'<p><a href="{_url(row)}#L{row["line"]}">'
        f"{data.repository(row['project'])} {row['version']}, {place}</a> "
        f"{html.code(row['function'])}<br>"
        f'<small>{told} \u00b7 <a href="{find}#{row["id"]}">{link}</a>'
        "</small></p>"
    )


def suspicions(_: str) -> str:
    """What the checker looks for, and how often the survey found it."""
    found = Counter(
        kind
        for row in data.sites()
        for kind in dict.fromkeys(data.suspicions(row))
    )
    find, pitfalls = map(html.sibling_url, ("../find/", "../../pitfalls/"))
    rows = []
    for kind, (why, page) in SUSPICIONS.items():
        name = say(kind)
        query = name.replace(" ", "+")
        rows.append(
            [
                f'<a href="{pitfalls}{page}/">{name}</a>',
                html.inline(say(why)),
                f'<a href="{find}?suspicion={query}">{found[kind]}</a>'
                if found[kind]
                else "0",
            ]
        )
    return html.cards([say("What looks wrong"), say("Why"), say("Uses")], rows)


def check(path: str) -> str:
    """The output of `python -m survey.check` for a folder of this project."""
    cache.reads(ROOT / path)
    done = subprocess.run(
        [sys.executable, "-m", "survey.check", path],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    if done.returncode not in (0, 1):
        raise BlockError(f"survey.check failed:\n{done.stdout}")
    return html.output(done.stdout.rstrip(), f"python -m survey.check {path}")
