"""Readers who have doubled the size of their letters lose nothing."""

import pytest
from playwright.sync_api import Page

from tests.browser.test_layout import KINDS, TOO_WIDE
from tests.project import refuse


@pytest.fixture(scope="module")
def more_arguments() -> list[str]:
    """Letters are 16 px high where nobody chooses."""
    return ["--blink-settings=defaultFontSize=32"]


@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_cut(page: Page, language: str, name: str) -> None:
    """No sideways scrolling, and the search within reach."""
    page.goto(language + name)
    size = "getComputedStyle(document.documentElement).fontSize"
    assert page.evaluate(size) == "40px"
    problems = []
    for width in 1440, 768, 390:
        page.set_viewport_size({"width": width, "height": 844})
        if wide := page.evaluate(TOO_WIDE):
            problems.append(f"/{language}{name} at {width} px: {wide}")
    refuse(problems)
