"""One function in four versions.

It deletes a port. If Neutron is down, it cleans up. In all versions but one,
the caller still gets an error.
"""

from collections.abc import Callable

from oslo_utils import excutils

CleanUp = Callable[[str], None]


def release(port: str, clean_up: CleanUp) -> None:
    """Delete a port; clean up if that fails.

    Examples:
        >>> release("eth0", unplug)
        Traceback (most recent call last):
            ...
        ConnectionError: Neutron is down
    """
    try:
        delete(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            clean_up(port)


def release_with_failing_cleanup(port: str) -> None:
    r"""Let the cleanup fail, too.

    Examples:
        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:  # doctest: +ELLIPSIS
        ...     release_with_failing_cleanup("eth0")
        ... except OSError as error:
        ...     print("caller gets:", repr(error))
        ...     print("__context__:", repr(error.__context__))
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...ConnectionError: Neutron is down\n']
        caller gets: PermissionError('unplug eth0')
        __context__: ConnectionError('Neutron is down')
    """
    try:
        delete(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            raise PermissionError(f"unplug {port}")


def release_if_possible(port: str, clean_up: CleanUp) -> str:
    """Decide not to re-raise.

    Examples:
        >>> release_if_possible("eth0", unplug)
        'released later'
    """
    try:
        delete(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception() as ctxt:
            clean_up(port)
            ctxt.reraise = False
    return "released later"


def release_with_raise(port: str, clean_up: CleanUp) -> None:
    """Do the same without the library.

    Examples:
        >>> release_with_raise("eth0", unplug)
        Traceback (most recent call last):
            ...
        ConnectionError: Neutron is down
    """
    try:
        delete(port)
    except ConnectionError:
        clean_up(port)
        raise


def delete(port: str) -> None:
    """Raise what Neutron's client raises when Neutron is down.

    Examples:
        >>> delete("eth0")
        Traceback (most recent call last):
            ...
        ConnectionError: Neutron is down
    """
    raise ConnectionError("Neutron is down")


def unplug(port: str) -> None:
    """Do the cleanup that works.

    Examples:
        >>> print(unplug("eth0"))
        None
    """
