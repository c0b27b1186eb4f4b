"""How `save_and_reraise_exception()` works.

It saves the active exception, runs the body, and raises the saved exception
again: the same object, with all that it carries.
"""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from oslo_utils import excutils


class PortError(Exception):
    """An error with an attribute of its own."""

    def __init__(self, message: str, port: str) -> None:
        super().__init__(message)
        self.port = port


def release(port: str, clean_up: Callable[[str], None]) -> None:
    """Unplug a port; clean up and re-raise if that fails.

    Examples:
        The cleanup runs first, then the caller gets the exception:

        >>> try:
        ...     release("eth0", set_to_error)
        ... except PortError as error:
        ...     print("the caller gets", repr(error))
        eth0 is set to ERROR
        the caller gets PortError('in use')
    """
    try:
        unplug(port)
    except PortError:
        with excutils.save_and_reraise_exception():
            clean_up(port)


def carried(port: str) -> None:
    """Print what an exception still has after it was re-raised.

    Examples:
        All of it is there after the re-raise:

        >>> carried("eth0")
        eth0 is set to ERROR
        attribute: eth0
        note: while deleting vm-1
        cause: KeyError('eth0')
        context: None
    """
    try:
        release(port, set_to_error)
    except PortError as error:
        print("attribute:", error.port)
        print("note:", error.__notes__[0])
        print("cause:", repr(error.__cause__))
        print("context:", repr(error.__context__))


def clean_up_and_reraise() -> None:
    """Use the helper in a function that a handler calls.

    Examples:
        The `except` may be in a caller:

        >>> try:
        ...     try:
        ...         unplug("eth0")
        ...     except PortError:
        ...         clean_up_and_reraise()
        ... except PortError as error:
        ...     print("the caller gets", repr(error))
        cleanup
        the caller gets PortError('in use')

        If no exception is active, the body runs, and then the helper fails:

        >>> try:
        ...     clean_up_and_reraise()
        ... except RuntimeError as error:
        ...     print(error)
        cleanup
        There is no (currently) captured exception to force the reraising of
    """
    with excutils.save_and_reraise_exception():
        print("cleanup")


def print_traceback(port: str) -> None:
    """Print the traceback entries, the oldest call first.

    Examples:
        The second, third and fourth entry come from the helper. The last one
        is the statement that failed:

        >>> print_traceback("eth0")
        eth0 is set to ERROR
        print_traceback | release(port, set_to_error)
        release | with excutils.save_and_reraise_exception():
        __exit__ | self.force_reraise()
        force_reraise | raise self.value
        release | unplug(port)
        unplug | raise error from KeyError(port)
    """
    try:
        release(port, set_to_error)
    except PortError as error:
        for entry in traceback.extract_tb(error.__traceback__):
            print(entry.name, "|", entry.line)


def stop(signal: BaseException) -> None:
    """Handle everything, as a bare `except:` does.

    Examples:
        The helper catches nothing by itself.
        It re-raises whatever the `except` clause caught:

        >>> try:
        ...     stop(KeyboardInterrupt())
        ... except KeyboardInterrupt as error:
        ...     print("the caller gets", repr(error))
        cleanup
        the caller gets KeyboardInterrupt()

        `SystemExit` is no different:

        >>> try:
        ...     stop(SystemExit("drained"))
        ... except SystemExit as error:
        ...     print("the caller gets", repr(error))
        cleanup
        the caller gets SystemExit('drained')
    """
    try:
        raise signal
    except BaseException:
        with excutils.save_and_reraise_exception():
            print("cleanup")


@contextmanager
def error_state(instance: dict[str, str]) -> Iterator[None]:
    """Put the helper into a context manager of our own.

    Examples:
        `@contextmanager` raises the exception at the `yield`, so it is active
        in the handler:

        >>> instance = {"vm_state": "active"}
        >>> try:
        ...     with error_state(instance):
        ...         unplug("eth0")
        ... except PortError as error:
        ...     print(repr(error), instance)
        PortError('in use') {'vm_state': 'error'}
    """
    try:
        yield
    except Exception:
        with excutils.save_and_reraise_exception():
            instance["vm_state"] = "error"


def unplug(port: str) -> None:
    """Raise an exception that carries all that an exception can.

    Examples:
        It has a note, a cause and an attribute:

        >>> unplug("eth0")
        Traceback (most recent call last):
            ...
        examples.learn.how_it_works.PortError: in use
        while deleting vm-1
    """
    error = PortError("in use", port)
    error.add_note("while deleting vm-1")
    raise error from KeyError(port)


def set_to_error(port: str) -> None:
    """Do a cleanup that works.

    Examples:
        It raises nothing:

        >>> set_to_error("eth0")
        eth0 is set to ERROR
    """
    print(port, "is set to ERROR")


def database_down(port: str) -> None:
    """Do a cleanup that fails.

    Examples:
        It raises an exception of its own:

        >>> database_down("eth0")
        Traceback (most recent call last):
            ...
        OSError: the database is down
    """
    raise OSError("the database is down")
