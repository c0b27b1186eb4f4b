"""`exception_filter` makes a rule about exceptions into a manager.

The rule is a function that answers which exceptions to swallow. Look at the
two ways to use it, by `with` and by a call in a handler, and at what each of
them hands to the rule.
"""

import traceback
from collections.abc import Callable

from oslo_utils import excutils


class NeutronError(Exception):
    """What the client raises, whatever went wrong."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@excutils.exception_filter
def not_found(error: BaseException) -> bool:
    """Swallow what says that the port is gone.

    Examples:
        In front of a `with` block, it swallows what the rule names:

        >>> with not_found:
        ...     ask_neutron(404)
        >>> with not_found:
        ...     ask_neutron(409)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 409

        Called in a handler, it returns `None` or raises.
        It does not say what the rule answered:

        >>> try:
        ...     ask_neutron(404)
        ... except NeutronError as error:
        ...     print(not_found(error))
        None

        `suppress` knows types only, and swallows 409 as well:

        >>> from contextlib import suppress
        >>> with suppress(NeutronError):
        ...     ask_neutron(409)
    """
    return isinstance(error, NeutronError) and error.status == 404


def delete(status: int) -> str:
    """Delete a port, by `with`: both ways out look the same.

    Examples:
        >>> delete(200), delete(404)
        ('no port left', 'no port left')
        >>> delete(409)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 409
    """
    with not_found:
        ask_neutron(status)
    return "no port left"


def delete_and_tell(status: int) -> str:
    """Delete a port, by a call: the lines after it run if swallowed.

    Examples:
        >>> delete_and_tell(200), delete_and_tell(404)
        ('deleted', 'was gone')
        >>> delete_and_tell(409)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 409
    """
    try:
        ask_neutron(status)
    except Exception as error:
        not_found(error)
        return "was gone"
    return "deleted"


def delete_plainly(status: int) -> str:
    """Do the same in plain Python.

    Examples:
        >>> delete_plainly(200), delete_plainly(404)
        ('deleted', 'was gone')
        >>> delete_plainly(409)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 409
    """
    try:
        ask_neutron(status)
    except NeutronError as error:
        if error.status != 404:
            raise
        return "was gone"
    return "deleted"


def delete_by_question(status: int) -> str:
    """Call the bare rule in the handler, which is a mistake.

    Examples:
        Its answer is dropped, and the error with it:

        >>> delete_by_question(409)
        'was gone'
    """
    try:
        ask_neutron(status)
    except NeutronError as error:
        Client(404).is_gone(error)
        return "was gone"
    return "deleted"


def entries(way: Callable[[int], str]) -> list[str]:
    """Name the functions in the traceback of an error that goes on.

    Examples:
        By `with`, nothing is added.
        By a call, the line of the call and the filter are two entries:

        >>> entries(delete)
        ['delete', 'ask_neutron']
        >>> entries(delete_and_tell)
        ['delete_and_tell', '__call__', 'delete_and_tell', 'ask_neutron']
        >>> entries(delete_plainly)
        ['delete_plainly', 'ask_neutron']
    """
    try:
        way(409)
    except NeutronError as error:
        stack = traceback.extract_tb(error.__traceback__)
        return [entry.name for entry in stack][1:]
    return []


def ask_late() -> None:
    """Call the filter while another error is the active one.

    Examples:
        The traceback still reaches the line that failed.
        The other error becomes the context, and not the cause:

        >>> try:
        ...     ask_late()
        ... except NeutronError as error:
        ...     stack = traceback.extract_tb(error.__traceback__)
        ...     print(repr(error), "from", stack[-1].name)
        ...     print("context:", repr(error.__context__))
        ...     print("cause:", error.__cause__)
        NeutronError(409) from ask_neutron
        context: OSError('the log is full')
        cause: None
    """
    try:
        ask_neutron(409)
    except NeutronError as error:
        try:
            raise OSError("the log is full")
        except OSError:
            not_found(error)


class Client:
    """A client whose filters are methods.

    Examples:
        A filter in a class is bound like a method.
        Here it asks the client which status means "gone":

        >>> with Client(gone=410).not_found:
        ...     ask_neutron(410)
        >>> with Client(gone=404).not_found:
        ...     ask_neutron(410)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 410

        Class methods and static methods work on the class and on an
        instance, with the filter as the outer decorator:

        >>> for owner in Client, Client(404):
        ...     with owner.conflict:
        ...         ask_neutron(409)
        ...     with owner.refused:
        ...         raise ConnectionRefusedError
    """

    conflicts = (409,)

    def __init__(self, gone: int) -> None:
        self.gone = gone

    def is_gone(self, error: BaseException) -> bool:
        return getattr(error, "status", None) == self.gone

    # oslo.utils annotates the rule as a function of one argument.
    @excutils.exception_filter  # type: ignore[arg-type]  # A method.
    def not_found(self, error: BaseException) -> bool:
        return self.is_gone(error)

    @excutils.exception_filter  # type: ignore[arg-type]  # A method.
    @classmethod
    def conflict(cls, error: BaseException) -> bool:
        return getattr(error, "status", None) in cls.conflicts

    @excutils.exception_filter
    @staticmethod
    def refused(error: BaseException) -> bool:
        return isinstance(error, ConnectionRefusedError)


def answer(
    error: BaseException | None,
    says: object,
    call: bool = False,
) -> str:
    """Print what the rule is asked, and let it answer as told.

    Examples:
        A body that succeeds asks nothing:

        >>> answer(None, says=True)
        'went on'

        Any true answer swallows the exception, and any false one does not:

        >>> answer(OSError(), says="yes")
        asked: OSError()
        'went on'
        >>> answer(OSError(), says=None)
        asked: OSError()
        'came out: OSError(), context None'

        By `with`, the rule sees Ctrl-C and `sys.exit()` too, so a rule
        that is always true swallows them:

        >>> answer(KeyboardInterrupt(), says=True)
        asked: KeyboardInterrupt()
        'went on'
        >>> answer(SystemExit(1), says=False)
        asked: SystemExit(1)
        'came out: SystemExit(1), context None'

        An exception that the rule raises, on purpose or not, comes out:

        >>> answer(OSError(), says=AttributeError("status"))
        asked: OSError()
        "came out: AttributeError('status'), context OSError()"

        A call asks the rule once, and treats its answer as `with` does:

        >>> answer(OSError(), says="yes", call=True)
        asked: OSError()
        'went on'
        >>> answer(OSError(), says=None, call=True)
        asked: OSError()
        'came out: OSError(), context None'
        >>> answer(OSError(), says=AttributeError("status"), call=True)
        asked: OSError()
        "came out: AttributeError('status'), context OSError()"

        In `except BaseException`, a call asks about Ctrl-C and
        `sys.exit()`, too:

        >>> answer(KeyboardInterrupt(), says=True, call=True)
        asked: KeyboardInterrupt()
        'went on'
        >>> answer(SystemExit(1), says=False, call=True)
        asked: SystemExit(1)
        'came out: SystemExit(1), context None'
    """

    def rule(error: BaseException) -> bool:
        print("asked:", repr(error))
        if isinstance(says, Exception):
            raise says
        return says  # type: ignore[return-value]  # No bool.

    ignored = excutils.exception_filter(rule)
    try:
        if call and error:
            try:
                raise error
            except BaseException as caught:
                ignored(caught)
        else:
            with ignored:
                if error:
                    raise error
    except BaseException as out:
        return f"came out: {out!r}, context {out.__context__!r}"
    return "went on"


def ask_neutron(status: int) -> None:
    """Answer as Neutron does.

    Examples:
        >>> ask_neutron(200)
        >>> ask_neutron(404)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 404
    """
    if status != 200:
        raise NeutronError(status)
