"""`exception_filter` turns a rule about exceptions into a context manager.

The rule is a function that returns whether to suppress an exception. The
filter is used by `with`, or by a call in a handler.
"""

import traceback
from collections.abc import Callable
from contextlib import suppress

from oslo_utils import excutils


class NeutronError(Exception):
    """What the client raises, whatever went wrong."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@excutils.exception_filter
def not_found(error: BaseException) -> bool:
    """Suppress the error that says that the port is gone.

    Examples:
        Status 404 is suppressed:

        >>> with not_found:
        ...     ask_neutron(404)

        Any other exception propagates:

        >>> with not_found:
        ...     ask_neutron(409)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 409
    """
    return isinstance(error, NeutronError) and error.status == 404


def delete(status: int) -> str:
    """Delete a port, by `with`: both outcomes look the same.

    Examples:
        The function returns the same whether an error was suppressed or not
        raised at all; any other error propagates:

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
    """Delete a port, by a call in the handler.

    Examples:
        For status 404 the call returns `None`, and the handler continues.
        For any other exception, the call raises it again:

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
        The outcomes are the same:

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


def delete_by_type(status: int) -> str:
    """Suppress by type.

    Examples:
        Status 409 is suppressed as well:

        >>> delete_by_type(404), delete_by_type(409)
        ('no port left', 'no port left')
    """
    with suppress(NeutronError):
        ask_neutron(status)
    return "no port left"


def wrong_delete(status: int) -> str:
    """Call the rule itself in the handler, without the filter.

    Examples:
        Status 409 is suppressed as well:

        >>> wrong_delete(409)
        'was gone'
    """
    try:
        ask_neutron(status)
    except NeutronError as error:
        Client(404).is_gone(error)
        return "was gone"
    return "deleted"


def entries(way: Callable[[int], str]) -> list[str]:
    """Name the functions in the traceback of an exception that propagates.

    Examples:
        By `with`, nothing is added. By a call, the call and the filter are
        two entries:

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
        The traceback still ends in `ask_neutron`:

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
        The rule reads from the client which status means "gone":

        >>> with Client(gone=410).not_found:
        ...     ask_neutron(410)
        >>> with Client(gone=404).not_found:
        ...     ask_neutron(410)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 410

        Class methods and static methods work on the class and on an
        instance:

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


def ignore(
    error: BaseException | None,
    result: object,
    call: bool = False,
) -> str:
    """Print what the rule is called with, and let it return `result`.

    Examples:
        If the body succeeds, the rule isn't called:

        >>> ignore(None, result=True)
        'continued'

        Any truthy result suppresses the exception, and no falsy one does:

        >>> ignore(OSError(), result="yes")
        called with: OSError()
        'continued'
        >>> ignore(OSError(), result=None)
        called with: OSError()
        'caller: OSError(), context None'

        By `with`, the rule is called for Ctrl-C and `sys.exit()` too:

        >>> ignore(KeyboardInterrupt(), result=True)
        called with: KeyboardInterrupt()
        'continued'
        >>> ignore(SystemExit(1), result=False)
        called with: SystemExit(1)
        'caller: SystemExit(1), context None'

        An exception that the rule raises replaces the original one:

        >>> ignore(OSError(), result=AttributeError("status"))
        called with: OSError()
        "caller: AttributeError('status'), context OSError()"

        A call in a handler does the same:

        >>> ignore(OSError(), result="yes", call=True)
        called with: OSError()
        'continued'
        >>> ignore(OSError(), result=None, call=True)
        called with: OSError()
        'caller: OSError(), context None'
        >>> ignore(OSError(), result=AttributeError("status"), call=True)
        called with: OSError()
        "caller: AttributeError('status'), context OSError()"

        In `except BaseException`, so does a call for Ctrl-C and
        `sys.exit()`:

        >>> ignore(KeyboardInterrupt(), result=True, call=True)
        called with: KeyboardInterrupt()
        'continued'
        >>> ignore(SystemExit(1), result=False, call=True)
        called with: SystemExit(1)
        'caller: SystemExit(1), context None'
    """

    def rule(error: BaseException) -> bool:
        print("called with:", repr(error))
        if isinstance(result, Exception):
            raise result
        return result  # type: ignore[return-value]  # No bool.

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
        return f"caller: {out!r}, context {out.__context__!r}"
    return "continued"


def ask_neutron(status: int) -> None:
    """Raise unless the status is 200.

    Examples:
        >>> ask_neutron(200)
        >>> ask_neutron(404)
        Traceback (most recent call last):
            ...
        examples.learn.filtering.NeutronError: 404
    """
    if status != 200:
        raise NeutronError(status)
