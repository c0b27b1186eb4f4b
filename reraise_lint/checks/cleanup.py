"""Tells by its name whether a call cleans up."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from reraise_lint.catching import swallowed
from reraise_lint.module import FUNCTIONS, TRIES, WITHS, Module, last_name

# Words that may come before the one that counts.
_BEFORE = {
    "try",
    "safe",
    "safely",
    "do",
    "force",
    "driver",
    "ensure",
    "best",
    "effort",
}
_VERBS = {
    "abort",
    "cancel",
    "clean",
    "cleanup",
    "close",
    "deallocate",
    "del",
    "delete",
    "deregister",
    "destroy",
    "detach",
    "disable",
    "disassociate",
    "disconnect",
    "drop",
    "free",
    "kill",
    "logout",
    "purge",
    "release",
    "remove",
    "reset",
    "restore",
    "retract",
    "revert",
    "revoke",
    "rm",
    "rmtree",
    "rollback",
    "shutdown",
    "stop",
    "teardown",
    "terminate",
    "umount",
    "unassign",
    "unbind",
    "undo",
    "unexport",
    "unlink",
    "unlock",
    "unmanage",
    "unmap",
    "unmount",
    "unplug",
    "unpublish",
    "unregister",
    "unreserve",
    "unset",
    "unstage",
    "unsubscribe",
    "untag",
    "unwind",
    "wipe",
}
_PAIRS = {
    ("clean", "up"),
    ("roll", "back"),
    ("tear", "down"),
    ("shut", "down"),
}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def cleans_up(call: ast.Call) -> bool:
    """Whether a call undoes or removes something, by its name.

    Args:
        call: The call.

    Returns:
        Whether the name's first word, or a pair of words anywhere in it, says
        so. Words are compared whole: `freeze` isn't `free`.
    """
    if any(keyword.arg == "ignore_errors" for keyword in call.keywords):
        return False
    name = _CAMEL.sub("_", last_name(call)).lower()
    words = [word for word in name.split("_") if word]
    if _PAIRS & set(pairwise(words)) or "cleanup" in words:
        return True
    if "rollback" in words or "teardown" in words:
        return True
    while words and words[0] in _BEFORE:
        del words[0]
    return bool(words) and words[0] in _VERBS


def unguarded(nodes: list[ast.stmt], module: Module) -> Iterator[ast.Call]:
    """Yield the calls in some statements whose exceptions propagate.

    Args:
        nodes: The statements.
        module: The module around them.

    Yields:
        Calls outside inner functions, `try` with handlers, and `with` whose
        manager is called `suppress` or is unknown to the reader.
    """
    waiting: list[ast.AST] = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            continue
        if isinstance(node, TRIES) and node.handlers:
            continue
        if isinstance(node, WITHS) and not _is_transparent(node, module):
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting += reversed(list(ast.iter_child_nodes(node)))


def _is_transparent(node: ast.With | ast.AsyncWith, module: Module) -> bool:
    """Whether exceptions pass through all managers of a `with`."""
    return all(
        swallowed(item.context_expr, module).nothing for item in node.items
    )
