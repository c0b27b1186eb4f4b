"""The statements of a module, without the expressions in them.

Three million lines have some twenty million expressions, and imports,
assignments, `with` and `except` are none of them.
"""

import ast
from collections.abc import Iterator

_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")
Block = ast.stmt | ast.ExceptHandler | ast.match_case


def statements(node: ast.AST) -> Iterator[Block]:
    """All statements inside a node, handlers and cases among them.

    Args:
        node: A module or a statement; of a lambda and the like, nothing.

    Yields:
        The statements, in the order of the text.

    Examples:
        >>> tree = ast.parse('''
        ... try:
        ...     with lock: pass
        ... except OSError: raise
        ... else:
        ...     def g(): return 1
        ... ''')
        >>> [type(node).__name__ for node in statements(tree)]
        ['Try', 'With', 'Pass', 'ExceptHandler', 'Raise', 'FunctionDef', 'Return']
    """
    for child in children(node):
        yield child
        yield from statements(child)


def children(node: ast.AST) -> Iterator[Block]:
    r"""The statements directly inside a node, handlers and cases among them.

    Args:
        node: A module or a statement.

    Yields:
        The statements, in the order of the text.

    Examples:
        >>> tree = ast.parse("if a: b\nelse: c")
        >>> [ast.unparse(node) for node in children(tree.body[0])]
        ['b', 'c']
    """
    for block in _BLOCKS:
        yield from getattr(node, block, ())
