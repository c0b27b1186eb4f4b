"""Checks of a copy of the helper that a module defines itself."""

import ast
from collections.abc import Iterator

from reraise_lint.analysis import Analysis
from reraise_lint.checks.found import finding
from reraise_lint.meanings import HELPER
from reraise_lint.module import dotted, last_name
from reraise_lint.rules import Finding

# Calls of a copy that raise nothing of their own: it logs and formats.
_QUIET = {
    "_",
    "_LE",
    "critical",
    "debug",
    "error",
    "exc_info",
    "exception",
    "format",
    "format_exc",
    "format_exception",
    "format_tb",
    "getLogger",
    "info",
    "isinstance",
    "join",
    "log",
    "print",
    "repr",
    "str",
    "warn",
    "warning",
}


def check(analysis: Analysis) -> Iterator[Finding]:
    """Yield the copies of a module that never re-raise."""
    for kind in ast.ClassDef, ast.FunctionDef:
        for node in analysis.module.kinds.get(kind, ()):
            assert isinstance(node, ast.ClassDef | ast.FunctionDef)
            if node.name == HELPER and _never_raises(node):
                yield finding("SRE107", node)


def _never_raises(node: ast.ClassDef | ast.FunctionDef) -> bool:
    if isinstance(node, ast.ClassDef):
        methods = {
            part.name: part
            for part in node.body
            if isinstance(part, ast.FunctionDef)
        }
        left = methods.get("__exit__")
        return left is not None and not _may_raise(left, methods, set())
    decorators = {last_name(part) for part in node.decorator_list}
    if "contextmanager" not in decorators:
        return False
    return not any(_may_raise(part, {}, set()) for part in node.body)


def _may_raise(
    node: ast.AST, methods: dict[str, ast.FunctionDef], seen: set[str]
) -> bool:
    """Whether code may raise where the body of the `with` has ended well.

    Args:
        node: The code.
        methods: The methods of its class, which are followed.
        seen: Those that have been followed.
    """
    if isinstance(node, ast.Raise):
        return True
    if isinstance(node, ast.ExceptHandler) and not methods:
        return False  # Of a generator: the body of the `with` failed.
    if isinstance(node, ast.Call):
        name = last_name(node.func)
        if dotted(node.func) == f"self.{name}" and name in methods:
            if name not in seen:
                seen.add(name)
                if _may_raise(methods[name], methods, seen):
                    return True
        elif name not in _QUIET:
            return True  # It may re-raise.
    return any(
        _may_raise(part, methods, seen) for part in ast.iter_child_nodes(node)
    )
