"""Deciding in the handler whether the exception goes on.

`reraise` is read when the block ends. It is `True` unless you say otherwise,
with `ctxt.reraise = False` in the body or `reraise=False` in the call. Look at
what a `return` in the body does: on its own, it does not stop the exception.
"""

from oslo_utils import excutils


class NotFoundError(Exception):
    """The port is gone already."""


class PortInUseError(Exception):
    """Neutron's answer, in words that the API's users know."""


def delete(port: str) -> str:
    """Forget errors about ports that are gone, and no others.

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
    """Say it the other way round: forget unless told to re-raise.

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
            if not isinstance(error, NotFoundError):
                ctxt.reraise = True
    return "deleted"


def translate(port: str) -> None:
    """Raise another exception in place of the first.

    Examples:
        With `reraise=False` the new one comes out, and nothing is logged.
        The first is its context:

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
        While `reraise` is true, the exception comes out all the same.
        The code looks as if it ignored the error; it re-raises it:

        >>> early_return("gone", reraise=True)
        Traceback (most recent call last):
            ...
        examples.learn.skip_the_reraise.NotFoundError: 404 gone

        Once it is false, the function returns:

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
    """Go on with the next port from inside the body.

    Examples:
        `continue` and `break` are like `return`: with `reraise` left on, the
        loop ends at the first error:

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


def ask_neutron(port: str) -> None:
    """Answer as Neutron does for a port that is gone, or in use.

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
