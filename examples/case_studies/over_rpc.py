"""A model of what an exception becomes between two of Nova's services.

`pack` turns an exception into JSON, as oslo.messaging does in the
service, and `unpack` turns that into what the caller gets.
"""

import builtins
import json
import traceback

from oslo_utils import excutils


class InstanceNotFound(Exception):
    """Stands for an exception of `nova.exception`."""


class DBDeadlock(Exception):
    """Stands for an exception of `oslo_db.exception`."""


# By its name in a message, the class that a caller may make.
ALLOWED = {
    "builtins": vars(builtins),
    "nova.exception": {"InstanceNotFound": InstanceNotFound},
}
InstanceNotFound.__module__ = "nova.exception"
DBDeadlock.__module__ = "oslo_db.exception"


class RemoteError(Exception):
    """What a caller gets for a class of any other module.

    Examples:
        `exc_type` is the name of the original class:

        >>> error = receive(DBDeadlock("try again"))
        >>> print(type(error).__name__, error.exc_type)
        RemoteError DBDeadlock
    """

    def __init__(self, exc_type: str, value: str, trace: list[str]):
        super().__init__(f"Remote error: {exc_type} {value}\n{trace}.")
        self.exc_type = exc_type


def pack(error: Exception) -> str:
    """Turn an exception into text: its traceback becomes text, too.

    Examples:
        The module, the class and the arguments are sent:

        >>> data = json.loads(pack(DBDeadlock("try again")))
        >>> print(data["module"], data["class"], data["args"])
        oslo_db.exception DBDeadlock ['try again']
    """
    name = type(error).__name__.removesuffix("_Remote")
    module = type(error).__module__.removesuffix("_Remote")
    return json.dumps(
        {
            "class": name,
            "module": module,
            "message": str(error),
            "tb": traceback.format_exception(error),
            "args": error.args,
        }
    )


def unpack(text: str) -> Exception:
    """Create the exception that the caller gets.

    Examples:
        A builtin keeps its class.
        Its first argument is replaced by the error message and the
        service's traceback:

        >>> error = unpack(pack(ValueError("no disk")))
        >>> type(error), str(error).splitlines()
        (<class 'ValueError'>, ['no disk', 'ValueError: no disk'])
        >>> error = unpack(pack(KeyError("vm-1")))
        >>> error.args[0].splitlines()
        ["'vm-1'", "KeyError: 'vm-1'"]

        An exception of an allowed module becomes a subclass of itself:

        >>> error = unpack(pack(InstanceNotFound("vm-1")))
        >>> print(type(error).__name__, type(error).__bases__)
        InstanceNotFound_Remote (<class 'nova.exception.InstanceNotFound'>,)
    """
    data = json.loads(text)
    name, message = data["class"], data["message"]
    if data["module"] not in ALLOWED:
        return RemoteError(name, message, data["tb"])
    kind = ALLOWED[data["module"]][name]
    error: Exception = kind(*data["args"])
    told = message + "\n" + "\n".join(data["tb"])
    try:
        error.__class__ = type(
            f"{name}_Remote", (kind,), {"__str__": lambda _: told}
        )
    except TypeError:  # Python lets no builtin change its class.
        error.args = (told, *error.args[1:])
    return error


def receive(error: Exception) -> Exception:
    """Raise an exception in a service, and return what the caller gets.

    Examples:
        Of the context and the notes, only the text is left:

        >>> error = InstanceNotFound("vm-1")
        >>> error.__context__ = OSError("disk full")
        >>> error.add_note("host: compute-1")
        >>> got = receive(error)
        >>> print(got.__context__, hasattr(got, "__notes__"))
        None False
        >>> "disk full" in str(got), "host: compute-1" in str(got)
        (True, True)

        After a second call, `exc_type` no longer names the first class:

        >>> print(receive(receive(DBDeadlock("try again"))).exc_type)
        RemoteError
    """
    try:
        raise error
    except Exception as caught:
        return unpack(pack(caught))


def save(error: Exception) -> None:
    """Save an instance by a call to nova-conductor, which raises an error.

    Examples:
        `except` with the original class catches the subclass:

        >>> try:
        ...     save(InstanceNotFound("vm-1"))
        ... except InstanceNotFound as caught:
        ...     print(type(caught).__name__)
        InstanceNotFound_Remote
    """
    raise receive(error)


def save_again(error: Exception) -> str:
    """Save once more after a deadlock of the database.

    Examples:
        The deadlock is recognized by `exc_type`, and suppressed:

        >>> save_again(DBDeadlock("try again"))
        'tries again'

        Any other `RemoteError` reaches the caller:

        >>> try:
        ...     save_again(json.JSONDecodeError("no value", "", 0))
        ... except RemoteError as caught:
        ...     print(str(caught).splitlines()[0])
        Remote error: JSONDecodeError no value: line 1 column 1 (char 0)
    """
    try:
        save(error)
    except DBDeadlock:
        return "never reached"
    except RemoteError as remote:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = remote.exc_type != "DBDeadlock"
    return "tries again"
