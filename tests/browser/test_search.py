"""The search in a browser; tests/site/test_search.py has what it finds."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage

# Types words and waits until the list of hits has been still for a moment.
_SEARCH = """words => new Promise((done, failed) => {
    const input = document.querySelector(".md-search__input");
    const list = document.querySelector(".md-search-result__list");
    let still;
    const seen = new MutationObserver(() => {
        clearTimeout(still);
        still = setTimeout(finish, 60);
    });
    function finish() {
        seen.disconnect();
        done([...list.querySelectorAll(".md-search-result__item")]
            .slice(0, 3)
            .flatMap(hit => [...hit.querySelectorAll("a[href]")].slice(0, 2))
            .map(link => new URL(link.href))
            .map(url => url.pathname + url.hash));
    }
    setTimeout(() => failed("no hits came"), 5000);
    seen.observe(list, {childList: true, subtree: true});
    input.value = words;
    input.dispatchEvent(new Event("input", {bubbles: true}));
    input.dispatchEvent(new KeyboardEvent("keyup", {bubbles: true}));
})"""


_READY = {
    "en": ("", "Type to start searching"),
    "zh": ("zh/", "键入以开始搜索"),
}


@pytest.fixture(scope="module")
def searching(new_page: NewPage) -> dict[str, Page]:
    """A page in each language with its search opened and ready."""
    pages = {}
    for language, (address, ready) in _READY.items():
        page = pages[language] = new_page()
        page.goto(address)
        page.locator(".md-search__input").click()
        page.get_by_text(ready).wait_for()
    return pages


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_misspelled_name_is_found(
    searching: dict[str, Page], language: str
) -> None:
    """With one letter wrong, while it is being typed."""
    hits = searching[language].evaluate(_SEARCH, "save_and_rerase")
    assert hits
    assert hits == searching[language].evaluate(
        _SEARCH, "save_and_reraise_exception"
    )


def test_what_is_found_is_plain_text(searching: dict[str, Page]) -> None:
    """The signs that cut words are not shown, copied or looked up.

    A word is found while it is typed, by its first letter.
    """
    assert searching["zh"].evaluate(_SEARCH, "单")
    searching["zh"].evaluate(_SEARCH, "重新抛出")
    list_ = searching["zh"].locator(".md-search-result__list")
    text = list_.inner_text()
    assert "重新抛出" in text
    assert "\u200b" not in text
    assert "\u3007" not in text
    links = list_.locator("a").evaluate_all("all => all.map(a => a.href)")
    assert not [
        link for link in links if re.search("%E2%80%8B|%E3%80%87", link)
    ]


_INDEX = "**/search/search_index.json"


@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize(
    ("width", "turn"),
    [
        (1440, lambda page: page.keyboard.press("/")),
        (1440, lambda page: page.locator(".md-search__input").hover()),
        (390, lambda page: page.locator("label[for=__search]").first.tap()),
    ],
    ids=["key", "mouse", "finger"],
)
def test_the_search_waits_for_who_searches(
    new_page: NewPage, language: str, width: int, turn: Callable[[Page], None]
) -> None:
    """Its files are larger than a page, and few who read search."""
    page = new_page(viewport={"width": width, "height": 844}, has_touch=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{language}learn/skip_the_reraise/")
    # The last that the theme's script does: it asked for all it wants.
    page.locator(".md-code__nav").first.wait_for(state="attached")
    assert asked
    assert not [one for one in asked if "/search" in one]
    with page.expect_response(_INDEX):
        turn(page)


def test_words_in_an_address_are_searched_for(new_page: NewPage) -> None:
    """The words that a link brings, and those that a hit marks."""
    page = new_page(viewport={"width": 1440, "height": 844})
    page.goto("troubleshoot/faq/?q=dropped")
    hits = page.locator(".md-search-result__list").get_by_role("link")
    expect(hits.first).to_be_visible()
    page.goto("learn/dropped_exception/?h=dropped")
    expect(page.locator("article mark").first).to_have_text("dropped")
