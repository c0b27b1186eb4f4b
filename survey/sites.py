"""The uses of `save_and_reraise_exception()` in a module, and what each does.

The text tells where the block stands, what its body does and how it ends; it
does not tell who calls the function. So what looks wrong is a suspicion.
"""

import ast
import difflib
import functools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey.bodies import Bodies, cleans_up, running
from survey.flags import constant, flag, given, sets
from survey.names import Names
from survey.purposes import HELPER, entered, last_part
from survey.statements import children

# What looks wrong: why, and the page on the pitfall.
SUSPICIONS = {
    "outside a handler": (
        "nothing is in flight here unless a handler calls this function; "
        "otherwise it ends in a RuntimeError",
        "outside_a_handler",
    ),
    "without with": (
        "made and thrown away, so the exception is not raised again",
        "without_with",
    ),
    "raise in the body": (
        "with the flag on, the log calls the first exception dropped",
        "raise_in_body",
    ),
    "jump out of the body": (
        "with the flag on, the exception is raised instead",
        "return_in_body",
    ),
    "flag unused": (
        "the name behind `as` decides nothing",
        "flag_never_used",
    ),
    "flag off in any case": (
        "nothing is ever raised again; a plain handler says the same",
        "flag_never_used",
    ),
    "code after the block": (
        "the exception leaves where the block ends, so this does not run",
        "code_after_the_block",
    ),
    "cleanup before the block": (
        "when this fails, the helper is not reached and logs nothing",
        "cleanup_before_the_with",
    ),
    "misspelt name": (
        "the library has no such name: AttributeError in the handler",
        "misspelt_name",
    ),
}

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
        flag: One of `survey.flags.FLAGS`; empty where nothing stands behind `as`, and
            the call gives no flag.
        body: What the body does, one of `survey.bodies.BODIES`; empty without a body.
        length: How many lines the body has, comments included.
        bare_raise: `yes` where the body and a bare `raise` below it would do
            the same; otherwise what stands in the way.
        suspicions: Lines, and which of `SUSPICIONS` is there.
    """

    line: int
    function: str = ""
    catches: str = ""
    arguments: str = ""
    flag: str = ""
    body: str = ""
    length: int = 0
    bare_raise: str = ""
    suspicions: list[tuple[int, str]] = field(default_factory=list)


def sites(tree: ast.Module, text: bytes) -> list[Site]:
    """Find the uses of the helper, and names that misspell it.

    Args:
        tree: A module.
        text: The same as written, with its comments.

    Returns:
        The uses in the order of the text. A misspelt name is a site, too,
        with that suspicion.

    Examples:
        >>> def show(text):
        ...     for s in sites(ast.parse(text), text.encode()):
        ...         print(s.line, [s.function, s.catches, s.flag, s.body])
        ...         print("  raise:", s.bare_raise, s.suspicions)

        >>> show('''
        ... from oslo_utils.excutils import save_and_reraise_exception as keep
        ... class Driver:
        ...     def attach(self):
        ...         try:
        ...             self.plug()
        ...         except (OSError, KeyError):
        ...             with keep():
        ...                 LOG.error("not attached")
        ...                 self.unplug()
        ... ''')
        8 ['Driver.attach', '(OSError, KeyError)', '', 'cleans up']
          raise: yes []
    """
    return _Module(tree, text).sites()


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
                    elif self._misspelt(item.context_expr):
                        found.append(self._wrong(node, "misspelt name"))
            elif isinstance(node, ast.Expr | ast.Assign):
                if self._thrown_away(node):
                    site = self._wrong(node, "without with")
                    site.bare_raise = "without with"
                    found.append(site)
                elif self._misspelt(node.value):
                    found.append(self._wrong(node, "misspelt name"))
        return sorted(found, key=lambda site: site.line)

    def _wrong(self, node: ast.stmt, what: str) -> Site:
        value = getattr(node, "value", None)
        call = value if isinstance(value, ast.Call) else None
        site = self._site(node, call)
        site.suspicions = [(node.lineno, what)]
        return site

    def _misspelt(self, node: ast.expr) -> bool:
        func = node.func if isinstance(node, ast.Call) else node
        return (
            isinstance(func, ast.Attribute)
            and _misspelt(func.attr)
            and last_part(self.names.full(func.value)) == "excutils"
        )

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

    def _thrown_away(self, node: ast.Expr | ast.Assign) -> bool:
        """Whether a statement makes a helper that nothing uses."""
        if not isinstance(node.value, ast.Call) or not self._is_helper(
            node.value.func
        ):
            return False
        if isinstance(node, ast.Expr):
            return True
        return ast.unparse(node.targets[0]) not in self._read(self.tree)

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
        )

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
        site.suspicions = list(
            self._suspicions(site, block, call, body, unguarded)
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
        function: ast.AST = block
        while function in self.above and not isinstance(function, Function):
            function = self.above[function]
        return "other" if name in self._read(function) else "unused"

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
            # It would stand inside what the others do with exceptions.
            return "another item"
        _, handler = self._around(block)
        star = handler and isinstance(self.above[handler], ast.TryStar)
        return "except*" if star else "yes"

    def _suspicions(
        self,
        site: Site,
        block: Block,
        call: ast.Call,
        body: list[ast.AST],
        unguarded: set[ast.Raise],
    ) -> Iterator[tuple[int, str]]:
        given_flag = given(call)
        if not site.catches and not (given_flag and self._in_finally(block)):
            yield site.line, "outside a handler"
        if site.flag == "unused":
            yield site.line, "flag unused"
        line = block.body[0]
        off = sets(line) and constant(line.value) is False
        if site.flag == "first" and off:
            yield line.lineno, "flag off in any case"
        set_at = [node.lineno for node in body if sets(node)]
        on_until = site.line if given_flag else min(set_at, default=math.inf)
        for node in body:
            if isinstance(node, ast.stmt) and node.lineno <= on_until:
                if isinstance(node, ast.Raise):
                    if node in unguarded:
                        yield node.lineno, "raise in the body"
                elif isinstance(node, ast.Return | ast.Break | ast.Continue):
                    yield node.lineno, "jump out of the body"
        siblings, place = self.siblings[block]
        stays_on = not given_flag and site.flag in ("", "unused", "other")
        below = siblings[place + 1 : place + 2]
        if stays_on and below and not isinstance(below[0], ast.Raise):
            yield below[0].lineno, "code after the block"
        above = self.above[block]
        if isinstance(above, ast.ExceptHandler):
            if above not in self.cleanups:
                self.cleanups[above] = [
                    line.lineno
                    for line in siblings
                    if isinstance(line, ast.Expr)
                    and cleans_up(last_part(self.names.full(line.value)))
                ]
            for number in self.cleanups[above]:
                if number < site.line:
                    yield number, "cleanup before the block"

    def _in_finally(self, node: ast.AST) -> bool:
        while node in self.above and not isinstance(node, Function):
            siblings, _ = self.siblings[node]
            node = self.above[node]
            if siblings is getattr(node, "finalbody", None):
                return True
        return False


def _caught(handler: ast.ExceptHandler | None) -> str:
    if handler is None:
        return ""
    return ast.unparse(handler.type) if handler.type else "everything"


@functools.cache
def _misspelt(name: str) -> bool:
    """Whether a name is nearly the helper's.

    Examples:
        >>> _misspelt("save_and_raise_exception")
        True
        >>> _misspelt("forever_retry_uncaught_exceptions")
        False
    """
    return name != HELPER and bool(
        difflib.get_close_matches(name, [HELPER], cutoff=0.8)
    )
