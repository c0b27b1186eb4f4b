"""Makes findings of places in a tree."""

import ast

from reraise_lint.rules import RULES, Finding


def finding(
    code: str, node: ast.AST, end: ast.AST | None = None, **details: str
) -> Finding:
    """Report a place.

    Args:
        code: The rule.
        node: The place.
        end: The node that ends the lines on which `# noqa` counts; by
            default only the first line does.
        **details: What the rule's message names in braces.

    Returns:
        The finding. Its column is that of the tree, in bytes, from 1.
    """
    line = getattr(node, "lineno", 1)
    last = getattr(end, "end_lineno", None) or line
    return Finding(
        line,
        getattr(node, "col_offset", 0) + 1,
        code,
        RULES[code].message.format(**details),
        last,
    )
