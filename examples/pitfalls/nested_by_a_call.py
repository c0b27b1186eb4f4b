"""A helper inside a helper, hidden by a call: "dropped", and nothing is.

A task fails and calls a function that rolls it back. One of these functions
has a helper of its own. Look at the log lines, and at what comes out.
"""

import ast
import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("tasks")


def wrong_execute() -> None:
    """Call a function that raises again by itself.

    Examples:
        The error that is called dropped is the one that comes out.
        The format keeps the first 32 characters of a message:

        >>> import sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> outcome(wrong_execute)
        ERROR:tasks:migration failed
        ERROR:oslo_utils.excutils:Original exception being dropped
        out: OSError('cell is down')
        context: None
    """
    try:
        raise OSError("cell is down")
    except OSError:
        with excutils.save_and_reraise_exception():
            wrong_roll_back()


def wrong_roll_back() -> None:
    """Take part of the caller's task: raise what the caller handles.

    Examples:
        >>> try:
        ...     raise OSError("cell is down")
        ... except OSError:
        ...     wrong_roll_back()
        Traceback (most recent call last):
            ...
        OSError: cell is down
    """
    with excutils.save_and_reraise_exception():
        LOG.error("migration failed")


def right_execute() -> None:
    """Call a function that only rolls back.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(right_execute)
        ERROR:tasks:migration failed
        out: OSError('cell is down')
        context: None
    """
    try:
        raise OSError("cell is down")
    except OSError:
        with excutils.save_and_reraise_exception():
            right_roll_back()


def right_roll_back() -> None:
    """Roll back, and return.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> right_roll_back()
        ERROR:tasks:migration failed
    """
    LOG.error("migration failed")


def find(source: str) -> list[int]:
    """Find calls in a body to a function that re-raises by itself.

    Examples:
        That is a function of the same text whose helper stands in no
        handler:

        >>> find('''
        ... with excutils.save_and_reraise_exception():
        ...     self.roll_back()
        ... def roll_back(self):
        ...     with excutils.save_and_reraise_exception():
        ...         log("failed")
        ... ''')
        [3]
        >>> find('''
        ... with excutils.save_and_reraise_exception():
        ...     self.roll_back()
        ... def roll_back(self):
        ...     log("failed")
        ... ''')
        []
    """

    def helpers(node: ast.AST) -> set[ast.With]:
        return {
            inner
            for inner in ast.walk(node)
            if isinstance(inner, ast.With)
            and "save_and_rer" in ast.unparse(inner.items[0])
        }

    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    handlers = [n for n in nodes if isinstance(n, ast.ExceptHandler)]
    outside = helpers(tree).difference(*map(helpers, handlers))
    names = {
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef) and helpers(node) & outside
    }
    return sorted(
        call.lineno
        for block in helpers(tree)
        for call in ast.walk(block)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).rpartition(".")[2] in names
    )


def outcome(execute: Callable[[], None]) -> None:
    """Print what comes out of a task.

    Examples:
        >>> outcome(right_execute)
        out: OSError('cell is down')
        context: None
    """
    try:
        execute()
    except OSError as error:
        print("out:", repr(error))
        print("context:", repr(error.__context__))
