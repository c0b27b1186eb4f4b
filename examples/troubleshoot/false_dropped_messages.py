"""Log an exception as dropped although nothing is lost.

Each wrong function logs "Original exception being dropped". Its right form
raises the same exception and logs nothing.
"""

import logging
import sys
from collections.abc import Callable

from oslo_utils import excutils


class DeviceNotFoundError(Exception):
    """The exception that callers catch."""


def wrong_translate(device: str) -> None:
    """Raise a different exception while `reraise` is `True`.

    Examples:
        >>> caught(wrong_translate, "vdb")
        ERROR:oslo_utils.excutils:Original exception being dropped
        caller: DeviceNotFoundError('vdb')
        context: OSError('vdb not found')
    """
    try:
        detach(device)
    except OSError:
        with excutils.save_and_reraise_exception():
            raise DeviceNotFoundError(device)


def wrong_too_late(device: str) -> None:
    """Set `reraise` below the `raise`, where it is never reached.

    Examples:
        >>> caught(wrong_too_late, "vdb")
        ERROR:oslo_utils.excutils:Original exception being dropped
        caller: DeviceNotFoundError('vdb')
        context: OSError('vdb not found')
    """
    try:
        detach(device)
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            raise DeviceNotFoundError(device)
            ctxt.reraise = False


def wrong_again(device: str) -> None:
    """Raise the caught exception, which the helper does by itself.

    Examples:
        >>> caught(wrong_again, "vdb")
        ERROR:oslo_utils.excutils:Original exception being dropped
        caller: OSError('vdb not found')
        context: None
    """
    try:
        detach(device)
    except OSError as error:
        with excutils.save_and_reraise_exception():
            raise error


def wrong_caller(device: str) -> None:
    """Call a function that re-raises by itself.

    Examples:
        >>> caught(wrong_caller, "vdb")
        ERROR:oslo_utils.excutils:Original exception being dropped
        caller: OSError('vdb not found')
        context: None
    """
    try:
        detach(device)
    except OSError:
        with excutils.save_and_reraise_exception():
            wrong_roll_back()


def wrong_roll_back() -> None:
    """Roll back, and re-raise what the caller is handling.

    Examples:
        >>> try:
        ...     raise OSError("vdb not found")
        ... except OSError:
        ...     wrong_roll_back()
        Traceback (most recent call last):
            ...
        OSError: vdb not found
    """
    with excutils.save_and_reraise_exception():
        BOUND.clear()


def right_translate(device: str) -> None:
    """Start with `reraise=False`; set it where nothing else is raised.

    Examples:
        >>> caught(right_translate, "vdb")
        caller: DeviceNotFoundError('vdb')
        context: OSError('vdb not found')

        Every other error is re-raised:

        >>> caught(right_translate, "vdc")
        caller: OSError('vdc is busy')
        context: None
    """
    try:
        detach(device)
    except OSError as error:
        helper = excutils.save_and_reraise_exception(reraise=False)
        with helper as ctxt:
            if "not found" in str(error):
                raise DeviceNotFoundError(device)
            ctxt.reraise = True


def right_plainly(device: str) -> None:
    """Do the same without the helper, and set the cause.

    Examples:
        >>> caught(right_plainly, "vdb")
        caller: DeviceNotFoundError('vdb')
        context: OSError('vdb not found')
        >>> try:
        ...     right_plainly("vdb")
        ... except DeviceNotFoundError as error:
        ...     print("cause:", repr(error.__cause__))
        cause: OSError('vdb not found')
        >>> caught(right_plainly, "vdc")
        caller: OSError('vdc is busy')
        context: None
    """
    try:
        detach(device)
    except OSError as error:
        if "not found" in str(error):
            raise DeviceNotFoundError(device) from error
        raise


def right_caller(device: str) -> None:
    """Leave the re-raising to one helper, the caller's.

    Examples:
        >>> caught(right_caller, "vdb")
        caller: OSError('vdb not found')
        context: None
    """
    try:
        detach(device)
    except OSError:
        with excutils.save_and_reraise_exception():
            right_roll_back()


def right_roll_back() -> None:
    """Roll back, and return.

    Examples:
        >>> right_roll_back()
        >>> BOUND
        set()
    """
    BOUND.clear()


BOUND = {"vdb", "vdc"}


def detach(device: str) -> None:
    """Fail as a hypervisor does.

    Examples:
        >>> detach("vdb")
        Traceback (most recent call last):
            ...
        OSError: vdb not found
    """
    reason = "not found" if device == "vdb" else "is busy"
    raise OSError(f"{device} {reason}")


def caught(work: Callable[[str], None], device: str) -> None:
    """Print the beginning of each log message, and what the caller catches.

    Examples:
        >>> caught(detach, "vdb")
        caller: OSError('vdb not found')
        context: None
    """
    logging.basicConfig(
        format="%(levelname)s:%(name)s:%(message).32s",
        stream=sys.stdout,
        force=True,
    )
    try:
        work(device)
    except Exception as error:
        print("caller:", repr(error))
        print("context:", repr(error.__context__))
