"""Pages fit a phone and a desk, weigh little, and need no script."""

import gzip
import json
import os
import re
from pathlib import Path

import pytest

from tests.browser.conftest import NewPage, Server
from tests.project import BUDGETS, DOCS, LESSONS, PAGES, ROOT, address, refuse
from tests.project import page as lesson_page

_BYTES: dict[str, int] = BUDGETS["bytes"]
_HEAVIER = {"": "en", "zh/": "zh"}
# What each file weighed when it was last written down: RECORD=1 does it.
_WEIGHTS = ROOT / "tests" / "browser" / "weights.json"
_HASH = re.compile(r"\b[0-9a-f]{8,10}\b")
# Chinese text is wrapped anywhere: tables and code are what may not fit, on
# one page of each folder and on those of Nova.
CHINESE = sorted(
    address(path)
    for path in PAGES
    if path.parent.name == "nova"
    or path == next(p for p in PAGES if p.parent == path.parent)
)
_TEXT = {".css", ".html", ".js", ".json", ".svg", ".xml"}

SMALL_CODE = """() => [...document.querySelectorAll("article code")]
    .map(code => [parseFloat(getComputedStyle(code).fontSize), code])
    .filter(([size]) => size < 11)
    .map(([size, code]) => `${size} px: ${code.textContent.slice(0, 40)}`)"""

# One page of each folder: the others are made by the same templates.
KINDS = sorted(
    address(path) for path in {path.parent: path for path in PAGES}.values()
)

# What stands out of the page, for the message.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return "";
    const scrolled = "pre, .md-typeset__scrollwrap";  // Inside, it may.
    const wide = [...document.querySelectorAll("body *")].find(element =>
        element.getBoundingClientRect().right > width + 1
        && !element.parentElement.closest(scrolled));
    return wide ? wide.outerHTML.slice(0, 200) : "something scrolls";
}"""


def test_pages_need_no_script(new_page: NewPage) -> None:
    """Title, programs and sessions are there without JavaScript."""
    reader = new_page(java_script_enabled=False)
    problems = []
    for path in {path.parent: path for path in PAGES}.values():
        reader.goto(address(path))
        shown = reader.locator(
            "h1, :is(.language-python, .language-pycon) code:not(details *)"
        )
        if shown.evaluate_all("all => all.some(e => !e.checkVisibility())"):
            problems.append(
                f"{path.relative_to(DOCS)}: hides its title or its code."
            )
        if path in map(lesson_page, LESSONS) and shown.count() < 3:
            problems.append(
                f"{path.relative_to(DOCS)}: no title, program and session."
            )
    refuse(problems)


def _longest(site: Path, tab: str) -> str:
    """The address of the tab's heaviest page; of `find`, its own."""
    if tab == "find":
        return "wild/find/"
    if tab == "wild":
        names = [address(path) for path in PAGES if path.parent.name == "wild"]
        names.remove("wild/find/")
    else:
        names = [
            address(lesson_page(lesson))
            for lesson in LESSONS
            if (lesson.parent.name == "nova") == (tab == "nova")
        ]
    return max(
        names, key=lambda name: (site / name / "index.html").stat().st_size
    )


# Latency in milliseconds, bytes a second: files arrive one after the other.
_PHONE = {
    "offline": False,
    "latency": 100,
    "downloadThroughput": 200_000,
    "uploadThroughput": 200_000,
}
_SHIFT = """() => {
    window.shift = 0;
    const seen = (list) => {
        for (const { value } of list.getEntries()) window.shift += value;
    };
    new PerformanceObserver(seen).observe({ type: "layout-shift" });
}"""


@pytest.mark.parametrize("name", [*KINDS, "wild/find/"])
def test_nothing_moves_while_a_page_comes(
    new_page: NewPage, name: str
) -> None:
    """At most a tenth, which search engines call good."""
    visitor = new_page(viewport={"width": 390, "height": 844})
    slow = visitor.context.new_cdp_session(visitor)
    slow.send("Network.emulateNetworkConditions", _PHONE)
    visitor.add_init_script(f"({_SHIFT})()")
    visitor.goto(name, wait_until="networkidle")
    assert visitor.evaluate("window.shift") < BUDGETS["parts"]["shift"]


@pytest.mark.parametrize("language", _HEAVIER)
@pytest.mark.parametrize(("tab", "limit"), _BYTES.items())
def test_a_first_visit_is_light(
    new_page: NewPage,
    server: Server,
    site: Path,
    tab: str,
    limit: int,
    language: str,
) -> None:
    """The tab's longest page; the search index comes when it is needed."""
    edition = _HEAVIER[language]
    longest = f"{language}{_longest(site, tab)}"
    limit = int(limit * BUDGETS["times_as_many_bytes"][edition])
    visitor = new_page()
    server.served.clear()
    visitor.goto(longest)
    # The theme's script adds it.
    visitor.locator("meta[name=color-scheme]").wait_for(state="attached")
    visitor.wait_for_timeout(1000)  # For what scripts ask for.
    visitor.context.close()
    sizes: dict[str, int] = {}
    for name in server.served:
        file = site / name.lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        body = file.read_bytes()
        body = gzip.compress(body) if file.suffix in _TEXT else body
        own = "the page" if name == f"/{longest}" else _HASH.sub("*", name)
        sizes[own] = len(body)
    requests = len(server.served)
    kind = f"{tab}, {edition}"
    if os.environ.get("RECORD"):
        _record(kind, sizes)
    most = BUDGETS["requests"][edition]
    most += BUDGETS["more_requests"].get(tab, 0)
    grown = growth(json.loads(_WEIGHTS.read_text())[kind], sizes)
    if (total := sum(sizes.values())) > limit:
        refuse([f"/{longest}: {total} bytes, at most {limit}:", *grown])
    if requests > most:
        refuse([f"/{longest}: {requests} files, at most {most}:", *grown])


def _record(kind: str, sizes: dict[str, int]) -> None:
    """Write down what the files of a page weigh."""
    known = json.loads(_WEIGHTS.read_text()) if _WEIGHTS.exists() else {}
    known[kind] = sizes
    _WEIGHTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")


def growth(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """What grew since it was written down, the most grown first.

    Args:
        before: Bytes by the files' names, as written down.
        now: The same, as measured.

    Returns:
        A line for each file.

    Examples:
        >>> growth({"/a.css": 10, "/b.js": 5}, {"/a.css": 30, "/c.js": 7})
        ['/a.css grew by 20 bytes, 10 to 30', '/c.js is new: 7 bytes']
    """
    more = {name: size - before.get(name, 0) for name, size in now.items()}
    return [
        f"{name} grew by {more[name]} bytes, {before[name]} to {now[name]}"
        if name in before
        else f"{name} is new: {now[name]} bytes"
        for name in sorted(more, key=lambda name: -more[name])
        if more[name] > 0
    ]
