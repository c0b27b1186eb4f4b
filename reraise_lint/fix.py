"""Replace uses of the helper by a bare `raise`, where both do the same.

What is certain is changed, and everything else is named with the reason. A
changed file is read again: it must have exactly the tree that was planned, and
every comment; otherwise nothing is changed. Needs LibCST, which the extra
`fix` installs.
"""

import ast
import io
import re
import tokenize
import warnings
from collections import Counter
from dataclasses import dataclass, field

import libcst as cst

from reraise_lint.fix_body import Edit, RefusedError
from reraise_lint.fix_edit import DropNames, Position, edited
from reraise_lint.fix_imports import Import, patches, unused_imports
from reraise_lint.fix_plan import Plan, Planner
from reraise_lint.fix_uses import HELPER, Use, names_of, parents_of, uses_of

DIFFERENCES = (
    "What differs with a bare raise: if the body itself fails, the message "
    '"Original exception being dropped" is no longer logged; the traceback '
    "has three entries fewer, all of the helper's."
)


@dataclass(frozen=True)
class Fixed:
    """A file after the fix.

    Attributes:
        source: What it holds; the same as before if nothing was changed.
        changes: The uses that were replaced: line in the old file, a sentence.
        refusals: The uses that were left alone: line, the reason.
        notes: What else a person has to look at: line, a sentence.
    """

    source: bytes
    changes: list[tuple[int, str]] = field(default_factory=list)
    refusals: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)


def fixed(source: bytes, path: str) -> Fixed:
    """Replace the uses of the helper in one file.

    Args:
        source: What the file holds.
        path: Its path; imports of an `__init__.py` are never removed.

    Returns:
        The file after the fix. Nothing is raised for a file that can't be
        read: it stays as it is, with a refusal.
    """
    if b"excutils" not in source and HELPER.encode() not in source:
        return Fixed(source)
    try:
        return _fixed(source, path, {})
    except (SyntaxError, ValueError, cst.ParserSyntaxError) as error:
        line = getattr(error, "lineno", None) or 1
        reason = f"the file can't be read: {_first_line(error)}"
    except (RecursionError, MemoryError):
        line, reason = 1, "the file can't be read: nested too deeply"
    return Fixed(source, refusals=[(line, reason)])


def _first_line(error: Exception) -> str:
    return (getattr(error, "msg", "") or str(error)).partition("\n")[0]


def _fixed(source: bytes, path: str, problems: dict[int, str]) -> Fixed:
    """Fix a file, but for the uses in the lines with a problem."""
    text = _decoded(source)
    tree = _parsed(text)
    comments = _comments(text)
    parents = parents_of(tree)
    names = names_of(tree)
    uses, others = uses_of(tree, names, parents)
    planner = Planner(uses, parents, {line for line, _ in comments})
    plans: dict[Use, Plan] = {}
    refusals = others
    for use in uses:
        try:
            if use.node.lineno in problems:
                raise RefusedError(problems[use.node.lineno])
            plans[use] = planner.plan(use)
        except RefusedError as error:
            refusals.append((use.node.lineno, str(error)))
    result = Fixed(source, [], sorted(refusals), patches(tree))
    if not plans:
        return result
    unused, notes = unused_imports(
        tree, list(plans), parents, {line for line, _ in comments}, path
    )
    # Raises RecursionError, where LibCST's parser might use up the stack.
    ast.dump(tree)
    new = edited(source, _edits(text, plans, unused))
    expected = _expected(tree, plans, unused, parents)
    problem = _problem(new, expected, comments)
    if problem:
        found = {use.node.lineno: problem for use in plans}
        return _fixed(source, path, problems | _alone(source, path, found))
    changes = [
        (use.node.lineno, _sentence(plan)) for use, plan in plans.items()
    ]
    return Fixed(new, changes, result.refusals, sorted(result.notes + notes))


def _alone(
    source: bytes, path: str, problems: dict[int, str]
) -> dict[int, str]:
    """Find the uses that have a problem even if no other one is changed."""
    if len(problems) == 1:
        return problems
    found = {}
    for line, problem in problems.items():
        others = {each: "" for each in problems if each != line}
        if not _fixed(source, path, others).changes:
            found[line] = problem
    return found or problems


def _sentence(plan: Plan) -> str:
    if len(plan.edits) == 1:
        return "the helper became a bare `raise`"
    return "the helper became a bare `raise` where `reraise` was True"


def _decoded(source: bytes) -> str:
    if re.search(rb"\r(?!\n)", source):
        # What counts as a line of it differs from tool to tool.
        raise ValueError(
            "it has carriage returns within lines or as line ends"
        )
    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding)


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        # Of the file's own escapes, which are none of ours.
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _comments(text: str) -> list[tuple[int, str]]:
    """Return the comments of a file, each with its line."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except tokenize.TokenError as error:
        raise ValueError(str(error)) from error
    return [
        (token.start[0], token.string)
        for token in tokens
        if token.type == tokenize.COMMENT
    ]


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n")


def _edits(
    text: str, plans: dict[Use, Plan], unused: dict[Import, list[ast.alias]]
) -> dict[Position, Edit | DropNames]:
    lines = _lines(text)

    def position(node: ast.stmt) -> Position:
        # ast counts the bytes of UTF-8, LibCST characters.
        before = lines[node.lineno - 1].encode()[: node.col_offset]
        return node.lineno, len(before.decode())

    edits: dict[Position, Edit | DropNames] = {}
    for plan in plans.values():
        for statement, edit in plan.edits.items():
            edits[position(statement)] = edit
    for node, aliases in unused.items():
        indexes = frozenset(node.names.index(alias) for alias in aliases)
        edits[position(node)] = DropNames(indexes)
    return edits


def _expected(
    tree: ast.Module,
    plans: dict[Use, Plan],
    unused: dict[Import, list[ast.alias]],
    parents: dict[ast.AST, ast.AST],
) -> ast.Module:
    """Change the tree by the plans; it is the old one afterwards no more."""
    for use, plan in plans.items():
        _put(use.node, plan.statements, parents)
    for node, aliases in unused.items():
        node.names = [each for each in node.names if each not in aliases]
        if not node.names:
            _put(node, [], parents)
    return tree


def _put(
    node: ast.stmt, new: list[ast.stmt], parents: dict[ast.AST, ast.AST]
) -> None:
    for _, block in ast.iter_fields(parents[node]):
        if isinstance(block, list) and node in block:
            index = block.index(node)
            block[index : index + 1] = new


def _problem(
    new: bytes, expected: ast.Module, comments: list[tuple[int, str]]
) -> str:
    """Say what is wrong with a changed file; "" if it is as planned."""
    try:
        text = _decoded(new)
        found = ast.dump(_parsed(text))
        left = _comments(text)
    except (SyntaxError, ValueError) as error:
        return f"the changed file couldn't be read: {_first_line(error)}"
    if found != ast.dump(expected):
        return "the changed file isn't what was planned"
    if Counter(c for _, c in left) != Counter(c for _, c in comments):
        return "a comment would be lost"
    return ""
