"""What is known of the flag `reraise`, and what an expression sets it to."""

import ast
from collections.abc import Callable

from reraise_lint.module import FUNCTIONS, Module, parameters

# What the flag may be at a place: a sum of these. No bit at all means that
# the place isn't reached.
UNREACHED = 0
ON = 1
OFF = 2
UNKNOWN = 4
# Code that isn't in sight has the helper and may set its flag in any call.
ESCAPED = 8

_COMPARISONS: dict[type[ast.cmpop], Callable[[object, object], bool]] = {
    ast.Is: lambda a, b: a is b,
    ast.IsNot: lambda a, b: a is not b,
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
}


def is_on(state: int) -> bool:
    """Whether the flag is certainly truthy."""
    return state & ~ESCAPED == ON


def is_off(state: int) -> bool:
    """Whether the flag is certainly falsy."""
    return state & ~ESCAPED == OFF


def _flip(state: int) -> int:
    return {ON: OFF, OFF: ON}.get(state, UNKNOWN)


def truth(node: ast.expr | None, module: Module, depth: int = 5) -> int:
    """Tell whether an expression is truthy.

    Args:
        node: The expression.
        module: The module around it.
        depth: How many names to follow.

    Returns:
        `ON`, `OFF` or `UNKNOWN`. A name counts if it has one value in its
        function, or is an exception that a handler caught.
    """
    match node:
        case ast.Constant(value=value):
            return ON if value else OFF
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _flip(truth(operand, module, depth))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return truth(operand, module, depth)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return _filled(items)
        case ast.Set() | ast.Lambda():
            return ON
        case ast.Dict(values=values):
            return _filled(values)
        case ast.NamedExpr(value=value):
            return truth(value, module, depth)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            which = truth(test, module, depth)
            if which != UNKNOWN:
                return truth(body if which == ON else orelse, module, depth)
            return _agreed(
                truth(body, module, depth), truth(orelse, module, depth)
            )
        case ast.BoolOp(op=op, values=values):
            parts = {truth(value, module, depth) for value in values}
            decisive = ON if isinstance(op, ast.Or) else OFF
            if decisive in parts:
                return decisive
            return UNKNOWN if UNKNOWN in parts else _flip(decisive)
        case ast.Compare(
            left=ast.Constant(value=left),
            ops=[op],
            comparators=[ast.Constant(value=right)],
        ) if type(op) in _COMPARISONS:
            return ON if _COMPARISONS[type(op)](left, right) else OFF
        case ast.Call(func=ast.Name(id="bool"), args=[value], keywords=[]):
            return truth(value, module, depth)
        case ast.Call(func=ast.Name(id="bool"), args=[], keywords=[]):
            return OFF
        case ast.Name() if depth:
            return _named(node, module, depth)
    return UNKNOWN


def _filled(items: list[ast.expr]) -> int:
    if any(isinstance(item, ast.Starred) for item in items):
        return UNKNOWN
    return ON if items else OFF


def _agreed(first: int, second: int) -> int:
    return first if first == second else UNKNOWN


def _named(node: ast.Name, module: Module, depth: int) -> int:
    """Tell whether a variable is truthy, by its only value."""
    scope: ast.AST = module.function(node)
    for parent in module.above(node):
        if parent is scope:
            break
        if isinstance(parent, ast.ExceptHandler) and parent.name == node.id:
            return ON  # An exception; few classes define __bool__().
    # A constant of the module may be set from outside, as tests do.
    while isinstance(scope, FUNCTIONS):
        values = _values(node.id, scope, module)
        if values is None or len(values) > 1:
            return UNKNOWN
        if values:
            return truth(values[0], module, depth - 1)
        scope = module.function(scope)
    return UNKNOWN


def _values(
    name: str, scope: ast.AST, module: Module
) -> list[ast.expr] | None:
    """Return what a scope assigns to a name; None if that can't be told."""
    found: list[ast.expr] = []
    if isinstance(scope, FUNCTIONS) and name in parameters(scope):
        return None
    if name in module.imports or module.is_shared(name):
        return None
    for use in module.stores(name, scope):
        parent = module.parents[use]
        if not isinstance(parent, ast.Assign | ast.AnnAssign):
            return None
        if isinstance(parent, ast.Assign) and use not in parent.targets:
            return None
        if parent.value is not None:
            found.append(parent.value)
    return found


def reraise_argument(call: ast.Call) -> ast.expr | None:
    """Return the expression that a call gives as the flag."""
    for keyword in call.keywords:
        if keyword.arg == "reraise":
            return keyword.value
    return call.args[0] if call.args else None


def given(call: ast.Call, module: Module, default: int = ON) -> int:
    """Tell what a call that makes a helper sets its flag to.

    Args:
        call: The call.
        module: The module around it.
        default: The flag if the call says nothing.

    Returns:
        `ON`, `OFF` or `UNKNOWN`.
    """
    argument = reraise_argument(call)
    if isinstance(argument, ast.Starred):
        return UNKNOWN
    if argument is None:
        unpacked = any(keyword.arg is None for keyword in call.keywords)
        return UNKNOWN if unpacked else default
    return truth(argument, module)


def sets_by_name(call: ast.Call, names: set[str]) -> ast.expr | None:
    """Return the value in `setattr(helper, "reraise", value)`."""
    match call:
        case ast.Call(
            func=ast.Name(id="setattr"),
            args=[ast.Name(id=name), ast.Constant(value="reraise"), value],
        ) if name in names:
            return value
    return None
