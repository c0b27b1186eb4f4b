"""Pages fit a phone and a desk, weigh little, and need no script."""

import gzip
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage, Server
from tests.project import BUDGETS, DOCS, LESSONS, PAGES, address, refuse
from tests.project import page as lesson_page

_BYTES: dict[str, int] = BUDGETS["bytes"]
_OWN = {"find", "text"}
_HEAVIER = {"": "en", "zh/": "zh"}
# Chinese text is wrapped anywhere: tables and code are what may not fit, on
# one page of each folder and on those of Nova.
CHINESE = sorted(
    address(path)
    for path in PAGES
    if path.parent.name == "case_studies"
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

# The elements wider than the page, for the message.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return "";
    const scrolled = "pre, .md-typeset__scrollwrap";  // Inside, it may.
    const wide = [...document.querySelectorAll("body *")].find(element =>
        element.getBoundingClientRect().right > width + 1
        && !element.parentElement.closest(scrolled));
    return wide ? wide.outerHTML.slice(0, 200) : "something scrolls";
}"""

# Text that its own box cuts off, tables that scroll inside theirs, and words
# outside code blocks that continue in the next row. A name may continue after
# "." "_" and "/", which end words here; a Chinese character is a word.
UNREADABLE = """() => {
    const problems = new Set();
    const words = /(?:(?!\\p{Script=Han})[\\p{L}\\p{N}])+/gu;
    const range = document.createRange();
    const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
    const shown = {
        contentVisibilityAuto: true,
        opacityProperty: true,
        visibilityProperty: true,
    };
    const clips = (box, text) => {
        const { overflowX, textOverflow } = getComputedStyle(box);
        const { left, right, width } = box.getBoundingClientRect();
        return ["clip", "hidden"].includes(overflowX)
            && textOverflow !== "ellipsis"
            && width > 1  // Kept for screen readers alone.
            && (text.right > right + 1 || text.left < left - 1);
    };
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const parent = node.parentElement;
        if (!node.data.trim() || !parent?.checkVisibility(shown)) continue;
        const meant = "svg, .md-search, .md-ellipsis, .run-editor";
        if (parent.closest(meant)) continue;
        const where = parent.outerHTML.replace(/\\s+/g, " ").slice(0, 80);
        range.selectNodeContents(node);
        const text = range.getBoundingClientRect();
        for (let box = parent; box; box = box.parentElement) {
            const { overflowX } = getComputedStyle(box);
            if (["auto", "scroll"].includes(overflowX)) break;
            if (clips(box, text)) problems.add(`clipped: ${where}`);
        }
        if (parent.closest("pre")) continue;
        for (const word of node.data.matchAll(words)) {
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            const rows = [...range.getClientRects()].map(({ top }) => top);
            if (Math.max(...rows) - Math.min(...rows) > 4)
                problems.add(`${word[0]} is split: ${where}`);
        }
    }
    // A matrix of numbers is marked as wide.
    for (const table of document.querySelectorAll("table:not(.wide)")) {
        const box = table.closest(".md-typeset__scrollwrap");
        const edge = box?.getBoundingClientRect().right + 1;
        const cells = [...table.querySelectorAll("th, td, td *")];
        if (cells.some(cell => cell.getBoundingClientRect().right > edge))
            problems.add(`scrolls: ${table.outerHTML.slice(0, 80)}`);
    }
    return [...problems];
}"""


def test_pages_need_no_script(new_page: NewPage) -> None:
    """Title, programs and sessions are there without JavaScript."""
    reader = new_page(java_script_enabled=False)
    reader.goto("")
    header = reader.locator(".md-header")
    # Not the indigo that the theme's script would replace.
    expect(header).to_have_css("background-color", "rgb(34, 48, 79)")
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
    """The address of a kind's heaviest page; some kinds are one page."""
    if tab in _OWN:
        return f"reference/usage/{tab}/"
    if tab == "wild":
        names = [
            address(path)
            for path in PAGES
            if path.parent.name == "usage" and path.stem not in _OWN
        ]
    else:
        names = [
            address(lesson_page(lesson))
            for lesson in LESSONS
            if (lesson.parent.name == "case_studies") == (tab == "nova")
        ]
    return max(
        names, key=lambda name: (site / name / "index.html").stat().st_size
    )


# Words of tables that are in two rows of text. A name with `<wbr>` is
# several texts, and may be broken between these.
_SPLIT = """() => {
    const split = [];
    for (const table of document.querySelectorAll("article table")) {
        const texts = document.createTreeWalker(table, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const { data } = texts.currentNode;
            for (const { 0: word, index } of data.matchAll(/[^\\s/-]+/g)) {
                const range = document.createRange();
                range.setStart(texts.currentNode, index);
                range.setEnd(texts.currentNode, index + word.length);
                const tops = [...range.getClientRects()].map(r => r.top);
                if (Math.max(...tops) - Math.min(...tops) > 4)
                    split.push(word);
            }
        }
    }
    return split;
}"""


@pytest.mark.parametrize(
    "name",
    [
        "case_studies/boot/",
        "case_studies/context_managers/",
        "reference/behaviour/",
        "reference/usage/",
        "reference/usage/find/",
    ],
)
def test_no_word_of_a_table_is_split(new_page: NewPage, name: str) -> None:
    """On a desk, neither in heads nor in names of functions and loggers."""
    visitor = new_page()
    visitor.goto(name)
    assert visitor.evaluate(_SPLIT) == []
    visitor.context.close()


@pytest.mark.parametrize(("name", "most"), BUDGETS["elements"].items())
def test_a_page_has_few_elements(
    new_page: NewPage, name: str, most: int
) -> None:
    """Each costs a phone time whenever something of the page changes."""
    visitor = new_page()
    visitor.goto(name)
    visitor.locator("meta[name=color-scheme]").wait_for(state="attached")
    visitor.wait_for_timeout(300)  # For scripts that come late.
    count = visitor.evaluate("document.querySelectorAll('*').length")
    visitor.context.close()
    assert most / 2 < count <= most


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


@pytest.mark.parametrize("name", [*KINDS, "reference/usage/find/"])
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
        sizes[name] = len(body)
    requests = len(server.served)
    most = BUDGETS["requests"][edition]
    most += BUDGETS["more_requests"].get(tab, 0)
    listed = [f"{name}: {size}" for name, size in sizes.items()]
    if (total := sum(sizes.values())) > limit:
        refuse([f"/{longest}: {total} bytes, at most {limit}:", *listed])
    if requests > most:
        refuse([f"/{longest}: {requests} files, at most {most}:", *listed])
