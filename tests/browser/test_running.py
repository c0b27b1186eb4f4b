"""Code on pages runs in the reader's browser, and does what the page says.

Nothing is asked of another host: the browser of these tests finds none.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import SECONDS, packed
from tests.project import (
    DOCS,
    LESSONS,
    PAGES,
    ROOT,
    address,
    blocks,
    page,
    refuse,
)

pytestmark = packed

_GO = """href => {
    const link = document.createElement("a");
    link.href = href;
    document.body.append(link);
    link.click();
}"""

_UNFOLD = """block => {
    const fold = block.closest("details");
    if (fold) fold.open = true;
}"""


@pytest.fixture(scope="module")
def visit(visit: Page) -> Page:
    """A visit: pages change without loading anew, and Python stays."""
    visit.goto("")
    visit.evaluate("window.visit = true")
    return visit


def go(visit: Page, path: Path) -> None:
    """Go to a page as a click on a link does."""
    target = "/" + address(path)
    if visit.evaluate("location.pathname + location.hash") == target:
        return
    bars = visit.locator(".run-bar").element_handles()
    visit.evaluate(_GO, target)
    visit.wait_for_function("path => location.pathname === path", arg=target)
    visit.wait_for_function("all => !all.some(e => e.isConnected)", arg=bars)
    visit.locator(".run-bar").first.wait_for()


def press(block: Locator, name: str) -> None:
    """Press a button of a block, whose fold is opened if it is in one.

    What the panel said before is taken away: what it says then is the answer.
    """
    block.evaluate(_UNFOLD)
    block.locator(".run-status").evaluate_all(
        "all => all.forEach(one => { one.textContent = ''; })"
    )
    block.get_by_role("button", name=name, exact=True).click()


def ended(block: Locator) -> str:
    """Wait until a run is over.

    Returns:
        What the panel says of it.
    """
    expect(block.get_by_role("button", name="Stop")).to_be_hidden(
        timeout=SECONDS
    )
    status = block.locator(".run-status")
    expect(status).not_to_have_text(re.compile("…$|^$"), timeout=SECONDS)
    return status.inner_text().strip()


def run(block: Locator) -> str:
    """Press Run and wait until the run is over."""
    press(block, "Run")
    return ended(block)


@pytest.mark.parametrize(
    "lesson", LESSONS, ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_every_example_agrees_with_its_page(visit: Page, lesson: Path) -> None:
    """Run of a lesson's program runs all examples below it."""
    go(visit, page(lesson))
    name = ".".join(lesson.relative_to(ROOT).with_suffix("").parts)
    block = visit.locator(
        f'.lesson[data-module="{name}"] > .language-python'
    ).first
    said = run(block)
    shown = visit.locator(f'[data-module="{name}"] .language-pycon')
    prompts = shown.get_by_text(re.compile(r"^>>> $")).count()

    def problems() -> Iterator[str]:
        for part in block.locator(".run-differs").all():
            before = part.evaluate(
                "e => [e.previousSibling, e.previousSibling?.previousSibling]"
                ".map(n => n?.textContent).reverse().join('')"
            )
            yield f"{name}: the browser's Python says\n{before}"
            yield part.inner_text()
        counted = re.match(r"(\d+) examples?: same", said)
        if not counted or int(counted[1]) < 1:
            printed = block.locator(".run-output").inner_text()
            yield f"{name}: {said}\n{printed}"
        elif int(counted[1]) != prompts:
            yield f"{name}: {counted[1]} of {prompts} examples ran"

    refuse(problems())


# Of the programs that need more than the browser has, pages show records.
_RECORDED = {
    f"examples/programs/{path.stem}.py"
    for path in (ROOT / "docs" / "data" / "programs").glob("*.json")
}
_PROGRAMS = [
    (path, number)
    for path in PAGES
    for number, text in enumerate(
        text
        for _, kind, text in blocks(path)
        if kind == "run" and text not in _RECORDED
    )
]


@pytest.mark.parametrize(
    ("path", "number"), _PROGRAMS, ids=lambda x: str(getattr(x, "stem", x))
)
def test_every_program_prints_what_its_page_shows(
    visit: Page, path: Path, number: int
) -> None:
    """A program that a page shows and runs prints the same in the browser."""
    go(visit, path)
    block = visit.locator("[data-run]").nth(number)
    page_output = block.locator("xpath=following-sibling::*[1]")
    said = run(block)
    printed = page_output.locator(".run-output").inner_text()
    assert said == "The program ended: same output as on the page.", printed
    # It isn't printed twice.
    expect(page_output.locator("pre.run-same")).to_be_visible()
    expect(page_output.locator(".run-output")).to_be_hidden()


def test_a_visit_is_one_document(visit: Page) -> None:
    """Pages change without loading anew: these tests see what readers see."""
    go(visit, DOCS / "learn" / "dropped_exception.md")
    go(visit, DOCS / "learn" / "how_it_works.md")
    assert visit.evaluate("window.visit") is True


def test_a_session_runs_after_those_it_needs(visit: Page) -> None:
    """The third session of a docstring has the first one's variables."""
    go(visit, DOCS / "learn" / "dropped_exception.md")
    block = visit.locator(".proof .language-pycon").nth(1)
    assert run(block) == "1 example: same output as on the page."
    # It isn't printed twice.
    expect(block.locator(".go.run-same")).to_have_count(1)
    expect(block.locator(".run-output")).to_be_hidden()


def test_sessions_use_the_edited_program(visit: Page) -> None:
    """What a reader changes in the program shows in the sessions below."""
    go(visit, DOCS / "learn" / "dropped_exception.md")
    program = visit.locator(".lesson > .language-python")
    press(program, "Edit")
    field = program.locator("textarea")
    field.fill(field.input_value().replace("Neutron is down", "no answer"))
    block = visit.locator(".proof .language-pycon").nth(1)
    assert run(block) == "1 of 1 examples: different output than on the page."
    # In place of the page's output, which comes below it.
    changed = block.locator("pre > code .run-got")
    expect(changed).to_contain_text("ConnectionError('no answer')")
    expect(changed.locator(".run-differs")).to_contain_text(
        "ConnectionError('Neutron is down')"
    )
    expect(block.locator(".run-output")).to_be_hidden()
    press(program, "Reset")
    assert run(block) == "1 example: same output as on the page."
    expect(changed).to_have_count(0)
