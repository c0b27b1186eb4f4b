"""What templates and the panel make: WCAG 2.2 AA in every setting."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.axe import DESK, PARTS, SETTINGS, violations
from tests.browser.conftest import NewPage, packed
from tests.browser.test_layout import KINDS
from tests.browser.test_running import ended, press, run
from tests.project import refuse

_PROGRAM = ".lesson > .language-python"


@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize("name", [*KINDS, "404.html"])
def test_template_has_no_axe_violations_in_any_setting(
    visit: Page, language: str, name: str
) -> None:
    """Both schemes, a desk and a phone; a translation has the same styles."""
    visit.goto(language + PARTS.get(name, name))
    refuse(violations(visit, [DESK] if language else SETTINGS))


def editing(page: Page) -> None:
    """A lesson whose program was edited and then differs."""
    page.goto("learn/skip_the_reraise/")
    block = page.locator(_PROGRAM)
    press(block, "Edit")
    field = block.locator("textarea")
    field.fill(field.input_value().replace("reraise", "other"))
    run(block)


def failing_a_challenge(page: Page) -> None:
    """A challenge whose check says what is missing, its hint open."""
    page.goto("learn/dropped_exception/")
    block = page.locator(".challenge .language-python").first
    press(block, "Check")
    ended(block)
    page.locator(".challenge details").first.evaluate(
        "hint => { hint.open = true; }"
    )


def playing(page: Page) -> None:
    """The playground, after output, a log line and a traceback."""
    page.goto("playground/")
    block = page.locator("[data-playground] .highlight")
    block.locator("textarea").fill(
        "import logging\nlogging.warning('port')\nprint('port')\n1 / 0"
    )
    run(block)


def choosing(page: Page) -> None:
    """The playground's list, searched."""
    page.goto("playground/")
    page.get_by_text("Begin with:").click()
    page.get_by_label("Search programs").fill("thread")


@packed
@pytest.mark.parametrize(
    "act", [editing, failing_a_challenge, playing, choosing]
)
def test_panel_has_no_axe_violations(
    new_page: NewPage, act: Callable[[Page], None]
) -> None:
    """The editor, output, steps, checks: in four ways."""
    visitor = new_page()
    act(visitor)
    # Elsewhere, the header may hide half of a button.
    visitor.evaluate("window.scrollTo(0, 0)")
    refuse(violations(visitor, SETTINGS))
