"""Checks of helpers that are made and not entered, or entered wrongly."""

import ast
from collections.abc import Iterator

from reraise_lint.analysis import Analysis
from reraise_lint.checks.found import finding
from reraise_lint.meanings import Defined, Helper, Maker
from reraise_lint.module import Module, dotted
from reraise_lint.rules import Finding
from reraise_lint.uses import Mention


def check(analysis: Analysis) -> Iterator[Finding]:
    """Yield what is misused in a module."""
    for use in analysis.uses.blocks:
        if isinstance(use.block, ast.AsyncWith) and not use.stacked:
            yield finding("SRE505", use.block, use.item, call="`async with`")
    for mention in analysis.uses.mentions:
        yield from _mentioned(mention, analysis)
    yield from _on_class(analysis)


def _mentioned(mention: Mention, analysis: Analysis) -> Iterator[Finding]:
    node = mention.node
    parent = analysis.module.parents[node]
    statement = analysis.module.statement(node)
    match parent:
        case ast.withitem():
            yield finding("SRE504", node, node)
        case ast.Expr() if _makes(mention, analysis):
            yield finding("SRE101", node, node)
        case ast.Raise(exc=exc) if exc is node:
            yield finding("SRE509", node, node)
        case (
            ast.FunctionDef(decorator_list=decorators)
            | ast.AsyncFunctionDef(decorator_list=decorators)
            | ast.ClassDef(decorator_list=decorators)
        ) if node in decorators:
            yield finding("SRE506", node, node)
        case ast.Assign(targets=[ast.Name(id=name)]) if isinstance(
            node, ast.Call
        ) and _makes(mention, analysis):
            yield from _held(name, node, statement, analysis)
        case ast.Attribute(attr="force_reraise") if isinstance(
            node, ast.Call
        ) and _makes(mention, analysis):
            yield finding("SRE508", node, node)
        case ast.Call(func=ast.Attribute(attr="enter_async_context")):
            if isinstance(mention.meaning, Helper):
                text = "enter_async_context()"
                yield finding("SRE505", node, node, call=text)
        case ast.Call(func=ast.Attribute(attr="enter_context")):
            if isinstance(mention.meaning, Maker):
                yield finding("SRE504", node, node)


def _makes(mention: Mention, analysis: Analysis) -> bool:
    """Whether an expression makes a helper, or is the class."""
    node = mention.node
    if isinstance(node, ast.Call):
        called = analysis.uses.resolve(node.func)
        return isinstance(called, Maker | Defined)
    return isinstance(mention.meaning, Maker)


def _held(
    name: str, node: ast.expr, statement: ast.stmt | None, analysis: Analysis
) -> Iterator[Finding]:
    """Report a helper in a variable that nothing enters."""
    module = analysis.module
    scope = module.scope(node)
    if isinstance(scope, ast.ClassDef | ast.Module):
        return  # Other modules may use it.
    if module.is_captured(name, scope) or module.is_shared(name):
        return
    loads = module.loads(name, scope)
    if not loads:
        yield finding("SRE101", statement or node, node)
        return
    if len(module.stores(name, scope)) > 1:
        return
    parents = [module.parents[load] for load in loads]
    if all(
        isinstance(parent, ast.Attribute)
        and parent.attr == "force_reraise"
        and _is_called(parent, module)
        for parent in parents
    ):
        yield finding("SRE508", loads[0], loads[0])


def _is_called(function: ast.expr, module: Module) -> bool:
    """Whether an expression is what a call calls."""
    call = module.parents[function]
    return isinstance(call, ast.Call) and call.func is function


def _on_class(analysis: Analysis) -> Iterator[Finding]:
    """Report a flag that is set on the class, which decides nothing."""
    for mention in analysis.uses.mentions:
        parent = analysis.module.parents[mention.node]
        if (
            isinstance(mention.meaning, Maker)
            and isinstance(parent, ast.Attribute)
            and parent.attr == "reraise"
            and isinstance(parent.ctx, ast.Store)
        ):
            name = dotted(mention.node)
            yield finding("SRE507", parent, parent, name=name)
