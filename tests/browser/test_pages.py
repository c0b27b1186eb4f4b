"""Each page, opened once: it fits a phone and a desk, and keeps nobody out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.axe import DESK, PARTS, violations
from tests.browser.test_layout import (
    CHINESE,
    SMALL_CODE,
    TOO_WIDE,
    UNREADABLE,
)
from tests.project import PAGES, address, refuse


def misfits(page: Page) -> Iterator[str]:
    """What is too wide, small, clipped or split on a desk and a phone."""
    for width in 1440, 768, 390:
        page.set_viewport_size({"width": width, "height": 844})
        if wide := page.evaluate(TOO_WIDE):
            yield f"{page.url} at {width} px: {wide}"
        for problem in page.evaluate(UNREADABLE):
            yield f"{page.url} at {width} px: {problem}"
    for small in page.evaluate(SMALL_CODE)[:1]:
        yield f"{page.url} at 390 px, code smaller than 11 px: {small}"


@pytest.mark.parametrize("name", [*map(address, PAGES), "404.html"])
def test_page_fits_and_has_no_axe_violations(visit: Page, name: str) -> None:
    """Each English page in one visit; templates have more tests."""
    visit.goto(PARTS.get(name, name))
    refuse([*violations(visit, [DESK]), *misfits(visit)])


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_page_fits(visit: Page, name: str) -> None:
    """Chinese is wrapped anywhere: tables and code are what may not fit."""
    visit.goto(f"zh/{name}", wait_until="domcontentloaded")
    refuse(misfits(visit))
