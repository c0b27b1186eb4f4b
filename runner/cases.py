"""A case of the table of behaviour as a program that runs on its own."""

import ast
import pkgutil


def program(name: str) -> str:
    """Turn a case of the table of behaviour into a program.

    Args:
        name: The case's group and function, with a dot between them.

    Returns:
        The program: what the group's module imports and defines for all its
        cases, the function, and a call of it.

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
    package = "examples.reference.behaviour"
    if not group.isidentifier() or not function.isidentifier():
        raise KeyError(f"there is no case {name}")
    text = (pkgutil.get_data(package, f"{group}.py") or b"").decode("utf-8")
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
    lines = text.splitlines()
    parts = [
        "\n".join(lines[node.lineno - 1 : node.end_lineno])
        for node in [*serving, *chosen]
    ]
    used = {
        node.id
        for part in parts
        for node in ast.walk(ast.parse(part))
        if isinstance(node, ast.Name)
    }
    imports = []
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        names = [n for n in node.names if (n.asname or n.name) in used]
        if not names:
            continue
        node.names = names
        if isinstance(node, ast.ImportFrom) and node.level:
            node.module, node.level = f"{package}.{node.module}", 0
            imports.append("")
        imports.append(ast.unparse(node))
    parts.append(f"print({function}())")
    return "\n\n\n".join(["\n".join(imports), *parts]) + "\n"
