"""Follows the flag of a helper along the paths of its body.

The statements are interpreted with what is known of the flag instead of its
value (see `flag.py`). A statement yields the state after it and the ways in
which it leaves the statements around it, each with the state at that place.
What may be caught, or may not happen, is kept as not sure.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from reraise_lint.catching import Catch, caught, swallowed
from reraise_lint.effects import Effects
from reraise_lint.flag import OFF, ON, UNKNOWN, UNREACHED, is_off, is_on, truth
from reraise_lint.module import LOOPS, TRIES, WITHS, Module

JUMPS = ("return", "break", "continue")
COMPOUND = (ast.If, ast.Match, *LOOPS, *WITHS, *TRIES)


@dataclass(frozen=True)
class Exit:
    """A way out of some statements.

    Attributes:
        kind: `return`, `break`, `continue`, `raise`, `force` (the helper's
            `force_reraise()`) or `nested` (a helper in the body re-raises).
        node: The statement that leaves.
        state: The value of `reraise` there.
        sure: Whether it surely leaves the statements when it is reached.
        inner: Whether it is in a handler of these statements, so that it may
            report what that handler caught.
    """

    kind: str
    node: ast.AST
    state: int
    sure: bool = True
    inner: bool = False


@dataclass
class Outcome:
    """What some statements do.

    Attributes:
        after: The flag below them; `UNREACHED` if they never get there.
        exits: The other ways out.
        during: All that the flag may be while they run.
    """

    after: int
    exits: list[Exit] = field(default_factory=list)
    during: int = 0

    def states(self, *kinds: str) -> int:
        """Join the states of some kinds of exits."""
        found = 0
        for leaving in self.exits:
            if leaving.kind in kinds:
                found |= leaving.state
        return found


class Flow:
    """Interprets the body of one helper."""

    def __init__(
        self,
        module: Module,
        effects: Effects,
        nested: Callable[[ast.expr], int | None],
    ) -> None:
        """Take what the paths depend on.

        Args:
            module: The module.
            effects: What expressions do to the flag.
            nested: Tells of a manager's expression what the flag is where
                its body ends, if it is a helper; None if it is none.
        """
        self._module = module
        self._effects = effects
        self._nested = nested
        self._known: dict[tuple[int, int, int], Outcome] = {}
        self._depth = 0  # How many handlers of the body are around.

    def run(self, suite: list[ast.stmt], state: int) -> Outcome:
        """Interpret statements one after the other.

        Args:
            suite: The statements.
            state: The flag before them.

        Returns:
            What they do.
        """
        whole = Outcome(state, [], state)
        for statement in suite:
            if whole.after == UNREACHED:
                break
            part = self._statement(statement, whole.after)
            whole.after = part.after
            whole.exits += part.exits
            whole.during |= part.during | part.after
        return whole

    def _statement(self, node: ast.stmt, state: int) -> Outcome:
        simple = self._simple(node, state)
        if simple is not None:
            return simple
        key = id(node), state, self._depth
        if key not in self._known:
            self._known[key] = self._compound(node, state)
        known = self._known[key]
        return Outcome(known.after, known.exits, known.during)

    def _simple(self, node: ast.stmt, state: int) -> Outcome | None:
        inner = self._depth > 0
        match node:
            case ast.Return(value=value):
                state = self._effects.of(value, state)
                return _leave("return", node, state)
            case ast.Break():
                return _leave("break", node, state)
            case ast.Continue():
                return _leave("continue", node, state)
            case ast.Raise(exc=exc):
                state = self._effects.of(exc, state)
                return _leave("raise", node, state, inner=inner)
            case ast.Expr(value=value) | ast.Assign(value=value):
                kind, sure = self._effects.raises(value)
                after = self._effects.of_statement(node, state)
                if kind == "exit":
                    return Outcome(UNREACHED, [], after)
                if kind:
                    leaving = _leave(kind, node, after, sure, inner)
                    if not sure:
                        leaving.after = after
                    return leaving
                return Outcome(after, [], state | after)
            case ast.Assert(test=test) if truth(test, self._module) == OFF:
                return _leave("raise", node, state, sure=False, inner=inner)
        if isinstance(node, COMPOUND):
            return None
        after = self._effects.of_statement(node, state)
        return Outcome(after, [], state | after)

    def _compound(self, node: ast.stmt, state: int) -> Outcome:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                yes, no = self._effects.branches(test, state)
                return _join(
                    self._reached(body, yes), self._reached(orelse, no)
                )
            case ast.While():
                return self._while(node, state)
            case ast.For() | ast.AsyncFor():
                entered = self._effects.of(node.iter, state)
                entered = self._effects.of_target(node.target, entered)
                return self._loop(node.body, node.orelse, entered, entered)
            case ast.With() | ast.AsyncWith():
                return self._with(node, state)
            case ast.Match():
                return self._match(node, state)
        assert isinstance(node, TRIES)
        return self._try(node, state)

    def _reached(self, suite: list[ast.stmt], state: int) -> Outcome:
        if state == UNREACHED:
            return Outcome(UNREACHED)
        return self.run(suite, state)

    def _while(self, node: ast.While, state: int) -> Outcome:
        yes, no = self._effects.branches(node.test, state)
        endless = truth(node.test, self._module) == ON
        return self._loop(
            node.body, node.orelse, yes, UNREACHED if endless else no, endless
        )

    def _loop(
        self,
        body: list[ast.stmt],
        orelse: list[ast.stmt],
        entered: int,
        skipped: int,
        endless: bool = False,
    ) -> Outcome:
        if entered == UNREACHED:
            return self._reached(orelse, skipped)
        while True:  # Until another round brings no other state.
            once = self.run(body, entered)
            again = entered | once.after | once.states("continue")
            if again == entered:
                break
            entered = again
        ended = UNREACHED if endless else skipped | entered
        otherwise = self._reached(orelse, ended)
        exits = [
            leaving
            for leaving in once.exits
            if leaving.kind not in ("break", "continue")
        ]
        after = otherwise.after | once.states("break")
        during = once.during | otherwise.during
        return Outcome(after, exits + otherwise.exits, during)

    def _match(self, node: ast.Match, state: int) -> Outcome:
        state = self._effects.of(node.subject, state)
        whole, left = Outcome(UNREACHED, [], state), state
        for case in node.cases:
            if left == UNREACHED:
                break
            entered = self._effects.of(case.guard, left)
            if self._effects.captures(case.pattern):
                entered = UNKNOWN
            whole = _join(whole, self.run(case.body, entered))
            if _irrefutable(case):
                left = UNREACHED
        whole.after |= left
        return whole

    def _with(self, node: ast.With | ast.AsyncWith, state: int) -> Outcome:
        before = state
        for item in node.items:
            state = self._effects.of(item.context_expr, state)
            if item.optional_vars is not None:
                state = self._effects.of_target(item.optional_vars, state)
        body = self.run(node.body, state)
        body.during |= before
        for item in reversed(node.items):
            body = self.leave(node, item.context_expr, body)
        return body

    def leave(
        self, node: ast.AST, manager: ast.expr, body: Outcome
    ) -> Outcome:
        """Let a manager of a `with` see how its body ends.

        Args:
            node: The statement.
            manager: The manager's expression.
            body: What the body does.

        Returns:
            What the body does to the code around the manager.
        """
        flag = self._nested(manager)
        if flag is not None:
            return self._through_helper(node, body, flag)
        return self._through_manager(body, swallowed(manager, self._module))

    def _through_helper(
        self, node: ast.AST, body: Outcome, flag: int
    ) -> Outcome:
        """Let a helper in the body re-raise what it saved."""
        if is_off(flag):
            return body
        sure = is_on(flag)
        ended = body.after | body.states(*JUMPS)
        exits = [
            leaving
            if leaving.kind not in JUMPS
            else replace(leaving, sure=False)
            for leaving in body.exits
            if not (sure and leaving.kind in JUMPS)
        ]
        if ended:
            exits.append(
                Exit("nested", node, ended, sure, inner=self._depth > 0)
            )
        after = UNREACHED if sure else body.after
        return Outcome(after, exits, body.during)

    def _through_manager(self, body: Outcome, catch: Catch) -> Outcome:
        """Let a manager of a `with` swallow exceptions."""
        if catch.nothing:
            return body
        exits = self._uncaught(body.exits, [catch])
        # Any call of the body may raise.
        return Outcome(body.after | body.during, exits, body.during)

    def _try(self, node: ast.Try, state: int) -> Outcome:
        body = self.run(node.body, state)
        exits = body.exits
        if node.handlers:
            catches = [Catch.of_handler(handler) for handler in node.handlers]
            exits = self._uncaught(body.exits, catches)
        whole = Outcome(body.after, exits, body.during)
        if node.orelse and body.after:
            rest = self.run(node.orelse, body.after)
            during = body.during | rest.during
            whole = Outcome(rest.after, exits + rest.exits, during)
        self._depth += 1
        for handler in node.handlers:
            entered = body.during
            if handler.name and self._effects.binds(handler.name):
                entered = UNKNOWN
            whole = _join(whole, self.run(handler.body, entered))
        self._depth -= 1
        if node.finalbody:
            return self._finally(whole, node.finalbody)
        return whole

    def _uncaught(self, exits: list[Exit], catches: list[Catch]) -> list[Exit]:
        """Return the exits that handlers or a manager let pass."""
        passed = []
        for leaving in exits:
            if leaving.kind in JUMPS:
                passed.append(leaving)
                continue
            fate = caught(leaving.node, catches, self._module)
            if fate != "yes":
                sure = leaving.sure and fate == "no"
                passed.append(replace(leaving, sure=sure))
        return passed

    def _finally(self, body: Outcome, suite: list[ast.stmt]) -> Outcome:
        ends: dict[int, Outcome] = {}
        for state in {body.during, body.after, *(e.state for e in body.exits)}:
            ends[state] = self._reached(suite, state)
        exits = [
            replace(
                leaving,
                state=ends[leaving.state].after,
                sure=leaving.sure and not ends[leaving.state].exits,
            )
            for leaving in body.exits
            if ends[leaving.state].after
        ]
        # An exception that no statement shows may lead here from anywhere.
        hidden = ends[body.during]
        sure = bool(body.exits or body.after)
        exits += [replace(e, sure=e.sure and sure) for e in hidden.exits]
        during = body.during
        for ended in ends.values():
            during |= ended.during
        return Outcome(ends[body.after].after, exits, during)


def _leave(
    kind: str,
    node: ast.AST,
    state: int,
    sure: bool = True,
    inner: bool = False,
) -> Outcome:
    return Outcome(UNREACHED, [Exit(kind, node, state, sure, inner)], state)


def _join(first: Outcome, second: Outcome) -> Outcome:
    return Outcome(
        first.after | second.after,
        first.exits + second.exits,
        first.during | second.during,
    )


def _irrefutable(case: ast.match_case) -> bool:
    pattern = case.pattern
    return (
        case.guard is None
        and isinstance(pattern, ast.MatchAs)
        and pattern.pattern is None
    )
