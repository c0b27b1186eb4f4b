"""The places of a module that use the helper, and how each uses it."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from reraise_lint.meanings import Helper, Imported, Maker, Meaning
from reraise_lint.module import (
    FUNCTIONS,
    TRIES,
    WITHS,
    Module,
    dotted,
    last_name,
)
from reraise_lint.names import Names

With = ast.With | ast.AsyncWith


@dataclass(eq=False)
class Use:
    """A block that enters the helper.

    Attributes:
        block: The `with` statement, or the one whose `ExitStack` enters it.
        item: What enters it: the `with` item's expression, or the argument of
            `enter_context()`.
        helper: What is known of the helper.
        body: The statements that run while it is entered.
        names: The variables that hold it in the body.
        later: The managers of the same `with` that are entered after it.
        earlier: Those that are entered before it.
        stacked: Whether an `ExitStack` enters it.
        handler: The handler around the block in its function, if any.
    """

    block: With
    item: ast.expr
    helper: Helper
    body: list[ast.stmt]
    names: set[str] = field(default_factory=set)
    later: list[ast.expr] = field(default_factory=list)
    earlier: list[ast.expr] = field(default_factory=list)
    stacked: bool = False
    handler: ast.ExceptHandler | None = None


@dataclass
class Mention:
    """An expression that stands for the helper and enters nothing.

    Attributes:
        node: The expression.
        meaning: `Maker` without a call, `Helper` with one.
    """

    node: ast.expr
    meaning: Maker | Helper


class Uses:
    """All uses in a module.

    Attributes:
        module: The module.
        names: What its names stand for.
        blocks: The blocks that enter a helper, in the order of the text.
        mentions: Everything else that stands for the helper.
        by_block: The uses of each `with` statement, the outermost first.
    """

    def __init__(self, module: Module) -> None:
        """Find the uses of a module."""
        self.module = module
        self.names = Names(module)
        self.blocks: list[Use] = []
        self.mentions: list[Mention] = []
        self._seconds: dict[tuple[str, ast.AST], set[str]] = {}
        seen: set[ast.AST] = set()
        for node in self._candidates():
            if node not in seen:
                seen.add(node)
                self._place(node)
        self.blocks.sort(
            key=lambda use: (use.item.lineno, use.item.col_offset)
        )
        self.by_block: dict[ast.AST, list[Use]] = defaultdict(list)
        for use in self.blocks:
            self.by_block[use.block].append(use)

    @property
    def entered(self) -> list[Use]:
        """The blocks whose bodies run: not those of `async with`."""
        return [
            use
            for use in self.blocks
            if use.stacked or isinstance(use.block, ast.With)
        ]

    def _candidates(self) -> Iterator[ast.expr]:
        """Yield the largest expressions that may stand for the helper."""
        module, names = self.module, self.names
        for name in names.tainted:
            for use in module.named.get(name, ()):
                if isinstance(use.ctx, ast.Load):
                    yield self._whole(use)
        for call in module.kinds.get(ast.Call, ()):
            if isinstance(call, ast.Call) and last_name(call) == "getattr":
                yield self._whole(call)

    def _whole(self, node: ast.expr) -> ast.expr:
        """Go up from a name to the call that is made of it."""
        parents = self.module.parents
        while True:
            parent = parents[node]
            called = isinstance(parent, ast.Call) and parent.func is node
            fluent = isinstance(parent, ast.Attribute) and (
                parent.attr == "capture"
            )
            bound = (  # As by partial().
                isinstance(parent, ast.Call)
                and node in parent.args
                and isinstance(self.names.resolve(parent), Maker)
            )
            if not (called or fluent or bound):
                return node
            assert isinstance(parent, ast.expr)
            node = parent

    def _place(self, node: ast.expr) -> None:
        meaning = self.names.resolve(node)
        if not isinstance(meaning, Maker | Helper):
            return
        parent = self.module.parents[node]
        if isinstance(parent, ast.NamedExpr):
            node, parent = parent, self.module.parents[parent]
        if isinstance(parent, ast.IfExp) and self.names.resolve(parent):
            node, parent = parent, self.module.parents[parent]
        if isinstance(meaning, Helper):
            if isinstance(parent, ast.withitem):
                if not self._contains(self.blocks, node):
                    self._enter(node, parent, meaning)
                return
            if self._enters(parent, node) and self._stack(
                parent, node, meaning
            ):
                return
        self.mentions.append(Mention(node, meaning))

    @staticmethod
    def _contains(uses: list[Use], node: ast.expr) -> bool:
        return bool(uses) and uses[-1].item is node  # Both arms of an `if`.

    def _enter(
        self, node: ast.expr, item: ast.withitem, helper: Helper
    ) -> None:
        block = self.module.parents[item]
        assert isinstance(block, WITHS)
        place = block.items.index(item)
        use = Use(block, node, helper, block.body)
        use.later = [i.context_expr for i in block.items[place + 1 :]]
        use.earlier = [i.context_expr for i in block.items[:place]]
        if item.optional_vars is not None:
            use.names |= _name(item.optional_vars)
        use.names |= _name(node)
        if isinstance(node, ast.NamedExpr):
            use.names |= _name(node.target)
        self._finish(use)

    @staticmethod
    def _enters(parent: ast.AST, node: ast.expr) -> bool:
        return (
            isinstance(parent, ast.Call)
            and parent.args == [node]
            and isinstance(parent.func, ast.Attribute)
            and parent.func.attr == "enter_context"
        )

    def _stack(self, call: ast.AST, node: ast.expr, helper: Helper) -> bool:
        """Take a helper that an `ExitStack` in sight enters."""
        module = self.module
        statement = module.statement(call)
        block = statement and module.parents.get(statement)
        assert isinstance(call, ast.Call)
        assert isinstance(call.func, ast.Attribute)
        stack = last_name(call.func.value)
        if (
            statement is None
            or not isinstance(block, WITHS)
            or not isinstance(call.func.value, ast.Name)
            or not any(
                stack in _name(item.optional_vars or item.context_expr)
                for item in block.items
            )
        ):
            return False
        suite, index = module.place(statement)
        use = Use(block, node, helper, suite[index + 1 :], stacked=True)
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                use.names |= _name(target)
        use.names |= _name(node)
        self._finish(use)
        return True

    def _finish(self, use: Use) -> None:
        use.handler = handler_around(use.block, self.module)
        function = self.module.function(use.block)
        for name in list(use.names):
            use.names |= self._second_names(name, function)
        self.blocks.append(use)

    def _second_names(self, name: str, function: ast.AST) -> set[str]:
        """Return variables that a function only sets to another one."""
        if (name, function) not in self._seconds:
            found = set()
            for node in self.module.variables(name, function):
                match self.module.parents[node]:
                    case ast.Assign(
                        targets=[ast.Name(id=other)], value=value
                    ) if value is node:
                        if len(self.module.stores(other, function)) == 1:
                            found.add(other)
            self._seconds[name, function] = found
        return self._seconds[name, function]

    def resolve(self, node: ast.AST) -> Meaning | None:
        """Tell what an expression stands for; see `Names.resolve()`."""
        return self.names.resolve(node)

    def imported(self, node: ast.AST) -> str:
        """Return the full name of what is imported as an expression."""
        meaning = self.names.resolve(node)
        return meaning.name if isinstance(meaning, Imported) else ""


def _name(node: ast.expr) -> set[str]:
    """Return the variable or attribute that an expression is."""
    return {name} if (name := dotted(node)) else set()


def handler_around(node: ast.AST, module: Module) -> ast.ExceptHandler | None:
    """Return the innermost handler around a node, in its function."""
    for parent in module.above(node):
        if isinstance(parent, ast.ExceptHandler):
            return parent
        if isinstance(parent, (*FUNCTIONS, ast.ClassDef)):
            return None
    return None


def finally_around(node: ast.AST, module: Module) -> ast.AST | None:
    """Return the `try` in whose `finally` a node is, in its function."""
    child = node
    for parent in module.above(node):
        if isinstance(parent, TRIES) and child in parent.finalbody:
            return parent
        if isinstance(parent, FUNCTIONS):
            return None
        child = parent
    return None
