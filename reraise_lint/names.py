"""What names stand for: the library's module, the helper, an alias of it."""

import ast
from collections import defaultdict

from reraise_lint.flag import UNKNOWN, given, reraise_argument, truth
from reraise_lint.meanings import (
    HELPER,
    LIBRARY,
    Defined,
    Helper,
    Imported,
    Maker,
    Meaning,
    agreed,
    foreign,
    imported,
)
from reraise_lint.module import FUNCTIONS, Module, last_name, parameters

# A subclass that defines one of these is another context manager.
_BEHAVIOUR = {"__enter__", "__exit__", "__new__", "capture", "force_reraise"}
_DEPTH = 8


class Names:
    """Resolves expressions of one module.

    Attributes:
        tainted: Identifiers that may lead to the helper somewhere in the
            module; no other expression is worth resolving.
    """

    def __init__(self, module: Module) -> None:
        """Find the names of a module that may lead to the helper."""
        self.module = module
        self._resolved: dict[tuple[ast.AST, int], Meaning | None] = {}
        # Whether a scope binds a name, and what the name stands for there.
        self._bound: dict[
            tuple[ast.AST, str], tuple[bool, Meaning | None]
        ] = {}
        self.tainted = self._taint()

    def _taint(self) -> set[str]:
        module = self.module
        found: set[str] = set()
        waiting = [HELPER]
        for name, origins in module.imports.items():
            if any(full.endswith(f".{HELPER}") for full, _ in origins):
                waiting.append(name)
        texts: dict[str, list[ast.AST]] = defaultdict(list)
        for call in module.kinds[ast.Call]:
            match call:
                case ast.Call(
                    func=ast.Name(id="getattr"),
                    args=[_, ast.Constant(value=str(text)), *_],
                ):
                    texts[text].append(call)
        while waiting:
            name = waiting.pop()
            if name in found:
                continue
            found.add(name)
            for use in [*module.named.get(name, ()), *texts[name]]:
                waiting += self._bound_to(use)
        return found

    def _bound_to(self, use: ast.AST) -> list[str]:
        """Return the names that stand for an expression or what it makes."""
        for parent in self.module.above(use):
            match parent:
                case ast.Assign(targets=targets):
                    return [name for t in targets for name in _targets(t)]
                case ast.AnnAssign(target=target):
                    return _targets(target)
                case ast.NamedExpr(target=ast.Name(id=name)):
                    return [name]
                case ast.Return():
                    function = self.module.function(parent)
                    return [getattr(function, "name", "")]
                case ast.With() | ast.AsyncWith():
                    # A generator made a context manager may stand for it.
                    function = self.module.function(parent)
                    decorators = getattr(function, "decorator_list", None)
                    return (
                        [getattr(function, "name", "")] if decorators else []
                    )
                case ast.ClassDef(name=name):
                    return [name]
                case ast.stmt():
                    return []
        return []

    def resolve(
        self, node: ast.AST | None, depth: int = _DEPTH
    ) -> Meaning | None:
        """Tell what an expression stands for.

        Args:
            node: The expression.
            depth: How many names and calls to follow.

        Returns:
            The meaning; None if it is something else, or can't be told.
        """
        if node is None or depth <= 0:
            return None
        if (node, depth) not in self._resolved:
            self._resolved[node, depth] = None  # A name that means itself.
            self._resolved[node, depth] = self._resolve(node, depth - 1)
        return self._resolved[node, depth]

    def _resolve(self, node: ast.AST, depth: int) -> Meaning | None:
        match node:
            case ast.Name():
                return self._name(node, depth)
            case ast.Attribute():
                return self._attribute(node, depth)
            case ast.Call():
                return self._call(node, depth)
            case ast.NamedExpr(value=value):
                return self.resolve(value, depth)
            case ast.IfExp(body=body, orelse=orelse):
                return agreed(
                    [self.resolve(body, depth), self.resolve(orelse, depth)]
                )
            case ast.Lambda() | ast.FunctionDef():
                return Defined(node)
            case ast.ClassDef():
                return self._class(node, depth)
        return None

    def _name(self, node: ast.Name, depth: int) -> Meaning | None:
        scope = self.module.scope(node)
        while True:
            key = scope, node.id
            if key not in self._bound:
                self._bound[key] = True, None  # A name that means itself.
                found = self._bindings(node.id, scope, depth)
                self._bound[key] = bool(found), agreed(found)
            bound, meaning = self._bound[key]
            if bound:
                return meaning
            if isinstance(scope, ast.Module):
                break
            scope = self.module.function(scope)  # Skips classes around it.
        if node.id == LIBRARY:
            return Imported(LIBRARY)
        return Maker() if node.id == HELPER else None

    def _bindings(
        self, name: str, scope: ast.AST, depth: int
    ) -> list[Meaning | None]:
        """Return what each statement of a scope binds to a name."""
        module = self.module
        found: list[Meaning | None] = []
        if isinstance(scope, FUNCTIONS) and name in parameters(scope):
            found.append(None)
        for use in module.stores(name, scope):
            value = bound_value(use, module)
            if not _is_none(value):  # It stands for "not there".
                found.append(self.resolve(value, depth))
        for full, statement in module.imports.get(name, ()):
            if module.scope(statement) is scope:
                found.append(imported(full))
        for definition in module.definitions_in(scope, name):
            found.append(self.resolve(definition, depth))
        return found

    def _attribute(self, node: ast.Attribute, depth: int) -> Meaning | None:
        value = self.resolve(node.value, depth)
        if isinstance(value, Imported):
            return imported(f"{value.name}.{node.attr}")
        if isinstance(value, Defined) and isinstance(value.node, ast.ClassDef):
            return self._member(value.node, node.attr, depth)
        if not isinstance(node.value, ast.Name):
            return None
        function = self.module.function(node)
        owner = self.module.enclosing_class(node)
        if owner and isinstance(function, FUNCTIONS):
            first = self._first_parameter(function, owner)
            if node.value.id == first:
                return self._member(owner, node.attr, depth)
        return None

    def _first_parameter(self, function: ast.AST, owner: ast.ClassDef) -> str:
        """Return what a method calls its object, `self` in most."""
        while self.module.scope(function) is not owner:
            function = self.module.function(function)
            if not isinstance(function, FUNCTIONS):
                return ""
        names = parameters(function) if isinstance(function, FUNCTIONS) else []
        return names[0] if names else ""

    def _member(
        self, owner: ast.ClassDef, name: str, depth: int
    ) -> Meaning | None:
        key = owner, name
        if key not in self._bound:
            self._bound[key] = True, None
            found = self._bindings(name, owner, depth)
            for use in self.module.named.get(name, ()):
                if (
                    isinstance(use, ast.Attribute)
                    and isinstance(use.ctx, ast.Store)
                    and self.module.enclosing_class(use) is owner
                    and isinstance(use.value, ast.Name)
                    and use.value.id in ("self", "cls")
                ):
                    value = bound_value(use, self.module)
                    if not _is_none(value):
                        found.append(self.resolve(value, depth))
            for base in () if found else owner.bases:
                defined = self.resolve(base, depth)
                if isinstance(defined, Defined) and isinstance(
                    defined.node, ast.ClassDef
                ):
                    found.append(self._member(defined.node, name, depth))
            self._bound[key] = bool(found), agreed(found)
        _, meaning = self._bound[key]
        if isinstance(meaning, Defined) and _decorators(meaning.node) == [
            "property"
        ]:
            return self._result(meaning.node, depth)
        return meaning

    def _call(self, node: ast.Call, depth: int) -> Meaning | None:
        match node:
            case ast.Call(
                func=ast.Name(id="staticmethod" | "classmethod"), args=[value]
            ):
                return self.resolve(value, depth)
            case ast.Call(
                func=ast.Name(id="getattr"),
                args=[value, ast.Constant(value=str(attr)), *_],
            ):
                owner = self.resolve(value, depth)
                if isinstance(owner, Imported):
                    return imported(f"{owner.name}.{attr}")
                return None
            case ast.Call(
                func=ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(full)), *_],
            ):
                return Imported(full)
            case ast.Call(func=ast.Attribute(attr="capture", value=value)):
                made = self.resolve(value, depth)
                return made if isinstance(made, Helper) else None
            case ast.Call(
                func=ast.Attribute(attr="enter_context"), args=[value]
            ):
                made = self.resolve(value, depth)
                return made if isinstance(made, Helper) else None
        called = self.resolve(node.func, depth)
        if isinstance(called, Maker):
            return self._made(node, called)
        if isinstance(called, Defined):
            return self._result(called.node, depth, node)
        partial = (
            isinstance(called, Imported)
            and called.name.rpartition(".")[2] == "partial"
        )
        return self._partial(node, depth) if partial and node.args else None

    def _made(self, call: ast.Call, maker: Maker) -> Helper:
        if call.args and not maker.own:
            return Helper(UNKNOWN, own=False)  # Places may be taken.
        return Helper(given(call, self.module, maker.flag), maker.own)

    def _partial(self, call: ast.Call, depth: int) -> Maker | None:
        maker = self.resolve(call.args[0], depth)
        if not isinstance(maker, Maker):
            return None
        rest = ast.Call(call.func, call.args[1:], call.keywords)
        return Maker(given(rest, self.module, maker.flag), own=False)

    def _result(
        self, function: ast.AST, depth: int, call: ast.Call | None = None
    ) -> Meaning | None:
        """Tell what a function of the module returns, perhaps to a call."""
        if isinstance(function, ast.Lambda):
            return foreign(self.resolve(function.body, depth))
        if not isinstance(function, ast.FunctionDef):
            return None
        decorators = set(_decorators(function))
        if decorators == {"contextmanager"}:
            return self._generated(function, depth)
        if decorators - {"staticmethod", "classmethod", "property"}:
            return None
        returns = self.module.returns(function)
        made = foreign(agreed([self.resolve(r.value, depth) for r in returns]))
        if call is not None and isinstance(made, Helper) and len(returns) == 1:
            return self._passed_on(function, call, returns[0].value, made)
        return made

    def _passed_on(
        self,
        function: ast.FunctionDef,
        call: ast.Call,
        inner: ast.expr | None,
        made: Helper,
    ) -> Helper:
        """Follow a flag that a function passes on from its parameters."""
        if not isinstance(inner, ast.Call) or made.flag != UNKNOWN:
            return made
        arguments = function.args
        passed = [ast.unparse(a) for a in inner.args]
        passed += [f"**{ast.unparse(k.value)}" for k in inner.keywords]
        if not arguments.args and set(passed) <= {
            f"*{arguments.vararg.arg}" if arguments.vararg else "",
            f"**{arguments.kwarg.arg}" if arguments.kwarg else "",
        }:
            return Helper(given(call, self.module), own=False)
        flag = reraise_argument(inner)
        names = [argument.arg for argument in arguments.args]
        plain = isinstance(flag, ast.Name) and names == [flag.id]
        if plain and len(arguments.defaults) == 1:
            values = [*call.args, *(k.value for k in call.keywords)]
            value = values[0] if values else arguments.defaults[0]
            return Helper(truth(value, self.module), own=False)
        return made

    def _generated(
        self, function: ast.FunctionDef, depth: int
    ) -> Meaning | None:
        """Tell whether a context manager only enters a helper."""
        body = [
            s
            for s in function.body
            if not (
                isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)
            )
        ]
        match body:
            case [
                ast.With(
                    items=[ast.withitem(context_expr=entered)],
                    body=[ast.Expr(value=ast.Yield())],
                )
            ]:
                return foreign(self.resolve(entered, depth))
        return None

    def is_wrapper(self, function: ast.FunctionDef) -> bool:
        """Whether a function, used with `with`, only enters a helper."""
        made = self._result(function, _DEPTH)
        return isinstance(made, Helper)

    def _class(self, node: ast.ClassDef, depth: int) -> Meaning | None:
        methods = {getattr(s, "name", "") for s in node.body}
        if node.name == HELPER and {"__exit__", "__enter__"} <= methods:
            return Maker(own=False)  # A copy of the library's.
        for base in node.bases:
            maker = self.resolve(base, depth)
            if isinstance(maker, Maker):
                if methods & _BEHAVIOUR:
                    return None
                flag = UNKNOWN if "__init__" in methods else maker.flag
                return Maker(flag, own=False)
        return Defined(node)


def _decorators(function: ast.AST) -> list[str]:
    return [
        last_name(decorator)
        for decorator in getattr(function, "decorator_list", ())
    ]


def bound_value(use: ast.AST, module: Module) -> ast.expr | None:
    """Return the expression that an assignment binds to a target.

    Args:
        use: The target.
        module: The module around it.

    Returns:
        The expression; None if it can't be told, as in a loop.
    """
    match module.parents[use]:
        case ast.Assign(targets=targets, value=value) if use in targets:
            return value
        case ast.AnnAssign(value=value) | ast.NamedExpr(value=value):
            return value
        case ast.withitem(context_expr=value):
            return value  # The helper's __enter__() returns itself.
    return None


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _targets(node: ast.expr) -> list[str]:
    return [last_name(node)] if last_name(node) else []
