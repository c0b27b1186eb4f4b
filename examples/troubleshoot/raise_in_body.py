"""An exception that is raised on purpose, and still logged as "dropped".

A handler turns an error of the hypervisor into one that callers know. Look at
which functions write a line at level ERROR, and at what comes out of each: the
outcome is the same.
"""

from oslo_utils import excutils


class DeviceNotFoundError(Exception):
    """What callers wait for."""


def wrong_translate(device: str) -> None:
    """Raise another exception, and leave the flag on.

    Examples:
        The format keeps the first 32 characters of a message; the real
        line goes on with the whole traceback of the `OSError`:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> try:
        ...     wrong_translate("vdb")
        ... except DeviceNotFoundError as error:
        ...     print("out:", repr(error))
        ...     print("context:", repr(error.__context__))
        ERROR:oslo_utils.excutils:Original exception being dropped
        out: DeviceNotFoundError('vdb')
        context: OSError('vdb not found')
    """
    try:
        detach(device)
    except OSError:
        with excutils.save_and_reraise_exception():
            raise DeviceNotFoundError(device)


def wrong_again(device: str) -> None:
    """Raise the caught exception, which the helper does by itself.

    Examples:
        The very exception that the line calls dropped comes out:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> try:
        ...     wrong_again("vdb")
        ... except OSError as error:
        ...     print("out:", repr(error), error.__context__)
        ERROR:oslo_utils.excutils:Original exception being dropped
        out: OSError('vdb not found') None
    """
    try:
        detach(device)
    except OSError as error:
        with excutils.save_and_reraise_exception():
            raise error


def right_translate(device: str) -> None:
    """Turn the flag off, and on again where the first error goes on.

    Examples:
        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:
        ...     right_translate("vdb")
        ... except DeviceNotFoundError as error:
        ...     print("out:", repr(error))
        ...     print("context:", repr(error.__context__))
        out: DeviceNotFoundError('vdb')
        context: OSError('vdb not found')
        >>> right_translate("vdc")
        Traceback (most recent call last):
            ...
        OSError: vdc is busy
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
    """Do the same without the helper, and name the cause.

    Examples:
        >>> try:
        ...     right_plainly("vdb")
        ... except DeviceNotFoundError as error:
        ...     print("out:", repr(error))
        ...     print("cause:", repr(error.__cause__))
        out: DeviceNotFoundError('vdb')
        cause: OSError('vdb not found')
    """
    try:
        detach(device)
    except OSError as error:
        if "not found" in str(error):
            raise DeviceNotFoundError(device) from error
        raise


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
