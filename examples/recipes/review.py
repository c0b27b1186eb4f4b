"""A reviewer's questions about the helper, asked of a source text.

`findings` answers those that a text can answer by itself. Look at the last
example: a finding is a place to look at, and not always a fault.
"""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TypeGuard

NAME = "save_and_reraise_exception"
Found = tuple[int, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Loop = ast.For | ast.AsyncFor | ast.While
Jump = ast.Return | ast.Raise | ast.Break | ast.Continue


def findings(source: str) -> list[str]:
    """List what deserves a look, in the order of the lines.

    Examples:
        >>> for finding in findings('''
        ... try:
        ...     unplug(port)
        ... except OSError:
        ...     with excutils.save_and_reraise_exception() as ctxt:
        ...         if port == "gone":
        ...             return
        ...         raise PortError(port)
        ...     log("released")
        ... except KeyError:
        ...     excutils.save_and_reraise_exception()
        ... '''):
        ...     print(finding)
        5: flag never used
        7: return in the body, flag on
        8: raise in the body, flag on
        9: code after the block
        11: without with

        >>> findings('''
        ... try:
        ...     unplug(port)
        ... except OSError:
        ...     with excutils.save_and_reraise_exception() as ctxt:
        ...         ctxt.reraise = False
        ...         release(port)
        ... ''')
        ['6: flag off in any case']

        Nothing to say of cleanup alone, or of a body that uses the flag;
        the `continue` belongs to a loop of the body:

        >>> findings('''
        ... try:
        ...     unplug(port)
        ... except KeyError:
        ...     with save_and_reraise_exception():
        ...         for other in ports:
        ...             if other == port:
        ...                 continue
        ... except OSError:
        ...     with save_and_reraise_exception() as ctxt:
        ...         if port == "gone":
        ...             ctxt.reraise = False
        ...             return
        ... ''')
        []

        A function that is called in handlers only is right, and is found:
        the handler is not in this text.

        >>> findings('''
        ... def clean_up():
        ...     with save_and_reraise_exception():
        ...         release()
        ... ''')
        ['3: outside a handler']
    """
    found: list[Found] = []
    handled: set[ast.AST] = set()
    entered: set[ast.AST] = set()
    for node in ast.walk(ast.parse(source)):  # Parents come first.
        if isinstance(node, ast.ExceptHandler):
            handled.update(_inside(node))
        elif isinstance(node, ast.With) and (item := _helper(node)):
            entered.add(item.context_expr)
            found += _in_block(node, item)
            if node not in handled:
                found.append((node.lineno, "outside a handler"))
        elif _is_helper(node) and node not in entered:
            found.append((node.lineno, "without with"))
        for first, second in _neighbours(node):
            if _flag_stays_on(first) and type(second) is not ast.Raise:
                found.append((second.lineno, "code after the block"))
    return [f"{line}: {what}" for line, what in sorted(found)]


def _is_helper(node: ast.AST) -> TypeGuard[ast.Call]:
    name = getattr(node, "func", None)
    return getattr(name, "attr", getattr(name, "id", "")) == NAME


def _helper(node: ast.AST) -> ast.withitem | None:
    """The item of a `with` that is the helper."""
    items = node.items if isinstance(node, ast.With) else []
    return next((i for i in items if _is_helper(i.context_expr)), None)


def _flag_stays_on(block: ast.AST) -> bool:
    """Whether this is a block of the helper that sets no flag."""
    return _helper(block) is not None and not any(
        getattr(n, "attr", getattr(n, "arg", "")) == "reraise"
        or (_is_helper(n) and n.args)
        for n in ast.walk(block)
    )


def _inside(node: ast.AST, loop: bool = False) -> Iterator[ast.AST]:
    """What runs there: no inner functions, no jumps in inner loops."""
    for child in ast.iter_child_nodes(node):
        jump = isinstance(child, ast.Break | ast.Continue)
        if not isinstance(child, Function) and not (loop and jump):
            yield child
            yield from _inside(child, loop or isinstance(child, Loop))


def _in_block(block: ast.With, item: ast.withitem) -> Iterator[Found]:
    flag, body = item.optional_vars, list(_inside(block))
    names = [n.id for n in body if isinstance(n, ast.Name)]
    if isinstance(flag, ast.Name) and names.count(flag.id) == 1:
        yield block.lineno, "flag never used"
    first = ast.unparse(block.body[0])
    if re.fullmatch(r"\w+\.reraise = False", first):
        yield block.body[0].lineno, "flag off in any case"
    for node in body if _flag_stays_on(block) else []:
        if isinstance(node, Jump):
            word = type(node).__name__.lower()
            yield node.lineno, f"{word} in the body, flag on"


def _neighbours(node: ast.AST) -> Iterator[tuple[ast.stmt, ast.stmt]]:
    for _, field in ast.iter_fields(node):
        if isinstance(field, list):
            yield from pairwise(field)
