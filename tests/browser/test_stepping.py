"""The steps of a run: events, exceptions in three places, and the code."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import axe
from tests.browser.conftest import packed
from tests.browser.test_panel import host, write
from tests.browser.test_running import press

pytestmark = packed

_LESSON = "learn/dropped_exception/"


def stepped(page: Page, block: Locator) -> int:
    """Step through a block.

    Returns:
        How many steps there are.
    """
    press(block, "Step through")
    page.locator(".stepper").wait_for()
    expect(page.locator(".stepper")).to_be_focused()
    return int(page.locator(".step-slider").get_attribute("max") or 0)


def typed(page: Page, code: str) -> int:
    """Step through a program in the playground."""
    page.goto("playground/")
    write(page, code)
    return stepped(page, host(page))


def slot(page: Page, name: str) -> str:
    """What is in one of the places for an exception."""
    group = page.locator(".step-slot").filter(
        has=page.get_by_text(name, exact=True)
    )
    return " ".join(group.locator("dd").inner_text().split())


def says(page: Page) -> str:
    """The sentence of the step, as a screen reader has it."""
    return " ".join(page.locator(".step-says").inner_text().split())


def marks(page: Page) -> list[str]:
    """The timeline's events, in order."""
    return [
        " ".join(text.split())
        for text in page.locator(".step-event").all_inner_texts()
    ]


_STATE = """() => {
    const text = (one) => one.innerText.replace(/\\s+/g, " ").trim();
    const all = (name) => [...document.querySelectorAll(name)];
    return [
        text(all(".step-says")[0]),
        ...all(".step-slot dd").map(text),
        all(`.stepper, .step-says, .step-panes, .step-slot, .step-frames,
            .step-output`)
            .map(one => one.getBoundingClientRect().height).join(),
    ];
}"""


def test_events_are_the_spine_of_a_run(visit: Page) -> None:
    """The primary move leads from event to event, and each says why."""
    visit.goto(_LESSON)
    stepped(visit, visit.locator(".lesson > .language-python"))
    assert marks(visit) == [
        "#1 raised",
        "#1 caught",
        "#1 saved",
        "#1 being handled",
        "#2 raised",
        "#1 logged as dropped",
        "#1 replaced by #2",
        "#2 reaches the caller",
    ]
    following = visit.get_by_role("button", name="Next event")
    seen = []
    while following.get_attribute("aria-disabled") == "false":
        following.click()
        seen.append(visit.evaluate(_STATE))
    # Nothing moves: neither the panel nor a part of it changes its height.
    assert len({state[-1] for state in seen}) == 1
    dropped = next(state for state in seen if "as dropped" in state[0])
    first = "#1 ConnectionError"
    assert dropped[0].startswith("The body raised #2 OSError and reraise is")
    assert dropped[1].startswith("#2 OSError")
    assert dropped[3].startswith(f"{first} reraise = True Neutron is down")
    shown = visit.locator(".step-output").inner_text()
    assert "Original exception being dropped" in shown
    assert "the caller gets OSError('the database is down')" in shown
    # The page's own list has the same events, and leads to their steps.
    jumps = visit.locator(".history .step-jump")
    names = [one.split(" by ")[0] for one in jumps.all_inner_texts()]
    assert [
        name
        for name in names
        if name in ("raised", "logged as dropped", "replaced")
    ][1:] == ["raised", "logged as dropped", "replaced"]
    jumps.get_by_text("logged as dropped").click()
    assert visit.evaluate(_STATE)[0] == dropped[0]
    here = visit.locator(".step-here")
    expect(here).to_contain_text("self.logger.error(")
    # The library's frames are marked as such, with file and line.
    top = visit.locator(".step-frame").first
    expect(top).to_contain_text(re.compile(r"__exit__ excutils.py:\d+, lib"))


_FINALLY = """\
from oslo_utils.excutils import save_and_reraise_exception
def release():
    try:
        raise ConnectionError("no answer")
    except ConnectionError:
        with save_and_reraise_exception():
            pass
try:
    release()
except ConnectionError as error:
    print("got", error)
"""


def test_what_the_helper_re_raises_propagates_until_it_is_caught(
    visit: Page,
) -> None:
    """Also in the `finally` of `force_reraise`, and in each call after."""
    count = typed(visit, _FINALLY)
    states = []
    for _ in range(count - 1):
        visit.keyboard.press("ArrowRight")
        states.append(visit.evaluate(_STATE))
    begin = next(i for i, s in enumerate(states) if "re-raises" in s[0])
    end = next(i for i, s in enumerate(states) if "reaches the" in s[0])
    assert end - begin > 4
    ways = {state[1] for state in states[begin:end]}
    assert ways == {"#1 ConnectionError no answer"}
    assert {state[1] for state in states[end:]} == {"none"}


def test_values_and_what_exit_returns_are_shown(visit: Page) -> None:
    """Arguments at a call, changed variables, and a returned value."""
    typed(
        visit,
        "class Port:\n    def __enter__(self): pass\n"
        "    def __exit__(self, kind, error, where):\n"
        "        name = str(error)\n        return True\n"
        "with Port():\n    raise OSError('down')\nprint('end')\n",
    )
    top = visit.locator(".step-frame").first
    while not says(visit).startswith("The body raised #1 OSError"):
        visit.keyboard.press("ArrowRight")
    assert "error = #1" in top.inner_text()
    visit.keyboard.press("ArrowRight")
    visit.keyboard.press("ArrowRight")
    changed = top.locator(".step-new")
    expect(changed).to_have_text("name = 'down' (changed)")
    visit.keyboard.press("ArrowRight")
    assert says(visit).startswith("__exit__ returned True: #1 OSError is supp")
    expect(top).to_contain_text("returns True")


def test_keys_work_in_the_whole_panel(visit: Page) -> None:
    """And the focus stays in it, at the last step as well."""
    count = typed(visit, _FINALLY)
    slider = visit.locator(".step-slider")
    presses = ["n", "p", "Shift+ArrowRight", "ArrowLeft", "Home", "End"]
    visit.keyboard.press("ArrowRight")
    place = int(slider.input_value())
    assert place == 2
    seen = []
    for key in presses:
        visit.keyboard.press(key)
        seen.append(int(slider.input_value()))
    assert seen[0] == seen[2] == seen[3] + 1
    assert seen[1] == 1
    assert seen[4:] == [1, count]
    forward = visit.get_by_role("button", name="Step →", exact=True)
    forward.focus()
    visit.keyboard.press("Enter")
    visit.keyboard.press("ArrowLeft")
    expect(slider).to_have_value(str(count - 1))
    assert visit.url.endswith("/playground/")  # Elsewhere, n is "next page".
    visit.keyboard.press("Home")
    visit.locator(".stepper").focus()
    visit.keyboard.press(" ")
    expect(visit.get_by_role("button", name="Pause")).to_be_visible()
    expect(slider).not_to_have_value("1")
    visit.keyboard.press("ArrowLeft")
    expect(visit.get_by_role("button", name="▶ Play")).to_be_visible()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("while True: pass", "it took more steps than are recorded"),
        ("import sys\nsys.settrace(None)\nprint(1)", "trace function"),
        ("def f(): raise OSError('down')\nf()", "Nothing catches #1 OSError"),
    ],
)
def test_what_ends_a_run_is_said_at_its_last_step(
    visit: Page, code: str, words: str
) -> None:
    """A traceback too, in the output."""
    typed(visit, code)
    visit.keyboard.press("End")
    expect(visit.locator(".step-says")).to_contain_text(words)
    shown = visit.locator(".step-output").inner_text()
    assert ("OSError: down" in shown) == ("raise" in code)


_CODE = """\
def 一步(x): raise KeyError(x)


@staticmethod
def 关闭(
    x=')',
) -> None:
    '''One.

    Two.
    '''
    try:
        一步(x)
    except KeyError:
        pass


def odd():
    pass
关闭()
odd.__code__ = odd.__code__.replace(co_name='(', co_firstlineno=999)
odd()
"""


def test_the_current_line_is_shown_whatever_a_function_is_called(
    visit: Page,
) -> None:
    """With its number; one that the file doesn't have shows its last."""
    count = typed(visit, _CODE)
    seen = {}
    for _ in range(count - 1):
        visit.keyboard.press("ArrowRight")
        row = visit.locator(".step-row[aria-current]")
        said = says(visit)
        if said.endswith(" is called."):
            seen[said.removesuffix(" is called.")] = (
                row.get_attribute("data-n"),
                row.inner_text().split("#1")[0].strip(),
            )
    assert seen["一步"] == ("1", "def 一步(x): raise KeyError(x)")
    assert seen["关闭"] == ("4", "@staticmethod")
    # A docstring is folded, and the numbers are the file's.
    expect(visit.locator(".step-row[hidden]")).to_have_count(3)
    host(visit).locator("textarea").press("End")
    visit.keyboard.type(" # changed")
    expect(host(visit).locator(".run-status")).to_contain_text("has changed")


def test_two_programs_are_stepped_side_by_side(visit: Page) -> None:
    """With one slider over the rows of the table, which lead there too."""
    visit.goto("")
    block = visit.locator(".compare")
    cells = block.locator("tbody td").all_inner_texts()
    dropped = next(i for i, one in enumerate(cells) if "as dropped" in one)
    assert cells[dropped + 2] == "No such event here."
    press(block, "Step through")
    visit.locator(".stepper").wait_for()
    sides = visit.locator(".step-side")
    expect(sides).to_have_count(2)
    rows = visit.get_by_role("slider", name="Row")
    assert int(rows.get_attribute("max") or 0) == len(cells) // 3 - 1
    block.get_by_role("button", name="logged as dropped").click()
    left, right = sides.all()
    assert "Original exception being" in left.inner_text()
    expect(right.locator(".step-says")).to_have_text("No such event here.")
    visit.keyboard.press("End")
    for one in (left, right):
        expect(one.locator(".step-says")).to_contain_text("reaches the caller")
        expect(one.locator(".step-output")).to_contain_text("out: OSError(")


def test_a_phone_shows_two_programs_in_one_screen(visit: Page) -> None:
    """What differs is seen only if both are: code is in the page already."""
    visit.set_viewport_size({"width": 390, "height": 844})
    visit.goto("")
    press(visit.locator(".compare"), "Step through")
    visit.locator(".stepper").wait_for()
    following = visit.get_by_role("button", name="Next row")
    heights = set()
    while following.get_attribute("aria-disabled") == "false":
        following.click()
        heights |= set(
            visit.locator(".step-says").evaluate_all(
                "all => all.map(one => one.offsetHeight)"
            )
        )
    # A short sentence has the room of the longest: nothing moves.
    assert len(heights) == 1
    box = visit.locator(".stepper").bounding_box()
    assert box is not None
    assert box["height"] < 800  # The header takes the rest.


def test_the_steppers_pass_axe(visit: Page) -> None:
    """On a phone too, in both schemes: of one run, and of two."""
    for path, block in (
        (_LESSON, ".lesson > .language-python"),
        ("", ".compare"),
    ):
        visit.goto(path)
        press(visit.locator(block), "Step through")
        visit.locator(".stepper").wait_for()
        for _ in range(5):
            visit.keyboard.press("n")
        assert list(axe.violations(visit, axe.SETTINGS)) == []
    visit.set_viewport_size({"width": 1440, "height": 900})


def test_a_link_opens_a_step_when_the_reader_steps_through(
    visit: Page,
) -> None:
    """Code in a link never runs by itself."""
    typed(visit, _FINALLY)
    for _ in range(4):
        visit.keyboard.press("n")
    said = says(visit)
    step = visit.locator(".step-slider").input_value()
    visit.get_by_role("button", name="Copy link to this step").click()
    expect(visit.locator(".step-foot [role=status]")).not_to_be_empty()
    address = visit.evaluate("navigator.clipboard.readText()")
    assert f"step={step}" in address
    assert "#run=playground~" in address
    visit.evaluate("localStorage.clear()")
    visit.goto("about:blank")
    visit.goto(address)
    expect(visit.locator(".run-notice")).to_be_visible()
    expect(visit.locator(".stepper")).to_have_count(0)
    stepped(visit, host(visit))
    assert says(visit) == said
    expect(visit.locator(".step-slider")).to_have_value(step)


def test_keys_move_where_nothing_has_the_focus(visit: Page) -> None:
    """On a page without steps, n and p lead to its neighbours."""
    typed(visit, _FINALLY)
    visit.keyboard.press("n")
    first = says(visit)
    visit.evaluate("document.activeElement.blur()")
    visit.keyboard.press("n")
    assert says(visit) != first
    visit.keyboard.press("p")
    assert says(visit) == first
    assert visit.url.endswith("/playground/")


def test_events_inside_the_library_are_not_passed_over(visit: Page) -> None:
    """The move over the library stops where the helper saves and re-raises."""
    typed(visit, _FINALLY)
    over = visit.get_by_role("button", name="Over the library")
    seen = []
    while over.get_attribute("aria-disabled") == "false":
        over.click()
        seen.append(says(visit))
    assert any("saves #1" in one for one in seen)
    assert any("re-raises #1" in one for one in seen)


def test_what_nothing_catches_reaches_no_caller(visit: Page) -> None:
    """The last mark and the last sentence agree."""
    typed(visit, "raise ValueError(1)")
    assert marks(visit) == ["#1 raised", "#1 not caught"]
    visit.keyboard.press("End")
    assert says(visit).startswith("Nothing catches #1")
