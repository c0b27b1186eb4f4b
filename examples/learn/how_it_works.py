"""`save_and_reraise_exception()` when its body succeeds.

The body runs, then the exception of the surrounding `except` goes on: the same
object, with all that it carried. Look at the traceback: three entries are the
helper's own.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from oslo_utils import excutils


class PortError(Exception):
    """An error with an attribute of its own."""

    def __init__(self, message: str, port: str) -> None:
        super().__init__(message)
        self.port = port


def release(port: str) -> None:
    """Clean up, then let the error go on.

    Examples:
        The caller gets the same object, with its cause, its note and its
        attribute:

        >>> try:
        ...     release("eth0")
        ... except PortError as error:
        ...     print(repr(error), error.port, error.__notes__)
        ...     print("cause:", repr(error.__cause__))
        ...     print("context:", repr(error.__context__))
        cleanup of eth0
        PortError('in use') eth0 ['while deleting vm-1']
        cause: KeyError('eth0')
        context: None

        In the traceback, the oldest call first, the line of the `with`
        is an entry of its own, then come the helper's two methods.
        The last entry is the real error:

        >>> import traceback
        >>> try:
        ...     release("eth0")
        ... except PortError as error:
        ...     for entry in traceback.extract_tb(error.__traceback__):
        ...         print(entry.name, "|", entry.line)
        cleanup of eth0
        <module> | release("eth0")
        release | with excutils.save_and_reraise_exception():
        __exit__ | self.force_reraise()
        force_reraise | raise self.value
        release | unplug(port)
        unplug | raise error from KeyError(port)
    """
    try:
        unplug(port)
    except PortError:
        with excutils.save_and_reraise_exception():
            print("cleanup of", port)


def clean_up_and_reraise() -> None:
    """Use the helper in a function that a handler calls.

    Examples:
        It takes the exception from the interpreter, so the `except` may be
        further out:

        >>> try:
        ...     try:
        ...         unplug("eth0")
        ...     except PortError:
        ...         clean_up_and_reraise()
        ... except PortError as error:
        ...     print("the caller gets:", repr(error))
        body
        the caller gets: PortError('in use')

        Outside every handler the body runs and then there is nothing
        to raise:

        >>> try:
        ...     clean_up_and_reraise()
        ... except RuntimeError as error:
        ...     print(error)
        body
        There is no (currently) captured exception to force the reraising of
    """
    with excutils.save_and_reraise_exception():
        print("body")


def stop(signal: BaseException) -> None:
    """Handle everything, as a bare `except:` does.

    Examples:
        The helper catches nothing by itself.
        Whatever the handler around it caught is what it re-raises:

        >>> try:
        ...     stop(KeyboardInterrupt())
        ... except KeyboardInterrupt as error:
        ...     print("the caller gets:", repr(error))
        cleanup
        the caller gets: KeyboardInterrupt()
        >>> try:
        ...     stop(SystemExit("drained"))
        ... except SystemExit as error:
        ...     print("the caller gets:", repr(error))
        cleanup
        the caller gets: SystemExit('drained')
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
        The exception that appears at the `yield` is active in the handler:

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


def forgot_with(port: str) -> str:
    """Leave out the `with`, which is a mistake.

    Examples:
        The helper is made and thrown away: the error is swallowed.

        >>> forgot_with("eth0")
        'released'
    """
    try:
        unplug(port)
    except PortError:
        excutils.save_and_reraise_exception()
    return "released"


def misspell(port: str) -> None:
    """Misspell the helper's name, which nobody sees until the error.

    Examples:
        The misspelt name fails in the handler, and its error comes out:

        >>> try:
        ...     misspell("eth0")
        ... except AttributeError as error:
        ...     print(error)
        ...     print("context:", repr(error.__context__))
        module 'oslo_utils.excutils' has no attribute 'save_and_raise_exception'
        context: PortError('in use')
    """
    try:
        unplug(port)
    except PortError:
        with excutils.save_and_raise_exception():
            print("cleanup of", port)


def unplug(port: str) -> None:
    """Fail with an error that carries all that an exception can.

    Examples:
        >>> unplug("eth0")
        Traceback (most recent call last):
            ...
        examples.learn.how_it_works.PortError: in use
        while deleting vm-1
    """
    error = PortError("in use", port)
    error.add_note("while deleting vm-1")
    raise error from KeyError(port)
