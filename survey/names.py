"""What an expression is called in full, with imports and variables followed.

A `with` says `lock:` or `excutils.save_and_reraise_exception():`, and the text
of the file says further up what `lock` and `excutils` are.
"""

import ast
import types
from bisect import bisect_left, bisect_right
from collections import defaultdict

from survey.statements import statements

Place = tuple[int, int]
Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.ClassDef | ast.Module


class Names:
    """The names of a module, as far as its own text tells."""

    def __init__(self, tree: ast.Module) -> None:
        """Collect a module's imports and assignments.

        Args:
            tree: The module. Imports count wherever they are: below `try`,
                in functions, below `if TYPE_CHECKING`.
        """
        self._imports: dict[str, str] = {}
        self._values: dict[str, list[tuple[Place, ast.expr]]] = defaultdict(
            list
        )
        self._functions: dict[str, list[tuple[Scope, Function]]] = defaultdict(
            list
        )
        self._keep_functions(tree)
        for node in statements(tree):
            if isinstance(node, Function | ast.ClassDef):
                self._keep_functions(node)
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.asname:
                        # Of two, as in `try ... except ImportError`, the first.
                        self._imports.setdefault(alias.asname, alias.name)
            elif isinstance(node, ast.ImportFrom):
                package = "." * node.level + (node.module or "")
                for alias in node.names:
                    joint = "" if package.endswith(".") else "."
                    self._imports.setdefault(
                        alias.asname or alias.name,
                        f"{package}{joint}{alias.name}",
                    )
            elif isinstance(node, ast.Assign) and len(node.targets) == 1:
                self._keep(node.targets[0], node.value)
            elif isinstance(node, ast.AnnAssign) and node.value:
                self._keep(node.target, node.value)
        for values in self._values.values():
            values.sort(key=lambda pair: pair[0])

    def _keep(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name | ast.Attribute):
            self._values[_text(target)].append(
                ((value.lineno, value.col_offset), value)
            )

    def _keep_functions(self, scope: Scope) -> None:
        for node in scope.body:
            if isinstance(node, Function):
                self._functions[node.name].append((scope, node))

    def function(self, node: ast.expr) -> Function | None:
        """The function of this module that an expression names.

        Args:
            node: The function's name, or `self` and a method's.

        Returns:
            The innermost one around the expression.
        """
        match node:
            case ast.Name(id=name):
                kinds: type | types.UnionType = Function | ast.Module
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                kinds = ast.ClassDef
            case _:
                return None
        known = self._functions.get(name, [])  # In the order of the scopes.
        last = bisect_right(
            known, node.lineno, key=lambda pair: _first(pair[0])
        )
        for scope, function in map(known.__getitem__, reversed(range(last))):
            if isinstance(scope, kinds) and (
                isinstance(scope, ast.Module)
                or node.lineno <= (scope.end_lineno or 0)
            ):
                return function
        return None

    def full(self, node: ast.expr, depth: int = 3) -> str:
        """Name an expression; `()` stands for a call, `[]` for an item.

        Args:
            node: The expression.
            depth: How many variables to follow.

        Returns:
            The name. A variable is named by what was assigned to it last
            above the expression, in the order of the text.

        Examples:
            >>> def names(text):
            ...     tree = ast.parse(text)
            ...     for node in ast.walk(tree):
            ...         for item in getattr(node, "items", ()):
            ...             print(Names(tree).full(item.context_expr))

            An alias, and an import that is tried:

            >>> names('''
            ... try:
            ...     from unittest import mock as m
            ... except ImportError:
            ...     import mock as m
            ... with m.patch.object(a, "b"), open("c") as d:
            ...     pass
            ... ''')
            unittest.mock.patch.object()
            open()

            Variables and attributes, followed to what they hold:

            >>> names('''
            ... import threading as t
            ... class Pool:
            ...     def __init__(self):
            ...         self.lock = t.Lock()
            ...     def get(self):
            ...         guard = self.lock
            ...         with guard:
            ...             pass
            ... ''')
            threading.Lock()

            Calls in a row, items, `await`, a condition's first branch:

            >>> names('''
            ... async def f():
            ...     async with (await engine()).begin(), locks[0]:
            ...         with (a() if b else c()):
            ...             pass
            ... ''')
            engine().begin()
            locks[]
            a()
        """
        match node:
            case ast.Name(id=name):
                if name in self._imports:
                    return self._imports[name]
                return self._held(node, depth) or name
            case ast.Attribute(value=value, attr=attr):
                held = self._held(node, depth)
                return held or f"{self.full(value, depth)}.{attr}"
            case ast.Call(func=func):
                return f"{self.full(func, depth)}()"
            case ast.Subscript(value=value):
                return f"{self.full(value, depth)}[]"
            case ast.Await(value=value) | ast.IfExp(body=value):
                return self.full(value, depth)
            case ast.NamedExpr(value=value) | ast.BoolOp(values=[value, *_]):
                return self.full(value, depth)
        return type(node).__name__

    def held(self, node: ast.expr) -> ast.expr | None:
        """What was assigned last, above it in the text, to a variable.

        Args:
            node: The variable's name, or an attribute's.

        Returns:
            The value; if all assignments are below, the first.

        Examples:
            >>> tree = ast.parse("lock = 1; lock = Lock(); lock; lock = 2")
            >>> ast.unparse(Names(tree).held(tree.body[2].value))
            'Lock()'
        """
        values = self._values.get(_text(node), [])
        place = (node.lineno, node.col_offset)
        above = bisect_left(values, place, key=lambda pair: pair[0])
        return values[max(above - 1, 0)][1] if values else None

    def _held(self, node: ast.expr, depth: int) -> str:
        """The full name of what a variable holds, if that says more."""
        match value := self.held(node) if depth else None:
            case None | ast.Constant() | ast.Dict() | ast.List():
                return ""
            case ast.Call(
                func=ast.Attribute(attr="get"), args=[ast.Constant(), *_]
            ):
                return ""  # An item, which says less than the name.
        return self.full(value, depth - 1)


def _first(scope: Scope) -> int:
    return 0 if isinstance(scope, ast.Module) else scope.lineno


def _text(node: ast.expr) -> str:
    """A plain dotted name; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            return (inner := _text(value)) and f"{inner}.{attr}"
    return ""
