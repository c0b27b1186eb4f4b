"""The survey's tables, and its words in the language of the page."""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from render.data import read_rows
from render.languages import locale
from render.paths import ROOT

DATA = ROOT / "survey" / "data"

# Where a project's repository has another name than its package.
_REPOSITORIES = {
    "glance-store": "glance_store",
    "openstack-heat": "heat",
    "openstack-placement": "placement",
}

_SMALLEST_SHARE = 0.02  # Of all items outside tests.

Row = dict[str, str]

say = partial(locale.say, domain="wild")


def listed(words: Iterable[str]) -> str:
    """Words one after another, as the language of the page separates them.

    Examples:
        >>> listed(["logs", "decides", "notifies"]), listed([])
        ('logs, decides, notifies', '')
        >>> with locale.activate("zh"):
        ...     listed(["转换", "决定"])
        '转换、决定'
    """
    some, *more = list(words) or [""]
    for one in more:
        some = say("{some}, {one}").format(some=some, one=one)
    return some


def rows(name: str) -> list[Row]:
    """A table of the survey.

    Args:
        name: The file's name in `survey/data/`, without its ending.

    Returns:
        Its rows.
    """
    return read_rows(DATA / f"{name}.csv")


def repository(project: str) -> str:
    """The name of a project's repository.

    Args:
        project: The name of its package.

    Returns:
        The name.

    Examples:
        >>> repository("openstack-heat"), repository("nova")
        ('heat', 'nova')
    """
    return _REPOSITORIES.get(project, project)


def sites() -> list[Row]:
    """Every place of the newest releases that the survey found."""
    return rows("sites")


def uses() -> list[Row]:
    """The uses of the helper outside tests, without misspelt names."""
    return [row for row in sites() if row["bare_raise"]]


def findings(site: Row) -> list[tuple[int, str]]:
    """What `reraise-lint` finds at a site.

    Args:
        site: A row of `sites`.

    Returns:
        Lines, and codes of rules.

    Examples:
        >>> findings({"findings": "3: SRE901; 5: SRE201"})
        [(3, 'SRE901'), (5, 'SRE201')]
    """
    found = filter(None, site["findings"].split("; "))
    parts = (part.partition(": ") for part in found)
    return [(int(line), code) for line, _, code in parts]


def upstream(site: Row, line: int | str | None = None) -> str:
    """Upstream's page of a site's file in its version.

    Args:
        site: A row of `sites`.
        line: A line of the file, if one is meant.

    Returns:
        The address.
    """
    return (
        f"https://opendev.org/openstack/{repository(site['project'])}"
        f"/src/tag/{site['version']}/{site['file']}"
        + (f"#L{line}" if line else "")
    )


def by_purpose() -> tuple[Counter[str], Counter[str]]:
    """How many items of `with` have which purpose, outside tests and in them."""
    code, tests = Counter[str](), Counter[str]()
    for row in rows("purposes"):
        code[row["purpose"]] += int(row["code"])
        tests[row["purpose"]] += int(row["tests"])
    return code, tests


def coloured() -> list[str]:
    """The frequent purposes of `with`, the helper's first.

    Rarer ones share a colour of the picture and a column of the table.
    """
    code, _ = by_purpose()
    large = [p for p in code if code[p] >= _SMALLEST_SHARE * code.total()]
    return sorted(large, key=lambda p: (p != "re-raise", -code[p]))


def series() -> dict[str, list[Row]]:
    """The releases of the projects that are read over the years.

    Returns:
        For each project its releases, the oldest first; the project with the
        most uses first.
    """
    found: dict[str, list[Row]] = {}
    for row in rows("releases"):
        if row["cycle"]:
            found.setdefault(row["project"], []).append(row)
    return dict(
        sorted(found.items(), key=lambda pair: -int(pair[1][-1]["helper"]))
    )
