"""A parsed module, indexed once so that each check is cheap."""

import ast
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Module)
WITHS = (ast.With, ast.AsyncWith)
LOOPS = (ast.For, ast.AsyncFor, ast.While)
# `except*` came with Python 3.11; its node has the same fields.
TRIES: tuple[type[ast.Try], ...] = (ast.Try, getattr(ast, "TryStar", ast.Try))

Function = ast.FunctionDef | ast.AsyncFunctionDef
# Fields that hold no node that a check asks for.
_IDLE_FIELDS = {"ctx", "op", "ops", "type_comment", "type_ignores"}


class Module:
    """A module's tree with the way up, and its names with their places.

    Attributes:
        tree: The tree.
        parents: The node above each node.
        named: `Name` and `Attribute` nodes by their identifier.
        kinds: Nodes by their class, in the order of the walk.
        imports: Per local name, the full dotted names that are imported as
            it, each with the statement.
        star_imports: Whether names may come from `import *`.
    """

    def __init__(self, tree: ast.Module) -> None:
        """Index a tree."""
        self.tree = tree
        self.parents: dict[ast.AST, ast.AST] = {}
        self.named: dict[str, list[ast.Name | ast.Attribute]] = defaultdict(
            list
        )
        self.kinds: dict[type[ast.AST], list[ast.AST]] = defaultdict(list)
        self.imports: dict[str, list[tuple[str, ast.stmt]]] = defaultdict(list)
        self.star_imports = False
        self._scopes: dict[ast.AST, ast.AST] = {}
        self._places: dict[ast.stmt, tuple[list[ast.stmt], int]] = {}
        self._variables: dict[str, dict[ast.AST, list[ast.Name]]] = {}
        self._sorted: dict[
            str, tuple[list[ast.Name | ast.Attribute], list[int]]
        ] = {}
        self._accesses: dict[
            tuple[str, ast.AST], tuple[list[ast.Name], list[ast.Name]]
        ] = {}
        self._definitions: dict[str, list[ast.AST]] | None = None
        self._in_scopes: dict[str, dict[ast.AST, list[ast.AST]]] = {}
        self._returns: dict[ast.AST, list[ast.Return]] | None = None
        self._captured: dict[str, set[ast.AST]] = {}
        self._index()
        self._read_imports()

    def _index(self) -> None:
        fields: dict[type[ast.AST], list[str]] = {}
        parents, named, kinds = self.parents, self.named, self.kinds
        waiting: list[ast.AST] = [self.tree]
        while waiting:  # Recursion would end at deep nesting.
            node = waiting.pop()
            kind = type(node)
            if isinstance(node, ast.Name):
                named[node.id].append(node)
                continue
            if isinstance(node, ast.Constant):
                continue
            if isinstance(node, ast.Attribute):
                named[node.attr].append(node)
            else:
                kinds[kind].append(node)
            if kind not in fields:
                fields[kind] = [
                    f for f in node._fields if f not in _IDLE_FIELDS
                ]
            for field in fields[kind]:
                value = getattr(node, field, None)
                if isinstance(value, list):
                    for child in value:
                        if isinstance(child, ast.AST):
                            parents[child] = node
                            waiting.append(child)
                elif isinstance(value, ast.AST):
                    parents[value] = node
                    waiting.append(value)

    def _read_imports(self) -> None:
        for node in self.kinds[ast.Import]:
            assert isinstance(node, ast.Import)
            for alias in node.names:
                if alias.asname:
                    self.imports[alias.asname].append((alias.name, node))
                else:
                    top = alias.name.partition(".")[0]
                    self.imports[top].append((top, node))
        for node in self.kinds[ast.ImportFrom]:
            assert isinstance(node, ast.ImportFrom)
            package = "." * node.level + (node.module or "")
            joint = "" if package.endswith(".") else "."
            for alias in node.names:
                self.star_imports |= alias.name == "*"
                self.imports[alias.asname or alias.name].append(
                    (f"{package}{joint}{alias.name}", node)
                )

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around a node, the innermost first."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def scope(self, node: ast.AST) -> ast.AST:
        """Return the function, class or module whose names a node sees."""
        if node in self._scopes:
            return self._scopes[node]
        found: ast.AST = self.tree
        child = node
        for parent in self.above(node):
            if isinstance(parent, SCOPES) and not _outside_body(parent, child):
                found = parent
                break
            child = parent
        self._scopes[node] = found
        return found

    def function(self, node: ast.AST) -> ast.AST:
        """Return the function around a node, or else the module."""
        scope = self.scope(node)
        while isinstance(scope, ast.ClassDef):
            scope = self.scope(scope)
        return scope

    def enclosing_class(self, node: ast.AST) -> ast.ClassDef | None:
        """Return the innermost class around a node."""
        for parent in self.above(node):
            if isinstance(parent, ast.ClassDef):
                return parent
        return None

    def statement(self, node: ast.AST) -> ast.stmt | None:
        """Return the statement that a node is or belongs to."""
        if isinstance(node, ast.stmt):
            return node
        for parent in self.above(node):
            if isinstance(parent, ast.stmt):
                return parent
        return None

    def place(self, node: ast.stmt) -> tuple[list[ast.stmt], int]:
        """Return the list of statements that one is in, and its index."""
        if node not in self._places:
            parent = self.parents[node]
            for field in ("body", "orelse", "finalbody"):
                suite = getattr(parent, field, None)
                if isinstance(suite, list):
                    for index, child in enumerate(suite):
                        self._places[child] = suite, index
        return self._places[node]

    def variables(self, name: str, scope: ast.AST) -> list[ast.Name]:
        """Return where code of one scope has a variable's name.

        A class body is a scope of its own.
        """
        if name not in self._variables:
            by_scope: dict[ast.AST, list[ast.Name]] = defaultdict(list)
            for use in self.named.get(name, ()):
                if isinstance(use, ast.Name):
                    by_scope[self.scope(use)].append(use)
            self._variables[name] = by_scope
        return self._variables[name].get(scope, [])

    def within(
        self, name: str, block: ast.AST
    ) -> list[ast.Name | ast.Attribute]:
        """Return where the lines of a block have an identifier."""
        if name not in self._sorted:
            nodes = sorted(self.named.get(name, ()), key=_line)
            self._sorted[name] = nodes, [_line(node) for node in nodes]
        nodes, lines = self._sorted[name]
        first = bisect_left(lines, _line(block))
        last = bisect_right(lines, getattr(block, "end_lineno", None) or 0)
        return nodes[first:last]

    def stores(self, name: str, scope: ast.AST) -> list[ast.Name]:
        """Return where code of one scope binds or deletes a variable."""
        return self._split(name, scope)[0]

    def loads(self, name: str, scope: ast.AST) -> list[ast.Name]:
        """Return where code of one scope reads a variable."""
        return self._split(name, scope)[1]

    def _split(
        self, name: str, scope: ast.AST
    ) -> tuple[list[ast.Name], list[ast.Name]]:
        if (name, scope) not in self._accesses:
            stores: list[ast.Name] = []
            loads: list[ast.Name] = []
            for use in self.variables(name, scope):
                reads = isinstance(use.ctx, ast.Load)
                (loads if reads else stores).append(use)
            self._accesses[name, scope] = stores, loads
        return self._accesses[name, scope]

    def definitions(self, name: str) -> list[ast.AST]:
        """Return the functions and classes of a name."""
        if self._definitions is None:
            self._definitions = defaultdict(list)
            for kind in (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef):
                for node in self.kinds.get(kind, ()):
                    self._definitions[getattr(node, "name", "")].append(node)
        return self._definitions.get(name, [])

    def definitions_in(self, scope: ast.AST, name: str) -> list[ast.AST]:
        """Return the functions and classes of a name in one scope."""
        if name not in self._in_scopes:
            by_scope: dict[ast.AST, list[ast.AST]] = defaultdict(list)
            for node in self.definitions(name):
                by_scope[self.scope(node)].append(node)
            self._in_scopes[name] = by_scope
        return self._in_scopes[name].get(scope, [])

    def returns(self, function: ast.AST) -> list[ast.Return]:
        """Return the `return` statements of a function."""
        if self._returns is None:
            self._returns = defaultdict(list)
            for node in self.kinds.get(ast.Return, ()):
                assert isinstance(node, ast.Return)
                self._returns[self.scope(node)].append(node)
        return self._returns.get(function, [])

    def is_shared(self, name: str) -> bool:
        """Whether a function binds a name of a scope around it."""
        return any(
            name in getattr(node, "names", ())
            for kind in (ast.Global, ast.Nonlocal)
            for node in self.kinds.get(kind, ())
        )

    def is_captured(self, name: str, function: ast.AST) -> bool:
        """Whether functions inside a function use a variable of it."""
        if name not in self._captured:
            self._captured[name] = found = set[ast.AST]()
            self.variables(name, self.tree)  # Groups them.
            for scope in self._variables[name]:
                while not isinstance(scope, ast.Module):
                    bound = self.stores(name, scope) or (
                        isinstance(scope, FUNCTIONS)
                        and name in parameters(scope)
                    )
                    if bound:
                        break
                    scope = self.function(scope)
                    found.add(scope)
        return function in self._captured[name]


def _outside_body(scope: ast.AST, child: ast.AST) -> bool:
    """Whether a part of a definition is evaluated outside its scope."""
    if isinstance(scope, ast.Lambda):
        return child is scope.args
    # Decorators, base classes and defaults aren't statements.
    return not isinstance(child, ast.stmt)


def _line(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def parameters(
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda,
) -> list[str]:
    """Return the names of a function's parameters."""
    arguments = function.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    named += [a for a in (arguments.vararg, arguments.kwarg) if a]
    return [argument.arg for argument in named]


def dotted(node: ast.AST) -> str:
    """Return a plain dotted name; empty for any other expression."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def last_name(node: ast.AST) -> str:
    """Return the last identifier of a name, an attribute or a call."""
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
