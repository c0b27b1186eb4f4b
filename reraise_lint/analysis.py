"""What is known of each use of the helper in a module."""

import ast
from bisect import bisect_left, bisect_right
from collections import defaultdict

from reraise_lint.effects import Effects
from reraise_lint.flag import ESCAPED, OFF, UNKNOWN, UNREACHED
from reraise_lint.flow import JUMPS, Flow, Outcome
from reraise_lint.module import FUNCTIONS, Module, dotted, parameters
from reraise_lint.uses import Use, Uses

_HARMLESS = {"force_reraise", "logger", "tb", "type_", "value"}


class Analysis:
    """The uses of a module, with what their bodies do.

    Attributes:
        module: The module.
        uses: Its uses of the helper.
    """

    def __init__(self, tree: ast.Module) -> None:
        """Analyse a tree."""
        self.module = Module(tree)
        self.uses = Uses(self.module)
        self._outcomes: dict[Use, Outcome] = {}
        self._by_item = {use.item: use for use in self.uses.blocks}
        self._handling: dict[tuple[str, ast.AST], list[int]] = {}
        self._outside: dict[tuple[str, ast.AST], list[ast.Name]] = {}
        self._holding: dict[tuple[str, ast.AST], list[Use]] = defaultdict(list)
        for use in self.uses.blocks:
            for name in use.names:
                scope = self.module.function(use.block)
                self._holding[name, scope].append(use)
        self._raising: dict[ast.AST, bool] = {}

    def outcome(self, use: Use) -> Outcome:
        """Tell what the body of a use does.

        Args:
            use: The use.

        Returns:
            The ways out of the body, with the flag at each.
        """
        if use not in self._outcomes:
            self._outcomes[use] = Outcome(UNKNOWN)  # If it contains itself.
            flow = Flow(self.module, self.effects(use), self._nested)
            body = flow.run(use.body, self._first(use))
            for manager in reversed(use.later):
                body = flow.leave(use.block, manager, body)
            self._outcomes[use] = body
        return self._outcomes[use]

    def effects(self, use: Use) -> Effects:
        """Return what expressions do to the flag of a use."""
        return Effects(self.module, use.names, self._always_raises)

    def loads_outside(self, name: str, scope: ast.AST) -> list[ast.Name]:
        """Return where a scope reads a variable outside the bodies.

        Bodies are those of the helpers that the variable holds.
        """
        if (name, scope) not in self._outside:
            inside = {
                line
                for use in self._holding[name, scope]
                for line in range(
                    use.block.lineno, (use.block.end_lineno or 0) + 1
                )
            }
            self._outside[name, scope] = [
                node
                for node in self.module.loads(name, scope)
                if node.lineno not in inside
            ]
        return self._outside[name, scope]

    def plain(self, suite: list[ast.stmt]) -> Outcome:
        """Tell how statements end, whatever a helper's flag is."""
        effects = Effects(self.module, set(), self._always_raises)
        return Flow(self.module, effects, self._nested).run(suite, OFF)

    def ends(self, use: Use) -> int:
        """Return the flag where the body ends without an exception."""
        body = self.outcome(use)
        return body.after | body.states(*JUMPS)

    def _nested(self, manager: ast.expr) -> int | None:
        use = self._by_item.get(manager)
        if use is None or use.stacked:
            return None
        return self.ends(use) or OFF

    def _first(self, use: Use) -> int:
        """Return the flag before the body."""
        state = use.helper.flag
        function = self.module.function(use.block)
        for name in use.names:
            if "." in name:
                if self._attribute_elsewhere(name, use):
                    return UNKNOWN | ESCAPED
            elif self.module.is_captured(name, function):
                state |= ESCAPED
        item = dotted(use.item)
        if item and "." not in item:
            shared = not self.module.stores(item, function) and (
                self._attribute_elsewhere(item, use)
            )
            if shared or self._handled(item, use, function):
                return UNKNOWN
        return state

    def _handled(self, name: str, use: Use, function: ast.AST) -> bool:
        """Whether code outside the block uses a variable's helper."""
        if (name, function) not in self._handling:
            self._handling[name, function] = [
                node.lineno
                for node in sorted(
                    self.module.loads(name, function),
                    key=lambda node: node.lineno,
                )
                if not self._is_harmless(node)
            ]
        lines = self._handling[name, function]
        last = use.block.end_lineno or 0
        inside = bisect_right(lines, last) - bisect_left(
            lines, use.block.lineno
        )
        return inside < len(lines)

    def _is_harmless(self, node: ast.Name) -> bool:
        """Whether a helper's variable is only read here, or entered."""
        parent = self.module.parents[node]
        if isinstance(parent, ast.withitem):
            return True
        return isinstance(parent, ast.Attribute) and parent.attr in _HARMLESS

    def _attribute_elsewhere(self, name: str, use: Use) -> bool:
        """Whether code outside the block sets the flag of an attribute."""
        for node in self.module.named.get(name.rpartition(".")[2], ()):
            parent = self.module.parents[node]
            sets = isinstance(parent, ast.Attribute) and (
                parent.attr == "reraise"
            )
            if sets and not _within(node, use.block):
                return True
        return False

    def _always_raises(self, call: ast.Call) -> str:
        """Tell whether a call of a function of the module always raises.

        Returns:
            `yes`; `maybe` for a method, which a subclass may replace; `no`.
        """
        function = call.func
        if isinstance(function, ast.Name):
            if self._is_local(function):
                return "no"
            definitions = self.module.definitions_in(
                self.module.tree, function.id
            )
            if len(definitions) == 1 and self._only(function.id):
                return "yes" if self._raises(definitions[0]) else "no"
        elif isinstance(function, ast.Attribute) and isinstance(
            function.value, ast.Name
        ):
            owner = self.module.enclosing_class(call)
            if owner is not None and function.value.id in ("self", "cls"):
                for definition in self.module.definitions_in(
                    owner, function.attr
                ):
                    if self._raises(definition):
                        return "maybe"
        return "no"

    def _is_local(self, name: ast.Name) -> bool:
        """Whether a function around a name gives it another meaning."""
        scope = self.module.function(name)
        while isinstance(scope, FUNCTIONS):
            if name.id in parameters(scope):
                return True
            if self.module.definitions_in(scope, name.id):
                return True
            scope = self.module.function(scope)
        return False

    def _only(self, name: str) -> bool:
        """Whether a function of the module is all that a name stands for."""
        return name not in self.module.imports and not any(
            not isinstance(use.ctx, ast.Load)
            for use in self.module.named.get(name, ())
            if isinstance(use, ast.Name)
        )

    def _raises(self, definition: ast.AST) -> bool:
        """Whether a function always raises on purpose."""
        if definition not in self._raising:
            self._raising[definition] = False  # If it calls itself.
            self._raising[definition] = self._computed(definition)
        return self._raising[definition]

    def _computed(self, definition: ast.AST) -> bool:
        if not isinstance(definition, ast.FunctionDef):
            return False
        if definition.decorator_list and any(
            dotted(d) not in ("staticmethod", "classmethod")
            for d in definition.decorator_list
        ):
            return False
        for node in ast.walk(definition):
            if isinstance(node, ast.Yield | ast.YieldFrom):
                return False
        if len(definition.body) == 1 and _is_stub(definition.body[0]):
            return False
        body = self.plain(definition.body)
        kinds = {leaving.kind for leaving in body.exits}
        # Not by a helper, which re-raises what the caller handles.
        return body.after == UNREACHED and kinds == {"raise"}


def _within(node: ast.AST, block: ast.AST) -> bool:
    """Whether a node is in the text of a block."""
    line = getattr(node, "lineno", 0)
    first = getattr(block, "lineno", 0)
    return bool(first <= line <= (getattr(block, "end_lineno", 0) or 0))


def _is_stub(node: ast.stmt) -> bool:
    return isinstance(node, ast.Raise) and "NotImplemented" in ast.unparse(
        node
    )
