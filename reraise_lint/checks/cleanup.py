"""Tells by its name whether a call cleans up."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise

from reraise_lint.module import FUNCTIONS, TRIES, WITHS, last_name

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
    "revert",
    "rm",
    "rmtree",
    "rollback",
    "shutdown",
    "stop",
    "teardown",
    "terminate",
    "umount",
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
    "untag",
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
    name = _CAMEL.sub("_", last_name(call)).lower()
    words = [word for word in name.split("_") if word]
    if _PAIRS & set(pairwise(words)) or "cleanup" in words:
        return True
    if "rollback" in words or "teardown" in words:
        return True
    while words and words[0] in _BEFORE:
        del words[0]
    return bool(words) and words[0] in _VERBS


def unguarded(nodes: list[ast.stmt]) -> Iterator[ast.Call]:
    """Yield the calls in some statements whose exceptions get out.

    Args:
        nodes: The statements.

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
        if isinstance(node, WITHS):
            continue
        if isinstance(node, ast.Call):
            yield node
        waiting += reversed(list(ast.iter_child_nodes(node)))
