"""Skip the re-raise for some exceptions.

`reraise` is `True` unless the body or the call sets it to `False`.
"""

from collections.abc import Callable

from oslo_utils import excutils


class NotFoundError(Exception):
    """The port no longer exists."""


class PortInUseError(Exception):
    """An error message that users of the API understand."""


def delete(port: str) -> str:
    """Delete a port; suppress the error if it is gone.

    Examples:
        >>> delete("gone")
        'deleted'
        >>> delete("busy")
        Traceback (most recent call last):
            ...
        OSError: 409 busy
    """
    try:
        ask_neutron(port)
    except Exception as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if isinstance(error, NotFoundError):
                ctxt.reraise = False
    return "deleted"


def delete_unless(port: str) -> str:
    """Delete a port; suppress every error but `OSError`.

    Examples:
        >>> delete_unless("gone")
        'deleted'
        >>> delete_unless("busy")
        Traceback (most recent call last):
            ...
        OSError: 409 busy
    """
    try:
        ask_neutron(port)
    except Exception as error:
        helper = excutils.save_and_reraise_exception(reraise=False)
        with helper as ctxt:
            if isinstance(error, OSError):
                ctxt.reraise = True
    return "deleted"


def skip_by_argument(port: str, clean_up: Callable[[], None]) -> None:
    """Set `reraise` to `False` in the call.

    Examples:
        The cleanup fails, and nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:
        ...     skip_by_argument("busy", lose_database)
        ... except TimeoutError as error:
        ...     print("caller gets:", repr(error))
        caller gets: TimeoutError('database')
    """
    try:
        ask_neutron(port)
    except OSError:
        with excutils.save_and_reraise_exception(reraise=False):
            clean_up()


def skip_by_attribute(port: str, clean_up: Callable[[], None]) -> None:
    r"""Set `reraise` to `False` in the body, after the cleanup.

    Examples:
        The cleanup fails before `reraise` is `False`:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:  # doctest: +ELLIPSIS
        ...     skip_by_attribute("busy", lose_database)
        ... except TimeoutError as error:
        ...     print("caller gets:", repr(error))
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...OSError: 409 busy\n']
        caller gets: TimeoutError('database')
    """
    try:
        ask_neutron(port)
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            clean_up()
            ctxt.reraise = False


def translate(port: str) -> None:
    """Replace the original exception by a different one.

    Examples:
        Nothing is logged, and the original exception is the `__context__` of
        the new one:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:
        ...     translate("busy")
        ... except PortInUseError as error:
        ...     print(repr(error), "context:", repr(error.__context__))
        PortInUseError('busy') context: OSError('409 busy')
    """
    try:
        ask_neutron(port)
    except OSError:
        with excutils.save_and_reraise_exception(reraise=False):
            raise PortInUseError(port)


def early_return(port: str, reraise: bool) -> str:
    """Return from inside the body.

    Examples:
        While `reraise` is `True`, the exception is re-raised:

        >>> early_return("gone", reraise=True)
        Traceback (most recent call last):
            ...
        examples.learn.skip_the_reraise.NotFoundError: 404 gone

        If it is `False`, the function returns:

        >>> early_return("gone", reraise=False)
        'returned from the body'
        >>> early_return("eth0", reraise=False)
        'deleted'
    """
    try:
        ask_neutron(port)
    except NotFoundError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = reraise
            return "returned from the body"
    return "deleted"


def try_each(ports: list[str], reraise: bool) -> str:
    """Continue with the next port from inside the body.

    Examples:
        The same with `continue` and `break`: while `reraise` is `True`, the
        first error ends the loop:

        >>> try_each(["gone", "eth0"], reraise=True)
        Traceback (most recent call last):
            ...
        examples.learn.skip_the_reraise.NotFoundError: 404 gone
        >>> try_each(["gone", "eth0"], reraise=False)
        'eth0 deleted'
        >>> try_each(["gone"], reraise=False)
        'none left'
    """
    for port in ports:
        try:
            ask_neutron(port)
        except NotFoundError:
            with excutils.save_and_reraise_exception() as ctxt:
                ctxt.reraise = reraise
                continue
        return f"{port} deleted"
    return "none left"


def lose_database() -> None:
    """Fail as a cleanup does that needs the database.

    Examples:
        >>> lose_database()
        Traceback (most recent call last):
            ...
        TimeoutError: database
    """
    raise TimeoutError("database")


def ask_neutron(port: str) -> None:
    """Raise what Neutron's client raises for a port that is gone or in use.

    Examples:
        >>> ask_neutron("gone")
        Traceback (most recent call last):
            ...
        examples.learn.skip_the_reraise.NotFoundError: 404 gone
    """
    if port == "gone":
        raise NotFoundError("404 gone")
    if port == "busy":
        raise OSError("409 busy")
