"""Checks of misspelt names: the function's, the flag's, an argument's."""

import ast
import difflib
import functools
from collections.abc import Iterator

from reraise_lint.analysis import Analysis
from reraise_lint.checks.found import finding
from reraise_lint.meanings import (
    HELPER,
    LIBRARY,
    Helper,
    Imported,
    is_library,
)
from reraise_lint.module import FUNCTIONS, dotted, parameters
from reraise_lint.rules import Finding

_ARGUMENTS = {"reraise", "logger"}
_ATTRIBUTES = {
    "capture",
    "force_reraise",
    "logger",
    "reraise",
    "tb",
    "type_",
    "value",
}
# Packages that have the helper in their module `excutils` and nowhere else.
_PACKAGES = ("oslo_utils", "oslo.utils")


def check(analysis: Analysis) -> Iterator[Finding]:
    """Yield what is misspelt in a module."""
    yield from _functions(analysis)
    yield from _imports(analysis)
    yield from _flags(analysis)
    yield from _arguments(analysis)


def _functions(analysis: Analysis) -> Iterator[Finding]:
    module = analysis.module
    for name, nodes in module.named.items():
        wrong = name == HELPER
        if not wrong and not resembles_helper(name):
            continue
        for node in nodes:
            if not isinstance(node.ctx, ast.Load):
                continue
            if isinstance(node, ast.Attribute):
                owner = analysis.uses.resolve(node.value)
                if (is_library(owner) and not wrong) or (
                    wrong and _in_other_module(owner)
                ):
                    assert isinstance(owner, Imported)
                    text = f"`{owner.name}`"
                    yield finding("SRE501", node, node, module=text, name=name)
            elif not wrong and _is_undefined(node, analysis):
                text = "this module"
                yield finding("SRE501", node, node, module=text, name=name)
    for statement in module.kinds.get(ast.ImportFrom, ()):
        assert isinstance(statement, ast.ImportFrom)
        origin = statement.module or ""
        for alias in statement.names:
            library = origin.rpartition(".")[2] == "excutils"
            misspelt = library and resembles_helper(alias.name)
            if misspelt or (alias.name == HELPER and origin in _PACKAGES):
                text = f"`{origin}`"
                yield finding(
                    "SRE501",
                    statement,
                    statement,
                    module=text,
                    name=alias.name,
                )


def _imports(analysis: Analysis) -> Iterator[Finding]:
    """Report the library's name where nothing imports it."""
    module = analysis.module
    if not module.imports:
        return  # A fragment: what surrounds it imports the name.
    for node in module.named.get(HELPER, ()):
        name = node.value if isinstance(node, ast.Attribute) else node
        if (
            isinstance(node.ctx, ast.Load)
            and isinstance(name, ast.Name)
            and name.id in (HELPER, LIBRARY)
            and _is_undefined(name, analysis)
        ):
            yield finding("SRE510", node, node, name=name.id)


def _in_other_module(owner: object) -> bool:
    """Whether an expression stands for the library, but not `excutils`."""
    if not isinstance(owner, Imported):
        return False
    package, _, module = owner.name.rpartition(".")
    return (package or module) in _PACKAGES and module != "excutils"


def _is_undefined(node: ast.Name, analysis: Analysis) -> bool:
    """Whether nothing in the module defines a name that is used."""
    module = analysis.module
    if module.star_imports or node.id in module.imports:
        return False
    if module.definitions(node.id):
        return False
    if any(not isinstance(n.ctx, ast.Load) for n in module.named[node.id]):
        return False
    return not any(
        isinstance(scope, FUNCTIONS) and node.id in parameters(scope)
        for scope in module.above(node)
    )


def _flags(analysis: Analysis) -> Iterator[Finding]:
    """Report attributes like the flag, and comparisons for assignments."""
    module = analysis.module
    for use in analysis.uses.blocks:
        effects = analysis.effects(use)
        for name, node in _attributes(use.names, use.block, analysis):
            if not effects.holds(node.value):
                continue
            parent = module.parents[node]
            if name == "reraise":
                compared = isinstance(parent, ast.Compare) and isinstance(
                    module.parents[parent], ast.Expr
                )
                annotated = isinstance(parent, ast.AnnAssign) and (
                    parent.value is None
                )
                if compared or annotated:
                    text = ast.unparse(parent)
                    yield finding("SRE503", parent, parent, text=text)
            elif resembles_flag(name):
                yield finding("SRE502", node, node, name=name)


def _attributes(
    names: set[str], block: ast.AST, analysis: Analysis
) -> Iterator[tuple[str, ast.Attribute]]:
    """Yield the attributes that the lines of a block take of some names."""
    for name in names:
        for node in analysis.module.within(name.rpartition(".")[2], block):
            parent = analysis.module.parents[node]
            if isinstance(parent, ast.Attribute) and parent.value is node:
                yield parent.attr, parent


def _arguments(analysis: Analysis) -> Iterator[Finding]:
    """Report arguments that the class doesn't take."""
    for use in analysis.uses.blocks:
        call = use.item
        if not isinstance(call, ast.Call) or not use.helper.own:
            continue
        if dotted(call.func) and isinstance(
            analysis.uses.resolve(call), Helper
        ):
            for keyword in call.keywords:
                name = keyword.arg
                if name and name not in _ARGUMENTS and resembles_flag(name):
                    yield finding("SRE502", call, call, name=name)


@functools.cache
def resembles_helper(name: str) -> bool:
    """Whether a name is nearly, but not quite, the helper's.

    Args:
        name: The name.

    Returns:
        Whether it has a word of it misspelt, left out or added.
    """
    words = name.lower()
    if name == HELPER or not words.startswith(("sa", "reraise", "re_raise")):
        return False
    ratio = difflib.SequenceMatcher(None, words, HELPER).ratio()
    return len(name) >= 10 and ratio >= 0.7


@functools.cache
def resembles_flag(name: str) -> bool:
    """Whether a name is nearly, but not quite, the flag's.

    Args:
        name: The name.

    Returns:
        Whether it has letters of it misspelt, left out or added.
    """
    if name in _ATTRIBUTES:
        return False
    letters = name.lower().replace("_", "")
    if letters == "raise" or "reraise" in letters:
        return True
    return difflib.SequenceMatcher(None, letters, "reraise").ratio() >= 0.8
