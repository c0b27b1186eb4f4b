"""What the project consists of, read from its files."""

import ast
import doctest
import functools
import importlib.util
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, cast

import pytest
from mkdocs.utils.yaml import yaml_load

P = ParamSpec("P")

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "en"
BUDGETS: dict[str, Any] = tomllib.loads(
    (ROOT / "tests" / "budgets.toml").read_text("utf-8")
)

# The programs that the first screen shows whole and runs.
PROGRAMS = sorted((ROOT / "examples" / "first_screen").glob("*.py"))
# Programs that other pages show; some need more packages than the site has.
SHOWN = sorted((ROOT / "examples" / "programs").glob("*.py"))
# The programs that the playground begins with.
PLAYGROUND = sorted((ROOT / "examples" / "playground").glob("*.py"))
# A folder each. Beside them is what their checks share.
CHALLENGES = sorted(
    path.parent
    for path in (ROOT / "examples" / "challenges").glob("*/__init__.py")
)
# Challenges and programs are shown, run and compared, and by other tests than
# lessons: they have no docstrings that explain and prove.
LESSONS = sorted(
    path
    for path in (ROOT / "examples").glob("*/*.py")
    if path.name != "__init__.py"
    and path.parent.name
    not in {"challenges", "first_screen", "playground", "programs"}
)
PAGES = sorted(DOCS.rglob("*.md"))

# Where the sitemap says that the site is; a server has another port. Pages
# change without loading anew where the sitemap has their address.
SITE_URL = re.compile(rb"http://127\.0\.0\.1:8000/")

_DIRECTIVE = re.compile(r"^(?:#+ +)?::: ?(\S+)", re.M)
_BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.M | re.S)

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Example:
    """One example of a docstring.

    Attributes:
        owner: Whose docstring: a qualified name, empty for the module.
        line: The number of its first line in the file.
        source: Its input, without prompts.
        want: The output that it expects.
        listed: Whether it is in an `Examples:` section.
    """

    owner: str
    line: int
    source: str
    want: str
    listed: bool


# What comes before a command that a test interrupts: tests in the background
# ignore SIGINT, tests under nohup SIGHUP, and what they start would, too.
INTERRUPTIBLE = [
    sys.executable,
    "-c",
    "import os, signal, sys;"
    "signal.signal(signal.SIGHUP, signal.SIG_DFL);"
    "signal.signal(signal.SIGINT, signal.SIG_DFL);"
    "os.execv(sys.argv[1], sys.argv[1:])",
]


def where(path: Path, line: int) -> str:
    """A place in a file, as editors and terminals link it."""
    return f"{path.relative_to(ROOT)}:{line}"


def refuse(problems: Iterable[str]) -> None:
    """Fail with one line for each problem, if there is any."""
    if found := list(problems):
        pytest.fail("\n".join(found), pytrace=False)


def refusing(test: Callable[P, Iterable[str]]) -> Callable[P, None]:
    """Make a test of a function that yields problems: each fails it."""

    @functools.wraps(test)
    def refused(*args: P.args, **kwargs: P.kwargs) -> None:
        refuse(test(*args, **kwargs))

    return refused


@functools.cache
def nova() -> Path:
    """The folder of the installed Nova, which is not imported."""
    spec = importlib.util.find_spec("nova")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


@functools.cache
def nova_modules() -> dict[str, str]:
    """The text of each module of Nova outside its tests, by its path."""
    return {
        path.relative_to(nova()).as_posix(): path.read_text("utf-8")
        for path in nova().rglob("*.py")
        if "tests" not in path.relative_to(nova()).parts
    }


def module(lesson: Path) -> str:
    """The name that a lesson is imported by."""
    return ".".join(lesson.relative_to(ROOT).with_suffix("").parts)


def page(lesson: Path) -> Path:
    """The page that belongs to a lesson."""
    inside = lesson.relative_to(ROOT / "examples")
    return DOCS / inside.with_suffix(".md")


def address(path: Path) -> str:
    """A page's address, from the root of the site."""
    inside = path.relative_to(DOCS).with_suffix("").as_posix()
    return f"{inside}/".removesuffix("index/")


def directives(path: Path) -> list[tuple[int, str]]:
    """The `:::` of a page: line numbers and names."""
    text = path.read_text("utf-8")
    return [
        (text.count("\n", 0, m.start()) + 1, m[1])
        for m in _DIRECTIVE.finditer(text)
    ]


def blocks(path: Path) -> list[tuple[int, str, str]]:
    """The fenced blocks of a page: line numbers, languages, contents."""
    text = path.read_text("utf-8")
    return [
        (text.count("\n", 0, m.start()) + 1, m[1], m[2].strip())
        for m in _BLOCK.finditer(text)
    ]


def nav(config: str = "mkdocs.yml") -> list[str]:
    """The files that the navigation names."""
    with (ROOT / config).open(encoding="utf-8") as file:
        return list(_leaves(yaml_load(file)["nav"]))


def _leaves(item: object) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, dict):
        yield from _leaves(list(item.values()))
    else:
        for part in cast("list[object]", item):
            yield from _leaves(part)


def documented(lesson: Path) -> Iterator[tuple[str, Documented]]:
    """All that a docstring of a lesson can belong to, in source order.

    These are the module, its classes and functions, and their methods;
    doctest looks nowhere else.
    """

    def inside(
        node: Documented, name: str
    ) -> Iterator[tuple[str, Documented]]:
        yield name, node
        if isinstance(node, ast.Module | ast.ClassDef):
            for child in node.body:
                if isinstance(child, Documented):
                    own = f"{name}.{child.name}" if name else child.name
                    yield from inside(child, own)

    return inside(ast.parse(lesson.read_text("utf-8")), "")


def examples(lesson: Path) -> list[Example]:
    """The examples of a lesson's docstrings, in source order."""
    found = []
    for owner, node in documented(lesson):
        text = ast.get_docstring(node, clean=False)
        if text is None:
            continue
        first = node.body[0].lineno
        listed = _listed(text)
        for example in doctest.DocTestParser().get_examples(text, str(lesson)):
            found.append(
                Example(
                    owner,
                    first + example.lineno,
                    example.source,
                    example.want,
                    example.lineno in listed,
                )
            )
    return found


def _listed(docstring: str) -> set[int]:
    """Return the lines of a docstring that are under `Examples:`."""
    lines = docstring.splitlines()
    indents = [len(n) - len(n.lstrip()) for n in lines]
    margin = min(
        (i for i, n in zip(indents[1:], lines[1:], strict=True) if n.strip()),
        default=0,
    )
    found, inside = set(), False
    for number, line in enumerate(lines):
        if line.strip() and indents[number] == margin:
            inside = line.strip() == "Examples:"
        elif inside:
            found.add(number)
    return found
