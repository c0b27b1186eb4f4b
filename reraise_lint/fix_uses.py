"""Find the uses of the helper in a syntax tree, for the fixer.

Only a name that an import in the same file binds to oslo.utils is the helper;
everything that merely looks like it is named as a refusal.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

HELPER = "save_and_reraise_exception"
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef, ast.Module)
# The modules with the helper: today's, and its names before 2015.
_HOMES = ("oslo_utils.excutils", "oslo.utils.excutils")
_COPIED = ".openstack.common.excutils"


@dataclass(eq=False)
class Use:
    """A `with` statement that enters the helper.

    Attributes:
        node: The statement.
        index: Which of its items the helper is.
        call: The call of the helper.
    """

    node: ast.With
    index: int
    call: ast.Call

    @property
    def variable(self) -> ast.expr | None:
        """What is after `as`."""
        return self.node.items[self.index].optional_vars


@dataclass
class Names:
    """What the names of a file mean.

    Attributes:
        imported: What imports bind, by name: dotted targets.
        ambiguous: Names that something else than an import binds as well.
    """

    imported: dict[str, set[str]] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)

    def targets(self, expression: ast.expr) -> set[str]:
        """Resolve a dotted name: every meaning that the file gives it."""
        dotted = dotted_name(expression)
        root, _, rest = dotted.partition(".")
        tail = f".{rest}" if rest else ""
        return {target + tail for target in self.imported.get(root, ())}

    def is_helper(self, expression: ast.expr) -> bool:
        """Whether the expression is the helper and can't be anything else."""
        root = dotted_name(expression).partition(".")[0]
        targets = self.targets(expression)
        return (
            bool(targets)
            and root not in self.ambiguous
            and all(map(_is_home, targets))
        )

    def resembles(self, expression: ast.expr) -> bool:
        """Whether the expression is, or may be, the helper."""
        dotted = dotted_name(expression)
        if dotted.rpartition(".")[2] == HELPER:
            return True
        return any(map(_is_home, self.targets(expression)))


def _is_home(target: str) -> bool:
    module, _, name = target.rpartition(".")
    known = module in _HOMES or module.endswith(_COPIED)
    return known and name == HELPER


def dotted_name(expression: ast.expr) -> str:
    """Return `a.b.c` for a dotted name, and "" for any other expression."""
    parts = []
    node = expression
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


def parents_of(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """Map each node of a tree to the node that holds it."""
    return {
        child: node
        for node in ast.walk(tree)
        for child in ast.iter_child_nodes(node)
    }


def names_of(tree: ast.AST) -> Names:
    """Collect what the names of a file mean."""
    names = Names()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name, target = imported_as(node, alias)
                names.imported.setdefault(name, set()).add(target)
        else:
            names.ambiguous.update(_bound(node))
    return names


def imported_as(
    node: ast.Import | ast.ImportFrom, alias: ast.alias
) -> tuple[str, str]:
    """Return the name that an import binds, and what it stands for."""
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        return alias.asname or alias.name, f"{module}.{alias.name}"
    if alias.asname:
        return alias.asname, alias.name
    root = alias.name.partition(".")[0]
    return root, root


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    else:
        # Functions, classes, `except ... as`, patterns and type parameters.
        for attribute in ("name", "rest"):
            name = getattr(node, attribute, None)
            if isinstance(name, str) and not isinstance(node, ast.alias):
                yield name


def uses_of(
    tree: ast.AST, names: Names, parents: dict[ast.AST, ast.AST]
) -> tuple[list[Use], list[tuple[int, str]]]:
    """Find the uses of the helper.

    Returns:
        The `with` statements that enter it, and for everything else that is
        or may be the helper its line and why it is left alone.
    """
    uses, others = [], []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        if not names.resembles(node) or not isinstance(node.ctx, ast.Load):
            continue
        if not names.is_helper(node):
            reason = (
                f"{ast.unparse(node)} may be something else than the helper "
                "of oslo.utils: this file's imports don't settle it"
            )
            others.append((node.lineno, reason))
            continue
        call = parents[node]
        item = parents[call]
        if not (isinstance(call, ast.Call) and call.func is node):
            others.append((node.lineno, _without_call(call)))
        elif not isinstance(item, ast.withitem):
            others.append((node.lineno, "the helper is not entered by `with`"))
        elif isinstance(statement := parents[item], ast.With):
            uses.append(Use(statement, statement.items.index(item), call))
        else:
            reason = "`async with` can't enter the helper"
            others.append((node.lineno, reason))
    uses.sort(key=lambda use: (use.node.lineno, use.node.col_offset))
    return uses, others


def _without_call(parent: ast.AST) -> str:
    if isinstance(parent, ast.withitem):
        return "the parentheses of the call are missing"
    return "the helper is not called here, only named or passed on"


def scope_of(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.AST:
    """Return the function, class or module whose code a node is."""
    while not isinstance(node := parents[node], SCOPES):
        pass
    return node
