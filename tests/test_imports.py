"""Imports between the project's folders go one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.project import ROOT, refuse, where

FOLDERS = {"examples", "render", "reraise_lint", "runner", "survey", "tests"}
# What each folder may import of the others. `runner` runs in the reader's
# browser, where none of the others but lessons is.
ALLOWED = {
    "examples": set(),
    "render": {"examples", "reraise_lint", "runner", "survey"},
    "reraise_lint": set(),
    "runner": {"examples"},
    "survey": {"reraise_lint"},
    "tests": FOLDERS,
    "conftest.py": FOLDERS,
}


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Find the top-level names that a file imports, with their lines."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name.partition(".")[0]
        # A relative import stays inside its folder.
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, str(node.module).partition(".")[0]


def test_imports_between_folders_are_allowed() -> None:
    """Lessons stand alone, and nothing that ships needs the tests."""
    refuse(
        f"{where(path, line)}: imports {name}; {top} may import "
        f"{', '.join(sorted(allowed)) or 'nothing'} of the other folders"
        for top, allowed in ALLOWED.items()
        for path in (
            [ROOT / top]
            if top.endswith(".py")
            else sorted((ROOT / top).rglob("*.py"))
        )
        for line, name in _imports(path)
        if name in FOLDERS - allowed - {top}
    )


def test_every_folder_with_python_has_its_rule() -> None:
    """A new one would go unread."""
    files = (
        path.relative_to(ROOT)
        for pattern in ("*.py", "*/*.py")
        for path in ROOT.glob(pattern)
        if not path.relative_to(ROOT).parts[0].startswith(".")
    )
    assert {file.parts[0] for file in files} <= ALLOWED.keys()
