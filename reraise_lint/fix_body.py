"""Follow the flag `reraise` along the statements of a body.

Where its value is known at every end, bare `raise` statements at those ends do
the same, and the statements that set it can go.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from reraise_lint.fix_uses import FUNCTIONS, dotted_name

TRY_STAR: tuple[type[ast.AST], ...] = tuple(
    # Since Python 3.11.
    filter(None, [getattr(ast, "TryStar", None)])
)
TRIES: tuple[type[ast.AST], ...] = (ast.Try, *TRY_STAR)
SETTLED: Final = "settled"
End = bool | Literal["settled"] | None
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_RAISING = ("reraise", "raise_with_cause", "force_reraise")
# Only those whose results are never anything but each other's opposite, as
# those of `==` and `!=` may be.
_OPPOSITES: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}


class RefusedError(Exception):
    """A use is left alone; the message says why."""


@dataclass(frozen=True)
class Unwrap:
    """Put the body in the statement's place, or drop the last item.

    Attributes:
        raises: Whether a bare `raise` is added at the end.
        item: Whether other items stay, so that the body keeps its place.
    """

    raises: bool
    item: bool


@dataclass(frozen=True)
class Drop:
    """Take a simple statement out."""


@dataclass(frozen=True)
class Test:
    """Make `if VALUE: raise` of an assignment of the flag."""


@dataclass(frozen=True)
class Branch:
    """Change the ends of an `if`.

    Attributes:
        body_raises: Whether a bare `raise` is added to the body.
        else_raises: The same of the `else` branch, which may be new.
        negate: Whether the body is empty, so that the other branch takes its
            place under the opposite condition.
        without_else: Whether the `else` branch is empty and goes.
    """

    body_raises: bool
    else_raises: bool
    negate: bool
    without_else: bool


Edit = Unwrap | Drop | Test | Branch


class Body:
    """Follows the flag along the statements of one use's body.

    At the end of a block the flag is True or False; `None` if the end isn't
    reached, and `SETTLED` if what follows the body follows, without `raise`.

    Attributes:
        edits: How to change the text, so far.
        reraises: Whether a bare `raise` is added anywhere.
        only_raises: Whether every end so far raises something else.
    """

    def __init__(self, variable: str, comments: set[int]) -> None:
        """Begin with a body.

        Args:
            variable: The name of the helper in the body, or "".
            comments: The lines with a comment.
        """
        self._variable = variable
        self._comments = comments
        self.edits: dict[ast.stmt, Edit] = {}
        self.reraises = False
        self.only_raises = True

    def block(
        self,
        block: list[ast.stmt],
        flag: bool,
        last: bool,
        chain: bool = False,
    ) -> tuple[list[ast.stmt], End]:
        """Follow the flag through a block.

        Args:
            block: The statements.
            flag: The flag's value before them.
            last: Whether the end of the block is the end of the body.
            chain: Whether the block is an `elif`, after which no statement
                can be added.

        Returns:
            What takes the statements' place, and the flag's value at the end.
        """
        result: list[ast.stmt] = []
        end: End = flag
        for index, statement in enumerate(block):
            final = last and index == len(block) - 1
            value = flag_value(statement, self._variable)
            if end is None and self._sets_flag(statement):
                raise RefusedError("`reraise` is set where nothing runs")
            if end is None:
                result.append(statement)
            elif not isinstance(end, bool):  # Of a last statement only.
                raise AssertionError(end)
            elif isinstance(value, ast.Constant):
                self.edits[statement] = Drop()
                end = bool(value.value)
            elif value is not None:
                result.append(self._test(statement, value, final, block))
                end = SETTLED
            elif not self._sets_flag(statement) and not (chain and last):
                end = self._plain(statement, end)
                result.append(statement)
            elif isinstance(statement, ast.If):
                changed, end = self._if(statement, end, final, chain)
                result.append(changed)
            else:
                raise RefusedError(
                    "`reraise` is set inside a loop, `try`, `with` or `match`"
                )
        return result, end

    def close(self, block: list[ast.stmt], end: End) -> bool:
        """Add the bare `raise` to a block that ends the body, if it is due."""
        if not isinstance(end, bool):
            return False
        if not end:
            self.only_raises = False
            return False
        if len(block) == 1 and isinstance(block[0], ast.Pass):
            self.edits[block[0]] = Drop()
            block.clear()
        block.append(ast.Raise())
        self.reraises = True
        return True

    def _sets_flag(self, statement: ast.stmt) -> bool:
        return any(
            flag_value(node, self._variable) is not None
            for node in ast.walk(statement)
        )

    def _plain(self, statement: ast.stmt, flag: bool) -> bool | None:
        """Follow the flag through a statement that doesn't set it."""
        for jump in leaving([statement]):
            if isinstance(jump, ast.Raise | ast.Expr):
                if flag:
                    raise RefusedError(
                        "the body raises while `reraise` is True"
                    )
            elif flag:
                word = type(jump).__name__.lower()
                raise RefusedError(
                    f"the body leaves by `{word}` while `reraise` is True"
                )
            else:
                self.only_raises = False
        if isinstance(
            statement, ast.Return | ast.Break | ast.Continue | ast.Raise
        ):
            return None
        return flag

    def _test(
        self,
        statement: ast.stmt,
        value: ast.expr,
        final: bool,
        block: list[ast.stmt],
    ) -> ast.stmt:
        if not final:
            raise RefusedError("`reraise` is computed before the body's end")
        if any(
            each.lineno == statement.lineno
            for each in block
            if each is not statement
        ):
            raise RefusedError("several statements share a line")
        self.edits[statement] = Test()
        self.reraises = True
        self.only_raises = False
        return ast.If(test=value, body=[ast.Raise()], orelse=[])

    def _if(
        self, node: ast.If, flag: bool, last: bool, chain: bool
    ) -> tuple[ast.stmt, End]:
        """Follow the flag through an `if` that sets it."""
        elif_ = _has_elif(node)
        body, body_end = self.block(node.body, flag, last)
        orelse, else_end = self.block(node.orelse, flag, last, chain=elif_)
        body_raises = else_raises = False
        end: End = SETTLED
        # Each branch gets its own end, unless one `raise` below serves both.
        separate = chain or (
            body_end != else_end
            and (bool(node.orelse) or body_end is not None)
        )
        if last and separate:
            body_raises = self.close(body, body_end)
            else_raises = self.close(orelse, else_end)
        elif body_end is None or else_end is None or body_end == else_end:
            end = else_end if body_end is None else body_end
        else:
            raise RefusedError(
                "statements follow, for which `reraise` is not known"
            )
        negate = bool(
            not (body or elif_ or self._noted(node))
            and orelse
            # A word in front would spoil the alignment of further lines.
            and node.test.lineno == node.test.end_lineno
        )
        without = bool(
            not orelse
            and node.orelse
            and not self._between(_end(node.body) + 1, _end(node.orelse))
        )
        if negate:
            body, orelse = orelse, []
        elif not orelse and node.orelse and not without:
            orelse = [ast.Pass()]
        self.edits[node] = Branch(body_raises, else_raises, negate, without)
        test = _opposite(node.test) if negate else node.test
        return ast.If(test, body or [ast.Pass()], orelse), end

    def _noted(self, node: ast.If) -> bool:
        """Whether a comment belongs to the body of an `if`."""
        end = node.orelse[0].lineno if node.orelse else _end(node.body)
        return self._between(_end([node.test]), end)

    def _between(self, first: int, last: int) -> bool:
        return any(line in self._comments for line in range(first, last + 1))


def flag_value(node: ast.AST, variable: str) -> ast.expr | None:
    """Return what is assigned to the flag, if the node is such a statement."""
    if not isinstance(node, ast.Assign) or len(node.targets) > 1:
        return None
    target = node.targets[0]
    if (
        isinstance(target, ast.Attribute)
        and target.attr == "reraise"
        and isinstance(target.value, ast.Name)
        and target.value.id == variable
    ):
        return node.value
    return None


def leaving(
    block: list[ast.stmt], loop: bool = False, caught: bool = False
) -> Iterator[ast.stmt]:
    """Find the statements that may leave a block before its end.

    Args:
        block: The statements. Of functions in it, the insides don't count.
        loop: Whether `break` and `continue` belong to a loop in the block.
        caught: Whether an `except` in the block may catch what is raised.

    Yields:
        Each `return`, `break`, `continue` and `raise`, and each call that is
        there to raise.
    """
    for node in block:
        if isinstance(node, ast.Return):
            yield node
        elif isinstance(node, ast.Break | ast.Continue):
            if not loop:
                yield node
        elif isinstance(node, ast.Raise) or _calls_raiser(node):
            if not caught:
                yield node
        elif not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield from _leaving_compound(node, loop, caught)


def _leaving_compound(
    node: ast.stmt, loop: bool, caught: bool
) -> Iterator[ast.stmt]:
    guarded = bool(getattr(node, "handlers", []))
    for name in ("body", "orelse", "finalbody"):
        first = name == "body"
        yield from leaving(
            getattr(node, name, []),
            loop or (first and isinstance(node, _LOOPS)),
            caught or (first and guarded),
        )
    for part in (*getattr(node, "handlers", []), *getattr(node, "cases", [])):
        yield from leaving(part.body, loop, caught)


def _calls_raiser(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and dotted_name(node.value.func).rpartition(".")[2] in _RAISING
    )


def _has_elif(node: ast.If) -> bool:
    first = node.orelse[0] if node.orelse else None
    return isinstance(first, ast.If) and first.col_offset == node.col_offset


def _opposite(test: ast.expr) -> ast.expr:
    """Return the opposite condition, exact for every object."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        opposite = _OPPOSITES.get(type(test.ops[0]))
        if opposite:
            return ast.Compare(test.left, [opposite()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def _end(block: Sequence[ast.stmt | ast.expr]) -> int:
    return max(node.end_lineno or 0 for node in block)
