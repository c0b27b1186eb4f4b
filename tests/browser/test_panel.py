"""The panel below code: what a reader may type, and how a run is stepped.

Whatever is typed ends in words, on a page that still answers.
"""

import base64
import re
import time
import zlib

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from runner.session import LIMIT, PIECES
from tests.browser.conftest import NewPage, Server, packed
from tests.browser.test_running import ended, go, press, run
from tests.project import DOCS

pytestmark = packed

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
        ("input('name? ')", _RAISED, "EOFError: EOF when reading a line"),
        ("input('name? ')", _RAISED, "There is no keyboard here"),
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
        ("breakpoint()\nprint('after')", _LAST, "Try Step through"),
        (
            "class E(Exception):\n    @property\n"
            "    def __traceback__(self): raise KeyError\nraise E",
            _RAISED,
            "E: <its traceback cannot be shown: KeyError>",
        ),
        (
            "class E:\n    def __repr__(self): raise KeyError\n"
            "raise SystemExit(E())",
            _LAST,
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
    assert "ZeroDivisionError" in shown
    assert len(shown) < LIMIT + 2000


def test_many_pieces_are_cut(visit: Page) -> None:
    """A page that adds an element for each would not answer."""
    write = "sys.stdout.write({0!r}), sys.stderr.write({0!r})"
    loop = f"import sys\nfor n in range(9000): {write}"
    _, shown = tried(visit, loop.format("p"))
    assert "The rest of the output is left out." in shown
    pieces = host(visit).locator(".run-output > *")
    assert PIECES < pieces.count() < PIECES + 3
    assert tried(visit, loop.format("")) == (_LAST, "")
    assert pieces.count() == 0


def test_python_that_ends_is_replaced(visit: Page) -> None:
    """A program may end Python itself; the next run starts another."""
    write(visit, "import os\nos._exit(1)")
    said = run(host(visit))
    assert said.startswith("Python itself ended: ")
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
    expect(status).to_have_text("Running …", timeout=_SECONDS)


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
    visit.get_by_label("Begin with").select_option("nested")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    expect(stop).to_be_hidden()
    begin(visit, "while True: pass")
    field.press("Control+Enter")
    status = host(visit).locator(".run-status")
    expect(status).to_have_text("Running …", timeout=_SECONDS)
    expect(stop).to_be_visible()
    press(host(visit), "Stop")
    assert ended(host(visit)).startswith("Stopped after")


def test_a_run_ends_with_its_page(visit: Page) -> None:
    """On the next page there would be no button that stops it."""
    visit.goto("playground/")
    begin(visit, "while True: pass")
    go(visit, DOCS / "excutils" / "cleanup_fails.md")
    expect(visit.locator("iframe")).to_have_count(0)
    assert "as on the page" in run(visit.locator(".lesson > .language-python"))


def test_what_a_program_replaces_comes_back(visit: Page) -> None:
    """To begin with another program can be undone as typing can."""
    visit.goto("playground/")
    write(visit, "print('mine')")
    visit.get_by_label("Begin with").select_option("nested")
    field = host(visit).locator("textarea")
    expect(field).to_have_value(re.compile("def clean_up"))
    field.press("ControlOrMeta+z")
    expect(field).to_have_value("print('mine')")


def test_a_long_text_has_no_colours(visit: Page) -> None:
    """They would make each key wait."""
    visit.goto("playground/")
    coloured = host(visit).locator(".run-editor > pre > span")
    write(visit, "pass  # port")
    expect(coloured).to_have_count(2)
    write(visit, "pass  # " + "port" * 3000)
    expect(coloured).to_have_count(0)
    press(host(visit), "Reset")


def test_the_playground_fits_a_phone(new_page: NewPage) -> None:
    """Nothing is wider than the window."""
    page = new_page(viewport={"width": 390, "height": 800})
    page.goto("playground/")
    expect(host(page).locator("textarea")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


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


def _deflated(content: bytes) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


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


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("panel.js", "The site does not answer"),
        ("worker.js", "Python did not start: worker.js"),
        ("lessons.zip", "Python did not start: "),
        ("pyodide.asm.wasm", "Python did not start: "),
        ("boot.zip", "Python did not start: "),
    ],
)
def test_a_file_that_does_not_come_is_said(
    new_page: NewPage, wrong: list[str], file: str, words: str
) -> None:
    """And the next click tries again."""
    page = new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(_SECONDS)
    page.goto(_LESSON)
    block = page.locator(".lesson > .language-python")
    page.route(f"**/{file}", lambda route: route.abort())
    press(block, "Run")
    status = block.locator(".run-status")
    expect(status).to_contain_text(words, timeout=_SECONDS)
    page.unroute(f"**/{file}")
    wrong.clear()
    assert "as on the page" in run(block)


def test_the_first_run_loads_what_a_lesson_needs(
    new_page: NewPage, server: Server
) -> None:
    """The larger half of the standard library stays where it is."""
    page = new_page(viewport={"width": 1440, "height": 900})
    page.goto(_LESSON)
    server.served.clear()
    assert "as on the page" in run(page.locator(".lesson > .language-python"))
    loaded = [path.split("/")[-1] for path in server.served]
    assert "boot.zip" in loaded
    assert "rest.zip" not in loaded


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
    # The methods of the library are steps as well, and show their lines.
    assert [says for says, _ in seen if says == "__exit__ is called."]
    while visit.locator(".run-says").inner_text() != "__exit__ is called.":
        visit.keyboard.press("ArrowLeft")
    line = visit.locator(".run-line[aria-current]")
    expect(line).to_have_text(re.compile("def __exit__"))
    slider.press("End")
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
    said = ended(host(visit))
    assert (words in said) == ("steps" in words)
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
        policy = {
            "content-security-policy": "script-src 'unsafe-inline' blob:"
        }
        route.fulfill(response=answer, headers={**answer.headers, **policy})

    page.route("**/frame.htm", forbid)
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
    # What a check says comes from Python.
    block = visit.locator(".challenge > .highlight")
    press(block, "运行")
    expect(block.locator(".run-status")).to_have_text(
        re.compile("什么也没有丢弃。$"), timeout=_SECONDS
    )


def test_notes_are_in_the_language_of_the_page(
    new_page: NewPage, wrong: list[str]
) -> None:
    """Python's own messages stay Python's; each note comes once."""
    page = new_page(viewport={"width": 1440, "height": 900})
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
