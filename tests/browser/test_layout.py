"""Pages fit a phone and a desk, weigh little, and need no script."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NewPage, Server
from tests.project import DOCS, LESSONS, PAGES, address, refuse
from tests.project import page as lesson_page

# Bytes of a first visit; in Chinese, a tenth more. Of a lesson's, less than
# 3 KiB are what lets code run, until it is asked to. Pages on Nova pull its
# source in. The table of all uses has a row for each, also for readers without
# JavaScript: nearly a thousand names of functions and exceptions, which is
# 16 KiB however packed.
_BYTES = {
    "lessons": 92 * 1024,
    "nova": 100 * 1024,
    "wild": 94 * 1024,
    "find": 110 * 1024,
}
_HEAVIER = {"": 1.0, "zh/": 1.1}
# Chinese pages have their own type and queries; pages on real uses a script
# and its style.
_REQUESTS = {"": 12, "zh/": 14}
_MORE_REQUESTS = {"wild": 2, "find": 2}
# Chinese text is wrapped anywhere: tables and code are what may not fit, on
# one page of each folder and on those of Nova.
_CHINESE = {
    path
    for path in PAGES
    if path.parent.name == "nova"
    or path == next(p for p in PAGES if p.parent == path.parent)
}
_TEXT = {".css", ".html", ".js", ".json", ".svg", ".xml"}

_SMALL_CODE = """() => [...document.querySelectorAll("article code")]
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

every_page = pytest.mark.parametrize(
    "name",
    [address(path) for path in PAGES]
    + [f"zh/{address(path)}" for path in sorted(_CHINESE)],
)


@every_page
def test_a_page_fits(page: Page, name: str) -> None:
    """No sideways scrolling, and code that can be read on a phone."""
    page.goto(name, wait_until="domcontentloaded")
    problems = []
    for width in 1440, 768, 390:
        page.set_viewport_size({"width": width, "height": 844})
        if wide := page.evaluate(TOO_WIDE):
            problems.append(f"/{name} at {width} px: {wide}")
    if small := page.evaluate(_SMALL_CODE):
        problems.append(
            f"/{name}: {len(small)} pieces of code are smaller than 11 px on "
            f"a phone, such as {small[0]!r}"
        )
    refuse(problems)


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
    """The search index apart, and 12 requests: the tab's longest page."""
    longest = f"{language}{_longest(site, tab)}"
    limit = int(limit * _HEAVIER[language])
    visitor = new_page()
    server.served.clear()
    # What a page loads last, some time after the rest.
    with visitor.expect_response("**/search_index.json"):
        visitor.goto(longest)
    visitor.wait_for_load_state("networkidle")
    sizes = {}
    for name in server.served:
        file = site / name.lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        body = file.read_bytes()
        body = gzip.compress(body) if file.suffix in _TEXT else body
        sizes[name] = len(body)
    listed = "\n".join(f"{size:7} {name}" for name, size in sizes.items())
    sizes.pop(f"/{language}search/search_index.json", None)
    assert sum(sizes.values()) <= limit, f"more than {limit} bytes:\n{listed}"
    most = _REQUESTS[language] + _MORE_REQUESTS.get(tab, 0)
    assert len(server.served) <= most, f"more than {most} requests:\n{listed}"
