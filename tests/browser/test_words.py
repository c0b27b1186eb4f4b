"""What the panel says: in the page's language, and when Python is missing."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import SECONDS, NewPage, packed
from tests.browser.test_panel import host, write
from tests.browser.test_running import ended, press, run

pytestmark = packed

_LESSON = "learn/dropped_exception/"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("panel.js", "The files for running Python did not load"),
        ("worker.js", "Python did not start: worker.js"),
        ("lessons.zip", "Python did not start: lessons.zip"),
        ("pyodide.asm.wasm", "Python did not start: pyodide.asm.wasm"),
        ("boot.zip", "Python did not start: boot.zip"),
    ],
)
def test_a_file_that_does_not_come_is_said(
    new_page: NewPage, wrong: list[str], file: str, words: str
) -> None:
    """And the next click tries again."""
    page = new_page()
    page.set_default_timeout(SECONDS)
    page.goto(_LESSON)
    block = page.locator(".lesson > .language-python")
    page.route(f"**/{file}", lambda route: route.abort())
    press(block, "Run")
    status = block.locator(".run-status")
    expect(status).to_contain_text(words, timeout=SECONDS)
    page.unroute(f"**/{file}")
    wrong.clear()
    assert "as on the page" in run(block)


def test_half_a_file_is_said(new_page: NewPage) -> None:
    """The next run gets the rest of the library anew."""
    page = new_page()
    page.set_default_timeout(SECONDS)
    page.goto("playground/")
    page.route(
        "**/rest.zip",
        lambda route: route.fulfill(body=route.fetch().body()[:99_999]),
    )
    write(page, "import csv\nprint('found')")
    assert "uncaught exception" in run(host(page))
    notes = host(page).locator(".run-note")
    expect(notes).to_contain_text("could not be downloaded")
    page.unroute("**/rest.zip")
    assert run(host(page)) == "The program ended."


@pytest.mark.parametrize(
    ("path", "status", "content"),
    [("playground/", 404, ""), (_LESSON, 200, "}{")],
    ids=["missing", "broken"],
)
def test_a_panel_that_does_not_load_is_said(
    new_page: NewPage, wrong: list[str], path: str, status: int, content: str
) -> None:
    """Browsers keep in mind that a module failed: the next click asks anew."""
    page = new_page()
    page.route(
        "**/panel.js",
        lambda route: route.fulfill(
            status=status, content_type="text/javascript", body=content
        ),
    )
    page.goto(path)
    block = page.locator(".highlight:has(> .run-bar)").first
    if path == _LESSON:
        press(block, "Edit")
    said = block.locator(".run-status")
    expect(said).to_contain_text("did not load. Try again")
    wrong.clear()
    press(block, "Edit")
    expect(block.locator("textarea")).to_be_visible()


def test_a_browser_without_workers_is_told(new_page: NewPage) -> None:
    """Python would start for ever."""
    page = new_page()
    page.add_init_script("delete window.Worker")
    page.goto("playground/")
    write(page, "print(1)")
    assert "no web workers" in run(host(page))


@pytest.mark.parametrize(
    ("header", "value", "words"),
    [
        (
            "content-security-policy",
            "script-src 'unsafe-inline' blob:",
            "does not run WebAssembly",
        ),
        ("x-frame-options", "DENY", "X-Frame-Options"),
    ],
)
def test_a_header_that_forbids_python_is_said(
    new_page: NewPage, wrong: list[str], header: str, value: str, words: str
) -> None:
    """A site's owner can change it; Pyodide alone would wait for ever."""
    page = new_page()

    def forbid(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            response=answer, headers={**answer.headers, header: value}
        )

    page.route("**/frame.htm", forbid)
    page.goto("playground/")
    write(page, "print(1)")
    assert words in run(host(page))
    wrong.clear()


_WORDS = """async () => {
    const own = document.querySelector("script[src*='run.js']").src;
    const { WORDS } = await import(own.replace("run.js", "words.js"));
    const keys = (words, before = "") => Object.entries(words).flatMap(
        ([key, value]) => typeof value === "object"
            ? keys(value, `${before}${key}.`) : [before + key]);
    return Object.values(WORDS).map(words => keys(words).sort());
}"""


def test_the_panel_speaks_the_language_of_the_page(visit: Page) -> None:
    """It has the same words in both, and says them."""
    visit.goto(f"zh/{_LESSON}")
    english, chinese = visit.evaluate(_WORDS)
    assert english == chinese
    block = visit.locator(".proof .language-pycon").nth(1)
    press(block, "运行")
    status = block.locator(".run-status")
    expect(status).to_have_text(
        re.compile("1 个示例.与页面一致"), timeout=SECONDS
    )
    # What a check says comes from Python.
    block = visit.locator(".challenge > .highlight")
    press(block, "检查")
    expect(block.locator(".run-status")).to_have_text(
        re.compile("没有异常被丢弃。$"), timeout=SECONDS
    )


def test_notes_are_in_the_language_of_the_page(
    new_page: NewPage, wrong: list[str]
) -> None:
    """Python's own messages stay Python's; each note comes once."""
    page = new_page()
    page.route("**/rest.zip", lambda route: route.abort())
    page.goto("zh/playground/")
    write(
        page,
        "for _ in range(2):\n    breakpoint()\n    try:\n"
        "        input()\n    except EOFError:\n        pass\nimport csv",
    )
    press(host(page), "运行")
    ended(host(page))
    wrong.clear()
    notes = host(page).locator(".run-note").all_inner_texts()
    assert [note[:6] for note in notes] == [
        "breakp",
        "这里没有键盘",
        "标准库的这一",
    ]
    error = host(page).locator(".run-err").inner_text()
    assert error.endswith("ModuleNotFoundError: No module named 'csv'\n")
