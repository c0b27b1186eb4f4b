"""Decide what takes the place of a use of the helper, as a syntax tree.

The value of the flag `reraise` is followed along the statements of the body;
where it is known at every end, the helper can go. The plan says the result
twice: as a tree, which the fixed file must have, and as edits, by which the
fixer changes the text. So neither has to be trusted alone.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reraise_lint.fix_body import (
    TRIES,
    TRY_STAR,
    Body,
    Edit,
    RefusedError,
    Unwrap,
    flag_value,
    leaving,
)
from reraise_lint.fix_uses import (
    FUNCTIONS,
    SCOPES,
    Use,
    dotted_name,
    scope_of,
)

# The helper re-raises with the traceback that it found, `raise` with today's.
_TRACEBACK = ("__traceback__", "with_traceback")


@dataclass
class Plan:
    """What takes the place of a use.

    Attributes:
        statements: The statements in the tree.
        edits: How to change the text, by statement of the old tree.
    """

    statements: list[ast.stmt] = field(default_factory=list)
    edits: dict[ast.stmt, Edit] = field(default_factory=dict)


class Planner:
    """Plans for the uses of one file.

    Args:
        uses: All uses in the file.
        parents: The node that holds each node.
        comments: The lines with a comment.
    """

    def __init__(
        self,
        uses: Sequence[Use],
        parents: dict[ast.AST, ast.AST],
        comments: set[int],
    ) -> None:
        """Keep what the plans are made from."""
        self._uses: dict[ast.AST, Use] = {use.node: use for use in uses}
        self._variables = {use.variable for use in uses}
        self._parents = parents
        self._comments = comments

    def plan(self, use: Use) -> Plan:
        """Plan one use.

        Raises:
            RefusedError: It isn't certain that a bare `raise` does the same.
        """
        if use.index != len(use.node.items) - 1:
            raise RefusedError("other items follow the helper in its `with`")
        self._check_place(use)
        flag = self._initial(use)
        self._check_body(use)
        variable = self._variable(use)
        body = Body(variable, self._comments)
        plan = Plan(edits=body.edits)
        statements, end = body.block(use.node.body, flag, last=True)
        raises = body.close(statements, end)
        if not body.reraises and not body.only_raises:
            raise RefusedError(
                "`reraise` is False on every path: the exception is swallowed"
            )
        rest = use.node.items[: use.index]
        if rest:
            plan.statements = [ast.With(items=rest, body=statements)]
        else:
            plan.statements = statements
        plan.edits[use.node] = Unwrap(raises, item=bool(rest))
        if raises and not rest and self._followed(use):
            raise RefusedError("the code after the block never runs")
        return plan

    def _check_place(self, use: Use) -> None:
        """Refuse a use that isn't in a handler, or whose handler differs."""
        node: ast.AST = use.node
        handler = None
        while not isinstance(parent := self._parents[node], SCOPES):
            if parent in self._uses and handler is None:
                raise RefusedError("the helper is used directly inside itself")
            if isinstance(parent, ast.ExceptHandler) and handler is None:
                handler = parent
            elif isinstance(parent, TRIES) and (
                node in getattr(parent, "finalbody", [])
            ):
                if handler is None:
                    raise RefusedError("the helper is used in a `finally`")
            elif isinstance(parent, TRIES):
                self._check_try(parent, node is handler)
            node = parent
        if handler is None:
            raise RefusedError("the helper is used outside an `except` block")

    def _check_try(self, node: ast.AST, handles: bool) -> None:
        if handles and isinstance(node, TRY_STAR):
            raise RefusedError("`raise` differs in an `except*` block")
        final = getattr(node, "finalbody", [])
        if any(
            not isinstance(jump, ast.Raise | ast.Expr)
            for jump in leaving(final)
        ):
            raise RefusedError("a jump in the `finally` around it swallows")

    def _initial(self, use: Use) -> bool:
        """Return the flag's value at the start of the body."""
        call = use.call
        arguments = {str(k.arg): k.value for k in call.keywords}
        arguments.update(zip(("reraise", "logger"), call.args, strict=False))
        if (
            len(call.args) > 2
            or len(arguments) != len(call.args) + len(call.keywords)
            or not arguments.keys() <= {"reraise", "logger"}
        ):
            raise RefusedError("the call's arguments are unknown")
        logger = arguments.get("logger", ast.Constant(None))
        if not (isinstance(logger, ast.Constant) or dotted_name(logger)):
            raise RefusedError("the call's `logger` is computed")
        value = arguments.get("reraise", ast.Constant(True))
        if not isinstance(value, ast.Constant):
            raise RefusedError("the call's `reraise` is computed")
        return bool(value.value)

    def _check_body(self, use: Use) -> None:
        for node in _walk(use.node.body):
            if isinstance(node, (*FUNCTIONS[:2], ast.ClassDef)):
                raise RefusedError("the body defines a function or a class")
            if isinstance(node, ast.Attribute) and node.attr in _TRACEBACK:
                raise RefusedError("the body may change the traceback")
            if isinstance(node, ast.With) and node in self._uses:
                self._check_inner(node, use)

    def _check_inner(self, inner: ast.With, use: Use) -> None:
        node: ast.AST = inner
        while (node := self._parents[node]) is not use.node:
            if isinstance(node, ast.ExceptHandler):
                break
        else:
            raise RefusedError("the helper is used directly inside itself")
        names = [
            _name(self._uses[each].variable) for each in (inner, use.node)
        ]
        if names[0] and names[0] == names[1]:
            raise RefusedError("a use in the body takes the same variable")

    def _variable(self, use: Use) -> str:
        """Return the name behind `as`, used for nothing but the flag."""
        if use.variable is None:
            return ""
        variable = _name(use.variable)
        if not variable:
            raise RefusedError("the helper is kept in more than a variable")
        self._check_outer(use, variable)
        scope = scope_of(use.node, self._parents)
        for node in ast.walk(scope):
            if isinstance(node, ast.Global | ast.Nonlocal):
                used = variable in node.names
            elif isinstance(node, ast.Call) and node.func is not use.call.func:
                used = dotted_name(node.func) in ("locals", "vars", "eval")
            else:
                used = (
                    isinstance(node, ast.Name)
                    and node.id == variable
                    and not self._is_flag(node, use)
                )
            if used:
                raise RefusedError(
                    f"`{variable}` is used for more than setting `reraise`"
                )
        return variable

    def _check_outer(self, use: Use, variable: str) -> None:
        node: ast.AST = use.node
        while not isinstance(node := self._parents[node], ast.Module):
            outer = self._uses.get(node)
            if outer is not None and _name(outer.variable) == variable:
                raise RefusedError("a use around it takes the same variable")

    def _is_flag(self, name: ast.Name, use: Use) -> bool:
        """Whether a name sets this use's flag, or belongs to another use."""
        if name in self._variables:
            return True
        node: ast.AST = name
        while not isinstance(node := self._parents[node], ast.Module):
            owner = self._uses.get(node)
            if owner is not None and _name(owner.variable) == name.id:
                statement = self._parents[self._parents[name]]
                return owner is not use or (
                    flag_value(statement, name.id) is not None
                )
        return False

    def _followed(self, use: Use) -> bool:
        """Whether statements follow in the same block."""
        holder = self._parents[use.node]
        return any(
            use.node in block and block[-1] is not use.node
            for _, block in ast.iter_fields(holder)
            if isinstance(block, list)
        )


def _name(target: ast.expr | None) -> str:
    return target.id if isinstance(target, ast.Name) else ""


def _walk(block: list[ast.stmt]) -> Iterator[ast.AST]:
    for statement in block:
        yield from ast.walk(statement)
