"""Zensical makes the same pages, but for what differences.toml lists."""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.engines.reading import Aspects, read
from tests.project import ROOT, refuse

_LISTED = Path(__file__).with_name("differences.toml")
_LANGUAGES = ["", "zh/"]
_SHOWN = 200  # Characters of a line, beyond which a message gets unreadable.

Difference = tuple[str, str, str]  # Aspect, page, and the line that changed.


@pytest.fixture(scope="module")
def zensical_site(
    build: Callable[..., None], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The site that Zensical built strictly, both languages."""
    folder = tmp_path_factory.mktemp("zensical") / "site"
    build(folder, "--engine", "zensical")
    return folder


def _changes(
    before: dict[str, Aspects], after: dict[str, Aspects]
) -> Iterator[Difference]:
    for page in sorted({*before, *after}):
        for aspect in sorted({*before.get(page, {}), *after.get(page, {})}):
            old = before.get(page, {}).get(aspect, [])
            new = after.get(page, {}).get(aspect, [])
            if old == new:
                continue
            for line in difflib.ndiff(old, new):
                if line[0] in "+-":
                    yield aspect, page, line


def test_zensical_makes_the_same_pages(
    zensical_site: Path, site: Path
) -> None:
    """Nothing differs that is not listed, and what is listed differs."""
    listed = tomllib.loads(_LISTED.read_text("utf-8"))["difference"]
    used = [0] * len(listed)

    def problems() -> Iterator[str]:
        for language in _LANGUAGES:
            before = read(site, language)
            after = read(zensical_site, language)
            for aspect, page, line in _changes(before, after):
                known = [
                    number
                    for number, one in enumerate(listed)
                    if one["aspect"] == aspect
                    and fnmatchcase(page, one["pages"])
                    and re.fullmatch(one["change"], line, re.S)
                ]
                for number in known:
                    used[number] += 1
                if not known:
                    yield f"{aspect} of /{page}: {line[:_SHOWN]}"
        for one, times in zip(listed, used, strict=True):
            if not times:
                yield (
                    f"{_LISTED.relative_to(ROOT)}: {one['change']!r} is not "
                    f"in {one['aspect']} any more; delete it"
                )

    refuse(problems())
