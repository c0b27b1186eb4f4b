"""Decide which imports go with the uses of the helper."""

import ast
import os
from collections.abc import Sequence

from reraise_lint.fix_body import TRIES
from reraise_lint.fix_uses import (
    HELPER,
    Use,
    dotted_name,
    imported_as,
    scope_of,
)

Import = ast.Import | ast.ImportFrom
Notes = list[tuple[int, str]]


def unused_imports(
    tree: ast.Module,
    fixed: Sequence[Use],
    parents: dict[ast.AST, ast.AST],
    comments: set[int],
    path: str,
) -> tuple[dict[Import, list[ast.alias]], Notes]:
    """Find the imports that only the fixed uses needed.

    Args:
        tree: The file.
        fixed: The uses that go.
        parents: The node that holds each node.
        comments: The lines with a comment.
        path: The file's path.

    Returns:
        The names that can go, by statement; and for each import that stays,
        its line and why.
    """
    gone = {use.call.func for use in fixed}
    roots = {dotted_name(each).partition(".")[0] for each in gone}
    imports = []
    loads: list[ast.Name] = []
    for each in ast.walk(tree):
        if isinstance(each, Import):
            imports += [
                (each, alias)
                for alias in each.names
                if imported_as(each, alias)[0] in roots
            ]
        elif isinstance(each, ast.Name) and each.id in roots:
            loads.append(each)
    unused: dict[Import, list[ast.alias]] = {}
    notes = []
    for node, alias in imports:
        name, _ = imported_as(node, alias)
        scope = scope_of(node, parents)
        others = {
            scope_of(each, parents)
            for each, also in imports
            if imported_as(each, also)[0] == name
        }
        removed: list[int] = []
        left: list[int] = []
        for load in loads:
            if load.id == name and _visible(load, others, parents) is scope:
                whole = _whole(load, parents)
                (removed if whole in gone else left).append(load.lineno)
        if not removed or not _covers(node, alias, gone):
            continue
        reason = _stays(node, alias, left, parents, comments, path, tree)
        if reason:
            stays = f"the import of `{name}` stays: {reason}"
            notes.append((node.lineno, stays))
        else:
            unused.setdefault(node, []).append(alias)
    for node in list(unused):
        block = _block(node, parents)
        if all(each in unused for each in block) and all(
            len(unused[each]) == len(each.names)
            for each in block
            if isinstance(each, Import)
        ):
            del unused[node]
            reason = "an import stays: nothing else is in its block"
            notes.append((node.lineno, reason))
    return unused, notes


def _visible(
    node: ast.AST, scopes: set[ast.AST], parents: dict[ast.AST, ast.AST]
) -> ast.AST | None:
    while not isinstance(node, ast.Module):
        node = scope_of(node, parents)
        if node in scopes:
            return node
    return None


def _whole(node: ast.expr, parents: dict[ast.AST, ast.AST]) -> ast.expr:
    """Return the longest dotted name that begins with a name."""
    while isinstance(parent := parents[node], ast.Attribute):
        node = parent
    return node


def _covers(node: Import, alias: ast.alias, gone: set[ast.expr]) -> bool:
    """Whether a fixed use was reached through this import."""
    name = alias.asname or alias.name
    if isinstance(node, ast.Import) and not alias.asname:
        return any(dotted_name(each).startswith(f"{name}.") for each in gone)
    return any(dotted_name(each).split(".")[0] == name for each in gone)


def _stays(
    node: Import,
    alias: ast.alias,
    left: list[int],
    parents: dict[ast.AST, ast.AST],
    comments: set[int],
    path: str,
    tree: ast.Module,
) -> str:
    """Say why an import stays; "" if it goes."""
    name = alias.asname or alias.name
    if left:
        return f"the name is used in line {min(left)}"
    if any(line in comments for line in _lines(node)):
        return "it has a comment"
    if isinstance(parents[node], (*TRIES, ast.ExceptHandler)):
        return "it is part of a `try`"
    if os.path.basename(path) == "__init__.py" or alias.asname == alias.name:
        return "others may import it from here"
    if any(
        isinstance(each, ast.Constant) and each.value == name
        for each in ast.walk(tree)
    ):
        return "a string names it"
    return ""


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _block(node: ast.stmt, parents: dict[ast.AST, ast.AST]) -> list[ast.stmt]:
    for _, block in ast.iter_fields(parents[node]):
        if isinstance(block, list) and node in block:
            return block
    raise AssertionError("a statement is in a block of its parent")


def patches(tree: ast.AST) -> Notes:
    """Find the strings that name the helper, as those of tests that patch it.

    Returns:
        Line and sentence of each.
    """
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for each in (*node.args, *(k.value for k in node.keywords)):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                text = each.value
                if HELPER in text.split(".") or text.endswith(".excutils"):
                    reason = f'a string names the helper: "{text}" (patched?)'
                    found.append((each.lineno, reason))
    return found
