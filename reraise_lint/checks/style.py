"""Checks of style, and checks that are used only if they are selected."""

import ast
from collections.abc import Iterator

from reraise_lint.analysis import Analysis
from reraise_lint.checks.cleanup import cleans_up, unguarded
from reraise_lint.checks.found import finding
from reraise_lint.checks.others import other_flag
from reraise_lint.effects import full_name
from reraise_lint.flag import is_on
from reraise_lint.module import last_name
from reraise_lint.rules import Finding
from reraise_lint.uses import Use


def check(analysis: Analysis) -> Iterator[Finding]:
    """Yield what misleads a reader of a module, and the wider rules."""
    for use in analysis.uses.blocks:
        yield from _unused(use, analysis)
        for call in unguarded(use.body, analysis.module):
            if cleans_up(call):
                name = last_name(call)
                yield finding("SRE305", call, call, function=name)
        yield from _kept(use, analysis)
    yield from _exc_info(analysis)
    yield from raises_in_an_if(analysis)


def _unused(use: Use, analysis: Analysis) -> Iterator[Finding]:
    """Report `as name` if nothing uses the name."""
    module = analysis.module
    if use.stacked:
        return
    for item in use.block.items:
        target = item.optional_vars
        if item.context_expr is not use.item or not isinstance(
            target, ast.Name
        ):
            continue
        name = target.id
        function = module.function(use.block)
        inside = [
            node
            for node in module.within(name, use.block)
            if isinstance(node, ast.Name)
            and (isinstance(node.ctx, ast.Load) or node is not target)
        ]
        if not (
            inside
            or analysis.loads_outside(name, function)
            or module.is_captured(name, function)
            or module.is_shared(name)
            or isinstance(module.scope(use.block), ast.Module | ast.ClassDef)
            # What the flag would have prevented is the same mistake.
            or any(other_flag(use, analysis))
            or any(is_on(e.state) for e in analysis.outcome(use).exits)
        ):
            yield finding("SRE901", use.block, use.item, name=name)


def _kept(use: Use, analysis: Analysis) -> Iterator[Finding]:
    """Report a helper that is kept in an attribute."""
    module = analysis.module
    effects = analysis.effects(use)
    for name in use.names:
        for node in module.within(name.rpartition(".")[2], use.block):
            parent = module.parents[node]
            if (
                isinstance(parent, ast.Assign)
                and parent.value is node
                and effects.holds(node)
                and isinstance(parent.targets[0], ast.Attribute)
            ):
                yield finding("SRE902", parent, parent, what="the helper")


def _exc_info(analysis: Analysis) -> Iterator[Finding]:
    """Report sys.exc_info() as a whole in a variable."""
    module = analysis.module
    for node in module.kinds.get(ast.Assign, ()):
        assert isinstance(node, ast.Assign)
        if (
            isinstance(node.value, ast.Call)
            and full_name(node.value.func, module) == "sys.exc_info"
            and isinstance(node.targets[0], ast.Name | ast.Attribute)
        ):
            yield finding("SRE902", node, node, what="sys.exc_info()")


def raises_in_an_if(analysis: Analysis) -> Iterator[Finding]:
    """Report handlers that end with an `if` that alone raises again."""
    for node in analysis.module.kinds.get(ast.ExceptHandler, ()):
        assert isinstance(node, ast.ExceptHandler)
        last = node.body[-1]
        if not isinstance(last, ast.If) or last.orelse:
            continue
        end = last.body[-1]
        if (
            isinstance(end, ast.Raise)
            and end.exc is None
            and not _is_negative(last.test)
        ):
            yield finding("SRE106", last, last.test)


def _is_negative(test: ast.expr) -> bool:
    """Whether a condition says "all but this": one exception is ignored."""
    return any(
        isinstance(part, ast.Not | ast.NotIn | ast.NotEq | ast.IsNot)
        for part in ast.walk(test)
    )
