"""Lessons, pages and navigation belong together; examples can fail."""

import ast
import contextlib
import doctest
import io
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mkdocs.utils.meta import get_data

from render.blocks import BlockError, registry
from render.lessons.lesson import program
from render.sources.upstream import NotFoundError
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
    nav,
    page,
    refuse,
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


def test_every_page_of_a_tab_has_its_lesson() -> None:
    """Where a tab has modules, each of its pages has one."""
    tabs = {page(lesson).parent for lesson in LESSONS}
    own = {page(lesson) for lesson in LESSONS}
    refuse(
        f"{where(path, 1)}: no module "
        f"examples/{path.relative_to(DOCS).with_suffix('.py')}; write it, or "
        "move the page to a tab without modules."
        for path in PAGES
        if path.parent in tabs and path not in own and path.name != "index.md"
    )


@pytest.mark.parametrize("tab", ["nova", "pitfalls", "recipes"])
def test_index_of_a_tab_names_every_page(tab: str) -> None:
    """A reader finds each by a row of a table."""
    index = DOCS / tab / "index.md"
    rows = re.findall(r"^\| .*\|$", index.read_text("utf-8"), re.M)
    named = set(re.findall(r"\]\((\w+)\.md\)", "\n".join(rows)))
    refuse(
        f"{where(path, 1)}: no row of {index.relative_to(ROOT)} leads here; "
        "add one."
        for path in sorted(index.parent.glob("*.md"))
        if path != index and path.stem not in named
    )


def test_every_program_is_run() -> None:
    """A page runs each program, and holds its output."""
    run = {b for path in PAGES for _, kind, b in blocks(path) if kind == "run"}
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


def test_pages_name_what_exists() -> None:
    """What `:::`, ```upstream, ```run and ```release name is there."""
    fill = registry.blocks("https://example.org")

    def problems() -> Iterator[str]:
        for path in PAGES:
            for line, name in directives(path):
                try:
                    pkgutil.resolve_name(name)
                except (ImportError, AttributeError) as error:
                    yield (
                        f"{where(path, line)}: `::: {name}` names nothing "
                        f"({error}); correct the name."
                    )
            for line, kind, text in blocks(path):
                if kind not in ("upstream", "release", "run"):
                    continue
                try:
                    fill[kind](text)
                except (BlockError, NotFoundError) as error:
                    yield (
                        f"{where(path, line)}: {error}; correct "
                        f"`{text}` in the block."
                    )

    refuse(problems())


def test_every_page_is_in_the_navigation() -> None:
    """The pages and the nav of mkdocs.yml are the same set."""
    config = ROOT / "mkdocs.yml"
    lines = config.read_text("utf-8").splitlines()
    pages = {path.relative_to(DOCS).as_posix() for path in PAGES}

    def problems() -> Iterator[str]:
        for name in sorted(pages - set(nav())):
            yield f"{where(DOCS / name, 1)}: not in the nav of mkdocs.yml."
        for name, count in Counter(nav()).items():
            at = next(n for n, text in enumerate(lines, 1) if name in text)
            if name not in pages:
                yield f"{where(config, at)}: there is no docs/en/{name}."
            if count > 1:
                yield f"{where(config, at)}: {name} stands here twice."

    refuse(problems())


def test_every_public_name_has_proof() -> None:
    """Functions have examples with output; so have classes, or are used."""

    def problems() -> Iterator[str]:
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

    refuse(problems())


def test_every_example_can_fail() -> None:
    """No example is skipped, asserts in silence, or accepts any output."""

    def problems() -> Iterator[str]:
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
                if "..." in example.want and not re.search(
                    r"\w", example.want
                ):
                    yield (
                        f"{at}: `{example.want.strip()}` accepts nearly any "
                        "output; write what is printed."
                    )

    refuse(problems())


def test_every_prompt_is_shown_and_run() -> None:
    """Each `>>>` is an example that pages show and doctest finds."""

    def problems() -> Iterator[str]:
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

    refuse(problems())


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
        done = _python("-c", _RUN, module(lesson))
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


def test_lessons_run_in_the_opposite_order() -> None:
    """No lesson needs what another one left behind."""
    paths = [str(path) for path in reversed(LESSONS)]
    done = _python("-m", "pytest", "-q", "-p", "no:cacheprovider", *paths)
    refuse(
        [f"Last lesson first, in one process:\n{done.stdout}"]
        if done.returncode
        else []
    )


def test_every_page_has_a_description() -> None:
    """Search results show 50 to 160 characters."""

    def problems() -> Iterator[str]:
        for path in PAGES:
            text = str(_front_matter(path).get("description", ""))
            if not 50 <= len(text) <= 160:
                yield (
                    f"{where(path, 1)}: the description has {len(text)} "
                    "characters; write 50 to 160 in the front matter."
                )

    refuse(problems())


def test_titles_and_descriptions_are_unique() -> None:
    """Two pages with one title cannot be told apart in search results."""

    def problems() -> Iterator[str]:
        seen: dict[str, Path] = {}
        for path in PAGES:
            matter = _front_matter(path)
            heading = re.search(r"^# (.+)$", path.read_text("utf-8"), re.M)
            if heading is None:
                yield f"{where(path, 1)}: no `# Title`; write one."
                continue
            texts = {heading[1]}
            texts |= {str(matter.get(k, "")) for k in ("title", "description")}
            for text in sorted(texts - {""}):
                if text in seen:
                    yield (
                        f"{where(path, 1)}: `{text}` is on "
                        f"{where(seen[text], 1)} too; change one."
                    )
                seen[text] = path

    refuse(problems())


def test_pages_hold_no_python_of_their_own() -> None:
    """What nothing runs may be wrong: pages pull Python in."""

    def problems() -> Iterator[str]:
        for path in PAGES:
            lines = path.read_text("utf-8").splitlines()
            for number, line in enumerate(lines, 1):
                if ">>>" in line or re.match(r"\s*(```|~~~)\s*\{?\.?py", line):
                    yield (
                        f"{where(path, number)}: nothing runs this; move it "
                        "to a lesson, and show the lesson by `:::`."
                    )

    refuse(problems())


def _front_matter(path: Path) -> dict[str, Any]:
    _, data = get_data(path.read_text("utf-8"))
    return dict(data)


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
