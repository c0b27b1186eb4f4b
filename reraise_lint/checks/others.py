"""Finds flags that are set on what isn't the helper."""

import ast
from collections.abc import Iterator

from reraise_lint.analysis import Analysis
from reraise_lint.flag import UNKNOWN, truth
from reraise_lint.meanings import Helper, Maker
from reraise_lint.module import FUNCTIONS, Module, parameters
from reraise_lint.uses import Use


def other_flag(use: Use, analysis: Analysis) -> Iterator[ast.Attribute]:
    """Yield where a body sets `reraise` of what isn't the helper.

    Args:
        use: The use with the body.
        analysis: Its analysis.

    Yields:
        Targets on an exception that a handler caught, or on a name that
        nothing binds.
    """
    module = analysis.module
    effects = analysis.effects(use)
    for node in module.within("reraise", use.block):
        parent = module.parents[node]
        if (
            not isinstance(node, ast.Attribute)
            or not isinstance(node.ctx, ast.Store)
            or not isinstance(node.value, ast.Name)
            or effects.holds(node.value)
            or not isinstance(parent, ast.Assign)
            or truth(parent.value, module) == UNKNOWN
            or isinstance(analysis.uses.resolve(node.value), Helper | Maker)
        ):
            continue
        name = node.value.id
        if _is_caught(name, node, module) or _is_unbound(name, node, module):
            yield node


def _is_caught(name: str, node: ast.AST, module: Module) -> bool:
    """Whether a name is that of an exception in a handler around a node."""
    return any(
        isinstance(handler, ast.ExceptHandler) and handler.name == name
        for handler in module.above(node)
    )


def _is_unbound(name: str, node: ast.AST, module: Module) -> bool:
    """Whether nothing that a node sees binds a name."""
    if module.star_imports or name in module.imports:
        return False
    if module.definitions(name) or module.is_shared(name):
        return False
    scope = module.scope(node)
    while True:
        if module.stores(name, scope) or (
            isinstance(scope, FUNCTIONS) and name in parameters(scope)
        ):
            return False
        if isinstance(scope, ast.Module):
            return True
        scope = module.function(scope)
