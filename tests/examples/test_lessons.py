"""Lessons, pages and navigation belong together; examples can fail."""

import ast
import contextlib
import doctest
import io
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mkdocs.utils.meta import get_data

from render.lessons.lesson import program
from tests.project import (
    DOCS,
    LESSONS,
    PAGES,
    PLAYGROUND,
    PROGRAMS,
    ROOT,
    SHOWN,
    blocks,
    directives,
    documented,
    examples,
    module,
    page,
    refuse,
    refusing,
    where,
)

_WIDTH = 72
_IMPORTABLE = {*sys.stdlib_module_names, "oslo_utils", "nova"}

# Runs the doctests of the named module and prints whose they are.
_RUN = """
import doctest, importlib, sys
module = importlib.import_module(sys.argv[1])
if doctest.testmod(module).failed:
    sys.exit(1)
for test in doctest.DocTestFinder(exclude_empty=True).find(module):
    print(test.name)
"""


def test_there_are_lessons_and_pages() -> None:
    """The guards below look at something."""
    assert LESSONS, "no module was found in examples/*/"
    assert PROGRAMS, "no program was found in examples/first_screen/"
    assert PAGES, "no page was found in docs/en/"


def test_every_lesson_has_its_page_and_is_shown() -> None:
    """A module has a page of its name, and a page shows it."""
    shown = {name for path in PAGES for _, name in directives(path)}

    def problems() -> Iterator[str]:
        for lesson in LESSONS:
            own = page(lesson).relative_to(ROOT)
            if page(lesson) not in PAGES:
                yield f"{where(lesson, 1)}: no page {own}; write it."
            if module(lesson) not in shown:
                yield (
                    f"{where(lesson, 1)}: no page shows this module; write "
                    f"`::: {module(lesson)}` in {own}."
                )

    refuse(problems())


@pytest.mark.parametrize("tab", ["case_studies", "troubleshoot", "how_to"])
def test_index_of_a_tab_names_every_page(tab: str) -> None:
    """A reader finds each from there."""
    index = DOCS / tab / "index.md"
    text = index.read_text("utf-8")
    named = set(re.findall(r"\]\((\w+)\.md(?:#[\w-]+)?\)", text))
    refuse(
        f"{where(path, 1)}: no link of {index.relative_to(ROOT)} leads here; "
        "add one."
        for path in sorted(index.parent.glob("*.md"))
        if path != index and path.stem not in named
    )


def test_every_program_is_run() -> None:
    """A page runs each program, and holds its output or its events."""
    run = {
        line.rpartition(": ")[2]
        for path in PAGES
        for _, kind, text in blocks(path)
        if kind in ("run", "compare")
        for line in text.splitlines()
    }
    refuse(
        f"{where(path, 1)}: no page runs this program; name it in a ```run "
        "block, or delete it."
        for path in [*PROGRAMS, *SHOWN]
        if str(path.relative_to(ROOT)) not in run
    )


def test_no_output_is_left_out_before_a_traceback() -> None:
    """An example that expects a traceback prints nothing before it.

    doctest does not compare what is printed before, so a page would show
    less than a reader sees.
    """
    left = []
    for lesson in LESSONS:
        loaded = pkgutil.resolve_name(module(lesson))
        for test in doctest.DocTestFinder().find(loaded):
            for example in test.examples:
                printed = _printed(example.source, test.globs)
                if example.exc_msg is not None and printed:
                    line = (test.lineno or 0) + example.lineno + 1
                    left.append(
                        f"{where(lesson, line)}: prints {printed!r} before "
                        "its traceback, and nothing compares it; catch the "
                        "exception and print it."
                    )
    refuse(left)


def _printed(source: str, names: dict[str, Any]) -> str:
    """What an example prints before it returns or raises."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(BaseException):
        exec(compile(source, "<example>", "single"), names)
    return out.getvalue()


@refusing
def test_every_public_name_has_proof() -> Iterator[str]:
    """Functions have examples with output; so have classes, or are used."""
    for lesson in LESSONS:
        found = examples(lesson)
        if not found:
            yield f"{where(lesson, 1)}: no example; write `Examples:`."
        proven = {e.owner.partition(".")[0] for e in found if e.want}
        trees: list[ast.AST] = [ast.parse(e.source) for e in found]
        trees += [n for name, n in documented(lesson) if name in proven]
        used = {
            node.id
            for tree in trees
            for node in ast.walk(tree)
            if isinstance(node, ast.Name)
        }
        for name, node in documented(lesson):
            if isinstance(node, ast.Module) or "." in name:
                continue
            if name.startswith("_") or name in proven:
                continue
            if isinstance(node, ast.ClassDef) and name in used:
                continue
            yield (
                f"{where(lesson, node.lineno)}: no example with output "
                f"proves `{name}`; write one under `Examples:` in its "
                "docstring, or begin the name with an underscore."
            )


@refusing
def test_every_example_can_fail() -> Iterator[str]:
    """No example is skipped, asserts in silence, or accepts any output."""
    for lesson in LESSONS:
        text = lesson.read_text("utf-8")
        for line, content in enumerate(text.splitlines(), 1):
            if re.search(r"doctest:.*(SKIP|IGNORE)", content):
                yield (
                    f"{where(lesson, line)}: this option keeps an example "
                    "from failing; take it out and show what happens."
                )
        for example in examples(lesson):
            at = where(lesson, example.line)
            tree = ast.parse(example.source)
            if any(isinstance(n, ast.Assert) for n in ast.walk(tree)):
                yield (
                    f"{at}: `assert` shows nothing; print the value and "
                    "let its output be compared."
                )
            if "..." in example.want and not re.search(r"\w", example.want):
                yield (
                    f"{at}: `{example.want.strip()}` accepts nearly any "
                    "output; write what is printed."
                )


@refusing
def test_every_prompt_is_shown_and_run() -> Iterator[str]:
    """Each `>>>` is an example that pages show and doctest finds."""
    for path in [*LESSONS, *PROGRAMS, *PLAYGROUND]:
        listed = {e.line for e in examples(path) if e.listed}
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip() == "Example:":
                yield (
                    f"{where(path, number)}: pages do not know "
                    "`Example:`; write `Examples:`."
                )
            if line.lstrip().startswith(">>>") and number not in listed:
                yield (
                    f"{where(path, number)}: this `>>>` is not shown or "
                    "not run; move it under `Examples:` in the docstring "
                    "of the module, a class, a function or a method."
                )


def test_every_example_can_be_typed() -> None:
    """At a prompt, an empty `...` line ends the block."""
    refuse(
        f"{where(lesson, example.line + number)}: at a prompt, this empty "
        "`...` line ends the block; take it out."
        for lesson in LESSONS
        for example in examples(lesson)
        for number, line in enumerate(example.source.rstrip().splitlines())
        if not line.strip()
    )


def test_code_fits_a_phone() -> None:
    """Shown code has at most 72 columns; prose and output are wrapped."""

    def shown(path: Path) -> Iterator[tuple[int, str]]:
        text = path.read_text("utf-8")
        kept = set(program(text).splitlines())
        lines = enumerate(text.splitlines(), 1)
        yield from ((n, line) for n, line in lines if line in kept)
        for example in examples(path):
            for n, line in enumerate(example.source.splitlines()):
                yield example.line + n, f">>> {line}"

    refuse(
        f"{where(path, number)}: {len(line)} columns of code, a phone shows "
        f"{_WIDTH}; break the line."
        for path in [*LESSONS, *PROGRAMS, *PLAYGROUND]
        for number, line in shown(path)
        if len(line) > _WIDTH
    )


def test_lessons_import_only_the_library_and_openstack() -> None:
    """A reader can paste a lesson where oslo.utils is installed."""

    def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, a.name) for a in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.lineno, node.module or "."

    def problems() -> Iterator[str]:
        for path in [*LESSONS, *PROGRAMS, *PLAYGROUND]:
            found = list(imported(ast.parse(path.read_text("utf-8"))))
            for example in examples(path):
                for line, name in imported(ast.parse(example.source)):
                    found.append((example.line + line - 1, name))
            for line, name in found:
                if name.partition(".")[0] not in _IMPORTABLE:
                    yield (
                        f"{where(path, line)}: imports `{name}`; a lesson "
                        "needs the standard library, oslo_utils and nova only."
                    )

    refuse(problems())


def test_every_lesson_runs_alone() -> None:
    """In a new interpreter, doctest finds and passes every example."""

    def problem(lesson: Path) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", _RUN, module(lesson)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            return (
                f"{where(lesson, 1)}: fails in an interpreter of its own, "
                f"with warnings as errors:\n{done.stdout}"
            )
        found = {
            name.removeprefix(module(lesson)).lstrip(".")
            for name in done.stdout.splitlines()
        }
        return "\n".join(
            f"{where(lesson, example.line)}: doctest does not find the "
            f"examples of `{example.owner}`; move them to the docstring of "
            "the module or of a plain function."
            for example in examples(lesson)
            if example.owner not in found
        )

    with ThreadPoolExecutor() as pool:
        refuse(filter(None, pool.map(problem, LESSONS)))


@refusing
def test_every_page_has_a_description() -> Iterator[str]:
    """Search results show 50 to 160 characters."""
    for path in PAGES:
        _, data = get_data(path.read_text("utf-8"))
        text = str(data.get("description", ""))
        if not 50 <= len(text) <= 160:
            yield (
                f"{where(path, 1)}: the description has {len(text)} "
                "characters; write 50 to 160 in the front matter."
            )


@refusing
def test_pages_hold_no_python_of_their_own() -> Iterator[str]:
    """What nothing runs may be wrong: pages pull Python in."""
    for path in PAGES:
        lines = path.read_text("utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if ">>>" in line or re.match(r"\s*(```|~~~)\s*\{?\.?py", line):
                yield (
                    f"{where(path, number)}: nothing runs this; move it "
                    "to a lesson, and show the lesson by `:::`."
                )
