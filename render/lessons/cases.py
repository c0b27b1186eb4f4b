"""The cases of the table of behaviour, and the result of each.

The modules of `examples/reference/behaviour` declare them. They run in an
interpreter of their own, so that a page that is served shows a change of
theirs at once, and so that other versions of Python and of the library can
run them in the same way (see `render.measure.versions`).
"""

import ast
import functools
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from mkdocs.exceptions import BuildError

from examples.reference.behaviour.cases import GROUPS
from render import cache
from render.data import read_text
from render.paths import ROOT

FOLDER = ROOT / "examples" / "reference" / "behaviour"
COMMAND = ["-m", "examples.reference.behaviour"]

# The fields of `examples.reference.behaviour.cases.Outcome`, by names of cases.
Results = dict[str, dict[str, Any]]


class CasesError(BuildError):
    """There are no such cases, or they cannot be run."""


@dataclass(frozen=True)
class Case:
    """A case as its module declares it.

    Attributes:
        group: Its module.
        function: The name of its function.
        words: The case in words, as Markdown.
        source: The function, without its declaration.
    """

    group: str
    function: str
    words: str
    source: str

    @property
    def name(self) -> str:
        """Group and function, as results and addresses name the case."""
        return f"{self.group}.{self.function}"


def read(text: str) -> Results:
    """Read what the cases print.

    Args:
        text: The output of `python -m examples.reference.behaviour`.

    Returns:
        The result of each case.
    """
    results: Results = json.loads(text)["cases"]
    return results


def current() -> Results:
    """Run the cases with this interpreter and its library.

    Returns:
        The result of each case; kept until a file changes.

    Raises:
        CasesError: They could not be run.
    """
    cache.reads(FOLDER)
    return _results(cache.digest(FOLDER.relative_to(ROOT).as_posix()))


@functools.cache
def _results(digest: str) -> Results:
    return read(cache.result("cases", digest, _run))


def _run() -> str:
    done = subprocess.run(
        [sys.executable, *COMMAND], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise CasesError(f"the cases cannot be run:\n{done.stderr}")
    return done.stdout


def cases(group: str) -> list[Case]:
    """The cases of a group, in the order of its module.

    Args:
        group: A key of GROUPS.

    Returns:
        One entry for each function that `@case` declares.

    Raises:
        CasesError: There is no such group.

    Examples:
        >>> first = cases("body")[0]
        >>> first.name, first.words
        ('body.body_succeeds', 'the body succeeds')
        >>> print(first.source)
        def body_succeeds() -> None:
            try:
                raise First("release")
            except First:
                with save_and_reraise_exception():
                    pass
        >>> cases("gone")
        Traceback (most recent call last):
            ...
        render.lessons.cases.CasesError: no group `gone`; there are body, nothing_to_raise, leaving, nesting, kinds, generators, coroutines, threads, methods, logger, around, misuse
    """
    found = []
    for node, source in _defined(group):
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            declared = node.decorator_list[0]
            assert isinstance(declared, ast.Call)
            words = ast.literal_eval(declared.args[0])
            found.append(Case(group, node.name, words, source))
    return found


def helpers(group: str) -> str:
    """The functions and classes of a group that its cases use.

    Args:
        group: A key of GROUPS.

    Returns:
        Python; empty for a group that has none.

    Raises:
        CasesError: There is no such group.
    """
    return "\n\n\n".join(
        source for node, source in _defined(group) if not node.decorator_list
    )


def _defined(group: str) -> list[tuple[ast.FunctionDef | ast.ClassDef, str]]:
    """What a group's module defines, with the sources without decorators."""
    if group not in GROUPS:
        raise CasesError(f"no group `{group}`; there are {', '.join(GROUPS)}")
    return _parsed(read_text(FOLDER / f"{group}.py"))


@functools.cache
def _parsed(text: str) -> list[tuple[ast.FunctionDef | ast.ClassDef, str]]:
    lines = text.splitlines()
    return [
        (node, "\n".join(lines[node.lineno - 1 : node.end_lineno]))
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
