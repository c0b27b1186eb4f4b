"""A case of the table of behaviour as a program that runs on its own."""

import ast
import pkgutil
from collections.abc import Sequence

from examples.reference.behaviour.cases import GROUPS

_PACKAGE = "examples.reference.behaviour"


def programs() -> dict[str, str]:
    """All cases of the table of behaviour as programs.

    Returns:
        The program of each, by its group and function with a dot between them.

    Examples:
        >>> "body.body_succeeds" in programs()
        True
    """
    return {
        name: program(name)
        for group in GROUPS
        for node in ast.parse(_text(group)).body
        if isinstance(node, ast.FunctionDef) and node.decorator_list
        for name in [f"{group}.{node.name}"]
    }


def has_threads(name: str) -> bool:
    """Whether a case starts a thread, which a browser's Python can't.

    Args:
        name: As for `program`.

    Raises:
        KeyError: There is no such case.

    Examples:
        >>> has_threads("body.body_succeeds")
        False
    """
    return "threading.Thread(" in program(name)


def _text(group: str) -> str:
    return (pkgutil.get_data(_PACKAGE, f"{group}.py") or b"").decode("utf-8")


def program(name: str) -> str:
    """Turn a case of the table of behaviour into a program.

    Args:
        name: The case's group and function, with a dot between them.

    Returns:
        The program: what the group's module imports and defines for this
        case

    Raises:
        KeyError: There is no such case.

    Examples:
        >>> print(program("body.body_succeeds"))
        from oslo_utils.excutils import save_and_reraise_exception
        <BLANKLINE>
        from examples.reference.behaviour.cases import First
        <BLANKLINE>
        <BLANKLINE>
        def body_succeeds() -> None:
            try:
                raise First("release")
            except First:
                with save_and_reraise_exception():
                    pass
        <BLANKLINE>
        <BLANKLINE>
        print(body_succeeds())
        <BLANKLINE>
    """
    group, _, function = name.partition(".")
    if not group.isidentifier() or not function.isidentifier():
        raise KeyError(f"there is no case {name}")
    text = _text(group)
    tree = ast.parse(text)
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    chosen = [n for n in functions if n.name == function]
    if not chosen:
        raise KeyError(f"there is no case {name}")
    serving = [
        node
        for node in tree.body[1:]
        if not isinstance(node, ast.Import | ast.ImportFrom)
        and not (isinstance(node, ast.FunctionDef) and node.decorator_list)
    ]
    used = _names(chosen)
    kept: list[ast.stmt] = []
    while more := [
        node for node in serving if node not in kept and _binds(node) & used
    ]:
        kept += more
        used |= _names(more)
    lines = text.splitlines()
    parts = [
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in [*(n for n in serving if n in kept), *chosen]
    ]
    imports = []
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [n for n in node.names if (n.asname or n.name) in used]
        if not names:
            continue
        node.names = names
        if isinstance(node, ast.ImportFrom) and node.level:
            node.module, node.level = f"{_PACKAGE}.{node.module}", 0
            imports.append("")
        imports.append(ast.unparse(node))
    parts.append(f"print({function}())")
    return "\n\n\n".join(["\n".join(imports), *parts]) + "\n"


def _names(nodes: Sequence[ast.AST]) -> set[str]:
    """The names that statements use, but not those of their decorators."""
    return {
        inner.id
        for node in nodes
        for part in ast.iter_child_nodes(node)
        if part not in getattr(node, "decorator_list", ())
        for inner in ast.walk(part)
        if isinstance(inner, ast.Name)
    }


def _binds(node: ast.stmt) -> set[str]:
    """The names that a statement of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    return {
        inner.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)
    }
