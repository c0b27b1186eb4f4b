"""How `reraise` is set in a use of the helper."""

import ast
from typing import TypeGuard

# `reraise` is `True` unless the call says otherwise.
FLAGS = {
    "first": "set in the body's first line",
    "set": "set further down",
    "argument": "given in the call, and only running it tells the value",
    "off": "off in the call, and nothing turns it on",
    "default": "given or set, to what it is anyway",
    "unused": "a name behind `as`, and no use of it",
    "other": "used otherwise",
}


def flag(
    name: str, first: ast.stmt, body: list[ast.AST], call: ast.Call
) -> str:
    """Classify how a use sets `reraise`.

    Args:
        name: The target after `as`, or nothing.
        first: The first statement of its body.
        body: All nodes that run there.
        call: The call of the helper.

    Returns:
        One of the first five of `FLAGS`; nothing if it is not set.
    """
    argument = given(call)
    begins = constant(argument) if argument else True
    found = [node for node in body if name and sets(node, name)]
    changes = [
        node
        for node in found
        if begins is None or constant(node.value) is not begins
    ]
    if changes:
        return "first" if first in changes else "set"
    if begins is not True:
        return "argument" if begins is None else "off"
    return "default" if argument or found else ""


def sets(
    node: ast.AST, name: str = "", attribute: str = "reraise"
) -> TypeGuard[ast.Assign]:
    """Whether a statement sets the flag, of a context manager of a name."""
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Attribute)
        and target.attr == attribute
        and (not name or ast.unparse(target.value) == name)
        for targets in node.targets
        for target in getattr(targets, "elts", [targets])
    )


def constant(node: ast.expr) -> bool | None:
    """What a flag is set to, if the text tells."""
    value = getattr(node, "value", None)
    return value if isinstance(value, bool) else None


def given(call: ast.Call) -> ast.expr | None:
    """The flag as it is given in the call."""
    named = (k.value for k in call.keywords if k.arg == "reraise")
    return call.args[0] if call.args else next(named, None)
