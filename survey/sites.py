"""The uses of `save_and_reraise_exception()` in a module, and what each does.

The text tells where the block stands, what its body does and how it ends; it
does not tell who calls the function. So what looks wrong is a suspicion.
"""

import ast
import difflib
import functools
from collections.abc import Iterator
from dataclasses import dataclass, field

from survey.bodies import cleans_up, does
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
        flag: `unused`, `first` (set in the first line of the body), `set`
            or `other` (used otherwise); empty where nothing stands behind
            `as`.
        body: What the body does, one of `survey.bodies.BODIES`; empty without a body.
        length: How many lines the body has.
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


def sites(tree: ast.Module) -> list[Site]:
    """Find the uses of the helper, and names that misspell it.

    Args:
        tree: A module.

    Returns:
        The uses in the order of the text. A misspelt name is a site, too,
        with that suspicion.

    Examples:
        >>> def show(text):
        ...     for s in sites(ast.parse(text)):
        ...         print(s.line, [s.function, s.catches, s.flag, s.body])
        ...         print("  raise:", s.bare_raise, s.suspicions)

        An alias; a body that logs and cleans up:

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

        A condition on the flag, with a `return` above it and one below:

        >>> show('''
        ... try:
        ...     plug()
        ... except:
        ...     with excutils.save_and_reraise_exception() as ctxt:
        ...         if gone:
        ...             return
        ...         ctxt.reraise = False
        ...         return
        ... ''')
        5 ['', 'everything', 'set', 'decides']
          raise: flag [(7, 'jump out of the body')]

        A handler ends where another function begins, and a loop keeps its
        own `break`:

        >>> show('''
        ... try:
        ...     plug()
        ... except OSError:
        ...     def later():
        ...         with excutils.save_and_reraise_exception():
        ...             for port in ports:
        ...                 break
        ...     excutils.save_and_reraise_exception()
        ... ''')
        6 ['later', '', '', 'other']
          raise: outside a handler [(6, 'outside a handler')]
        9 ['', 'OSError', '', '']
          raise: without with [(9, 'without with')]

        Held in a variable and entered later, on one line with another:

        >>> show('''
        ... def plug():
        ...     try: ...
        ...     except OSError:
        ...         saved = excutils.save_and_reraise_exception(reraise=False)
        ...         with lock, (saved):
        ...             raise PortError() from None
        ... ''')
        6 ['plug', 'OSError', '', 'translates']
          raise: flag []

        The flag after a `raise`, code after the block, a misspelt name:

        >>> show('''
        ... from oslo_utils import excutils
        ... try: ...
        ... except OSError as e:
        ...     with excutils.save_and_reraise_exception() as ctxt:
        ...         raise PortError()
        ...         ctxt.reraise = False
        ... except KeyError:
        ...     with excutils.save_and_reraise_exception():
        ...         pass
        ...     clean_up()
        ... except ValueError:
        ...     with excutils.save_and_raise_exception():
        ...         pass
        ... ''')
        5 ['', 'OSError', 'set', 'translates']
          raise: flag [(6, 'raise in the body')]
        9 ['', 'KeyError', '', 'nothing']
          raise: yes [(11, 'code after the block')]
        13 ['', 'ValueError', '', '']
          raise:  [(13, 'misspelt name')]
    """
    return _Module(tree).sites()


class _Module:
    """A module with the way up from each statement."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.names = Names(tree)
        self.above: dict[ast.AST, ast.AST] = {}
        nodes: list[ast.AST] = [tree]
        for node in nodes:  # It grows.
            for child in children(node):
                self.above[child] = node
                nodes.append(child)

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
        target = ast.unparse(node.targets[0])
        return not any(
            isinstance(use, ast.Name | ast.Attribute)
            and isinstance(use.ctx, ast.Load)
            and ast.unparse(use) == target
            for use in ast.walk(self.tree)
        )

    def _site(self, node: ast.AST, call: ast.Call | None) -> Site:
        names: list[str] = []
        handler: ast.ExceptHandler | None = None
        up = node
        while up in self.above:
            up = self.above[up]
            if isinstance(up, ast.ExceptHandler) and not names:
                handler = handler or up
            if isinstance(up, Function | ast.ClassDef):
                names.append(getattr(up, "name", "lambda"))
        arguments = [*call.args, *call.keywords] if call else []
        return Site(
            line=getattr(node, "lineno", 0),
            function=".".join(reversed(names)),
            catches=_caught(handler),
            arguments=", ".join(map(ast.unparse, arguments)),
        )

    def _entered(
        self, block: Block, item: ast.withitem, call: ast.Call
    ) -> Site:
        site = self._site(block, call)
        body = list(_inside(block.body))
        site.flag = self._flag(item, block, body)
        raises = any(
            isinstance(node, ast.Raise)
            and node.exc
            and not self._guarded(node, body)
            for node in body
        )
        site.body = does(
            block.body, body, self.names, raises=raises, flag=site.flag
        )
        last = block.body[-1]
        site.length = (last.end_lineno or 0) - block.body[0].lineno + 1
        site.suspicions = list(self._suspicions(site, block, call, body))
        site.bare_raise = _obstacle(site, body, _reraise(call))
        return site

    def _flag(
        self, item: ast.withitem, block: Block, body: list[ast.AST]
    ) -> str:
        if not isinstance(item.optional_vars, ast.Name):
            return ""
        name = item.optional_vars.id
        if _sets(block.body[0], name):
            return "first"
        if any(_sets(node, name) for node in body):
            return "set"
        function: ast.AST = block
        while function in self.above and not isinstance(function, Function):
            function = self.above[function]
        read = any(
            isinstance(node, ast.Name)
            and node.id == name
            and isinstance(node.ctx, ast.Load)
            for node in ast.walk(function)
        )
        return "other" if read else "unused"

    def _guarded(self, node: ast.AST, body: list[ast.AST]) -> bool:
        """Whether a `try` of the body stands around a node."""
        inside = set(body)
        while node in inside:
            if isinstance(node, ast.Try):
                return True
            node = self.above[node]
        return False

    def _suspicions(
        self,
        site: Site,
        block: Block,
        call: ast.Call,
        body: list[ast.AST],
    ) -> Iterator[tuple[int, str]]:
        given = _reraise(call)
        if not site.catches and not (given and self._in_finally(block)):
            yield site.line, "outside a handler"
        if site.flag == "unused":
            yield site.line, "flag unused"
        if site.flag == "first" and _is_false(block.body[0]):
            yield block.body[0].lineno, "flag off in any case"
        set_at = [
            n.lineno for n in body if _sets(n) and isinstance(n, ast.stmt)
        ]
        if given:
            set_at.append(site.line)
        for node in body:
            if isinstance(node, ast.stmt) and not any(
                line < node.lineno for line in set_at
            ):
                if isinstance(node, ast.Raise):
                    if not self._guarded(node, body):
                        yield node.lineno, "raise in the body"
                elif isinstance(node, ast.Return | ast.Break | ast.Continue):
                    yield node.lineno, "jump out of the body"
        siblings = self._siblings(block)
        place = siblings.index(block)
        stays_on = not given and site.flag in ("", "unused", "other")
        below = siblings[place + 1 : place + 2]
        if stays_on and below and not isinstance(below[0], ast.Raise):
            yield below[0].lineno, "code after the block"
        if isinstance(self.above[block], ast.ExceptHandler):
            for line in siblings[:place]:
                if isinstance(line, ast.Expr):
                    name = last_part(self.names.full(line.value))
                    if cleans_up(name):
                        yield line.lineno, "cleanup before the block"

    def _in_finally(self, node: ast.AST) -> bool:
        while node in self.above and not isinstance(node, Function):
            parent = self.above[node]
            if isinstance(parent, ast.Try) and node in parent.finalbody:
                return True
            node = parent
        return False

    def _siblings(self, block: Block) -> list[ast.stmt]:
        for _, value in ast.iter_fields(self.above[block]):
            if isinstance(value, list) and block in value:
                return value
        return [block]


def _inside(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    """What runs there: no inner functions, no jumps of inner loops."""

    def walk(node: ast.AST, looped: bool) -> Iterator[ast.AST]:
        if looped and isinstance(node, ast.Break | ast.Continue):
            return
        yield node
        if isinstance(node, Function):
            return
        loop = isinstance(node, ast.For | ast.AsyncFor | ast.While)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, looped or loop)

    for node in nodes:
        yield from walk(node, False)


def _caught(handler: ast.ExceptHandler | None) -> str:
    if handler is None:
        return ""
    return ast.unparse(handler.type) if handler.type else "everything"


def _sets(node: ast.AST, name: str = "") -> bool:
    """Whether a statement sets the flag, of a context manager of a name."""
    return isinstance(node, ast.Assign) and any(
        isinstance(target, ast.Attribute)
        and target.attr == "reraise"
        and (not name or ast.unparse(target.value) == name)
        for target in node.targets
    )


def _is_false(node: ast.stmt) -> bool:
    value = getattr(node, "value", None)
    return isinstance(value, ast.Constant) and value.value is False


def _reraise(call: ast.Call) -> bool:
    """Whether the flag is given as an argument."""
    return bool(call.args) or any(k.arg == "reraise" for k in call.keywords)


def _obstacle(site: Site, body: list[ast.AST], given: bool) -> str:
    """What keeps a bare `raise` from doing the same; else `yes`."""
    if not site.catches:
        return "outside a handler"
    if given or site.flag not in ("", "unused"):
        return "flag"
    for kinds, word in (
        ((ast.Return, ast.Break, ast.Continue), "jump"),
        ((ast.Raise,), "raise"),
        ((ast.Yield, ast.YieldFrom), "yield"),
    ):
        if any(isinstance(node, kinds) for node in body):
            return word
    return "yes"


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
