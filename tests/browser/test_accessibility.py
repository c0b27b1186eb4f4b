"""No page keeps readers out: WCAG 2.2 AA, as far as axe-core can tell."""

from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, packed
from tests.browser.test_layout import CHINESE, KINDS, SMALL_CODE, TOO_WIDE
from tests.browser.test_running import ended, press, run
from tests.project import PAGES, address, refuse

_ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The other scheme changes nothing but colours.
_COLOURS = ["color-contrast", "link-in-text-block"]
# Most of axe-core's time goes to the contrast of each word of code. It depends
# on what is computed for an element and for what lies behind it: where all of
# that is the same, three are looked at: the first, the last, one between.
_MARK = """() => {
    for (const one of document.querySelectorAll("[data-contrast]"))
        one.removeAttribute("data-contrast");
    const grounds = new Map(), kinds = new Map();
    for (const one of document.body.querySelectorAll("*")) {
        const style = getComputedStyle(one);
        const own = [
            style.backgroundColor, style.backgroundImage, style.opacity,
            style.position.replace(/static|relative/, ""),
        ].join(" ");
        const below = grounds.get(one.parentElement) ?? "";
        const clear = own === "rgba(0, 0, 0, 0) none 1 ";
        grounds.set(one, clear ? below : below + own);
        const worded = one.matches("input, select, textarea") ||
            [...one.childNodes].some(n => n.nodeType === 3 && n.data.trim());
        if (!worded || !one.checkVisibility({ visibilityProperty: true }))
            continue;
        const kind = [
            grounds.get(one), style.color, style.fontSize, style.fontWeight,
            style.textShadow, one.matches(":disabled"),
        ].join(" ");
        kinds.set(kind, [...kinds.get(kind) ?? [], one]);
    }
    for (const same of kinds.values())
        for (const at of [0, same.length >> 1, same.length - 1])
            same[at].setAttribute("data-contrast", "");
}"""
_AXE = (
    f"{AXE_SCRIPT}\n;axe.configure({{ rules: "
    '[{ id: "color-contrast", selector: "[data-contrast]" }] })'
)
_RUN = """rules => axe.run({
    runOnly: rules, resultTypes: ["violations"],
}).then(found => found.violations)"""
Setting = tuple[int, Literal["light", "dark"], list[str]]
_DESK: Setting = (1440, "light", _ALL)
_SETTINGS: list[Setting] = [
    _DESK,
    (1440, "dark", _COLOURS),
    (390, "dark", _COLOURS),
    (390, "light", _ALL),
]
_PROGRAM = ".lesson > .language-python"
# Of a thousand rows that one template made, those of one project.
_PART = {"wild/find/": "wild/find/?project=octavia"}


def violations(page: Page, settings: list[Setting]) -> Iterator[str]:
    """What axe-core finds on a page, in each setting."""
    page.evaluate(_AXE)
    for width, scheme, rules in settings:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(_MARK)
        for violation in page.evaluate(_RUN, rules):
            for node in violation["nodes"]:
                yield (
                    f"{page.url} at {width} px, {scheme}: {violation['help']}"
                    f": {node['html'][:200]} {node['failureSummary']}"
                )


@pytest.fixture(scope="module")
def visit(new_page: NewPage) -> Page:
    """One reader of all pages."""
    return new_page()


def misfits(page: Page) -> Iterator[str]:
    """What is too wide or too small at the widths of a desk and a phone."""
    for width in 1440, 768, 390:
        page.set_viewport_size({"width": width, "height": 844})
        if wide := page.evaluate(TOO_WIDE):
            yield f"{page.url} at {width} px: {wide}"
    for small in page.evaluate(SMALL_CODE)[:1]:
        yield f"{page.url} at 390 px, code smaller than 11 px: {small}"


@pytest.mark.parametrize("name", [*map(address, PAGES), "404.html"])
def test_page_fits_and_has_no_axe_violations(visit: Page, name: str) -> None:
    """Each English page in one visit; its template is asked for more below."""
    visit.goto(_PART.get(name, name))
    refuse([*violations(visit, [_DESK]), *misfits(visit)])


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_page_fits(visit: Page, name: str) -> None:
    """Chinese is wrapped anywhere: tables and code are what may not fit."""
    visit.goto(f"zh/{name}", wait_until="domcontentloaded")
    refuse(misfits(visit))


@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize("name", [*KINDS, "404.html"])
def test_template_has_no_axe_violations_in_any_setting(
    visit: Page, language: str, name: str
) -> None:
    """Both schemes, a desk and a phone."""
    visit.goto(language + _PART.get(name, name))
    refuse(violations(visit, _SETTINGS))


def editing(page: Page) -> None:
    """A lesson whose program was edited and then differs."""
    page.goto("excutils/deciding/")
    block = page.locator(_PROGRAM)
    press(block, "Edit")
    field = block.locator("textarea")
    field.fill(field.input_value().replace("reraise", "other"))
    run(block)


def stepping(page: Page) -> None:
    """A lesson at the step at which two exceptions exist."""
    page.goto("excutils/cleanup_fails/")
    block = page.locator(_PROGRAM)
    press(block, "Step through")
    ended(block)
    for _ in range(30):
        press(block, "Forward")
    expect(block.locator(".run-exception").first).to_be_visible()


def failing_a_challenge(page: Page) -> None:
    """A challenge whose check says what is missing, its hint open."""
    page.goto("excutils/cleanup_fails/")
    block = page.locator(".challenge .language-python").first
    run(block)
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


@packed
@pytest.mark.parametrize(
    "act", [editing, stepping, failing_a_challenge, playing]
)
def test_panel_has_no_axe_violations(
    new_page: NewPage, act: Callable[[Page], None]
) -> None:
    """The editor, output, steps, checks: in four ways."""
    visitor = new_page()
    act(visitor)
    refuse(violations(visitor, _SETTINGS))
