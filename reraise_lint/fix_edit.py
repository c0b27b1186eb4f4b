"""Change the text of a file by a plan; everything else stays as it is.

LibCST keeps comments, line ends and white space. It tracks the indentation of
each line, except inside strings, so moved statements need no changes, except
lines that a backslash continues.
"""

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from reraise_lint.fix_body import Branch, Drop, Edit, Test, Unwrap

Position = tuple[int, int]
Lines = Sequence[cst.EmptyLine]
Statement = cst.BaseStatement


@dataclass(frozen=True)
class DropNames:
    """Take names out of an import.

    Attributes:
        indexes: Which ones.
    """

    indexes: frozenset[int]


Edits = Mapping[Position, Edit | DropNames]


def edited(source: bytes, edits: Edits) -> bytes:
    """Apply edits to a file.

    Args:
        source: The file.
        edits: What to do, by line and column of the statement.

    Returns:
        The new file.

    Raises:
        libcst.ParserSyntaxError: LibCST can't read the file.
        ValueError: LibCST would change more than it was asked to.
    """
    module = cst.parse_module(source)
    if module.bytes != source:
        raise ValueError("LibCST doesn't keep this file as it is")
    wrapper = MetadataWrapper(module, unsafe_skip_copy=True)
    return wrapper.visit(_Editor(edits, module.default_indent)).bytes


class _Editor(cst.CSTTransformer):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, edits: Edits, indent: str) -> None:
        super().__init__()
        self._edits = edits
        self._lines = sorted(line for line, _ in edits)
        self._default = indent
        self._indents = [""]

    def on_visit(self, node: cst.CSTNode) -> bool:
        # Most of a file has no edit, and a visit costs time.
        if isinstance(node, cst.BaseExpression | cst.SimpleStatementLine):
            return False
        if isinstance(node, cst.BaseCompoundStatement):
            place = self.get_metadata(PositionProvider, node)
            index = bisect.bisect_left(self._lines, place.start.line)
            following = self._lines[index : index + 1]
            if not following or following[0] > place.end.line:
                return False
        return super().on_visit(node)

    def _edit(self, node: cst.CSTNode) -> Edit | DropNames | None:
        start = self.get_metadata(PositionProvider, node).start
        return self._edits.get((start.line, start.column))

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:  # noqa: N802
        indent = self._default if node.indent is None else node.indent
        self._indents.append(self._indents[-1] + indent)

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.BaseSuite:
        self._indents.pop()
        body, rest = self._block(original_node.body, updated_node.body)
        return updated_node.with_changes(
            body=body, footer=[*rest, *updated_node.footer]
        )

    def leave_Module(  # noqa: N802
        self, original_node: cst.Module, updated_node: cst.Module
    ) -> cst.Module:
        body, rest = self._block(original_node.body, updated_node.body)
        first = updated_node.body[0]
        if body and body[0] is not first and not updated_node.header:
            body[0] = _topmost(body[0])
        return updated_node.with_changes(
            body=body, footer=[*rest, *updated_node.footer]
        )

    def leave_SimpleStatementSuite(  # noqa: N802
        self,
        original_node: cst.SimpleStatementSuite,
        updated_node: cst.SimpleStatementSuite,
    ) -> cst.BaseSuite:
        kept = self._kept(original_node, updated_node)
        if kept is None:
            return updated_node
        if kept:
            return updated_node.with_changes(body=kept)
        # Empty until `_ended` has added what the plan says.
        return cst.IndentedBlock([], header=updated_node.trailing_whitespace)

    def leave_If(  # noqa: N802
        self, original_node: cst.If, updated_node: cst.If
    ) -> cst.If:
        edit = self._edit(original_node)
        if not isinstance(edit, Branch):
            return updated_node
        body = _ended(updated_node.body, edit.body_raises)
        orelse = updated_node.orelse
        if isinstance(orelse, cst.Else):
            orelse = orelse.with_changes(
                body=_ended(orelse.body, edit.else_raises)
            )
        elif edit.else_raises:
            orelse = cst.Else(cst.IndentedBlock([_raise()]))
        if edit.negate and isinstance(orelse, cst.Else):
            test = _opposite(updated_node.test)
            space = updated_node.whitespace_before_test
            return updated_node.with_changes(
                test=test,
                whitespace_before_test=(
                    space if space.value else cst.SimpleWhitespace(" ")
                ),
                body=_joined(body, orelse.body),
                orelse=None,
            )
        if edit.without_else:
            orelse = None
        elif isinstance(orelse, cst.Else):
            orelse = orelse.with_changes(body=_filled(orelse.body))
        return updated_node.with_changes(body=_filled(body), orelse=orelse)

    def _block(
        self, originals: Sequence[Statement], updated: Sequence[Statement]
    ) -> tuple[list[Statement], list[cst.EmptyLine]]:
        """Edit the statements of a block.

        Returns:
            The statements, and lines that are left over at the end.
        """
        body: list[Statement] = []
        pending: list[cst.EmptyLine] = []
        for original, statement in zip(originals, updated, strict=True):
            edit = self._edit(original)
            if isinstance(statement, cst.With) and isinstance(edit, Unwrap):
                new, rest = self._unwrapped(statement, edit)
            elif isinstance(statement, cst.SimpleStatementLine):
                new, rest = self._line(original, statement, bool(body))
            else:
                new, rest = [statement], []
            if new:
                new[0] = _led(new[0], pending, bool(body))
                pending = []
            body += new
            pending += rest
        return body, pending

    def _unwrapped(
        self, node: cst.With, edit: Unwrap
    ) -> tuple[list[Statement], list[cst.EmptyLine]]:
        items = list(node.items)
        if edit.item:
            left = [*items[:-2], items[-2].with_changes(comma=items[-1].comma)]
            body = _ended(node.body, edit.raises)
            kept = node.with_changes(items=left, body=_filled(body))
            return [kept], []
        outer = self._indents[-1]
        lead = [*node.leading_lines, *_comments(items)]
        suite = node.body
        if isinstance(suite, cst.SimpleStatementSuite):
            line = cst.SimpleStatementLine(
                suite.body, lead, suite.trailing_whitespace
            )
            return [line, *([_raise()] if edit.raises else [])], []
        assert isinstance(suite, cst.IndentedBlock)
        lead += _comments([suite.header])
        indent = self._default if suite.indent is None else suite.indent
        dedent = _Dedent(outer + indent, outer)
        statements: list[Statement] = []
        for each in suite.body:
            moved = each.visit(dedent)
            assert isinstance(moved, Statement)
            statements.append(moved)
        footer = list(suite.footer)
        if edit.raises:
            statements.append(_raise(footer))
            footer = []
        first, *others = statements
        return [_led(first, lead, bool(node.leading_lines)), *others], footer

    def _line(
        self,
        original: cst.CSTNode,
        line: cst.SimpleStatementLine,
        after: bool,
    ) -> tuple[list[Statement], list[cst.EmptyLine]]:
        assert isinstance(original, cst.SimpleStatementLine)
        if isinstance(self._edit(original), Test):
            (assign,) = line.body
            assert isinstance(assign, cst.Assign)
            body = cst.IndentedBlock([_raise()], line.trailing_whitespace)
            return [cst.If(assign.value, body, None, line.leading_lines)], []
        kept = self._kept(original, line)
        if kept is None:
            return [line], []
        if kept:
            return [line.with_changes(body=kept)], []
        lead = list(line.leading_lines)
        return [], [*lead, *_comments([line.trailing_whitespace])]

    def _kept(
        self,
        original: cst.SimpleStatementLine | cst.SimpleStatementSuite,
        updated: cst.SimpleStatementLine | cst.SimpleStatementSuite,
    ) -> list[cst.BaseSmallStatement] | None:
        """Return the statements of a line that stay; `None` if all do."""
        kept: list[cst.BaseSmallStatement] = []
        changed = False
        for before, small in zip(original.body, updated.body, strict=True):
            edit = self._edit(before)
            new: cst.BaseSmallStatement | None = small
            if isinstance(edit, Drop):
                new = None
            elif isinstance(edit, DropNames):
                assert isinstance(small, cst.Import | cst.ImportFrom)
                new = _without(small, edit.indexes)
            changed |= new is not small
            if new is not None:
                kept.append(new)
        if kept and changed:
            default = cst.MaybeSentinel.DEFAULT
            kept[-1] = kept[-1].with_changes(semicolon=default)
        return kept if changed else None


class _Dedent(cst.CSTTransformer):
    """Takes lines out a level that a backslash continues."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self._old = old
        self._new = new

    def leave_SimpleWhitespace(  # noqa: N802
        self,
        original_node: cst.SimpleWhitespace,
        updated_node: cst.SimpleWhitespace,
    ) -> cst.SimpleWhitespace:
        if "\\" not in updated_node.value:
            return updated_node
        first, *lines = updated_node.value.split("\n")
        moved = [
            self._new + line.removeprefix(self._old)
            if line.startswith(self._old)
            else line
            for line in lines
        ]
        return updated_node.with_changes(value="\n".join([first, *moved]))


def _raise(lead: Lines = ()) -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Raise()], leading_lines=lead)


def _comments(nodes: Sequence[cst.CSTNode]) -> list[cst.EmptyLine]:
    """Return the comments in nodes, a line each."""
    found: list[cst.EmptyLine] = []

    class Collector(cst.CSTVisitor):
        def visit_Comment(self, node: cst.Comment) -> None:  # noqa: N802
            found.append(cst.EmptyLine(comment=node))

    for node in nodes:
        node.visit(Collector())
    return found


def _led(statement: Statement, lines: Lines, after: bool) -> Statement:
    """Put lines above a statement; no blank ones at the top of a block."""
    own = getattr(statement, "leading_lines", ())
    if not lines:
        return statement
    led = [*lines, *own]
    if own and own[0].comment is None:
        # The statement begins a paragraph: blank lines would double.
        led = [*(each for each in lines if each.comment), *own]
    statement = statement.with_changes(leading_lines=led)
    return statement if after else _topmost(statement)


def _topmost(statement: Statement) -> Statement:
    """Take the blank lines off that would begin a block or file."""
    led = list(getattr(statement, "leading_lines", ()))
    while led and led[0].comment is None:
        del led[0]
    return statement.with_changes(leading_lines=led)


def _ended(suite: cst.BaseSuite, raises: bool) -> cst.BaseSuite:
    """Add `raise` to a body if it is due."""
    if not raises:
        return suite
    if isinstance(suite, cst.SimpleStatementSuite):
        semicolon = cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" "))
        *others, last = suite.body
        body = [*others, last.with_changes(semicolon=semicolon), cst.Raise()]
        return suite.with_changes(body=body)
    assert isinstance(suite, cst.IndentedBlock)
    lines = [*suite.body, _raise(suite.footer)]
    return suite.with_changes(body=lines, footer=[])


def _filled(suite: cst.BaseSuite) -> cst.BaseSuite:
    """Put `pass` in an empty body, below its comments."""
    if suite.body or not isinstance(suite, cst.IndentedBlock):
        return suite
    line = cst.SimpleStatementLine([cst.Pass()], leading_lines=suite.footer)
    return suite.with_changes(body=[line], footer=[])


def _joined(empty: cst.BaseSuite, suite: cst.BaseSuite) -> cst.BaseSuite:
    """Keep what an empty body held besides statements."""
    if isinstance(empty, cst.IndentedBlock) and empty.footer:
        assert isinstance(suite, cst.IndentedBlock)
        first, *others = suite.body
        first = _led(first, empty.footer, after=False)
        return suite.with_changes(body=[first, *others])
    return suite


def _without(
    node: cst.Import | cst.ImportFrom, indexes: frozenset[int]
) -> cst.Import | cst.ImportFrom | None:
    """Take names out of an import; `None` if none is left."""
    assert not isinstance(node.names, cst.ImportStar)
    names = list(node.names)
    comma = names[-1].comma
    kept = [each for i, each in enumerate(names) if i not in indexes]
    if not kept:
        return None
    kept[-1] = kept[-1].with_changes(comma=comma)
    return node.with_changes(names=kept)


def _opposite(test: cst.BaseExpression) -> cst.BaseExpression:
    """Return the opposite condition; see the same in `fix_body`."""
    if isinstance(test, cst.UnaryOperation) and isinstance(
        test.operator, cst.Not
    ):
        inner = test.expression
        return inner.with_changes(
            lpar=[*test.lpar, *inner.lpar], rpar=[*inner.rpar, *test.rpar]
        )
    if isinstance(test, cst.Comparison) and len(test.comparisons) == 1:
        (target,) = test.comparisons
        operator = _flipped(target.operator)
        if operator is not None:
            flipped = target.with_changes(operator=operator)
            return test.with_changes(comparisons=[flipped])
    if not test.lpar and isinstance(
        test, cst.BooleanOperation | cst.IfExp | cst.NamedExpr | cst.Lambda
    ):
        test = test.with_changes(
            lpar=[cst.LeftParen()], rpar=[cst.RightParen()]
        )
    return cst.UnaryOperation(cst.Not(), test)


def _flipped(operator: cst.BaseCompOp) -> cst.BaseCompOp | None:
    for old, new in (
        (cst.In, cst.NotIn),
        (cst.NotIn, cst.In),
        (cst.Is, cst.IsNot),
        (cst.IsNot, cst.Is),
    ):
        if isinstance(operator, old):
            return new(
                whitespace_before=operator.whitespace_before,
                whitespace_after=operator.whitespace_after,
            )
    return None
