r"""What the survey counted: charts, tables, sentences and places.

The first line of a block names one of `PARTS`; the lines below it are what
that part takes:

    ```wild
    say
    {sites} uses in {projects} projects.
    ```

The numbers come from `survey/data/` while the page is built.
"""

from collections.abc import Callable

from render.blocks import BlockError
from render.blocks.wild import charts, numbers, places, tables

PARTS: dict[str, Callable[[str], str]] = {
    "in tests": tables.in_tests,
    "legend": charts.legend,
    "projects": tables.projects,
    "purposes": charts.purposes,
    "purposes table": tables.purposes,
    "releases": tables.releases,
    "say": numbers.sentences,
    "site": places.site,
    "sites": places.sites,
    "squares": charts.squares,
    "text": places.text,
    "turns": tables.turns,
    "years": charts.years,
    "years table": tables.years,
}


def block(text: str) -> str:
    r"""One of the parts.

    Args:
        text: The part's name, and below it what the part takes.

    Returns:
        HTML.

    Raises:
        BlockError: There is no such part, or nothing of that name in the
            survey.

    Examples:
        >>> block("gone")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: no part `gone`; there are in tests, legend, projects, purposes, purposes table, releases, say, site, sites, squares, text, turns, years, years table
        >>> block("site\nnova/gone.py:1")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: the survey has no nova/gone.py:1
    """
    name, _, taken = text.partition("\n")
    if name not in PARTS:
        raise BlockError(f"no part `{name}`; there are {', '.join(PARTS)}")
    return PARTS[name](taken.strip())
