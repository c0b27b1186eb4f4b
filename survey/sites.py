"""The uses of `save_and_reraise_exception()` in a module, and what each does.

What looks wrong with them is what `reraise_lint` finds.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from reraise_lint import Finding
from survey.bodies import Bodies, running
from survey.flags import flag, sets
from survey.names import Names
from survey.purposes import HELPER, entered, last_part
from survey.statements import children

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Block = ast.With | ast.AsyncWith


@dataclass
class Site:
    """A use of the helper.

    Attributes:
        line: Where it is called or entered.
        function: The function around it, with its classes.
        catches: What the innermost handler around it catches; empty outside
            a handler, `everything` for a bare `except`.
        arguments: What it is given.
        flag: One of `survey.flags.FLAGS`; empty if the `with` has no `as` and
            the call has no argument `reraise`.
        body: What the body does, one of `survey.bodies.BODIES`; empty without a body.
        length: How many lines the body has, comments included.
        bare_raise: `yes` if the body and a bare `raise` below it would do
            the same; otherwise the reason why not.
        findings: Lines, and the codes of rules of `reraise_lint`.
        around: The first and the last line of the function around it, or of
            the module.
    """

    line: int
    function: str = ""
    catches: str = ""
    arguments: str = ""
    flag: str = ""
    body: str = ""
    length: int = 0
    bare_raise: str = ""
    findings: list[tuple[int, str]] = field(default_factory=list)
    around: tuple[int, int] = (0, 0)


def sites(tree: ast.Module, text: bytes) -> list[Site]:
    """Find the uses of the helper.

    Args:
        tree: A module.
        text: The same as written, with its comments.

    Returns:
        The uses in the order of the text.

    Examples:
        >>> text = '''
        ... from oslo_utils.excutils import save_and_reraise_exception as keep
        ... class Driver:
        ...     def attach(self):
        ...         try:
        ...             self.plug()
        ...         except (OSError, KeyError):
        ...             with keep():
        ...                 LOG.error("not attached")
        ...                 self.unplug()
        ... '''
        >>> for s in sites(ast.parse(text), text.encode()):
        ...     print(s.line, s.function, s.catches, s.body, s.bare_raise)
        8 Driver.attach (OSError, KeyError) cleans up yes
    """
    return _Module(tree, text).sites()


def with_findings(uses: list[Site], findings: Iterable[Finding]) -> list[Site]:
    """Add what looks wrong.

    Args:
        uses: The uses of a module.
        findings: What `reraise_lint` finds in it.

    Returns:
        The uses, each with the findings of its function that are nearer to no
        other one, and a further site for each finding without a use, such as
        a misspelt name.

    Examples:
        >>> uses = [Site(5, around=(1, 9)), Site(14, around=(10, 19))]
        >>> found = [Finding(n, 1, f"SRE30{n % 10}", "") for n in (3, 7, 12, 21)]
        >>> for site in with_findings(uses, found):
        ...     print(site.line, site.findings)
        5 [(3, 'SRE303'), (7, 'SRE307')]
        14 [(12, 'SRE302')]
        21 [(21, 'SRE301')]
    """
    alone = []
    for finding in findings:
        near = [s for s in uses if s.around[0] <= finding.line <= s.around[1]]
        before = [s for s in near if s.line <= finding.line]
        if near and finding.code != "SRE501":
            own = before[-1] if before else near[0]
        else:
            own = Site(finding.line)
            alone.append(own)
        own.findings.append((finding.line, finding.code))
    return sorted([*uses, *alone], key=lambda site: site.line)


class _Module:
    """A module with the way up from each statement, and to its neighbours.

    What is asked for each use is kept here: a module has thousands of lines,
    and could have thousands of uses.
    """

    def __init__(self, tree: ast.Module, text: bytes) -> None:
        self.tree = tree
        self.lines = text.splitlines()
        self.names = Names(tree)
        self.bodies = Bodies(self.names)
        self.above: dict[ast.AST, ast.AST] = {}
        self.siblings: dict[ast.AST, tuple[list[ast.stmt], int]] = {}
        self.reads: dict[ast.AST, set[str]] = {}
        self.cleanups: dict[ast.AST, list[int]] = {}
        nodes: list[ast.AST] = [tree]
        for node in nodes:  # It grows.
            for child in children(node):
                self.above[child] = node
                nodes.append(child)
            for _, value in ast.iter_fields(node):
                if isinstance(value, list):
                    for place, line in enumerate(value):
                        if isinstance(line, ast.stmt):
                            self.siblings[line] = value, place

    def sites(self) -> list[Site]:
        found = []
        for node in self.above:
            if isinstance(node, Block):
                for item in node.items:
                    if call := self._helper(item.context_expr):
                        found.append(self._entered(node, item, call))
            elif call := self._thrown_away(node):
                site = self._site(node, call)
                site.bare_raise = "without with"
                found.append(site)
        return sorted(found, key=lambda site: site.line)

    def _helper(self, node: ast.expr) -> ast.Call | None:
        """The call of the helper that an expression is or holds."""
        if last_part(entered(node, self.names)) != HELPER:
            return None
        if isinstance(node, ast.Call):
            return node
        held = self.names.held(node)
        return held if isinstance(held, ast.Call) else None

    def _is_helper(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Name):  # Perhaps an alias.
            return last_part(self.names.full(node)) == HELPER
        return isinstance(node, ast.Attribute) and node.attr == HELPER

    def _thrown_away(self, node: ast.AST) -> ast.Call | None:
        """The call in a statement that makes a helper which nothing uses."""
        if not isinstance(node, ast.Expr | ast.Assign):
            return None
        call = node.value
        if not isinstance(call, ast.Call) or not self._is_helper(call.func):
            return None
        if isinstance(node, ast.Assign):
            name = ast.unparse(node.targets[0])
            return None if name in self._read(self.tree) else call
        return call

    def _read(self, scope: ast.AST) -> set[str]:
        """The variables and attributes that a function or module reads."""
        if scope not in self.reads:
            self.reads[scope] = {
                ast.unparse(node)
                for node in ast.walk(scope)
                if isinstance(node, ast.Name | ast.Attribute)
                and isinstance(node.ctx, ast.Load)
            }
        return self.reads[scope]

    def _site(self, node: ast.AST, call: ast.Call | None) -> Site:
        names, handler = self._around(node)
        arguments = [*call.args, *call.keywords] if call else []
        return Site(
            line=getattr(node, "lineno", 0),
            function=".".join(names),
            catches=_caught(handler),
            arguments=", ".join(map(ast.unparse, arguments)),
            around=self._lines_around(node),
        )

    def _lines_around(self, node: ast.AST) -> tuple[int, int]:
        function = self._function(node)
        first = getattr(function, "lineno", 1)
        return first, getattr(function, "end_lineno", len(self.lines))

    def _function(self, node: ast.AST) -> ast.AST:
        """The function around it, or the module."""
        while node in self.above:
            node = self.above[node]
            if isinstance(node, Function):
                break
        return node

    def _around(
        self, node: ast.AST
    ) -> tuple[list[str], ast.ExceptHandler | None]:
        """The functions and classes around it, and the innermost handler."""
        names: list[str] = []
        handler: ast.ExceptHandler | None = None
        while node in self.above:
            node = self.above[node]
            if isinstance(node, ast.ExceptHandler) and not names:
                handler = handler or node
            if isinstance(node, Function | ast.ClassDef):
                names.insert(0, getattr(node, "name", "lambda"))
        return names, handler

    def _entered(
        self, block: Block, item: ast.withitem, call: ast.Call
    ) -> Site:
        site = self._site(block, call)
        body = list(running(block.body))
        name = getattr(item.optional_vars, "id", "")
        site.flag = self._flag(name, block, body, call)
        unguarded = self._unguarded(body)
        first, last = self._extent(block)
        site.length = last - first + 1
        site.body = self.bodies.does(
            body,
            raises=any(node.exc for node in unguarded)
            or any(name and sets(node, name, "value") for node in body),
            flag=site.flag,
            function=site.function,
            text=b"\n".join(self.lines[first - 1 : last]),
        )
        site.bare_raise = self._obstacle(site, block, item, body)
        return site

    def _extent(self, block: Block) -> tuple[int, int]:
        """The body's first and last line, those of comments included."""
        inner, item = block.body[0], block.items[-1]
        first, last = inner.lineno, block.end_lineno or inner.lineno
        head = (item.optional_vars or item.context_expr).end_lineno or first
        for number in range(head + 1, first):
            if self.lines[number - 1].lstrip().startswith(b"#"):
                first = number
                break
        for number in range(last + 1, len(self.lines) + 1):
            line = self.lines[number - 1]
            text = line.lstrip()
            deep = len(line) - len(text) >= inner.col_offset
            if text.startswith(b"#") and deep:
                last = number
            elif text:
                break
        return first, last

    def _flag(
        self, name: str, block: Block, body: list[ast.AST], call: ast.Call
    ) -> str:
        said = flag(name, block.body[0], body, call)
        if said or not name:
            return said
        used = name in self._read(self._function(block))
        return "other" if used else "unused"

    def _unguarded(self, body: list[ast.AST]) -> set[ast.Raise]:
        """What raises with no `try` of the body around it."""
        inside, found = set(body), set()
        for node in body:
            if isinstance(node, ast.Raise):
                up: ast.AST = node
                while up in inside and not isinstance(
                    up, ast.Try | ast.TryStar
                ):
                    up = self.above[up]
                if up not in inside:
                    found.add(node)
        return found

    def _obstacle(
        self,
        site: Site,
        block: Block,
        item: ast.withitem,
        body: list[ast.AST],
    ) -> str:
        """What keeps a bare `raise` from doing the same; else `yes`."""
        if not site.catches:
            return "outside a handler"
        if site.flag not in ("", "unused", "default", "other"):
            return "flag"
        for kinds, word in (
            ((ast.Return, ast.Break, ast.Continue), "jump"),
            ((ast.Raise,), "raise"),
            ((ast.Yield, ast.YieldFrom), "yield"),
        ):
            if any(isinstance(node, kinds) for node in body):
                return word
        if site.flag == "other":
            return "raise" if site.body == "translates" else "flag"
        if item is not block.items[-1]:
            # The other context managers would handle its exception too.
            return "another item"
        _, handler = self._around(block)
        star = handler and isinstance(self.above[handler], ast.TryStar)
        return "except*" if star else "yes"


def _caught(handler: ast.ExceptHandler | None) -> str:
    if handler is None:
        return ""
    return ast.unparse(handler.type) if handler.type else "everything"
