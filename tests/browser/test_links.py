"""Code that comes with a link, and what a reader typed.

Neither takes the other's place, and nothing typed is lost.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage, Server, packed, serving
from tests.browser.test_panel import _deflated, choose, host, tried, write
from tests.browser.test_running import press
from tests.project import PLAYGROUND

pytestmark = packed

_LINKED = re.compile("#run=")
_LESSON = "learn/dropped_exception/"
_THEIRS = "theirs = 1"
_FIRST = (PLAYGROUND[0].parent / "helper.py").read_text("utf-8").rstrip()


def link(code: str, key: str = "program") -> str:
    """Return the fragment of a link that carries code."""
    return f"#run={key}~{_deflated(code.encode())}"


def opened(page: Page, address: str) -> Locator:
    """The program of a lesson's page that is loaded anew."""
    page.goto("about:blank")
    page.goto(address)
    program = page.locator(".lesson > .language-python")
    program.locator(".run-bar").wait_for()
    page.wait_for_load_state("networkidle")
    return program


def test_what_a_program_replaces_comes_back(visit: Page) -> None:
    """To begin with another program can be undone as typing can."""
    visit.goto("playground/")
    write(visit, "print('mine')")
    choose(visit, "nested")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    field.press("ControlOrMeta+z")
    expect(field).to_have_value("print('mine')")


def test_what_was_typed_is_kept(visit: Page) -> None:
    """Over an error, a stop and a change of page."""
    code = "print('typed')\n1 / 0"
    tried(visit, code)
    visit.goto("troubleshoot/faq/")
    visit.goto("playground/")
    field = host(visit).locator("textarea")
    assert field.input_value() == code
    # Who comes back is not taken to it.
    expect(field).not_to_be_focused()
    press(host(visit), "Reset")
    expect(field).to_have_value(_FIRST)


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
    expect(visit).not_to_have_url(_LINKED)
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
    choose(page, "nested")
    expect(notice).to_have_count(0)
    # The code from the link is below it.
    field = host(page).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    press(host(page), "Reset")
    expect(field).to_have_value("print('from a link')")
    expect(notice).to_contain_text("Read it")
    press(host(page), "Reset")
    expect(field).to_have_value(_FIRST)
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


def test_a_link_leaves_what_the_reader_typed(visit: Page) -> None:
    """It comes back without the link, and with Reset."""
    program = opened(visit, _LESSON)
    field = program.locator("textarea")
    notice = program.locator(".run-notice")
    press(program, "Edit")
    field.fill("mine = 1")
    opened(visit, _LESSON + link(_THEIRS))
    expect(field).to_have_value(_THEIRS)
    expect(notice).to_contain_text("Your earlier text is kept.")
    opened(visit, _LESSON)
    expect(field).to_have_value("mine = 1")
    expect(notice).to_have_count(0)
    opened(visit, _LESSON + link(_THEIRS))
    expect(field).to_have_value(_THEIRS)
    press(program, "Reset")
    expect(visit).not_to_have_url(_LINKED)
    expect(field).to_have_value("mine = 1")
    expect(notice).to_have_count(0)
    expect(program.locator(".run-status")).to_contain_text("earlier text")
    press(program, "Reset")
    expect(field).to_have_count(0)
    opened(visit, _LESSON)
    expect(field).to_have_count(0)


def test_edits_of_linked_code_are_kept(visit: Page) -> None:
    """With the mark that it came with a link, above the reader's own."""
    program = opened(visit, _LESSON)
    field = program.locator("textarea")
    notice = program.locator(".run-notice")
    press(program, "Edit")
    field.fill("mine = 1")
    opened(visit, _LESSON + link(_THEIRS))
    field.press("End")
    visit.keyboard.type(" + 1")
    expect(visit).not_to_have_url(_LINKED)
    for _ in range(2):
        visit.reload()
        expect(field).to_have_value(f"{_THEIRS} + 1")
        expect(notice).to_contain_text("came with a link")
    # Another link does not take its place either.
    opened(visit, _LESSON + link("other = 1"))
    field.press("End")
    visit.keyboard.type(" + 1")
    for text in f"{_THEIRS} + 1", "mine = 1":
        press(program, "Reset")
        expect(field).to_have_value(text)
    expect(notice).to_have_count(0)
    press(program, "Reset")
    expect(field).to_have_count(0)


def test_text_is_newer_than_its_own_link(visit: Page) -> None:
    """Copy link, edit on, reload: what was typed last stays."""
    program = opened(visit, _LESSON)
    field = program.locator("textarea")
    press(program, "Edit")
    for text in "mine = 1", "mine = 2":
        field.fill(text)
        expect(visit).not_to_have_url(_LINKED)
        press(program, "Copy link")
        expect(program.locator(".run-status")).to_contain_text("clipboard")
        expect(visit).to_have_url(_LINKED)
        visit.reload()
        expect(field).to_have_value(text)
        expect(program.locator(".run-notice")).to_have_count(0)
    field.fill("mine = 3")
    expect(visit).not_to_have_url(_LINKED)  # The browser has it, for reload().
    visit.reload()
    expect(field).to_have_value("mine = 3")
    press(program, "Reset")


def test_a_program_of_the_address_does_not_come_again(visit: Page) -> None:
    """What is typed over it is newer."""
    visit.goto("playground/?begin=nested")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    write(visit, "mine = 1")
    visit.reload()
    expect(field).to_have_value("mine = 1")
    press(host(visit), "Reset")


_UNCOVERED = """notice => {
    const { x, y } = notice.getBoundingClientRect();
    return notice.contains(document.elementFromPoint(x + 9, y + 1));
}"""


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    ("language", "words"), [("", "Read it"), ("zh/", "来自链接")]
)
def test_the_notice_is_on_the_screen(
    visit: Page, width: int, language: str, words: str
) -> None:
    """However long the code is, beside Run, and not below the header."""
    visit.set_viewport_size({"width": width, "height": 844})
    code = "theirs = 1\n" * 200
    program = opened(visit, language + _LESSON + link(code))
    notice = program.locator(".run-notice")
    expect(notice).to_contain_text(words)
    expect(notice).to_be_in_viewport(ratio=1)
    assert notice.evaluate(_UNCOVERED)
    run = program.get_by_role("button", name=re.compile("Run|运行"))
    expect(run).to_be_in_viewport(ratio=1)
    visit.set_viewport_size({"width": 1440, "height": 900})


def test_code_that_is_too_long_for_a_link_is_said(visit: Page) -> None:
    """Every link that can be copied can be opened."""
    program = opened(visit, _LESSON)
    field = program.locator("textarea")
    status = program.locator(".run-status")
    press(program, "Edit")
    field.fill("é" * 25_000)  # And an end of line.
    press(program, "Copy link")
    expect(status).to_contain_text("It has 50,001 bytes")
    expect(visit).not_to_have_url(_LINKED)
    field.fill("é" * 24_999 + "e")
    press(program, "Copy link")
    expect(status).to_contain_text("clipboard")
    address = visit.url
    press(program, "Reset")
    opened(visit, address)
    expect(field).to_have_value("é" * 24_999 + "e")
    press(program, "Reset")


def test_a_browser_that_cannot_compress_is_told(new_page: NewPage) -> None:
    """It neither makes links nor opens them."""
    page = new_page()
    page.add_init_script("delete window.CompressionStream")
    page.goto("playground/")
    write(page, "mine = 1")
    press(host(page), "Copy link")
    expect(host(page).locator(".run-status")).to_contain_text("newer browser")
    program = opened(page, _LESSON + link(_THEIRS))
    expect(program.locator(".run-status")).to_contain_text("newer browser")
    expect(program.locator("textarea")).to_have_count(0)


_STORAGE = {
    "blocked": """for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(window, name, { configurable: true, get() {
            throw new DOMException("Access is denied", "SecurityError");
        } });""",
    "full": """Storage.prototype.setItem = () => {
        throw new DOMException("Too much", "QuotaExceededError");
    };""",
    "damaged": """if (location.host)
        for (const key of ["program", "playground"])
            localStorage.setItem(`kept ${location.pathname} ${key}`, "{");
    """,
}


@pytest.mark.parametrize("script", _STORAGE.values(), ids=_STORAGE)
def test_storage_is_not_needed(new_page: NewPage, script: str) -> None:
    """The playground, links and the theme's scripts work without."""
    page = new_page()
    page.add_init_script(script)
    page.goto("playground/")
    write(page, "mine = 1")
    program = opened(page, _LESSON + link(_THEIRS))
    field = program.locator("textarea")
    expect(field).to_have_value(_THEIRS)
    field.fill("mine = 1")
    press(program, "Reset")
    expect(field).to_have_count(0)
    # The theme's script adds it.
    expect(program.locator("button[data-md-type=copy]")).to_have_count(1)


def test_hidden_characters_are_marked(visit: Page) -> None:
    """They are counted, and what is seen is in the order that is run."""
    code = "if 1:\u202e  # x\u2066 y\n    a\u200bb = '\u200b'\n"
    program = opened(visit, _LESSON + link(code))
    notice = program.locator(".run-notice")
    expect(notice).to_contain_text("4 invisible characters")
    expect(notice).to_contain_text(": U+202E, U+2066, U+200B.")
    shown = program.locator(".run-editor > pre")
    expect(shown.locator(".run-hidden")).to_have_count(4)
    assert shown.text_content() == "if 1:  # x y\n    ab = ''\n"
    program.locator("textarea").fill("if 1: pass  # 端口")
    expect(notice).not_to_contain_text("invisible")
    expect(shown.locator(".run-hidden")).to_have_count(0)
    press(program, "Reset")


def test_a_frame_of_another_site_shows_no_linked_code(
    new_page: NewPage, server: Server, wrong: list[str], tmp_path: Path
) -> None:
    """A click that lands on Run would run it."""
    page = new_page()
    address = server.url + _LESSON + link(_THEIRS)
    frame = f"<link rel=icon href=data:><iframe src='{address}'></iframe>"
    (tmp_path / "index.html").write_text(frame)
    with serving(tmp_path) as other:
        page.goto(other.url)
        program = page.frame_locator("iframe").locator(
            ".lesson > .language-python"
        )
        expect(program.locator(".run-status")).to_contain_text("embedded")
        expect(program.locator("textarea")).to_have_count(0)
        assert wrong == [f"asked another host: {other.url}"]
    wrong.clear()
