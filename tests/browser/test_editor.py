"""The editor: what it shows, what its keys do, and what it keeps."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from runner import cases
from tests.browser.conftest import SECONDS, NewPage, Server, packed
from tests.browser.test_panel import choose, host, tried, write
from tests.browser.test_running import ended, press, run

pytestmark = packed

_LESSON = "learn/dropped_exception/"


@pytest.fixture(scope="module")
def play(visit: Page) -> Page:
    """The playground, where nothing has run."""
    visit.goto("playground/")
    host(visit).locator("textarea").wait_for()
    return visit


def field(page: Page) -> Locator:
    """The playground's text field."""
    return host(page).locator("textarea")


def test_it_begins_with_a_program_and_loads_no_python(
    new_page: NewPage, server: Server
) -> None:
    """Nor does a choice: a case's text is in a file of its own."""
    server.served.clear()
    page = new_page()
    page.goto("playground/")
    expect(field(page)).to_have_value(re.compile("def release"))
    page.get_by_text("Begin with:").click()
    page.get_by_label("Search programs").fill("body succeeds")
    expect(page.locator("[data-begin]:visible")).to_have_count(3)
    lesson = page.locator(".run-choice li:visible").first.get_by_role("link")
    target = lesson.evaluate("one => one.pathname + one.hash")
    assert target == "/reference/behaviour/body/#body_succeeds"
    page.locator("[data-begin='body.body_succeeds']").click()
    expect(field(page)).to_have_value(re.compile("def body_succeeds"))
    expect(page.get_by_text("Begin with:")).to_contain_text("body succeeds")
    loaded = {path.split("/")[-1] for path in server.served}
    assert "cases.json" in loaded
    assert not {x for x in loaded if re.search(r"pyodide|\.zip$|\.py$", x)}


def test_no_backtick_is_shown(play: Page) -> None:
    """Code in a title is set as code."""
    texts = play.locator(".run-choice").all_text_contents()
    assert "save_and_reraise_exception" in texts[0] or "raise" in texts[0]
    assert "`" not in texts[0]


def test_every_case_runs_unless_it_needs_threads(play: Page) -> None:
    """The list marks those that do, and no others."""
    marked = play.locator(".run-choice li:has(small) [data-begin]")
    named = marked.evaluate_all("all => all.map(one => one.dataset.begin)")
    assert named
    failed = [
        name
        for name, code in cases.programs().items()
        if "start new thread" in tried(play, code)[1]
    ]
    assert failed == named


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ('"""One\n# two\n"""\nx = 1', "sd", '"""One\n# two\n"""'),
        ("x = '''a\nif b\n'''", "s2", "'''a\nif b\n'''"),
        ('x = "a # b"  # c', "c1", "# c"),
        ("def release(): pass", "nf", "release"),
        ("class PortError(Exception): pass", "nc", "PortError"),
        ("raise KeyError", "ne", "KeyError"),
        ("print(1)", "nb", "print"),
        ("x = 'open", "s2", "'open"),
    ],
)
def test_it_has_the_colours_of_the_page(
    play: Page, code: str, kind: str, text: str
) -> None:
    """With the same classes, also over several lines."""
    write(play, code)
    shown = host(play).locator(f".run-editor > pre > .{kind}")
    expect(shown).to_have_text(text, use_inner_text=False)
    expect(host(play).locator(".run-numbers > span")).to_have_count(
        code.count("\n") + 1
    )


_LOOK = """one => {
    const { fontSize, lineHeight, fontFamily } = getComputedStyle(one);
    const range = document.createRange();
    range.selectNodeContents(one);
    const { top } = one.closest(".highlight").getBoundingClientRect();
    const [first] = range.getClientRects();
    return [fontSize, lineHeight, fontFamily, first.top - top];
}"""


@pytest.mark.parametrize("width", [390, 1440])
def test_edit_moves_no_line(new_page: NewPage, width: int) -> None:
    """The text has its size, and stays on its line."""
    page = new_page(viewport={"width": width, "height": 844})
    page.goto(_LESSON)
    program = page.locator(".lesson > .language-python")
    before = program.locator("pre > code").evaluate(_LOOK)
    press(program, "Edit")
    after = program.locator(".run-editor > pre").evaluate(_LOOK)
    assert after[:3] == before[:3]
    assert abs(after[3] - before[3]) < 0.6
    number, text = (
        program.locator(one).first.bounding_box()
        for one in (".run-numbers > span", ".run-editor > textarea")
    )
    assert number
    assert text
    assert number["x"] + number["width"] <= text["x"] + 1


def test_tab_indents_selected_lines(play: Page) -> None:
    """And Shift+Tab takes that back; without a selection, Tab leaves."""
    write(play, "if 1:\na\n\nb\n")
    field(play).press("ControlOrMeta+a")
    field(play).press("Tab")
    expect(field(play)).to_have_value("    if 1:\n    a\n\n    b\n")
    field(play).press("Shift+Tab")
    expect(field(play)).to_have_value("if 1:\na\n\nb\n")
    field(play).press("ControlOrMeta+z")
    expect(field(play)).to_have_value("    if 1:\n    a\n\n    b\n")
    write(play, "        a")
    field(play).press("Home")
    for _ in range(8):
        field(play).press("ArrowRight")
    field(play).press("Backspace")
    expect(field(play)).to_have_value("    a")


def test_an_error_marks_its_line(play: Page) -> None:
    """The traceback's line is a button that leads there."""
    code = "def release():\n    1 / 0\n\n\nrelease()\n" + "# port\n" * 60
    write(play, code)
    said = run(host(play))
    assert "uncaught exception" in said
    wrong = host(play).locator(".run-wrong")
    expect(wrong).to_have_count(1)
    lines = host(play).locator(".run-numbers > span")
    mark = "all => all.findIndex(x => x.classList.contains('run-wrong')) + 1"
    assert lines.evaluate_all(mark) == 2
    field(play).press("ControlOrMeta+End")
    host(play).get_by_role("button", name="line 5").click()
    assert lines.evaluate_all(mark) == 5
    expect(field(play)).to_be_focused()
    chosen = "one => one.value.slice(one.selectionStart, one.selectionEnd)"
    assert field(play).evaluate(chosen) == "release()"
    expect(lines.nth(4)).to_be_in_viewport()
    field(play).press("x")
    expect(wrong).to_have_count(0)
    write(play, "x = 1\nif x print()")
    run(host(play))
    assert lines.evaluate_all(mark) == 2


def test_its_key_is_told(play: Page) -> None:
    """Where there is a keyboard."""
    expect(host(play).get_by_text("Ctrl+Enter runs it")).to_be_visible()


def test_reset_can_be_undone(visit: Page) -> None:
    """Everywhere, as often as it was pressed; nothing typed since is lost."""
    for path, selector in (
        ("playground/", "[data-playground] .highlight"),
        (_LESSON, ".lesson > .language-python"),
        (_LESSON, ".proof .language-pycon >> nth=0"),
        (_LESSON, ".challenge > .highlight"),
    ):
        visit.goto(path)
        block = visit.locator(selector)
        block.scroll_into_view_if_needed()
        text = block.locator("textarea")
        # The playground and an exercise open by themselves, and stay so.
        stays = "playground" in path or "challenge" in selector
        if not stays:
            press(block, "Edit")
        text.fill("mine = 1")
        press(block, "Reset")
        expect(block.get_by_text("page's code is restored")).to_be_visible()
        press(block, "Undo")
        expect(text).to_have_value("mine = 1")
        press(block, "Reset")
        expect(block.get_by_text("page's code is restored")).to_be_visible()
        if not stays:
            press(block, "Edit")
        text.fill("mine = 2")
        press(block, "Undo")
        expect(text).to_have_value("mine = 1")
        press(block, "Undo")
        expect(text).to_have_value("mine = 2")
        visit.reload()
        expect(text).to_have_value("mine = 2")
        press(block, "Reset")


def test_a_second_click_on_reset_does_nothing(play: Page) -> None:
    """Undo comes beside it, and not under the pointer."""
    play.goto("playground/")
    write(play, "mine = 1")
    reset = host(play).get_by_role("button", name="Reset")
    box = reset.bounding_box()
    assert box
    play.mouse.dblclick(box["x"] + 9, box["y"] + 9, delay=60)
    expect(field(play)).to_have_value(re.compile("def release"))
    press(host(play), "Undo")
    expect(field(play)).to_have_value("mine = 1")
    press(host(play), "Reset")


def test_text_outlives_its_tab(new_page: NewPage) -> None:
    """Also the one of a program that was chosen, and then changed."""
    page = new_page()
    page.goto("playground/")
    choose(page, "nested")
    expect(field(page)).to_have_value(re.compile("def clean_up"))
    write(page, "mine = 1")
    expect(host(page).get_by_role("button", name="Copy link")).to_be_visible()
    other = page.context.new_page()
    page.close()
    other.goto("playground/")
    expect(field(other)).to_have_value("mine = 1")


def test_a_browser_that_keeps_nothing_is_told(new_page: NewPage) -> None:
    """Before the text is lost, and not before there is any."""
    page = new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { "
        "throw new DOMException('no', 'SecurityError'); }})"
    )
    page.goto("playground/")
    notice = host(page).locator(".run-notice")
    expect(field(page)).to_be_visible()
    expect(notice).to_have_count(0)
    write(page, "mine = 1")
    expect(notice).to_contain_text("stores nothing for this site")


def test_changed_code_of_the_page_is_told(new_page: NewPage) -> None:
    """What was typed for an older page may not fit the new one."""
    page = new_page()
    page.goto(_LESSON)
    program = page.locator(".lesson > .language-python")
    press(program, "Edit")
    program.locator("textarea").fill("mine = 1")
    notice = program.locator(".run-notice")
    page.reload()
    expect(program.locator("textarea")).to_have_value("mine = 1")
    expect(notice).to_have_count(0)
    page.route(
        f"**/{_LESSON}",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body=answer.text().replace("Neutron is down", "Neutron is gone"),
        ),
    )
    page.reload()
    expect(notice).to_contain_text("code has changed since you edited it")


def test_a_stranger_is_named_after_going_back(new_page: NewPage) -> None:
    """Code from a link keeps its notice where the address has lost it."""
    from tests.browser.test_links import link

    page = new_page()
    page.goto(_LESSON + link("theirs = 1"))
    program = page.locator(".lesson > .language-python")
    program.locator("textarea").fill("theirs = 2")
    expect(page).not_to_have_url(re.compile("#run="))
    page.goto("troubleshoot/faq/")
    page.go_back()
    expect(program.locator("textarea")).to_have_value("theirs = 2")
    expect(program.locator(".run-notice")).to_contain_text("came with a link")


def test_a_link_that_is_pasted_on_its_page_is_opened(
    new_page: NewPage,
) -> None:
    """Only the fragment of the address changes: no page is loaded."""
    from tests.browser.test_links import link

    page = new_page()
    page.goto(_LESSON)
    program = page.locator(".lesson > .language-python")
    for text in "theirs = 1", "theirs = 2":
        page.evaluate("to => { location.hash = to; }", link(text))
        expect(program.locator("textarea")).to_have_value(text)
        expect(program.locator(".run-notice")).to_contain_text("Read it")


def test_lines_that_a_reader_adds_are_no_failures(visit: Page) -> None:
    """They are counted apart; what the page says is compared as before."""
    visit.goto(_LESSON)
    block = visit.locator(".proof .language-pycon").first
    press(block, "Edit")
    text = block.locator("textarea")
    page_text = text.input_value().rstrip()
    prompts = len(re.findall("^>>>", page_text, re.M))
    text.fill(f"{page_text}\n>>> print('mine')\n>>> 6 * 7\n")
    said = run(block)
    assert said == (
        f"{prompts} examples: same output as on the page. "
        "2 lines of yours ran."
    )
    expect(block.locator(".run-differs")).to_have_count(0)
    shown = block.locator(".run-output").inner_text()
    assert "mine\n" in shown
    text.fill(f"{page_text}\n>>> 6 * 7\n43\n")
    assert run(block).startswith(f"1 of {prompts + 1} examples: different")
    expect(block.locator(".run-differs")).to_contain_text("43")
    press(block, "Reset")


def test_a_changed_output_is_marked(visit: Page) -> None:
    """In place of the page's, with its first difference in view."""
    visit.goto("")
    block = visit.locator("[data-run]").first
    output = block.locator("xpath=following-sibling::*[1]")
    page_output = output.locator("pre").first
    press(block, "Edit")
    text = block.locator("textarea")
    code = text.input_value()
    text.fill(code.replace("instance set to ERROR", "instance is lost"))
    assert run(block) == "The program ended."
    expect(page_output).to_be_hidden()
    expect(output.locator("mark")).to_have_text(["instance is lost\n"])
    text.fill(f"for n in range(300): print(n)\n{code}")
    assert run(block) == "The program ended."
    first = output.locator("mark").first
    expect(first).to_have_text("0\n")
    expect(first).to_be_in_viewport()
    press(block, "Reset")
    expect(page_output).to_be_visible()
    expect(output.locator(".run-output")).to_be_hidden()


def test_python_comes_when_a_pointer_stays(
    new_page: NewPage, server: Server
) -> None:
    """Once, and not where a reader saves data or has no pointer."""

    def loaded() -> int:
        return sum("boot.zip" in path for path in server.served)

    for options, script, wanted in (
        ({}, "", 1),
        ({}, "navigator.connection.saveData", 0),
        ({"has_touch": True, "is_mobile": True}, "", 0),
    ):
        page = new_page(**options)
        if script:
            page.add_init_script(
                "Object.defineProperty(navigator, 'connection', "
                "{value: {saveData: true}})"
            )
        page.goto(_LESSON)
        server.served.clear()
        button = page.locator(".lesson > .language-python").get_by_role(
            "button", name="Run"
        )
        button.scroll_into_view_if_needed()
        if options:
            button.dispatch_event("pointerover", {"pointerType": "touch"})
            page.wait_for_timeout(1000)
        else:
            button.hover()
            page.wait_for_timeout(1000)
            if wanted:
                page.wait_for_load_state("networkidle")
        assert loaded() == wanted, (options, script)
        if wanted:
            assert "as on the page" in run(
                page.locator(".lesson > .language-python")
            )
            assert loaded() == 1


def test_seconds_are_shown(visit: Page) -> None:
    """Of a run that takes longer; a screen reader isn't told each."""
    visit.goto("playground/")
    write(visit, "while True: pass")
    press(host(visit), "Run")
    status = host(visit).locator(".run-status")
    expect(status).to_have_attribute("data-seconds", re.compile(r"[2-9] s"))
    expect(status).to_have_text("Running …")
    press(host(visit), "Stop")
    ended(host(visit))
    expect(status).not_to_have_attribute("data-seconds", re.compile(""))
    press(host(visit), "Reset")


def test_steps_say_which_example_they_are_of(visit: Page) -> None:
    """Below a lesson's program, they are those of one of its sessions."""
    visit.goto(_LESSON)
    program = visit.locator(".lesson > .language-python")
    press(program, "Step through")
    expect(program.locator(".run-status")).to_contain_text(
        "The steps are those of this example: release(", timeout=SECONDS
    )


def test_a_finger_finds_run(new_page: NewPage) -> None:
    """Buttons of 44 pixels, fields that aren't zoomed, and no hover left."""
    page = new_page(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page.goto("playground/")
    field(page).wait_for()
    buttons = host(page).get_by_role("button").all()
    assert len(buttons) >= 3
    for button in buttons:
        box = button.bounding_box()
        assert box
        assert box["height"] >= 44
        assert box["width"] >= 44
    page.get_by_text("Begin with:").click()
    for one in page.locator("textarea, input[type=search]").all():
        size = one.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        assert size >= 16, one
    page.goto("")
    button = page.locator(".run-bar button").first
    before = button.evaluate("e => getComputedStyle(e).backgroundColor")
    button.tap()
    ended(page.locator("[data-run]").first)
    after = button.evaluate("e => getComputedStyle(e).backgroundColor")
    assert after == before
