"""Five ways to clean up after a failure.

`delete(port)` fails as the name of the port says: `"busy"` with an `OSError`,
`"gone"` with a `LookupError`.
"""

from contextlib import ExitStack

from oslo_utils import excutils


class PortError(Exception):
    """The exception that callers should get."""


def re_raise(port: str) -> None:
    """Clean up, and let the same exception reach the caller.

    Examples:
        >>> re_raise("busy")
        Traceback (most recent call last):
            ...
        OSError: busy
    """
    try:
        delete(port)
    except Exception:
        with excutils.save_and_reraise_exception():
            unplug(port)


def ignore_some(port: str) -> None:
    """Suppress one kind of error, and re-raise the others.

    Examples:
        >>> print(ignore_some("gone"))
        None
        >>> ignore_some("busy")
        Traceback (most recent call last):
            ...
        OSError: busy
    """
    try:
        delete(port)
    except Exception as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if isinstance(error, LookupError):
                ctxt.reraise = False


def bare_raise(port: str) -> None:
    """Do what `re_raise` does, without the library.

    Examples:
        >>> bare_raise("busy")
        Traceback (most recent call last):
            ...
        OSError: busy
    """
    try:
        delete(port)
    except Exception:
        unplug(port)
        raise


def translate(port: str) -> None:
    """Raise an exception that the caller understands.

    Examples:
        >>> try:
        ...     translate("busy")
        ... except PortError as error:
        ...     print(repr(error), "caused by", repr(error.__cause__))
        PortError('busy') caused by OSError('busy')
    """
    try:
        delete(port)
    except Exception as error:
        raise PortError(port) from error


def roll_back(ports: list[str]) -> list[str]:
    """Undo several steps if a later one fails.

    Examples:
        >>> roll_back(["eth0"])
        ['eth0']
        >>> try:
        ...     roll_back(["eth0", "busy"])
        ... except OSError as error:
        ...     print(repr(error))
        unplug eth0
        OSError('busy')
    """
    done = []
    with ExitStack() as stack:
        for port in ports:
            delete(port)
            stack.callback(print, "unplug", port)
            done.append(port)
        stack.pop_all()
    return done


def delete(port: str) -> None:
    """Delete a port, or fail as its name says.

    Examples:
        >>> delete("busy")
        Traceback (most recent call last):
            ...
        OSError: busy
    """
    if port == "busy":
        raise OSError(port)
    if port == "gone":
        raise LookupError(port)


def unplug(port: str) -> None:
    """Clean up.

    Examples:
        >>> print(unplug("eth0"))
        None
    """


def outcome(reraise: bool, body: str) -> str:
    """Describe what reaches the caller of a handler.

    Args:
        reraise: The argument of `save_and_reraise_exception()`.
        body: `"succeeds"`, `"raises"` or `"returns"`.

    Returns:
        The exception that reaches the caller, or what is returned.

    Examples:
        >>> for body in "succeeds", "raises", "returns":
        ...     for reraise in True, False:
        ...         print(f"{body}, {reraise}: {outcome(reraise, body)}")
        succeeds, True: OSError('busy')
        succeeds, False: 'suppressed'
        raises, True: PortError('cleanup')
        raises, False: PortError('cleanup')
        returns, True: OSError('busy')
        returns, False: 'returned'
    """

    def handler() -> str:
        try:
            delete("busy")
        except OSError:
            with excutils.save_and_reraise_exception(reraise=reraise):
                if body == "raises":
                    raise PortError("cleanup")
                if body == "returns":
                    return "returned"
        return "suppressed"

    try:
        return repr(handler())
    except Exception as error:
        return repr(error)
