"""A built site works from a folder of any host, with no network."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, packed, serving

_PATH = "teams/docs/with/"
_SAME = re.compile("as on the page|与页面一致")


@pytest.fixture(scope="module")
def server(
    site: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A host on which the site lies three folders down."""
    root = tmp_path_factory.mktemp("host")
    place = root / _PATH
    place.parent.mkdir(parents=True)
    place.symlink_to(site)
    with serving(root) as host:
        host.url += _PATH
        yield host


@packed
@pytest.mark.parametrize("language", ["", "zh/"])
def test_a_copied_site_works(page: Page, language: str) -> None:
    """Pages, Python, the search, and the other language."""
    page.goto(f"{language}learn/skip_the_reraise/")
    block = page.locator(".lesson > .language-python").first
    block.locator(".run-bar button").first.click()
    status = block.locator(".run-status")
    expect(status).to_have_text(_SAME, timeout=90_000)
    page.keyboard.press("/")
    page.locator(".md-search__input").press_sequentially("dropped")
    expect(page.locator(".md-search-result__meta")).to_have_text(
        re.compile(r"\d+")
    )
    page.wait_for_timeout(1000)  # Until the last letter has its hits.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    found = re.compile(f"/{_PATH}{language}(?!learn/skip_the_reraise)[a-z]")
    expect(page).to_have_url(found)
    page.locator("[data-twin]").click()
    other = "" if language else "zh/"
    expect(page).to_have_url(re.compile(f"/{_PATH}{other}(?!zh)[a-z]"))
    expect(page.locator("html")).to_have_attribute(
        "lang", "en" if language else "zh"
    )
