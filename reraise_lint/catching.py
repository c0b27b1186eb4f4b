"""Which exceptions a handler or a context manager catches."""

import ast
import builtins
import re
from collections.abc import Iterable
from dataclasses import dataclass

from reraise_lint.module import Module, dotted, last_name

# Context managers that let exceptions pass, by the words of their names.
_TRANSPARENT = re.compile(
    r"(?:^|_)(?:r?lock(?:ed)?|semaphore|mutex|synchronized|open|fdopen|closing"
    r"|aclosing|nullcontext|redirect_std(?:out|err)|begin|writer|reader"
    r"|transaction|session|connect(?:ion)?|cursor|using|independent|savepoint"
    r"|subtransactions?|tempfile|temporary_?(?:file|directory)|named_?"
    r"temporary_?file|chdir|timer|stopwatch|timeout|span)(?:$|_)",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_DEPTH = 5


@dataclass(frozen=True)
class Catch:
    """What is caught.

    Attributes:
        classes: The expressions of the classes; empty for everything.
        nothing: Whether nothing is.
        sure: Whether that is known.
    """

    classes: tuple[ast.expr, ...] = ()
    nothing: bool = False
    sure: bool = True

    @classmethod
    def of_handler(cls, handler: ast.ExceptHandler) -> "Catch":
        """Read what follows `except`."""
        if handler.type is None:
            return cls()
        if isinstance(handler.type, ast.Tuple):
            if not handler.type.elts:
                return cls(nothing=True)
            return cls(tuple(handler.type.elts))
        return cls((handler.type,))


def swallowed(manager: ast.expr, module: Module) -> Catch:
    """Tell which exceptions a context manager swallows.

    Args:
        manager: The expression of a `with` item.
        module: The module around it.

    Returns:
        Nothing for locks, files and the like; what `suppress()` names; for
        any other manager everything, not surely.
    """
    if isinstance(manager, ast.Await):
        manager = manager.value
    name = last_name(manager)
    origins = [full for full, _ in module.imports.get(name, ())]
    if name == "suppress" or "contextlib.suppress" in origins:
        if isinstance(manager, ast.Call) and manager.args:
            return Catch(tuple(manager.args))
        return Catch(nothing=True)
    if _TRANSPARENT.search(_CAMEL.sub("_", name)):
        return Catch(nothing=True)
    return Catch(sure=False)


def caught(node: ast.AST, catches: Iterable[Catch], module: Module) -> str:
    """Tell whether a statement's exception is caught.

    Args:
        node: A `raise`, or another statement that raises.
        catches: What is caught around it.
        module: The module.

    Returns:
        `yes`, `no` or `maybe`.
    """
    fates = {_fate(node, catch, module) for catch in catches}
    for fate in ("yes", "maybe"):
        if fate in fates:
            return fate
    return "no"


def _fate(node: ast.AST, catch: Catch, module: Module) -> str:
    if catch.nothing:
        return "no"
    if not catch.sure:
        return "maybe"
    raised = raised_class(node)
    if not catch.classes:
        return "yes"
    fates = {_is_a(raised, cls, module) for cls in catch.classes}
    if "yes" in fates:
        return "yes"
    return "maybe" if "maybe" in fates else "no"


def raised_class(node: ast.AST) -> ast.expr | None:
    """Return the expression of the class that a statement raises.

    None stands for an exception that can't be told.
    """
    match node:
        case ast.Raise(exc=ast.Call(func=func)):
            return func if _looks_like_class(func) else None
        case ast.Raise(exc=(ast.Name() | ast.Attribute()) as exc):
            return exc if _looks_like_class(exc) else None
        case ast.Expr(value=ast.Call(func=func)) if last_name(func) == "exit":
            return ast.Name("SystemExit", ast.Load())
        case ast.Assert():
            return ast.Name("AssertionError", ast.Load())
    return None


def _looks_like_class(node: ast.expr) -> bool:
    return last_name(node)[:1].isupper()


def _is_a(raised: ast.expr | None, cls: ast.expr, module: Module) -> str:
    """Tell whether one class is the same as another or below it."""
    caught_class = _builtin(cls, module)
    if caught_class is BaseException:
        return "yes"
    if raised is None:
        return "yes" if caught_class is Exception else "maybe"
    same = dotted(raised) and dotted(raised) == dotted(cls)
    if same:
        return "yes"
    ancestors = _ancestors(raised, module, _DEPTH)
    if dotted(cls) in {name for name in ancestors if isinstance(name, str)}:
        return "yes"
    known = {a for a in ancestors if isinstance(a, type)}
    if caught_class is not None:
        if any(issubclass(a, caught_class) for a in known):
            return "yes"
        if caught_class is Exception and not known:
            return "yes"  # As almost every exception.
        return "maybe" if None in ancestors else "no"
    if module.definitions(last_name(cls)) and None not in ancestors:
        return "no"
    return "maybe"


def _ancestors(
    node: ast.expr, module: Module, depth: int
) -> set[type | str | None]:
    """Return a class's bases: built-in ones, names, None for unknown."""
    if built_in := _builtin(node, module):
        return {built_in}
    found: set[type | str | None] = {dotted(node)}
    definitions = (
        module.definitions(node.id) if isinstance(node, ast.Name) else []
    )
    if len(definitions) != 1 or depth == 0:
        return {None, *found}
    definition = definitions[0]
    if not isinstance(definition, ast.ClassDef):
        return {None, *found}
    for base in definition.bases:
        found |= _ancestors(base, module, depth - 1)
    return found


def _builtin(node: ast.expr, module: Module) -> type[BaseException] | None:
    """Return the built-in exception that an expression names."""
    if not isinstance(node, ast.Name):
        return None
    if node.id in module.imports or module.definitions(node.id):
        return None
    found = getattr(builtins, node.id, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        return found
    return None
