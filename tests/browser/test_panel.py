"""The panel below code: what a reader may type, and how a run is stepped.

Whatever is typed ends in words, on a page that still answers.
"""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from runner import pack
from runner.session import LIMIT
from tests.browser.conftest import NewPage, Server
from tests.browser.test_running import ended, press, run

pytestmark = pytest.mark.skipif(
    not pack.PARTIAL.exists(), reason="Python was not packed: make python"
)

_LESSON = "excutils/cleanup_fails/"
_SECONDS = 90_000


@pytest.fixture(scope="module")
def visit(new_page: NewPage) -> Page:
    """The playground, with Python started."""
    opened = new_page(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(_SECONDS)
    opened.goto("playground/")
    write(opened, "print(1)")
    assert run(host(opened)) == "The program ended."
    return opened


def host(page: Page) -> Locator:
    """The playground's block."""
    return page.locator("[data-playground] .highlight")


def write(page: Page, code: str) -> None:
    """Put code into the playground's editor."""
    host(page).locator("textarea").fill(code)


def tried(page: Page, code: str) -> tuple[str, str]:
    """Run code in the playground.

    Returns:
        What the panel says, and what it shows of the output.
    """
    write(page, code)
    said = run(host(page))
    output = host(page).locator(".run-output")
    return said, output.inner_text().strip() if output.is_visible() else ""


_RAISED = "The program ended in an exception."
_LAST = "The program ended."


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("if True print(1)", _RAISED, "SyntaxError: "),
        ("input('name? ')", _RAISED, "there is no keyboard here"),
        ("import sys\nsys.exit(3)", _LAST, "SystemExit(3)"),
        ("raise KeyError('port')", _RAISED, "KeyError: 'port'"),
        ("import requests", _RAISED, "No module named 'requests'"),
        ("import requests", _RAISED, "oslo_utils.excutils and examples are"),
        ("print('异常 é \U0001f40d')", _LAST, "异常 é \U0001f40d"),
        ("def f(): f()\nf()", _RAISED, "RecursionError"),
        (
            "import threading\nthreading.Thread(target=print).start()",
            _RAISED,
            "can't start new thread",
        ),
        (
            "import asyncio\nasync def f():\n"
            "    await asyncio.sleep(.01)\n    print('slept')\n"
            "asyncio.run(f())",
            _LAST,
            "slept",
        ),
        ("import csv, unittest.mock\nprint('found')", _LAST, "found"),
        ("import turtle", _RAISED, "No module named 'turtle'"),
        (
            "import logging\nlogging.getLogger('nova').error('no port')",
            _LAST,
            "no port",
        ),
    ],
)
def test_what_a_program_may_do(
    visit: Page, code: str, status: str, words: str
) -> None:
    """It ends in words, and the next program runs."""
    said, shown = tried(visit, code)
    assert said.endswith(status)
    assert words in shown
    assert tried(visit, "print(6 * 7)") == (_LAST, "42")


def test_a_traceback_has_the_readers_lines(visit: Page) -> None:
    """And none of what runs them."""
    _, shown = tried(visit, "def release():\n    1 / 0\n\nrelease()\n")
    assert 'File "playground.py", line 2, in release' in shown
    assert "1 / 0" in shown
    assert "session.py" not in shown
    assert shown.count("File ") == 2


def test_html_is_text(visit: Page) -> None:
    """What a program prints or raises is shown, never read as HTML."""
    bad = "<img src=x onerror='window.gone = 1'><script>gone = 1</script>"
    for code in f"print({bad!r})", f"raise KeyError({bad!r})":
        _, shown = tried(visit, code)
        assert "<img src=x" in shown
    output = host(visit).locator(".run-output")
    assert output.locator("img, script").count() == 0
    assert visit.evaluate("typeof window.gone") == "undefined"


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "while True: print('port' * 9)",
        "while True:\n    try:\n        while True: pass\n"
        "    except BaseException: pass",
    ],
)
def test_an_endless_loop_is_stopped(visit: Page, code: str) -> None:
    """The page answers while it runs, and Stop ends it at once."""
    write(visit, code)
    press(host(visit), "Run")
    status = host(visit).locator(".run-status")
    expect(status).to_have_text("Running …", timeout=_SECONDS)
    time.sleep(0.5)
    began = time.monotonic()
    visit.evaluate("1")
    assert time.monotonic() - began < 2
    press(host(visit), "Stop")
    assert ended(host(visit)).startswith("Stopped after")
    assert host(visit).locator("textarea").input_value() == code
    assert tried(visit, "print(6 * 7)") == (_LAST, "42")


def test_long_output_is_cut(visit: Page) -> None:
    """With a word on it; what comes at the end of a run is still shown."""
    said, shown = tried(visit, "print('port ' * 2_000_000)\n1 / 0")
    assert said == _RAISED
    assert "The rest of the output is left out." in shown
    assert len(shown) < LIMIT + 2000


@pytest.mark.parametrize(
    "script",
    [
        "while (true) new Worker('data:text/javascript,1')",
        "fetch('/')",
        "new WebSocket('ws://127.0.0.1:1')",
        "indexedDB.open('x')",
        "postMessage({type: 'done', id: 1, answer: {}})",
        "new XMLHttpRequest()",
        "importScripts('x.js')",
        "document.title = 'gone'",
        "new BroadcastChannel('x')",
    ],
)
def test_a_program_cannot_leave_its_worker(visit: Page, script: str) -> None:
    """Not even by way of Python's own bridge to JavaScript."""
    code = (
        f"import pyodide_js\npyodide_js.setStdin.constructor({script!r})()\n"
    )
    said, shown = tried(visit, code)
    assert said == _RAISED
    assert re.search(
        "is not a (function|constructor)|not defined|of undefined", shown
    )
    said, shown = tried(visit, "from pyodide.code import run_js\nrun_js('1')")
    assert said == _RAISED
    assert "ImportError" in shown
    said, shown = tried(visit, "import js\njs.document")
    assert said == _RAISED
    assert "AttributeError" in shown


def test_python_that_ends_is_replaced(visit: Page) -> None:
    """A program may end Python itself; the next run starts another."""
    write(visit, "import os\nos._exit(1)")
    assert run(host(visit)).startswith("Python itself ended: ")
    assert tried(visit, "print(6 * 7)") == (_LAST, "42")


def test_a_run_leaves_nothing_behind(visit: Page) -> None:
    """What one program breaks, the next one has whole."""
    tried(
        visit,
        "import builtins, logging, sys\n"
        "from oslo_utils import excutils\n"
        "excutils.save_and_reraise_exception = None\n"
        "builtins.len = None\nsys.stdout = None\n"
        "logging.disable()\nlogging.getLogger('a').propagate = False\n"
        "sys.modules['json'] = None\nsys.path.clear()\n",
    )
    said, shown = tried(
        visit,
        "import json, logging\nfrom oslo_utils import excutils\n"
        "logging.getLogger('a').error('heard')\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n"
        "    with excutils.save_and_reraise_exception(reraise=False):\n"
        "        print(len('port'))\n",
    )
    assert said == _LAST
    assert "heard" in shown
    assert "4" in shown


def test_what_was_typed_is_kept(visit: Page) -> None:
    """Over an error, a stop and a change of page."""
    code = "print('typed')\n1 / 0"
    tried(visit, code)
    visit.goto("faq/")
    visit.goto("playground/")
    assert host(visit).locator("textarea").input_value() == code
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


def test_starting_points_and_situations(visit: Page) -> None:
    """They are loaded into the playground, and run."""
    visit.goto("playground/")
    choice = visit.get_by_label("Begin with")
    choice.select_option("nested")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    assert run(host(visit)) == _LAST
    choice.select_option("body.body_succeeds")
    expect(field).to_have_value(re.compile("body_succeeds"), timeout=_SECONDS)
    assert run(host(visit)) == _RAISED
    visit.goto("reference/behaviour/body/")
    visit.get_by_text("Open in the playground").nth(1).click()
    expect(field).to_have_value(
        re.compile("reraise_false_in_front"), timeout=_SECONDS
    )
    assert run(host(visit)) == _LAST
    expect(host(visit).locator(".run-out")).to_have_text("after the try\n")


def fact(page: Page, name: str) -> str:
    """What the step panel says of something."""
    group = page.locator(".run-facts > div").filter(
        has=page.get_by_text(name, exact=True)
    )
    return group.locator("dd").inner_text()


def test_two_exceptions_exist_at_one_step(visit: Page) -> None:
    """While cleanup fails: one is handled, the other one is saved."""
    visit.goto(_LESSON)
    press(visit.locator(".lesson > .language-python"), "Step through")
    slider = visit.get_by_label("Step", exact=True)
    slider.wait_for()
    expect(slider).to_be_focused()
    steps = int(slider.get_attribute("max") or 0)
    assert steps > 20
    seen = []
    for _ in range(steps - 1):
        visit.keyboard.press("ArrowRight")
        says = visit.locator(".run-says").inner_text()
        seen.append((says, fact(visit, "Saved by the helper")))
        if says == "OSError: the database is down leaves database_down.":
            assert fact(visit, "Being raised").startswith("#2 OSError")
            assert fact(visit, "Being handled").startswith("#1 Connection")
    two = [
        (says, saved)
        for says, saved in seen
        if says.startswith("OSError: the database is down arrives in release")
        and "ConnectionError: Neutron is down" in saved
        and "reraise = True" in saved
    ]
    assert two
    # An exception is raised once, and then arrives in each caller.
    assert [says for says, _ in seen if says.startswith("OSError")][1:3] == [
        "OSError: the database is down leaves database_down.",
        "OSError: the database is down arrives in release.",
    ]
    assert "Original exception being dropped" in fact(visit, "Logged")
    assert "out: OSError('the database is down')" in fact(visit, "Printed")
    # The methods of the library are steps as well.
    assert [says for says, _ in seen if says == "__exit__ is called."]
    visit.keyboard.press("ArrowLeft")
    expect(slider).to_have_value(str(steps - 1))
    visit.get_by_role("button", name="Forward").click()
    expect(slider).to_have_value(str(steps))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("while True: pass", "it took more steps than are recorded"),
        ("import sys\nsys.settrace(None)\nprint(1)", "trace function"),
    ],
)
def test_what_is_not_recorded_is_said(
    visit: Page, code: str, words: str
) -> None:
    """The last step says why there is none after it."""
    visit.goto("playground/")
    write(visit, code)
    press(host(visit), "Step through")
    ended(host(visit))
    slider = visit.get_by_label("Step", exact=True)
    slider.press("End")
    expect(visit.locator(".run-says")).to_contain_text(words)


def test_the_library_is_shown_where_it_runs(visit: Page) -> None:
    """Its methods are steps of a program as well, with their lines."""
    visit.goto("playground/?begin=helper")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("excutils"))
    press(host(visit), "Step through")
    ended(host(visit))
    slider = visit.get_by_label("Step", exact=True)
    says = visit.locator(".run-says")
    slider.wait_for()
    while says.inner_text() != "__exit__ is called.":
        slider.press("ArrowRight")
    slider.press("ArrowRight")
    line = visit.locator(".run-line[aria-current]")
    expect(line).to_contain_text("if exc_type is not None")
    field.press("End")
    visit.keyboard.type(" # changed")
    expect(host(visit).locator(".run-status")).to_contain_text("has changed")


def test_a_challenge_is_checked(visit: Page) -> None:
    """It says what is missing, and when it is solved."""
    visit.goto(_LESSON)
    block = visit.locator(".challenge > .highlight")
    assert "nothing was dropped" in run(block)
    press(block, "Edit")
    visit.locator(".challenge details").evaluate_all(
        "all => all.map(one => one.open = true)"
    )
    solution = visit.locator(".challenge details code").last.inner_text()
    block.locator("textarea").fill(solution)
    assert run(block) == "Solved."


def test_the_keyboard_is_enough(visit: Page) -> None:
    """Tab goes to each control and out of the editor; Ctrl+Enter runs."""
    visit.goto(_LESSON)
    program = visit.locator(".lesson > .language-python")
    program.get_by_role("button", name="Run").focus()
    visit.keyboard.press("Tab")
    visit.keyboard.press("Tab")
    visit.keyboard.press("Enter")
    field = program.locator("textarea")
    expect(field).to_be_focused()
    visit.keyboard.press("Control+Enter")
    assert ended(program).endswith("as on the page.")
    field.focus()
    visit.keyboard.press("Tab")
    expect(field).not_to_be_focused()
    field.press("Control+Home")
    field.press("End")
    field.press("Enter")
    visit.keyboard.type("x")
    assert field.input_value().splitlines()[1] == "x"


def test_a_policy_without_webassembly_is_said(new_page: NewPage) -> None:
    """Pyodide alone would wait for ever."""
    page = new_page(viewport={"width": 1440, "height": 900})

    def forbid(route: Route) -> None:
        answer = route.fetch()
        policy = {"content-security-policy": "script-src 'self'"}
        route.fulfill(response=answer, headers={**answer.headers, **policy})

    page.route("**/worker.js", forbid)
    page.goto("playground/")
    write(page, "print(1)")
    assert "does not run WebAssembly" in run(host(page))


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
        re.compile("1 个示例.与页面一致"), timeout=_SECONDS
    )
