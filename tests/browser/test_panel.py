"""The panel below code: what a reader may type and run.

Whatever is typed ends in words, on a page that still answers.
"""

import base64
import re
import time
import zlib

import pytest
from playwright.sync_api import Locator, Page, expect

from runner.terminal import PIECES
from tests.browser.conftest import SECONDS, NewPage, Server, packed
from tests.browser.test_running import ended, go, press, run
from tests.project import DOCS

pytestmark = packed

_LESSON = "learn/dropped_exception/"


@pytest.fixture(scope="module")
def visit(visit: Page) -> Page:
    """The playground, with Python started."""
    visit.goto("playground/")
    write(visit, "print(1)")
    assert run(host(visit)) == "The program ended."
    return visit


def host(page: Page) -> Locator:
    """The playground's block."""
    return page.locator("[data-playground] .highlight")


def choose(page: Page, name: str) -> None:
    """Begin with another program or case of the playground's list."""
    page.get_by_text("Begin with:").click()
    page.locator(f'[data-begin="{name}"]').click()


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


_RAISED = "The program ended with an uncaught exception."
_LAST = "The program ended."


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("if True print(1)", _RAISED, "SyntaxError: "),
        ("input('name? ')", _RAISED, "EOFError: EOF when reading a line"),
        ("input('name? ')", _RAISED, "Keyboard input doesn't work here"),
        ("import sys\nsys.exit(3)", "with status 3.", "SystemExit(3)"),
        ("import sys\nsys.exit('fatal')", "with status 1.", "fatal\n"),
        (
            "import sys\nsys.exit('fatal')",
            "with status 1.",
            "SystemExit('fatal')",
        ),
        ("import sys\nsys.exit(0)", _LAST, "SystemExit(0)"),
        ("raise KeyError('port')", _RAISED, "KeyError: 'port'"),
        ("import requests", _RAISED, "No module named 'requests'"),
        ("import requests", _RAISED, "excutils and examples can be imported"),
        ("print('异常 é \U0001f40d')", _LAST, "异常 é \U0001f40d"),
        ("def f(): f()\nf()", _RAISED, "RecursionError"),
        (
            "import threading\nthreading.Thread(target=print).start()",
            _RAISED,
            "can't start new thread",
        ),
        (
            "import threading\ntry:\n"
            "    threading.Thread(target=print).start()\n"
            "except RuntimeError:\n    pass",
            _LAST,
            "Threads don't work here",
        ),
        (
            "import subprocess\nsubprocess.run(['true'])",
            _RAISED,
            "No other program can be started here",
        ),
        (
            "import urllib.request\n"
            "urllib.request.urlopen('http://192.0.2.1/')",
            _RAISED,
            "has no network",
        ),
        (
            "import asyncio\nasync def f():\n"
            "    await asyncio.sleep(.01)\n    print('slept')\n"
            "asyncio.run(f())",
            _LAST,
            "slept",
        ),
        ("breakpoint()\nprint('after')", _LAST, "Use Step through"),
        (
            "class E(Exception):\n    @property\n"
            "    def __traceback__(self): raise KeyError\nraise E",
            _RAISED,
            "E: <its traceback cannot be shown: KeyError>",
        ),
        (
            "class E:\n    def __repr__(self): raise KeyError\n"
            "raise SystemExit(E())",
            "with status 1.",
            "SystemExit(<E instance at",
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
    kind = host(visit).locator(".run-status").get_attribute("data-kind")
    assert kind == ("good" if status == _LAST else "bad")
    assert words in shown
    assert tried(visit, "print(6 * 7)") == (_LAST, "42")


def test_a_traceback_has_the_readers_lines(visit: Page) -> None:
    """And none of what runs them."""
    _, shown = tried(visit, "def release():\n    1 / 0\n\nrelease()\n")
    assert 'File "playground.py", line 2, in release' in shown
    assert "1 / 0" in shown
    assert "session.py" not in shown
    assert shown.count("File ") == 2


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
    expect(status).to_have_text("Running …", timeout=SECONDS)
    time.sleep(0.5)
    began = time.monotonic()
    visit.evaluate("1")
    assert time.monotonic() - began < 2
    press(host(visit), "Stop")
    assert ended(host(visit)).startswith("Stopped after")
    assert host(visit).locator("textarea").input_value() == code
    assert tried(visit, "print(6 * 7)") == (_LAST, "42")


def test_many_pieces_are_cut(visit: Page) -> None:
    """A page that adds an element for each would not answer."""
    write = "sys.stdout.write({0!r}), sys.stderr.write({0!r})"
    loop = f"import sys\nfor n in range(9000): {write}"
    _, shown = tried(visit, loop.format("p"))
    assert "The rest of the output isn't shown." in shown
    pieces = host(visit).locator(".run-output > *")
    assert PIECES < pieces.count() < PIECES + 3
    assert tried(visit, loop.format("")) == (_LAST, "")
    assert pieces.count() == 0


def test_python_that_ends_is_replaced(visit: Page) -> None:
    """A program may end Python itself; the next run starts another."""
    write(visit, "import os\nos._exit(1)")
    said = run(host(visit))
    assert said.startswith("Python exited: ")
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
        "sys.modules['json'] = None\nsys.path.clear()\n"
        "import time, traceback\n"
        "time.sleep = traceback.TracebackException = None\n",
    )
    said, shown = tried(
        visit,
        "import json, logging, time\nfrom oslo_utils import excutils\n"
        "time.sleep(0)\n"
        "logging.getLogger('a').error('heard')\n"
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n"
        "    with excutils.save_and_reraise_exception(reraise=False):\n"
        "        print(len('port'))\n",
    )
    assert said == _LAST
    assert "heard" in shown
    assert "4" in shown


def begin(page: Page, code: str) -> None:
    """Run code in the playground that does not end."""
    write(page, code)
    press(host(page), "Run")
    status = host(page).locator(".run-status")
    expect(status).to_have_text("Running …", timeout=SECONDS)


def test_a_second_click_on_stop_does_nothing(visit: Page) -> None:
    """No button comes to where Stop was, least of all Reset."""
    visit.goto("playground/")
    begin(visit, "while True: pass")
    stop = host(visit).get_by_role("button", name="Stop")
    box = stop.bounding_box()
    assert box
    visit.mouse.dblclick(box["x"] + 9, box["y"] + 9, delay=60)
    assert ended(host(visit)).startswith("Stopped after")
    field = host(visit).locator("textarea")
    assert field.input_value() == "while True: pass"


def test_a_run_ends_with_what_is_run(visit: Page) -> None:
    """Reset, another program, and Ctrl+Enter end what is running."""
    stop = host(visit).get_by_role("button", name="Stop")
    begin(visit, "while True: pass")
    press(host(visit), "Reset")
    expect(stop).to_be_hidden()
    begin(visit, "while True: pass")
    choose(visit, "nested")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    expect(stop).to_be_hidden()
    begin(visit, "while True: pass")
    field.press("Control+Enter")
    status = host(visit).locator(".run-status")
    expect(status).to_have_text("Running …", timeout=SECONDS)
    expect(stop).to_be_visible()
    press(host(visit), "Stop")
    assert ended(host(visit)).startswith("Stopped after")


def test_a_run_ends_with_its_page(visit: Page) -> None:
    """On the next page there would be no button that stops it."""
    visit.goto("playground/")
    begin(visit, "while True: pass")
    go(visit, DOCS / "learn" / "dropped_exception.md")
    expect(visit.locator("iframe")).to_have_count(0)
    assert "as on the page" in run(visit.locator(".lesson > .language-python"))


def test_a_long_text_has_no_colours(visit: Page) -> None:
    """They would make each key wait."""
    visit.goto("playground/")
    coloured = host(visit).locator(".run-editor > pre > span")
    write(visit, "pass  # port")
    expect(coloured).to_have_count(2)
    write(visit, "pass  # " + "port" * 3000)
    expect(coloured).to_have_count(0)
    press(host(visit), "Reset")


def _deflated(content: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def test_a_session_without_prompts_is_said(visit: Page) -> None:
    """Nothing ran, and the panel does not say that something did."""
    visit.goto("about:blank")
    visit.goto(_LESSON)
    block = visit.locator(".proof .language-pycon").first
    press(block, "Edit")
    block.locator("textarea").fill("1 / 0")
    assert run(block).startswith("Nothing ran")
    block.locator("textarea").fill(">>>1 / 0")
    assert run(block) == _RAISED
    shown = block.locator(".run-output").inner_text()
    assert "lacks blank after >>>" in shown
    assert "doctest.py" not in shown
    press(block, "Reset")


def test_the_first_run_loads_what_a_lesson_needs(
    new_page: NewPage, server: Server
) -> None:
    """The larger half of the standard library stays where it is."""
    page = new_page()
    page.goto(_LESSON)
    server.served.clear()
    assert "as on the page" in run(page.locator(".lesson > .language-python"))
    loaded = [path.split("/")[-1] for path in server.served]
    assert "boot.zip" in loaded
    assert "rest.zip" not in loaded


def test_missing_editor_is_explained(new_page: NewPage, visit: Page) -> None:
    """Where no script runs, the page says why; elsewhere it says nothing."""
    words = "There is no editor here."
    assert visit.get_by_text(words).count() == 0
    plain = new_page(java_script_enabled=False)
    plain.goto("playground/")
    expect(plain.get_by_text(words)).to_be_visible()
    expect(plain.locator("[data-playground] details")).to_be_hidden()
    expect(plain.locator("[data-start=helper]")).to_be_visible()


def test_starting_points_and_cases(visit: Page) -> None:
    """They are loaded into the playground, and run."""
    visit.goto("playground/")
    choose(visit, "nested")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    assert run(host(visit)) == _LAST
    choose(visit, "body.body_succeeds")
    expect(field).to_have_value(re.compile("body_succeeds"))
    assert run(host(visit)) == _RAISED
    visit.goto("reference/behaviour/body/")
    visit.get_by_text("Open in the playground").nth(1).click()
    expect(field).to_have_value(re.compile("reraise_false_in_front"))
    assert run(host(visit)) == _LAST
    expect(host(visit).locator(".run-out")).to_have_text("after the try\n")


def test_an_exercise_is_checked(visit: Page) -> None:
    """It is open to be edited; each call is shown, and what is wrong."""
    visit.goto(_LESSON)
    block = visit.locator(".challenge > .highlight")
    block.scroll_into_view_if_needed()
    field = block.locator("textarea")
    expect(field).to_be_visible()
    expect(field).not_to_be_focused()
    expect(block.get_by_role("button", name="Run")).to_have_count(0)
    said = check(block)
    assert said.startswith("0 of 5 calls are right.")
    assert said.endswith("nothing was dropped.")
    calls = block.locator(".run-trials > li")
    expect(calls).to_have_count(5)
    expect(block.locator(".run-trials > .run-bad")).to_have_count(1)
    expect(block.locator(".run-trials > .run-open")).to_have_count(4)
    expected, got = calls.first.locator("dd").all_inner_texts()
    assert "logged: vol-1 is still connected" in expected
    assert "Original exception being dropped" not in expected
    assert "logged: Original exception being dropped" in got
    assert solve(block) == "Solved."
    expect(block.locator(".run-trials > .run-good")).to_have_count(5)


def check(block: Locator) -> str:
    """Check an exercise; what the panel says of it."""
    press(block, "Check")
    return ended(block)


def solve(block: Locator) -> str:
    """Check the page's own solution; what the panel says of it."""
    details = block.page.locator(".challenge details")
    details.evaluate_all("all => all.map(one => one.open = true)")
    solution = details.locator("code").last.inner_text()
    block.locator("textarea").fill(solution)
    return check(block)


def test_a_solved_exercise_is_remembered(visit: Page) -> None:
    """On its page and in the list of all, by each page of the site."""
    visit.goto(_LESSON)
    block = visit.locator(".challenge > .highlight")
    block.scroll_into_view_if_needed()
    solve(block)
    visit.reload()
    block.scroll_into_view_if_needed()
    status = block.locator(".run-status")
    expect(status).to_have_text("You have solved this exercise.")
    for language, word in ("", "solved"), ("zh/", "已做对"):
        visit.goto(f"{language}learn/exercises/")
        rows = visit.locator("li[data-challenge]")
        expect(rows).to_have_count(10)
        solved = visit.locator(".run-solved")
        expect(solved).to_have_count(1)
        expect(solved).to_contain_text(word)


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
