"""Controls can be reached and text can be read."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import packed
from tests.browser.test_layout import KINDS, UNREADABLE
from tests.browser.test_running import ended, press
from tests.project import refuse

# Hit-tests the middle and the corners of each control, a pixel inside its
# rounded border. Only what a reader can scroll is scrolled: scrollIntoView()
# would also move what `overflow: hidden` has cut off.
_UNREACHABLE = """() => {
    const bars = ".run-bar, .run-controls, .filename, .ways, .offer, "
        + ".case, .md-header, .md-tabs";
    const places = {
        middle: [.5, .5], "top left": [0, 0], "top right": [1, 0],
        "bottom left": [0, 1], "bottom right": [1, 1],
    };
    const name = one => one.outerHTML.replace(/\\s+/g, " ").slice(0, 80);
    const scrolls = one => one.scrollWidth > one.clientWidth
        && ["auto", "scroll"].includes(getComputedStyle(one).overflowX);

    function bring(control) {
        for (let one = control.parentElement; one !== document.body;
                one = one.parentElement) {
            if (!scrolls(one)) continue;
            const { left } = control.getBoundingClientRect();
            const room = parseFloat(getComputedStyle(one).scrollPaddingLeft);
            one.scrollLeft += left - one.getBoundingClientRect().left
                - Math.max(room || 0, 20);
        }
    }

    function cover(control, line, [across, down]) {
        const round = parseFloat(getComputedStyle(control).borderRadius) || 0;
        const find = () => {
            const { x, y, width, height } = control.getClientRects()[line];
            const corner = Math.min(round, width / 2, height / 2);
            const inset = 1 + corner * (1 - Math.SQRT1_2);
            return [
                x + inset + across * (width - 2 * inset),
                y + inset + down * (height - 2 * inset),
            ];
        };
        window.scrollBy(0, find()[1] - innerHeight / 2);
        const hit = document.elementFromPoint(...find());
        const label = hit?.closest("label");
        if (control.contains(hit) || label?.control === control) return "";
        return hit ? name(hit) : "the edge of the window";
    }

    const problems = [];
    const all = document.querySelectorAll(
        `button, select, textarea, input, :is(${bars}) a`);
    const shown = { opacityProperty: true, visibilityProperty: true };
    for (const control of all) {
        if (!control.checkVisibility(shown)) continue;
        bring(control);
        for (const line of [...control.getClientRects()].keys())
            for (const [place, at] of Object.entries(places)) {
                const covered = cover(control, line, at);
                if (covered) problems.push(
                    `${place} of ${name(control)} is under ${covered}`);
            }
    }
    window.scrollTo(0, 0);
    return problems;
}"""
_WIDTHS = 390, 768, 1440, 1920


def unusable(page: Page) -> list[str]:
    """The controls and texts of a page that are covered, clipped or split."""
    problems = []
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        problems += [
            f"{page.url} at {width} px: {problem}"
            for script in (_UNREACHABLE, UNREADABLE)
            for problem in page.evaluate(script)
        ]
    return problems


@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize("name", ["", *KINDS, "troubleshoot/faq/", "404.html"])
def test_nothing_is_covered_clipped_or_split(
    visit: Page, language: str, name: str
) -> None:
    """On a page of each template, before anything is pressed."""
    visit.goto(language + name)
    visit.locator("meta[name=color-scheme]").wait_for(state="attached")
    refuse(unusable(visit))


@packed
@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize("name", ["", "learn/dropped_exception/"])
def test_nor_after_a_run(visit: Page, language: str, name: str) -> None:
    """Below the first program, its output and then its steps are open."""
    visit.goto(language + name)
    block = visit.locator(".highlight:has(> .run-bar)").first
    problems = []
    for label in ("运行", "逐步执行") if language else ("Run", "Step through"):
        press(block, label)
        ended(block)
        problems += [f"{label}, {one}" for one in unusable(visit)]
    refuse(problems)
