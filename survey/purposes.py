"""What a `with` is for, told by the name of what it enters.

The name says it in nearly all places, once imports and variables are followed:
`Lock`, `session`, `open`. The rules below are asked in their order, and the
first that fits answers.
"""

import ast
import re

from survey.names import Names

HELPER = "save_and_reraise_exception"

# Purposes, in the order in which a legend lists them, and what they say.
PURPOSES = {
    "re-raise": "`save_and_reraise_exception()`: clean up, then re-raise the exception",
    "errors": "translate, ignore, collect or answer exceptions in another way",
    "database": "a session, transaction, connection or cursor of a database",
    "lock": "one at a time: locks, semaphores, conditions, reserved nodes",
    "file": "files and folders, temporary ones included, archives, devices",
    "connection": "another program, host or kernel interface: clients, sockets, sessions, pools",
    "event": "tell or hear that something begins, ends or fails; notifications",
    "timeout": "give up after a while",
    "threads": "pools of threads and of greenthreads, executors",
    "measuring": "how long it takes; tracing and profiling",
    "scope": "something is different inside: context, cell, privilege, setting",
    "batch": "collect several changes and apply them together",
    "mock": "stand-ins for what a test replaces",
    "assertion": "what a test expects, an exception most often",
    "fixture": "what a test needs around it, made and taken away",
    "own": "a context manager that the project wrote for something else",
    "other": "none of these",
}

# A pattern is looked for in the full name; `(?i:...)` where case varies.
RULES = [
    (purpose, re.compile(pattern, re.X))
    for purpose, pattern in (
        ("re-raise", HELPER),
        (
            "mock",
            r"\bmock | \bpatch | nova\.test\.nested | (?i:stub|mocker|_patch|^mocks?\b)",
        ),
        ("assertion", r"(?i:assert|subtest|raises|expect(ed|s)?_?(exc|fail))"),
        (
            "fixture",
            r"""\btest_client\b | test_request_context | PlacementDirect
            | freeze_time | [Ff]ixture | _temp_config | make_request""",
        ),
        (
            "measuring",
            r"""(?i:stopwatch|timing|timer\b|trac(e|ing|er)\b|trace_|span
            |metric|show_time|profiler)""",
        ),
        ("timeout", r"(?i:timeout)"),
        (
            "lock",
            r"""(?i:(?<![bc])lock | semaphore | mutex) | threading\.Condition
            | \.cond\b | task_manager\.(acquire|TaskManager)
            | ExclusiveResource""",
        ),
        (
            "event",
            r"""(?i:notif|event|listener\(\)$|register_deregister
            |action_?record|finish_?action)""",
        ),
        ("scope", r"warnings\.|skip_warning|site_packages"),
        (
            "errors",
            r"""(?i:error|exception|failure|ignore|suppress|catch_all|exc\b
            |_exc_|exc_to)""",
        ),
        (
            "batch",
            r"""defer_apply | Deferred | \.deferred\(\) | IptablesManagerTr
            | submapper | pipeline | WriteOpCtx""",
        ),
        (
            "database",
            r"""transaction | SqlClient | ^self\.(maybe_)?get\(\)$
            | ([Bb]ackend|\bbe)(\(\))?\.get_connection
            | backends\.fetch | ^fetch\(\)$ | _produce_(\w+_)?block""",
        ),
        (
            "connection",
            r"""requests\. | urlopen | socket | _sock\b | [Ss]sh_?[Pp]ool
            | RemoteSession | SessionCache | open_session | open_connection
            | get_?[Cc]onnection | _pool_connection | [Cc]lient(_pool)?\b
            | iproute | IPRoute | NetNS | ipdb | IPDB | lin_drv
            | RBDVolumeProxy | RADOS | rbd\. | open_ioctx | Pool\(\)\.item
            | _pool\.item | amqp | kombu | conn\.(Producer|Consumer)
            | WithRetrieval | NetworkNamespace | ConntrackManager
            | OVSBridge | get_manager | (?i:_connection\(\)$|_pool\.acquire)""",
        ),
        (
            "database",
            r"""[Ss]ession(?!Cache) | transaction | \bbegin(_nested)?\(\)
            | \.using\(\) | engine | alembic | db_context | \.cursor
            | [Bb]roker | \.sql\. | SqlClient | \.query\(\) | get_db
            | connectable | DBConnection | op\.batch | job_?board
            | persist | backend\b | ^self\.connection
            | oslo_db | (^|\.)conn(ection)?\.(begin|connect)""",
        ),
        (
            "file",
            r"""^open | \.open\(\)$ | tempfile | fdopen | (?i:zip) | tarfile
            | (?i:temp_?(dir|file)|temporary_?(file|dir|image)|tempca)
            | scandir | file_open | open_(for|uri|external|input|file|scini)
            | _open_input | makefile | chown | DirContext | fileutils | openr
            | populate_directory | (?i:mount\b|device) | importlib.resources
            | _object_(reader|writer)""",
        ),
        ("threads", r"(?i:executor|threadpool|contextpool|pile\b|parallel)"),
        (
            "scope",
            r"""target_cell | obj_as_admin | as_read_deleted | temporary_
            | alternate_context | migration_context | override | modify_
            | with_(no_)?poll | frozen | _context\(\)$ | context_if
            | random_seed | update_task_state""",
        ),
        ("own", r"[Cc]laim | action_wrapper"),
    )
]

# These hand on what they are given, and close or wrap it.
_WRAPPERS = {"closing", "aclosing", "closing_if_possible", "tpool_wrap"}


def entered(node: ast.expr, names: Names) -> str:
    """Name what an item of a `with` enters.

    Args:
        node: The item's expression.
        names: The names of its module.

    Returns:
        The full name; of what is only closed or wrapped, its own.

    Examples:
        >>> tree = ast.parse('''
        ... from contextlib import closing as shut
        ... import socket
        ... with shut(socket.socket()) as (reader, writer):
        ...     pass
        ... ''')
        >>> entered(tree.body[-1].items[0].context_expr, Names(tree))
        'socket.socket()'
    """
    name = names.full(node)
    while (
        isinstance(node, ast.Call)
        and node.args
        and (last_part(name) in _WRAPPERS)
    ):
        node = node.args[0]
        name = names.full(node)
    return name


def purpose(name: str, own: set[str], in_tests: bool = False) -> str:
    """Classify what a `with` enters.

    Args:
        name: Its full name.
        own: Names of the context managers that the project defines.
        in_tests: Whether the `with` is in test code. The project's own context
            managers there are fixtures.

    Returns:
        One of `PURPOSES`.

    Examples:
        >>> purpose("threading.Lock()", set())
        'lock'
        >>> purpose("ssl.wrap_socket()", set())
        'connection'

        What the name does not tell, the project's own classes may:

        >>> purpose("self.slow_down()", {"slow_down"})
        'own'
        >>> purpose("self.port()", {"port"}, in_tests=True)
        'fixture'
        >>> purpose("contextlib.ExitStack()", set())
        'other'
    """
    for answer, rule in RULES:
        if rule.search(name):
            return answer
    if last_part(name) in own:
        return "fixture" if in_tests else "own"
    return "other"


def last_part(name: str) -> str:
    """The last word of a full name.

    Examples:
        >>> last_part("nova.utils.locks[].held()")
        'held'
    """
    return re.sub(r"\(\)|\[\]", "", name).rpartition(".")[2]


def managers(node: ast.AST) -> set[str]:
    """Names under which a statement defines a context manager.

    Args:
        node: Any statement.

    Returns:
        The name of a function under `@contextmanager`, or of a class that
        has `__enter__`; at most one.

    Examples:
        >>> tree = ast.parse('''
        ... @contextlib.asynccontextmanager
        ... async def port(): yield
        ... class Lock:
        ...     async def __aenter__(self): ...
        ... def plain(): ...
        ... ''')
        >>> [managers(node) for node in tree.body]
        [{'port'}, {'Lock'}, set()]
    """
    if isinstance(node, ast.ClassDef):
        inside = {getattr(child, "name", "") for child in node.body}
        return {node.name} if inside & {"__enter__", "__aenter__"} else set()
    for decorator in getattr(node, "decorator_list", ()):
        word = getattr(decorator, "attr", getattr(decorator, "id", ""))
        if word in ("contextmanager", "asynccontextmanager"):
            return {getattr(node, "name", "")}
    return set()
