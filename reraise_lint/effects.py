"""What expressions and simple statements do to the flag of a helper."""

import ast
from collections.abc import Callable

from reraise_lint.flag import (
    ESCAPED,
    OFF,
    ON,
    UNKNOWN,
    UNREACHED,
    sets_by_name,
    truth,
)
from reraise_lint.module import FUNCTIONS, Module, dotted, last_name

# Attributes of the helper whose use leaves the flag alone.
_HARMLESS = {
    "capture",
    "force_reraise",
    "logger",
    "reraise",
    "tb",
    "type_",
    "value",
}
# Functions that take a helper and leave it alone.
_READERS = {
    "bool",
    "getattr",
    "hasattr",
    "id",
    "isinstance",
    "print",
    "repr",
    "str",
    "type",
}
_LOG = {
    "critical",
    "debug",
    "error",
    "exception",
    "info",
    "log",
    "warn",
    "warning",
}
# Functions that always raise, by their full names.
_RAISERS = {
    "exit",
    "future.utils.raise_",
    "future.utils.raise_from",
    "future.utils.reraise",
    "quit",
    "six.raise_from",
    "six.reraise",
    "sys.exit",
}
_ENDS = {"os._exit", "os.abort"}


class Effects:
    """Effects on the flag of one helper."""

    def __init__(
        self,
        module: Module,
        names: set[str],
        always_raises: Callable[[ast.Call], str],
    ) -> None:
        """Take what the effects depend on.

        Args:
            module: The module.
            names: The variables and attributes that hold the helper, dotted.
            always_raises: Tells of a call whether its function always
                raises: `yes`, `maybe` or `no`.
        """
        self._module = module
        self._names = names
        self._heads = {name.rpartition(".")[2] for name in names}
        self._always_raises = always_raises

    def binds(self, name: str) -> bool:
        """Whether a variable is one that holds the helper."""
        return name in self._names

    def holds(self, node: ast.AST) -> bool:
        """Whether an expression is the helper."""
        return last_name(node) in self._heads and dotted(node) in self._names

    def of(self, node: ast.AST | None, state: int) -> int:
        """Tell what the flag is after an expression.

        Args:
            node: The expression; None for none.
            state: The flag before it.

        Returns:
            The flag after it.
        """
        if node is None or not (self._names or state & ESCAPED):
            return state
        if isinstance(node, ast.Name | ast.Constant) and not self.holds(node):
            return state
        calls = False
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                calls = True
                value = sets_by_name(part, self._names)
                if value is not None:
                    state = state & ESCAPED | truth(value, self._module)
            elif self.holds(part) and self._escapes(part):
                state |= ESCAPED
                calls = True
            elif isinstance(part, FUNCTIONS) and self._inside(part):
                state |= ESCAPED
        if calls and state & ESCAPED:
            return UNKNOWN | ESCAPED
        return state

    def _inside(self, function: ast.AST) -> bool:
        return any(self.holds(part) for part in ast.walk(function))

    def _escapes(self, node: ast.AST) -> bool:
        """Whether other code gets hold of the helper here."""
        parent = self._module.parents[node]
        match parent:
            case ast.Attribute(attr=attr):
                return attr not in _HARMLESS
            case ast.Call(func=ast.Name(id=name)) if parent.func is not node:
                return name not in _READERS | {"setattr"} or (
                    name == "setattr"
                    and sets_by_name(parent, self._names) is None
                )
            case ast.Call(func=ast.Attribute(attr=attr)):
                return attr not in _LOG
            case ast.Assign(targets=[target]) if parent.value is node:
                return not self.holds(target)
            case ast.Assign() | ast.Expr() | ast.withitem() | ast.Delete():
                return isinstance(parent, ast.Assign) and parent.value is node
            case ast.If() | ast.Compare() | ast.UnaryOp() | ast.BoolOp():
                return False
        return True

    def of_target(
        self, target: ast.AST, state: int, value: ast.expr | None = None
    ) -> int:
        """Tell what the flag is after something is bound.

        Args:
            target: The target.
            state: The flag before.
            value: What is bound to it; None if that can't be told.

        Returns:
            The flag after it.
        """
        match target:
            case ast.Attribute(value=owner, attr="reraise"):
                if self.holds(owner):
                    known = (
                        UNKNOWN if value is None else self._truth(value, state)
                    )
                    return state & ESCAPED | known
                return UNKNOWN | ESCAPED if state & ESCAPED else state
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                values: list[ast.expr | None] = [None] * len(targets)
                if isinstance(value, ast.Tuple | ast.List) and (
                    len(value.elts) == len(targets)
                ):
                    values = list(value.elts)
                for each, bound in zip(targets, values, strict=True):
                    state = self.of_target(each, state, bound)
                return state
            case ast.Name() | ast.Attribute() if self.holds(target):
                if value is not None and self.holds(value):
                    return state
                return UNKNOWN | ESCAPED
        return self.of(target, state)

    def _truth(self, value: ast.expr, state: int) -> int:
        """Tell whether an expression is truthy, which may read the flag."""
        match value:
            case ast.Attribute(value=owner, attr="reraise"):
                if self.holds(owner):
                    return state & ~ESCAPED
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._truth(operand, state)
                return {ON: OFF, OFF: ON}.get(inner, UNKNOWN)
        return truth(value, self._module)

    def of_statement(self, node: ast.stmt, state: int) -> int:
        """Tell what the flag is after a statement that holds no others.

        Args:
            node: The statement.
            state: The flag before it.

        Returns:
            The flag after it.
        """
        match node:
            case ast.Assign(targets=targets, value=value):
                state = self.of(value, state)
                for target in targets:
                    state = self.of_target(target, state, value)
                return state
            case ast.AnnAssign(target=target, value=value):
                if value is None:
                    return state
                return self.of_target(target, self.of(value, state), value)
            case ast.AugAssign(target=target, op=op, value=value):
                state = self.of(value, state)
                if isinstance(target, ast.Attribute) and self.holds(
                    target.value
                ):
                    return self._augmented(target, op, value, state)
                return state
            case ast.Delete() | ast.Pass() | ast.Global() | ast.Nonlocal():
                return state
        return self.of(node, state)

    def _augmented(
        self,
        target: ast.Attribute,
        op: ast.operator,
        value: ast.expr,
        state: int,
    ) -> int:
        if target.attr != "reraise":
            return state
        known = truth(value, self._module)
        if isinstance(op, ast.BitAnd) and known == OFF:
            return state & ESCAPED | OFF
        if isinstance(op, ast.BitOr) and known == ON:
            return state & ESCAPED | ON
        return state & ESCAPED | UNKNOWN

    def branches(self, test: ast.expr, state: int) -> tuple[int, int]:
        """Tell what the flag is where a condition holds, and where not.

        Args:
            test: The condition.
            state: The flag before it.

        Returns:
            Both states; `UNREACHED` for a branch that isn't taken.
        """
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yes, no = self.branches(operand, state)
                return no, yes
            case ast.Attribute(value=owner, attr="reraise") if self.holds(
                owner
            ):
                return self._narrowed(state, ON), self._narrowed(state, OFF)
            case ast.BoolOp(op=ast.And(), values=[first, *_]):
                yes, _ = self.branches(first, state)
                after = self.of(test, yes or state)
                known = truth(test, self._module)
                taken = UNREACHED if known == OFF or not yes else after
                return taken, self.of(test, state)
        state = self.of(test, state)
        known = truth(test, self._module)
        return (
            UNREACHED if known == OFF else state,
            UNREACHED if known == ON else state,
        )

    @staticmethod
    def _narrowed(state: int, flag: int) -> int:
        other = OFF if flag == ON else ON
        if state & ~ESCAPED == other:
            return UNREACHED
        return state & ESCAPED | flag

    def captures(self, pattern: ast.pattern) -> bool:
        """Whether a `match` pattern binds a name that holds the helper."""
        return any(
            getattr(part, "name", None) in self._names
            for part in ast.walk(pattern)
        )

    def raises(self, value: ast.expr) -> tuple[str, bool]:
        """Tell whether an expression always raises.

        Args:
            value: The expression of a statement.

        Returns:
            `force`, `raise`, `exit` (the process ends) or nothing; and
            whether that is sure.
        """
        if not isinstance(value, ast.Call):
            return "", True
        func = value.func
        if isinstance(func, ast.Attribute) and func.attr == "force_reraise":
            return (
                ("force", True) if self.holds(func.value) else ("raise", False)
            )
        full = full_name(func, self._module)
        if full in _RAISERS or full.endswith(".excutils.raise_with_cause"):
            return "raise", True
        if full in _ENDS:
            return "exit", True
        fate = self._always_raises(value)
        return ("", True) if fate == "no" else ("raise", fate == "yes")


def full_name(node: ast.AST, module: Module) -> str:
    """Return the dotted name of an imported function; empty for others.

    A built-in function has its own name.
    """
    name = dotted(node)
    first, dot, rest = name.partition(".")
    origins = module.imports.get(first)
    if origins:
        return origins[0][0] + dot + rest
    if dot or module.definitions(first) or module.stores(first, module.tree):
        return ""
    return name


def only_logs(call: ast.Call) -> bool:
    """Whether a call writes a log message or prints."""
    match call.func:
        case ast.Name(id="print"):
            return True
        case ast.Attribute(value=value, attr=attr) if attr in _LOG:
            return "log" in last_name(value).lower()
    return False
