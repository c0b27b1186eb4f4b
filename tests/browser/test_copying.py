"""What a reader copies from a page runs at a prompt, or as a file."""

import code
import importlib
import io
import re
import types
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from difflib import unified_diff
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page

from render.languages.pages import notes
from render.lessons.lesson import program
from tests import project
from tests.project import DOCS, LESSONS, PAGES, refuse
from tests.site.parsed import elements, parsed, texts

_SELECT = """element => {
    const range = document.createRange();
    range.selectNodeContents(element);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


class Prompt(code.InteractiveConsole):
    """Python's prompt, for a module whose names are there already."""

    def __init__(self, module: types.ModuleType) -> None:
        """Begin with what the module defines."""
        super().__init__(dict(vars(module)))
        self._refused = ""

    def showsyntaxerror(self, *_: object, **__: object) -> None:
        """Keep the lines that Python cannot compile."""
        self._refused = "\n".join(self.buffer)

    def showtraceback(self) -> None:
        """Show nothing: examples raise exceptions on purpose."""

    def paste(self, text: str) -> str:
        """Type a text and one more Enter.

        Returns:
            What is wrong with the text; empty if nothing is.
        """
        self._refused, more = "", False
        try:
            for line in [*text.splitlines(), ""]:
                more = self.push(line)
        except SystemExit:
            self.resetbuffer()
            return "this ends the reader's prompt; catch SystemExit:"
        if self._refused:
            return f"the prompt refuses these lines:\n{self._refused}\nof:"
        if more:
            self.resetbuffer()
            return "the prompt waits for more after:"
        return ""


def _check(lesson: Path, copied: list[str]) -> Iterator[str]:
    """Compare what was copied with the examples, then type it."""
    name = lesson.relative_to(project.ROOT)
    typed = [e.source for e in project.examples(lesson)]
    # A page may show functions in another order than the module.
    if sorted(_lines(copied)) != sorted(_lines(typed)):
        yield f"{name}: not the input of its examples is copied:"
        yield from unified_diff(_lines(typed), _lines(copied), lineterm="")
    prompt = Prompt(importlib.import_module(project.module(lesson)))
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        wrong = [(prompt.paste(text), text) for text in copied]
    for message, text in wrong:
        if message:
            yield f"{name}, copied: {message}\n{text}"


def _lines(texts: list[str]) -> list[str]:
    """The lines that a reader sees: no empty ones, no doctest options."""
    lines = [line for text in texts for line in text.splitlines()]
    return [x for n in lines if (x := re.sub(r"\s*(# doctest:.*)?$", "", n))]


def _clipboard(page: Page) -> str:
    """Wait for a text in the clipboard, and take it out."""
    text: str = page.evaluate(
        """async () => {
            for (let tries = 0; tries < 100; tries++) {
                const text = await navigator.clipboard.readText();
                if (text) {
                    await navigator.clipboard.writeText("");
                    return text;
                }
                await new Promise(done => setTimeout(done, 10));
            }
            return "nothing was copied";
        }"""
    )
    return text


def _copied(tree: "etree._Element", path: str) -> list[str]:
    """What the buttons of some blocks copy, read from a built page."""
    return [
        (block.get("data-copy") or texts(block, "(.//pre//code)[1]")[0]).strip(
            "\n"
        )
        for block in elements(tree, path)
    ]


def _shows_code(path: Path) -> bool:
    """Whether a page shows a lesson, upstream's code or a program."""
    kinds = {kind for _, kind, _ in project.blocks(path)}
    return bool(project.directives(path) or kinds & {"upstream", "run"})


# A program has a bar that names its file; upstream's prose holds fragments
# without.
_CLASS = "contains(concat(' ', @class, ' '), ' {} ')"
_PROGRAMS = (
    f"//*[{_CLASS.format('language-python')}][*[{_CLASS.format('filename')}]]"
)
_SESSIONS = (
    f"//*[{_CLASS.format('proof')}]//*[{_CLASS.format('language-pycon')}]"
)
_OUTPUTS = (
    f"//*[{_CLASS.format('language-output')}][not({_CLASS.format('no-copy')})]"
)


@pytest.mark.parametrize("language", ["", "zh/"])
@pytest.mark.parametrize(
    "path",
    [path for path in PAGES if _shows_code(path)],
    ids=lambda path: str(path.relative_to(DOCS)),
)
def test_code_can_be_pasted(site: Path, path: Path, language: str) -> None:
    """Programs compile; of sessions, input alone is copied, and runs.

    A lesson's program is there to the character. Its sessions are typed at a
    prompt.
    """
    name = f"{language}{path.relative_to(DOCS)}"
    if language and project.address(path) in notes():
        return  # It is shown in English or fell behind.
    tree = parsed(site / language / project.address(path) / "index.html")
    programs = _copied(tree, _PROGRAMS)
    sessions = _copied(tree, _SESSIONS)

    def problems() -> Iterator[str]:
        for text in programs:
            # A clause is shown without its `try`.
            clause = text.startswith("except ")
            whole = f"try:\n    pass\n{text}" if clause else text
            try:
                compile(whole, "copied", "exec")
            except SyntaxError as error:
                yield f"{name}: {error}, copied by the button:\n{text}"
        if elements(tree, _OUTPUTS):
            yield f"{name}: a button copies output; its block needs no-copy."
        for lesson in LESSONS:
            if project.page(lesson) != path:
                continue
            if program(lesson.read_text("utf-8")) not in programs:
                yield f"{name}: no button copies the program."
            yield from _check(lesson, sessions)

    refuse(problems())


@pytest.mark.parametrize(
    "name", ["learn/dropped_exception/", "", "case_studies/releasing_ports/"]
)
def test_button_and_mouse_copy_what_the_page_holds(
    page: Page, site: Path, name: str
) -> None:
    """On a lesson, the first page and one of Nova's."""
    page.goto(name, wait_until="domcontentloaded")
    page.locator("details").evaluate_all("all => all.map(e => e.open = true)")
    tree = parsed(site / name / "index.html")
    blocks = ".language-python:has(> .filename)"
    assert _copy_by_button(page, blocks) == _copied(tree, _PROGRAMS)
    sessions = _copied(tree, _SESSIONS)
    assert _copy_by_button(page, ".proof .language-pycon") == sessions
    mouse = _copy_by_mouse(page, ".proof .language-pycon")
    assert _lines(mouse) == _lines(sessions)
    assert page.locator(".language-output button").count() == 0


def _copy_by_button(page: Page, selector: str) -> list[str]:
    """Press the copy button of each block."""
    copied = []
    for button in page.locator(f"{selector} button[data-md-type=copy]").all():
        button.click()
        copied.append(_clipboard(page))
    return copied


def _copy_by_mouse(page: Page, selector: str) -> list[str]:
    """Select the code of each block, and press Ctrl+C."""
    copied = []
    for block in page.locator(f"{selector} code").all():
        block.evaluate(_SELECT)
        page.keyboard.press("ControlOrMeta+c")
        copied.append(_clipboard(page))
    return copied
