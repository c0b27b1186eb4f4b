"""What the body of a `with` does in which the helper saves an exception."""

import ast
import re

from survey.names import Names
from survey.purposes import last_part

# What a body does, the first that fits; a picture has a colour for each.
BODIES = {
    "translates": "raises another exception",
    "decides": "sets the flag: not every exception goes on",
    "cleans up": "undoes, removes, closes, stops something",
    "sets state": "writes a state or status, saves a record",
    "notifies": "sends a notification, records an event or a fault",
    "logs": "writes to the log, nothing else",
    "nothing": "`pass`",
    "other": "calls something else",
}

_CLEANUP = re.compile(
    r"""_*(?:try_|safe_|do_|force_|driver_|_)*
    (?:del|remov|rm|destroy|clean|release|roll_?back|revert|undo|un[a-z]+_?
    |detach|disconnect|umount|(bulk_)?deregister|terminat|clos|deallocat|abort|cancel|stop|kill|shut|reset
    |restor|free|drop|disable|purge|discard|evict|logout|tear|expire|pop|clear
    |power_off|flush|finish|leave|wipe|return_|exit)""",
    re.X | re.I,
)
_CLEANUP_WITHIN = re.compile(
    r"clean_?up|roll_?back|_(delete|remove|destroy|release|revert|detach)",
    re.I,
)
_STATE = re.compile(
    r"(^|_)(set|update|save|store|mark|fail)(_|$)|^(change|put|write)_"
    r"|stat(e|us)|error_out",
    re.I,
)
_NOTICE = re.compile(
    r"notif|event|fault|record|message|report|emit|alert", re.I
)
_LOG = re.compile(
    r"(?i:^|\.|_)(?i:log(?:ger|ging)?|getLogger)(?:\(\))?"
    r"\.(?:debug|info|warn|warning|error|exception|critical|log)$"
    r"|(?:^|[._])log(?:_\w+)?$"
)


def does(
    lines: list[ast.stmt],
    body: list[ast.AST],
    names: Names,
    *,
    raises: bool,
    flag: str,
) -> str:
    """Tell what a body does, in a word.

    Args:
        lines: The body's statements.
        body: They and all nodes inside that run there.
        names: The module's names.
        raises: Whether an exception of the body's own leaves it.
        flag: `Site.flag`.

    Returns:
        The first of `BODIES` that fits.
    """
    if raises:
        return "translates"
    if flag in ("set", "first"):
        return "decides"
    if all(isinstance(line, ast.Pass) for line in lines):
        return "nothing"
    made = [node.func for node in body if isinstance(node, ast.Call)]
    logs = {
        func
        for func in made
        if _LOG.search(ast.unparse(func)) or _LOG.search(names.full(func))
    }
    written = [ast.unparse(func) for func in made if func not in logs]
    calls = [last_part(text) for text in written]
    if any(map(cleans_up, calls)) or any(
        isinstance(node, ast.Delete) for node in body
    ):
        return "cleans up"
    if any(_STATE.search(name) for name in calls) or any(
        isinstance(node, ast.Attribute | ast.Subscript)
        and isinstance(node.ctx, ast.Store)
        for node in body
    ):
        return "sets state"
    if any(_NOTICE.search(text) for text in written):
        return "notifies"
    # A log message's arguments may call, too.
    if logs and all(
        isinstance(line.value, ast.Constant)
        or (isinstance(line.value, ast.Call) and line.value.func in logs)
        for line in body
        if isinstance(line, ast.Expr)
    ):
        return "logs"
    return "other"


def cleans_up(name: str) -> bool:
    """Whether a function of this name undoes or removes something.

    Examples:
        >>> [cleans_up(name) for name in ("detach", "_do_cleanup", "attach")]
        [True, True, False]
    """
    return bool(_CLEANUP.match(name) or _CLEANUP_WITHIN.search(name))
