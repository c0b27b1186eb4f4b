"""Checks of what is around a block: its handler, and code next to it."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from reraise_lint.analysis import Analysis
from reraise_lint.checks.cleanup import cleans_up, unguarded
from reraise_lint.checks.found import finding
from reraise_lint.flag import ON, UNKNOWN, UNREACHED, is_on
from reraise_lint.flow import JUMPS
from reraise_lint.module import (
    FUNCTIONS,
    TRIES,
    Module,
    dotted,
    last_name,
    parameters,
)
from reraise_lint.rules import Finding
from reraise_lint.uses import Use, finally_around, handler_around

_EXITS = {"__exit__", "__aexit__"}


def check(analysis: Analysis) -> Iterator[Finding]:
    """Yield what is wrong around the blocks of a module."""
    re_raising: dict[ast.AST, list[Use]] = defaultdict(list)
    for use in analysis.uses.entered:
        if use.handler is None and is_on(analysis.ends(use)):
            re_raising[analysis.module.function(use.block)].append(use)
    for use in analysis.uses.entered:
        if use.handler is None:
            yield from _outside(use, analysis)
        else:
            yield from _before(use, analysis)
        yield from _after(use, analysis)
        yield from _finally(use, analysis)
        yield from _nested_by_call(use, analysis, re_raising)


def _outside(use: Use, analysis: Analysis) -> Iterator[Finding]:
    """Report a block where no exception is being handled."""
    module = analysis.module
    if use.helper.flag == UNKNOWN:
        return  # It may be set only where there is an exception.
    function = module.function(use.block)
    if not (
        _guarded(use.block, function, analysis)
        or _captured(use, analysis)
        or _is_wrapper(use, function, analysis)
        or _called_in_handlers(function, analysis)
    ):
        yield finding("SRE301", use.block, use.item)


def _guarded(block: ast.stmt, function: ast.AST, analysis: Analysis) -> bool:
    """Whether a condition may make sure that there is an exception."""
    module = analysis.module
    tests = [
        node.test
        for node in module.above(block)
        if isinstance(node, ast.If) and module.function(node) is function
    ]
    if any("exc_info" in ast.unparse(test) for test in tests):
        return True
    if finally_around(block, module) is not None and tests:
        return True
    if getattr(function, "name", "") in _EXITS:
        assert isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        names = set(parameters(function)[1:])
        tests += [
            node.test
            for node in function.body
            if isinstance(node, ast.If) and node.lineno < block.lineno
        ]
        return any(
            isinstance(part, ast.Name) and part.id in names
            for test in tests
            for part in ast.walk(test)
        )
    return False


def _captured(use: Use, analysis: Analysis) -> bool:
    """Whether capture(), which refuses to save nothing, comes first."""
    if isinstance(use.item, ast.Call) and last_name(use.item) == "capture":
        return True
    module = analysis.module
    function = module.function(use.block)
    return any(
        isinstance(node, ast.Attribute)
        and dotted(node.value) in use.names
        and module.function(node) is function
        and node.lineno < use.block.lineno
        for node in module.named.get("capture", ())
    )


def _is_wrapper(use: Use, function: ast.AST, analysis: Analysis) -> bool:
    """Whether a function is a helper of its own to its callers."""
    return isinstance(
        function, ast.FunctionDef
    ) and analysis.uses.names.is_wrapper(function)


def _called_in_handlers(function: ast.AST, analysis: Analysis) -> bool:
    """Whether the module calls a function, and only in handlers."""
    module = analysis.module
    name = getattr(function, "name", "")
    uses = [
        node
        for node in module.named.get(name, ())
        if isinstance(node.ctx, ast.Load)
    ]
    return bool(uses) and all(
        _is_call_in_handler(node, module) for node in uses
    )


def _is_call_in_handler(node: ast.expr, module: Module) -> bool:
    call = module.parents[node]
    return (
        isinstance(call, ast.Call)
        and call.func is node
        and handler_around(call, module) is not None
    )


def _before(use: Use, analysis: Analysis) -> Iterator[Finding]:
    """Report cleanup between `except` and the block."""
    module = analysis.module
    if module.parents[use.block] is not use.handler or use.stacked:
        return
    suite, index = module.place(use.block)
    for call in unguarded(suite[:index], module):
        name = last_name(call)
        if cleans_up(call) and not _on_caught(call, use):
            yield finding("SRE304", call, call, function=name)


def _on_caught(call: ast.Call, use: Use) -> bool:
    """Whether a call is made on, or given, nothing but the exception."""
    return (
        isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and use.handler is not None
        and call.func.value.id == use.handler.name
    )


def _after(use: Use, analysis: Analysis) -> Iterator[Finding]:
    """Report code that the re-raised exception keeps from running."""
    if use.stacked or use.handler is None or not is_on(analysis.ends(use)):
        return
    module = analysis.module
    node: ast.stmt = use.block
    while analysis.plain([node]).after == UNREACHED:
        suite, index = module.place(node)
        if suite[index + 1 :]:
            yield from _unreached(suite[index + 1], use)
            return
        parent = module.parents[node]
        if not isinstance(parent, ast.If | ast.With):
            return
        node = parent


def _unreached(node: ast.stmt, use: Use) -> Iterator[Finding]:
    match node:
        case ast.Raise(exc=None) | ast.Pass():
            return  # The first is for type checkers.
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value, "force_reraise"))
        ) if dotted(value) in use.names:
            return  # Is NoReturn: for type checkers, too.
        case ast.Raise(exc=exc) if exc and last_name(exc) == "AssertionError":
            return
        case ast.Assert() | ast.Expr(value=ast.Constant()):
            return
        case ast.Expr(value=ast.Call(func=func)) if (
            last_name(func) == "assert_never"
        ):
            return
        case ast.Raise():
            yield finding("SRE402", node, node)
        case _:
            yield finding("SRE401", node)


def _finally(use: Use, analysis: Analysis) -> Iterator[Finding]:
    """Report a `finally` that discards the re-raised exception."""
    if not analysis.ends(use) & ON:
        return
    child: ast.AST = use.block
    for parent in analysis.module.above(use.block):
        if isinstance(parent, FUNCTIONS):
            return
        if isinstance(parent, TRIES):
            suite = parent.finalbody
            if suite and child not in suite:
                ended = analysis.plain(suite)
                jumps = [e for e in ended.exits if e.kind in JUMPS and e.sure]
                if ended.after == UNREACHED and len(jumps) == len(ended.exits):
                    for jump in jumps[:1]:
                        word = jump.kind
                        yield finding(
                            "SRE105", jump.node, jump.node, word=word
                        )
        child = parent


def _nested_by_call(
    use: Use, analysis: Analysis, re_raising: dict[ast.AST, list[Use]]
) -> Iterator[Finding]:
    """Report calls in a body to a function that re-raises by itself."""
    if not re_raising or not is_on(use.helper.flag):
        return
    module = analysis.module
    for call in unguarded(use.body, analysis.module):
        name = last_name(call)
        owner: ast.AST | None = module.tree
        if isinstance(call.func, ast.Attribute):
            owner = module.enclosing_class(call)
        for definition in (owner and module.definitions_in(owner, name)) or ():
            if definition in re_raising:
                yield finding("SRE204", call, call, function=name)
