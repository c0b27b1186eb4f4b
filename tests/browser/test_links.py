"""Code that comes with a link, and what a reader typed.

Neither takes the other's place, and nothing typed is lost.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Server, packed
from tests.browser.test_panel import _deflated, host, tried, write
from tests.browser.test_running import press

pytestmark = packed

_LESSON = "excutils/cleanup_fails/"
_SECONDS = 90_000


@pytest.fixture(scope="module")
def visit(new_page: NewPage) -> Page:
    """A reader of the playground and of a lesson."""
    opened = new_page(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(_SECONDS)
    return opened


def test_what_a_program_replaces_comes_back(visit: Page) -> None:
    """To begin with another program can be undone as typing can."""
    visit.goto("playground/")
    write(visit, "print('mine')")
    visit.get_by_label("Begin with").select_option("nested")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    field.press("ControlOrMeta+z")
    expect(field).to_have_value("print('mine')")


def test_what_was_typed_is_kept(visit: Page) -> None:
    """Over an error, a stop and a change of page."""
    code = "print('typed')\n1 / 0"
    tried(visit, code)
    visit.goto("faq/")
    visit.goto("playground/")
    field = host(visit).locator("textarea")
    assert field.input_value() == code
    # Who comes back is not taken to it.
    expect(field).not_to_be_focused()
    press(host(visit), "Reset")
    assert host(visit).locator("textarea").input_value() == ""


def test_a_link_carries_code_and_does_not_run_it(
    visit: Page, new_page: NewPage, server: Server
) -> None:
    """Who opens it sees where the code came from, and decides."""
    visit.goto(_LESSON)
    program = visit.locator(".lesson > .language-python")
    press(program, "Edit")
    expect(program.locator("pre > code")).to_be_hidden()
    field = program.locator("textarea")
    text = field.input_value().replace("Neutron", "纽特 🐍")
    field.fill(text)
    press(program, "Copy link")
    expect(program.locator(".run-status")).to_contain_text("clipboard")
    address = visit.evaluate("navigator.clipboard.readText()")
    assert address == visit.url
    press(program, "Reset")
    assert "#run" not in visit.url
    other = new_page(viewport={"width": 390, "height": 800})
    server.served.clear()
    other.goto(address)
    program = other.locator(".lesson > .language-python")
    expect(program.locator("textarea")).to_have_value(text)
    expect(program.locator(".run-notice")).to_contain_text("Read it")
    assert not [path for path in server.served if "pyodide" in path]
    other.goto("about:blank")
    other.goto(address[:-9] + "!")
    expect(program.locator(".run-status")).to_contain_text("damaged")
    expect(program.locator("textarea")).to_have_count(0)


def test_the_playground_marks_code_from_a_link(
    visit: Page, new_page: NewPage
) -> None:
    """Its editor is open before the code comes; a program takes it away."""
    visit.goto("playground/")
    write(visit, "print('from a link')")
    press(host(visit), "Copy link")
    expect(host(visit).locator(".run-status")).to_contain_text("clipboard")
    page = new_page(viewport={"width": 390, "height": 800})
    page.goto(visit.url)
    notice = host(page).locator(".run-notice")
    expect(notice).to_contain_text("Read it")
    page.get_by_label("Begin with").select_option("nested")
    expect(notice).to_have_count(0)


@pytest.mark.parametrize(
    "fragment",
    [
        "__proto__~x",
        "%E0%A4%A~x",
        "playground~eJw",
        "program",
        "program~!!",
        "program~" + "A" * 100_000,
        "program~" + _deflated(bytes(100_000_000)),
        "program~" + _deflated(b"\xff"),
    ],
    ids=lambda fragment: fragment[:16],
)
def test_a_bad_link_is_said(visit: Page, fragment: str) -> None:
    """The page's own code stays."""
    visit.goto("about:blank")
    visit.goto(f"{_LESSON}#run={fragment}")
    block = visit.locator(".lesson > .language-python")
    expect(block.locator(".run-status")).to_contain_text("damaged")
    expect(block.locator("textarea")).to_have_count(0)
