"""How often Nova uses `save_and_reraise_exception()`, for pages' sentences."""

import ast
from collections import Counter

from render.sources.upstream import definition
from tests.nova.recording import counted


def uses(release: str) -> Counter[str]:
    """Count the statements of a release outside its tests.

    Args:
        release: As `definition` takes it, in front of a name.

    Returns:
        `with` counts the `with` statements, `helper` those of them that use
        the helper, and `files` the files that have any of these.
    """
    root = definition(f"{release}nova.utils:")[0].path.parent
    count: Counter[str] = Counter()
    for path in root.rglob("*.py"):
        if "tests" in path.relative_to(root).parts:
            continue
        statements = [
            [ast.unparse(item.context_expr) for item in node.items]
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.With | ast.AsyncWith)
        ]
        helpers = [
            managers
            for managers in statements
            if "save_and_reraise_exception(" in " ".join(managers)
        ]
        count["with"] += len(statements)
        count["helper"] += len(helpers)
        count["files"] += bool(helpers)
    return count


def test_uses_are_counted_in_both_releases() -> None:
    """Nova and Victoria, by the same rule."""
    now, before = uses(""), uses("victoria ")
    counted(
        "uses",
        withs=now["with"],
        helper=now["helper"],
        files=now["files"],
        helper_in_victoria=before["helper"],
    )
