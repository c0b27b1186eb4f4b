"""Nothing that comes from outside the site runs on a page.

Hostile words are given wherever a reader, or a link, can put words; they are
shown as words and never become markup, so that the policy is not even asked:
the console would tell, and `nothing_went_wrong` with it. What the policy is,
`tests/site/test_policy.py` reads in each page.
"""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SECONDS, NewPage, packed
from tests.browser.test_panel import _deflated, host, write
from tests.browser.test_running import ended, press, run

_LESSON = "learn/dropped_exception/"

IMAGE = "<img src=x onerror='window.gone = 1'>"
SCRIPT = "</textarea></code></pre><script>window.gone = 1</script>"
HOSTILE = f'"><svg onload="window.gone = 1">{IMAGE}{SCRIPT}'


def _harmless(page: Page) -> None:
    """Nothing ran, and nothing of it became an element."""
    page.wait_for_timeout(300)
    assert page.evaluate("typeof window.gone") == "undefined"
    made = page.locator("[onerror], [onload], script:text('window.gone')")
    assert made.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "reference/behaviour/?filter={}",
        "reference/usage/find/?words={}",
        "reference/usage/find/?body={}",
        "reference/usage/find/?finding={}#{}",
        "learn/dropped_exception/?h={}",
        "?q={}",
        "troubleshoot/faq/#{}",
        "learn/dropped_exception/#__tabbed_1_{}",
        "zh/troubleshoot/faq/?h={}&q={}#{}",
        "zh/reference/behaviour/?filter={}",
    ],
)
def test_hostile_addresses_are_words(page: Page, address: str) -> None:
    """In queries and fragments, of pages that read them and others."""
    page.goto(address.replace("{}", quote(HOSTILE, safe="")))
    page.locator("h1").wait_for()
    _harmless(page)


@pytest.mark.parametrize(
    "words", [HOSTILE, f"raise {IMAGE}", f"{SCRIPT} with"]
)
@pytest.mark.parametrize("language", ["", "zh/"])
def test_hostile_questions_are_words(
    page: Page, words: str, language: str
) -> None:
    """Typed into the search, with Enter at the end."""
    page.goto(f"{language}troubleshoot/faq/")
    field = page.locator(".md-search__input")
    field.click()
    page.get_by_text(re.compile("Type to start|键入以开始")).wait_for()
    field.fill(words)
    field.press("End")  # The search listens to keys.
    page.locator(".md-search-result__meta").filter(
        has_text=re.compile(r"\d|No match|没有")
    ).wait_for()
    _harmless(page)
    field.press("Enter")
    _harmless(page)


@packed
@pytest.mark.parametrize(
    "name", [HOSTILE, "body.__class__", "../../x", "body.a'); import js #"]
)
def test_hostile_beginnings_are_said(new_page: NewPage, name: str) -> None:
    """There is no case of this name."""
    page = new_page()
    page.set_default_timeout(SECONDS)
    page.goto(f"playground/?begin={quote(name, safe='')}")
    status = host(page).locator(".run-status")
    expect(status).to_contain_text(name, timeout=SECONDS)
    expect(host(page).locator("textarea")).to_have_value(
        re.compile("def release")
    )
    _harmless(page)


@packed
def test_hostile_code_from_a_link_is_text(new_page: NewPage) -> None:
    """It is shown in the editor, and nothing of it runs before Run."""
    page = new_page()
    page.goto(f"{_LESSON}#run=program~{_deflated(HOSTILE.encode())}")
    program = page.locator(".lesson > .language-python")
    expect(program.locator("textarea")).to_have_value(HOSTILE)
    expect(program.locator(".run-editor > pre")).to_contain_text(IMAGE)
    _harmless(page)


@packed
def test_hostile_values_are_text_in_every_step(new_page: NewPage) -> None:
    """Names, values, what is printed and logged, and where it happened."""
    page = new_page()
    page.set_default_timeout(SECONDS)
    page.goto("playground/")
    write(
        page,
        f"bad = {IMAGE!r}\n"
        "import logging\n"
        "class E(Exception): pass\n"
        "E.__name__ = E.__qualname__ = bad\n"
        "def f(value):\n    print(value)\n"
        "    logging.getLogger(bad).error(bad)\n    raise E(value)\n"
        "f.__name__ = f.__qualname__ = bad\n"
        "try:\n    exec(compile('f(bad)', bad, 'exec'))\n"
        "except E as error:\n    error.add_note(bad)\n    raise\n",
    )
    press(host(page), "Step through")
    ended(host(page))
    slider = page.get_by_label("Step", exact=True)
    slider.wait_for()
    slider.press("End")
    expect(page.locator(".stepper")).to_contain_text(IMAGE)
    _harmless(page)
    for _ in range(int(slider.get_attribute("max") or 0)):
        page.keyboard.press("ArrowLeft")
    _harmless(page)
    assert run(host(page)).endswith("uncaught exception.")
    expect(host(page).locator(".run-output")).to_contain_text(IMAGE)
    _harmless(page)
