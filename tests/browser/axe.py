"""What axe-core finds: WCAG 2.2 AA, as far as a program can tell."""

from collections.abc import Iterator
from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

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
DESK: Setting = (1440, "light", _ALL)
SETTINGS: list[Setting] = [
    DESK,
    (1440, "dark", _COLOURS),
    (390, "dark", _COLOURS),
    (390, "light", _ALL),
]
# Of a thousand rows that one template made, those of one project.
PARTS = {"reference/usage/find/": "reference/usage/find/?project=octavia"}


def violations(page: Page, settings: list[Setting]) -> Iterator[str]:
    """What axe-core finds on a page, in each setting."""
    page.evaluate(_AXE)
    for width, scheme, rules in settings:
        page.set_viewport_size({"width": width, "height": 844})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(_MARK)
        found = page.evaluate(_RUN, rules)
        if found:  # The theme's tabs may have been on their way in or out.
            page.wait_for_timeout(500)
            found = page.evaluate(_RUN, rules)
        for violation in found:
            for node in violation["nodes"]:
                yield (
                    f"{page.url} at {width} px, {scheme}: {violation['help']}"
                    f": {node['html'][:200]} {node['failureSummary']}"
                )
