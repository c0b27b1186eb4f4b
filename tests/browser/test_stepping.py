"""The steps of a run: what is known at each, and which code is shown."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import packed
from tests.browser.test_panel import host, write
from tests.browser.test_running import ended, press

pytestmark = packed

_LESSON = "learn/dropped_exception/"


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
    told = "the caller gets OSError('the database is down')"
    assert told in fact(visit, "Printed")
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


_FUNCTIONS = {
    "一步": "def 一步(x): raise KeyError(x)",
    "关闭": """\
@staticmethod
def 关闭(
    x=')',
) -> None:
    try:
        一步(x)
    except KeyError:
        pass""",
    "Port": "class Port:\n    number = 1",
}
_CODE = "\n\n\n".join(
    [
        *_FUNCTIONS.values(),
        "def odd():\n    pass",
        "关闭()\nodd.__code__ = odd.__code__.replace(co_name='(')\nodd()",
    ]
)


def test_steps_show_the_function_that_runs(visit: Page) -> None:
    """Its name may be Unicode or nonsense, its body on the same line."""
    visit.goto("playground/")
    write(visit, _CODE)
    press(host(visit), "Step through")
    ended(host(visit))
    slider = visit.get_by_label("Step", exact=True)
    slider.wait_for()
    seen = {}
    for _ in range(int(slider.get_attribute("max") or 0) - 1):
        visit.keyboard.press("ArrowRight")
        says = visit.locator(".run-says").inner_text()
        if says.endswith(" is called."):
            shown = visit.locator(".run-code").text_content() or ""
            seen[says.removesuffix(" is called.")] = shown.rstrip()
    # Nothing in the file is called "(": the whole file is shown.
    assert seen == _FUNCTIONS | {"(": _CODE}
    host(visit).locator("textarea").press("End")
    visit.keyboard.type(" # changed")
    expect(host(visit).locator(".run-status")).to_contain_text("has changed")
