"""Whatever a reader has set or uses: a scheme, paper, a keyboard."""

import re

import pytest

from tests.browser.conftest import NewPage
from tests.browser.test_layout import KINDS
from tests.project import refuse

# The luminance of what a colour is to the eye, from 0 to 1.
_LIGHT = """element => {
    const [r, g, b] = getComputedStyle(element).backgroundColor
        .match(/[\\d.]+/g).map(n => n / 255);
    return .2126 * r + .7152 * g + .0722 * b;
}"""


@pytest.mark.parametrize("name", KINDS)
def test_a_dark_page_is_printed_light(new_page: NewPage, name: str) -> None:
    """Without what cannot be pressed on paper, and with all of the code."""
    page = new_page(
        color_scheme="dark", viewport={"width": 750, "height": 900}
    )
    page.goto(name)
    page.emulate_media(media="print", color_scheme="dark")
    problems = page.evaluate(f"""() => {{
        const light = {_LIGHT};
        const found = [];
        for (const one of document.querySelectorAll("article, article *")) {{
            if (!one.checkVisibility()) continue;
            const style = getComputedStyle(one);
            const shown = one.outerHTML.slice(0, 120);
            if (one.localName === "code" || one.localName === "pre") {{
                if (!style.backgroundColor.endsWith(", 0)") && light(one) < .7)
                    found.push(`is dark: ${{shown}}`);
                if (one.scrollWidth > one.clientWidth + 1
                    && style.overflowX !== "visible")
                    found.push(`is cut: ${{shown}}`);
            }}
            if (one.matches("button:not(th *)"))
                found.push(`remains: ${{shown}}`);
        }}
        return found;
    }}""")
    hidden = page.locator(".md-header, .md-tabs, .md-sidebar, .run-bar")
    for one in hidden.all():
        if one.is_visible():
            problems.append(f"remains: {one.evaluate('e => e.className')}")
    refuse(f"/{name}: {problem}" for problem in problems)


def test_the_cheat_sheet_is_one_sheet(new_page: NewPage) -> None:
    """Of A4 paper, or of Letter, with the browser's own margins."""
    page = new_page()
    page.goto("start/cheat_sheet/")
    for size in "A4", "Letter":
        printed = page.pdf(format=size, margin={"top": "1cm", "bottom": "1cm"})
        assert len(re.findall(rb"/Type */Page\b", printed)) == 1, size


def test_reduced_motion_stops_all_animations(new_page: NewPage) -> None:
    """No animation runs, and scrolling isn't smooth."""
    page = new_page()
    page.goto("reference/usage/")
    assert page.evaluate("""() => document.getAnimations().length""") == 0
    assert (
        page.evaluate(
            "getComputedStyle(document.documentElement).scrollBehavior"
        )
        == "auto"
    )


_FOCUSED = """() => {
    const one = document.activeElement;
    if (one === document.body) return null;
    // What shows the focus of the header's switches is a label.
    const shown = one.matches(".md-toggle")
        ? document.querySelector(`.md-header [for="${one.id}"]`)
        : one.matches(".md-option") ? one.nextElementSibling : one;
    // Something of it is in front: not clipped, not covered.
    const seen = [...shown.getClientRects()].some(box => {
        const middle = (from, to, end) =>
            (Math.max(from, 0) + Math.min(to, end)) / 2;
        return shown.contains(document.elementFromPoint(
            middle(box.left, box.right, innerWidth),
            middle(box.top, box.bottom, innerHeight),
        ));
    });
    return [one.outerHTML.slice(0, 120), seen];
}"""


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    "name",
    [
        "",
        "learn/skip_the_reraise/",
        "reference/behaviour/",
        "reference/usage/find/?project=octavia",
    ],
)
def test_focus_is_visible(new_page: NewPage, name: str, width: int) -> None:
    """Each stop of the Tab key is on the screen, to the end of the page."""
    page = new_page(viewport={"width": width, "height": 844})
    page.goto(name)
    stops: list[tuple[str, bool]] = []
    while True:
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUSED)
        if stop and not stop[1]:  # It may be scrolled to.
            page.wait_for_timeout(300)
            stop = page.evaluate(_FOCUSED)
        if stop is None:
            break
        if "md-search__input" not in stop[0]:  # It comes, slowly.
            stops.append(stop)
    assert len(stops) > 20
    refuse(f"/{name}, {width} px: {stop}" for stop, seen in stops if not seen)
