"""Sentences with the survey's numbers."""

import re
from collections import Counter

from render import html
from render.blocks import BlockError
from render.blocks.wild import data
from render.languages import locale

_NUMBER = re.compile(r"\{([^}]+)\}")


def sentences(text: str) -> str:
    r"""Sentences with numbers.

    Args:
        text: The sentences, with names of `numbers` in braces.

    Returns:
        HTML: a paragraph.

    Raises:
        BlockError: There is no such number.

    Examples:
        >>> sentences("Nova has {nova}.")
        '<p>Nova has 189.</p>'
        >>> sentences("一处。\n两处。")
        '<p>一处。两处。</p>'
        >>> sentences("- Nova: {nova}.\n- Zun: {zun}.")
        '<ul><li>Nova: 189.</li><li>Zun: 35.</li></ul>'
        >>> sentences("{gone}")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: there is no number {gone}
    """
    known = numbers()
    for name in _NUMBER.findall(text):
        if name not in known:
            raise BlockError(f"there is no number {{{name}}}")
    filled = _NUMBER.sub(lambda m: known[m[1]], text)
    if filled.startswith("- "):
        items = "".join(
            f"<li>{html.inline(line.removeprefix('- '))}</li>"
            for line in filled.splitlines()
        )
        return f"<ul>{items}</ul>"
    filled = locale.joined(filled)
    return f"<p>{html.inline(filled)}</p>"


def numbers() -> dict[str, str]:
    """The numbers that a sentence of a page may name.

    Returns:
        Their names and values, with commas between thousands.

    Examples:
        >>> numbers()["nova"]
        '189'
    """
    known: dict[str, float | str] = {}
    sites = data.uses()
    for project, count in Counter(s["project"] for s in sites).items():
        known[data.repository(project)] = count
    for body, count in Counter(s["body"] for s in sites).items():
        known[body] = count
    replaceable = sum(s["bare_raise"] == "yes" for s in sites)
    code, tests = data.by_purpose()
    newest = [r for r in data.rows("releases") if r["newest"]]
    with_helper = len({s["project"] for s in sites})
    found = [[code for _, code in data.findings(s)] for s in sites]
    outside = [
        s for s, codes in zip(sites, found, strict=True) if "SRE301" in codes
    ]
    pure = sum(s["file"].endswith("/pure.py") for s in outside)
    ways = [(int(r["helper"]), int(r["bare_raises"])) for r in newest]
    known |= {
        "outside_pure": pure,
        "outside_elsewhere": len(outside) - pure,
        "sites": len(sites),
        "projects": with_helper,
        "releases": len(newest),
        "without": len(newest) - with_helper,
        "replaceable": replaceable,
        "replaceable_share": f"{replaceable / len(sites):.0%}",
        "exception": sum(s["catches"] == "Exception" for s in sites),
        "findings": sum(map(len, found)),
        "with_findings": sum(map(bool, found)),
        "items": code.total(),
        "test_items": tests.total(),
        "test_share": f"{tests.total() / (code.total() + tests.total()):.0%}",
        "mock": tests["mock"],
        "mock_share": f"{tests['mock'] / tests.total():.0%}",
        "helper_share": f"{code['re-raise'] / code.total():.0%}",
        "other_share": f"{code['other'] / code.total():.1%}",
        "lines": sum(int(r["lines"]) for r in newest),
        "bare_raises": sum(bare for _, bare in ways),
        "mostly_helper": sum(helper > bare for helper, bare in ways),
        "only_raise": sum(helper == 0 < bare for helper, bare in ways),
    }
    for purpose, count in code.items():
        known[f"code {purpose}"] = count
    for row in data.rows("releases"):
        if row["cycle"]:
            known[f"{row['project']} {row['cycle']}"] = int(row["helper"])
    for row in newest:
        name = data.repository(row["project"])
        known[f"{name} raises"] = int(row["bare_raises"])
    return {
        name: value if isinstance(value, str) else f"{value:,}"
        for name, value in known.items()
    }
