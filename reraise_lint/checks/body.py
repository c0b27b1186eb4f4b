"""Checks of what the body of a block does."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from reraise_lint.analysis import Analysis
from reraise_lint.checks.found import finding
from reraise_lint.checks.others import other_flag
from reraise_lint.effects import only_logs
from reraise_lint.flag import OFF, UNREACHED, is_off, is_on, truth
from reraise_lint.flow import JUMPS, Exit
from reraise_lint.module import FUNCTIONS
from reraise_lint.rules import Finding
from reraise_lint.uses import Use, handler_around

_RAISES = ("raise", "force", "nested")


def check(analysis: Analysis) -> Iterator[Finding]:
    """Yield what is wrong in the bodies of a module."""
    for use in analysis.uses.entered:
        places: dict[ast.AST, list[Exit]] = defaultdict(list)
        for leaving in analysis.outcome(use).exits:
            places[leaving.node].append(leaving)
        hint = _hint(use, analysis)
        told = False
        for paths in places.values():
            # On all paths, `reraise` is true here and the error propagates.
            if all(is_on(path.state) and path.sure for path in paths):
                for found in _leaving(paths[0], use, analysis, hint):
                    told |= hint != "" and found.message.endswith(hint)
                    yield found
        if not told:  # Elsewhere it is the same mistake.
            for node in other_flag(use, analysis):
                name = ast.unparse(node.value)
                yield finding("SRE507", node, node, name=name)
        yield from _swallows(use, analysis)


def _leaving(
    leaving: Exit, use: Use, analysis: Analysis, hint: str
) -> Iterator[Finding]:
    node = leaving.node
    if leaving.kind == "return":
        assert isinstance(node, ast.Return)
        if node.value is None or _is_none(node.value):
            if _says_so(node, use, analysis):
                return
            yield finding("SRE303", node, node, hint=hint)
        else:
            yield finding("SRE302", node, node, word="return", hint=hint)
    elif leaving.kind in JUMPS:
        yield finding("SRE302", node, node, word=leaving.kind, hint=hint)
    elif leaving.kind == "force":
        yield finding("SRE202", node, node, hint=hint)
    elif leaving.kind == "nested":
        # In a handler of the body, the inner one saves another exception.
        if handler_around(node, analysis.module) is use.handler:
            yield finding("SRE203", node)
    elif not (leaving.inner and _again(node, analysis)):
        yield finding("SRE201", node, node, hint=hint)


def _says_so(node: ast.stmt, use: Use, analysis: Analysis) -> bool:
    """Whether the code says itself that the exception is re-raised."""
    if not is_on(use.helper.flag):
        return True  # The body has set the flag.
    suite, index = analysis.module.place(node)
    before = suite[index - 1] if index else None
    return isinstance(before, ast.Assign) and any(
        isinstance(target, ast.Attribute) and target.attr == "reraise"
        for target in before.targets
    )


def _again(node: ast.AST, analysis: Analysis) -> bool:
    """Whether a `raise` only lets pass what a handler of the body caught."""
    if not isinstance(node, ast.Raise):
        return False
    if node.exc is None:
        return True
    handler = handler_around(node, analysis.module)
    return (
        handler is not None
        and isinstance(node.exc, ast.Name)
        and node.exc.id == handler.name
    )


def _hint(use: Use, analysis: Analysis) -> str:
    """Say where the flag of another object is set instead."""
    for node in other_flag(use, analysis):
        name = ast.unparse(node.value)
        return (
            f"; line {node.lineno} sets `reraise` of `{name}`, which isn't "
            "the helper"
        )
    return ""


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _swallows(use: Use, analysis: Analysis) -> Iterator[Finding]:
    """Report a flag that is off wherever the body ends."""
    outcome = analysis.outcome(use)
    ends = analysis.ends(use)
    if ends == UNREACHED or _used_later(use, analysis):
        return
    if use.handler is None:
        return  # There is no exception to swallow.
    raising = any(leaving.kind in _RAISES for leaving in outcome.exits)
    if raising:
        if is_off(use.helper.flag) and is_off(ends) and not use.stacked:
            yield finding("SRE104", use.block, use.item)
        return
    if not is_off(ends) or outcome.after == UNREACHED:
        return  # A jump while `reraise` is false suppresses it openly.
    place = _first_set(use, analysis) or use.block
    end = use.item if place is use.block else place
    code = "SRE102" if _only_logs(use) else "SRE103"
    yield finding(code, place, end)


def _used_later(use: Use, analysis: Analysis) -> bool:
    """Whether code after the block has the helper, and may raise it."""
    module = analysis.module
    function = module.function(use.block)
    for name in use.names:
        if "." in name or module.is_captured(name, function):
            return True
        for node in analysis.loads_outside(name, function):
            if node.lineno > (use.block.end_lineno or 0):
                return True
    return False


def _first_set(use: Use, analysis: Analysis) -> ast.stmt | None:
    """Return the only statement of the body that sets `reraise` to `False`."""
    effects = analysis.effects(use)
    found = [
        node
        for node in _inside(use.body)
        if isinstance(node, ast.Assign)
        and any(
            isinstance(target, ast.Attribute)
            and target.attr == "reraise"
            and effects.holds(target.value)
            for target in node.targets
        )
        and truth(node.value, analysis.module) == OFF
    ]
    return found[0] if found else None


def _only_logs(use: Use) -> bool:
    """Whether a body calls nothing that might raise on purpose."""
    calls: set[ast.AST] = set()
    harmless: set[ast.AST] = set()
    for node in _inside(use.body):
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom):
            return False
        if isinstance(node, ast.Call):
            calls.add(node)
            if only_logs(node) or (
                isinstance(node.func, ast.Name)
                and (
                    node.func.id
                    in ("str", "repr", "len", "int", "setattr", "dict")
                )
            ):
                harmless |= set(ast.walk(node))
    return calls <= harmless


def _inside(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield what runs in a body, without the functions it defines."""
    waiting: list[ast.AST] = list(reversed(nodes))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, FUNCTIONS):
            waiting += reversed(list(ast.iter_child_nodes(node)))
