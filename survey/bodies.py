"""What the body of a `with` does in which the helper saves an exception.

Names tell it: those of the functions that the body calls, those that it
passes on (`ignore_exception(self.delete_lun)`, `request("DeleteVolume")`),
and, where these tell nothing, those in functions of the same module.
"""

import ast
import re
from collections.abc import Iterator, Sequence

from survey.names import Function, Names
from survey.purposes import last_part

# What a body does, the first that fits; a picture has a colour for each.
BODIES = {
    "translates": "raises another exception",
    "decides": "sets `reraise`: not every exception propagates",
    "cleans up": "undoes, removes, closes, stops something",
    "sets state": "writes a state or status, saves a record",
    "notifies": "sends a notification, records an event or a fault",
    "logs": "writes to the log, nothing else",
    "nothing": "`pass`",
    "other": "calls something else",
}

# The look-aheads refuse what only begins alike: `uniform`, `populate`.
_CLEANUP = re.compile(
    r"""_*(?:try_|safe_|do_|force_|driver_|_)*
    (?:h?del(?!ta|ay|eg|iv|im)|remov|rm|destroy|clean(?!se)|release|roll_?back
    |revert|undo|recover|un(?!i[^n]|til|pack|quot|der)[a-z]+_?
    |detach|disconnect|umount|(bulk_)?deregister|terminat|clos(?!est)|deallocat
    |abort|cancel|stop|kill|shut|reset|restor|free(?!z)|drop|disable|purge
    |discard|evict|logout|tear|expire|pop(?!u)|clear|power_off|flush|finish
    |leave|wipe|return_|exit)""",
    re.X | re.I,
)
_CLEANUP_WITHIN = re.compile(
    r"clean_?up|roll_?back|_(delete|remove|destroy|release|revert|detach)",
    re.I,
)
_STATE = re.compile(
    r"(^|_)(set|update|save|store|mark|fail)(_|$)|^(change|put|write)_"
    r"|stat(e|us)|error_out|^setattr$",
    re.I,
)
_NOTICE = re.compile(
    r"notif|event|fault|record|message|report|emit|alert", re.I
)
# What these return may be used; they change nothing.
_ASKS = re.compile(
    r"_*(?:get|is|has|needs|can|should|check|list|find|wait|format|prepare)_"
)
_TELLS = re.compile(r"_*(?:notify|emit|send|log|record)_")
_SETS = re.compile(r"(set|update|modify)_")
_VALUES = re.compile(r"\w+ed_|delete_on_")
_LOG = re.compile(
    r"(?i:^|\.|_)(?i:log(?:ger|ging)?|getLogger)(?:\(\))?"
    r"\.(?:debug|info|warn|warning|error|exception|critical|log)$"
    r"|(?:^|[._])log(?:_\w+)?$"
)
_CHANGES_DATA = re.compile(
    "add|append|clear|discard|extend|insert|pop|remove|setdefault|sort|update"
)
_DATA = ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp
_MAKES_DATA = {"dict", "list", "set", "defaultdict", "getcallargs", "deepcopy"}
_UNDO = re.compile(rb"\b(undo|roll(ing)?[ -]?back|revert)", re.I)
# In a function of the first kind, one of the second puts back.
_TAKES = re.compile(r"delete|remove|pop|detach")
_GIVES = re.compile(r"_*(?:create|add|insert|attach)(_|$)")
_DEPTH = 2  # How many functions are followed into each other.


class Bodies:
    """Tells what bodies do in one module."""

    def __init__(self, names: Names) -> None:
        """Begin with nothing followed.

        Args:
            names: The module's names.
        """
        self._names = names
        self._followed: dict[tuple[Function, int], set[str]] = {}

    def does(
        self,
        body: list[ast.AST],
        *,
        raises: bool,
        flag: str,
        function: str,
        text: bytes,
    ) -> str:
        """Tell what a body does, in a word.

        Args:
            body: All nodes that run there, as from `running`.
            raises: Whether another exception leaves it.
            flag: `Site.flag`.
            function: The function around it.
            text: The body as written, with its comments.

        Returns:
            The first of `BODIES` that fits.
        """
        if raises:
            return "translates"
        if flag in ("set", "first"):
            return "decides"
        if all(isinstance(node, ast.Pass) for node in body):
            return "nothing"
        kinds = self._kinds(body, _DEPTH)
        for kind in "cleans up", "sets state", "notifies":
            if kind in kinds:
                return kind
        if kinds == {"logs"}:
            return "logs"
        if _UNDO.search(text) or (
            _TAKES.search(function.rpartition(".")[2])
            and any(map(_GIVES.match, _called(body)))
        ):
            return "cleans up"
        return "decides" if flag == "argument" else "other"

    def _kinds(self, body: list[ast.AST], depth: int) -> set[str]:
        """What is done there, in all; `other` for what tells nothing."""
        calls = [node for node in body if isinstance(node, ast.Call)]
        logs = {call for call in calls if self._is_log(call.func)}
        # A log message's arguments may call, too.
        inside = {
            node for log in logs for node in ast.walk(log) if node is not log
        }
        kinds = {"logs"} if logs else set()
        for node in body:
            match node:
                case ast.Call() if node not in logs and node not in inside:
                    kinds |= self._named(node)
                case ast.Delete():
                    kinds.add("cleans up")
                case ast.Attribute(attr=attr, ctx=ast.Store()) if (
                    attr != "reraise"
                ):
                    kinds.add("sets state")
                case ast.Subscript(value=value, ctx=ast.Store()):
                    kinds |= set() if self._is_data(value) else {"sets state"}
                case ast.Expr(value=value) if not isinstance(
                    value, ast.Constant
                ):
                    if isinstance(value, ast.Await):
                        value = value.value
                    if value not in logs:
                        kinds |= self._stated(value, depth)
        return kinds

    def _named(self, call: ast.Call) -> set[str]:
        """What a call does by its name, or by one that it passes on."""
        func = call.func
        if self._changes_data(func):
            return set()
        if kind := _kind(ast.unparse(func)):
            return {kind}
        kinds = set[str]()
        for place, node in enumerate(call.args):
            match node:
                case ast.Constant(value=str(text)):
                    kinds |= _passed(_snake(text))
                    if _SETS.match(_snake(text)):
                        kinds.add("sets state")
                case ast.Attribute(attr=attr) if place == 0:
                    kinds |= _passed(attr)
                case ast.Name(id=name) if self._names.function(node):
                    kinds |= _passed(name)
                case ast.Lambda():
                    for inner in ast.walk(node):
                        if isinstance(inner, ast.Call):
                            kinds |= self._named(inner)
        return kinds

    def _stated(self, node: ast.AST, depth: int) -> set[str]:
        """What a statement does that is an expression."""
        if not isinstance(node, ast.Call):
            return {"other"}
        if named := self._named(node):
            return named
        if self._changes_data(node.func):
            return set()
        function = self._names.function(node.func)
        if not function or not depth:
            return {"other"}
        if (function, depth) not in self._followed:
            body = _without_own(list(running(function.body)))
            kinds = self._kinds(body, depth - 1)
            self._followed[function, depth] = kinds or {"other"}
        return self._followed[function, depth]

    def _is_log(self, func: ast.expr) -> bool:
        return bool(
            _LOG.search(ast.unparse(func))
            or _LOG.search(self._names.full(func))
        )

    def _changes_data(self, func: ast.expr) -> bool:
        return (
            isinstance(func, ast.Attribute)
            and bool(_CHANGES_DATA.fullmatch(func.attr))
            and self._is_data(func.value)
        )

    def _is_data(self, node: ast.expr) -> bool:
        """Whether a variable holds a dictionary or a list made here."""
        value = self._names.held(node) if isinstance(node, ast.Name) else None
        if isinstance(value, ast.Call):
            return last_part(ast.unparse(value.func)) in _MAKES_DATA
        return isinstance(value, _DATA)


def running(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """What runs in a body: no inner functions, no jumps of inner loops.

    Args:
        nodes: The body's statements.

    Yields:
        They, and all nodes in them.
    """

    def walk(node: ast.AST, looped: bool) -> Iterator[ast.AST]:
        if looped and isinstance(node, ast.Break | ast.Continue):
            return
        yield node
        if isinstance(node, Function | ast.Lambda):
            return
        loop = isinstance(node, ast.For | ast.AsyncFor | ast.While)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, looped or loop)

    for node in nodes:
        yield from walk(node, False)


def cleans_up(name: str) -> bool:
    """Whether a function of this name undoes or removes something.

    Examples:
        >>> [cleans_up(name) for name in ("detach", "_do_cleanup", "attach")]
        [True, True, False]
        >>> [cleans_up(name) for name in ("uniform", "needs_rollback")]
        [False, False]
    """
    if _ASKS.match(name):
        return False
    within = _CLEANUP_WITHIN.search(name) and not _TELLS.match(name)
    return bool(_CLEANUP.match(name) or within)


def _kind(text: str) -> str:
    """Return what a function of this name does, if the name says so."""
    name = last_part(text)
    if cleans_up(name):
        return "cleans up"
    if _ASKS.match(name):
        return ""
    if _STATE.search(name):
        return "sets state"
    return "notifies" if _NOTICE.search(text) else ""


def _passed(name: str) -> set[str]:
    """What a function of this name does that may be a mere value, too."""
    # Without a noun it is rather a state: `stopped`, `deleted`.
    if not re.fullmatch(r"\w+_\w+", name) or _VALUES.match(name):
        return set()
    return {"cleans up"} if cleans_up(name) else set()


def _without_own(body: list[ast.AST]) -> list[ast.AST]:
    """What runs in a function, but for closing what it opened itself."""
    made = {
        node.id
        for node in body
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }

    def closes(node: ast.AST) -> bool:
        match node:
            case ast.Expr(value=ast.Call() as call):
                return closes(call)
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="close")
            ):
                return name in made
        return False

    return [node for node in body if not closes(node)]


def _called(nodes: list[ast.AST]) -> list[str]:
    """The last words of what is called there."""
    return [
        last_part(ast.unparse(node.func))
        for node in nodes
        if isinstance(node, ast.Call)
    ]


def _snake(name: str) -> str:
    """A name in camel case as other names are written."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
