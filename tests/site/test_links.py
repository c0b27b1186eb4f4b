"""Links to other hosts: each is known, and none is listed that is gone."""

import datetime
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.project import refuse
from tests.site.parsed import parsed

LIST = Path(__file__).with_name("links.toml")

Links = dict[str, Path]


@dataclass(frozen=True)
class Listed:
    """What the list has.

    Attributes:
        addresses: Single addresses, and the dates they were seen alive.
        patterns: Those of generated ones, with examples.
        seen: All dates.
    """

    addresses: list[str]
    patterns: dict[str, str]
    seen: list[str | datetime.date]


def _listed() -> Listed:
    content = tomllib.loads(LIST.read_text("utf-8"))
    single, generated = content["link"], content["generated"]
    return Listed(
        [each["address"] for each in single],
        {each["pattern"]: each["example"] for each in generated},
        [each["seen"] for each in (*single, *generated)],
    )


@pytest.fixture(scope="module")
def outside(site: Path) -> Links:
    """Each link to another host, and a page that has it."""
    found: Links = {}
    for path in sorted(site.rglob("*.html")):
        for link in parsed(path).iter("a"):
            address = link.get("href") or ""
            if urlsplit(address).netloc:
                found.setdefault(address, path.relative_to(site))
    return found


def test_each_link_to_another_host_is_listed(outside: Links) -> None:
    """A person is to look at a new one before readers do."""
    listed = _listed()
    refuse(
        f"{page}: {address} is not in {LIST.name}: open it, then add it there "
        "with today's date"
        for address, page in outside.items()
        if address not in listed.addresses
        and not any(re.fullmatch(each, address) for each in listed.patterns)
    )


def test_each_listed_link_is_on_a_page(outside: Links) -> None:
    """The list is what has to be looked at, and no more."""
    listed = _listed()

    def problems() -> Iterator[str]:
        for address in listed.addresses:
            if address not in outside:
                yield f"{LIST.name}: no page links to {address}; take it out"
            if listed.addresses.count(address) > 1:
                yield f"{LIST.name}: {address} stands there twice"
            if any(re.fullmatch(each, address) for each in listed.patterns):
                yield f"{LIST.name}: {address} fits a pattern; take it out"
        for pattern, example in listed.patterns.items():
            if not re.fullmatch(pattern, example):
                yield f"{LIST.name}: {example} does not fit {pattern}"
            if example not in outside:
                yield f"{LIST.name}: no page links to the example {example}"

    refuse(problems())


def test_dates_are_dates() -> None:
    """Days that have been, or "never"."""
    refuse(
        f'{LIST.name}: seen = {seen} is no day up to today, and not "never"'
        for seen in _listed().seen
        if seen != "never"
        and not (
            isinstance(seen, datetime.date) and seen <= datetime.date.today()
        )
    )
