"""Imports between the project's folders go one way."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.project import ROOT, refuse, where

# A row of CONTRIBUTING.md: importers, an arrow, what they may import.
_ROW = re.compile(r"^([\w., ]+?) +-> (.+)$", re.M)


def _allowed() -> dict[str, set[str]]:
    """Read what each folder may import of the others."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return {
        name: set(imported.split(", ")) - {"nothing"}
        for importers, imported in _ROW.findall(text)
        for name in importers.split(", ")
    }


ALLOWED = _allowed()
FOLDERS = {name for name in ALLOWED if not name.endswith(".py")}


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
    refuse(
        f"{name}: CONTRIBUTING.md has no row `{name} -> ...` that says what "
        "it may import; write one."
        for name in sorted({file.parts[0] for file in files} - ALLOWED.keys())
    )


def test_imports_lead_downwards() -> None:
    """A folder imports only what has its own row further down."""
    order = list(ALLOWED)
    refuse(
        f"CONTRIBUTING.md: {top} -> {name}: there is no row of {name} below "
        f"that of {top}."
        for at, top in enumerate(order)
        for name in sorted(ALLOWED[top] - set(order[at + 1 :]))
    )
