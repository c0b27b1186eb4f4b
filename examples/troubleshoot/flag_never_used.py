"""A flag that decides nothing, because it is set first or too late.

Four handlers end an error or translate it. Look at `wrong_first`, which does
what plain code does, and at the log line of `wrong_last`.
"""

from oslo_utils import excutils


def wrong_first() -> str:
    """Turn the flag off in the first line, in every case.

    Examples:
        A reader meets a helper that re-raises, and nothing is raised again:

        >>> wrong_first()
        log: old server
        'no plugins'
    """
    try:
        ask_server()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = False
            print("log: old server")
    return "no plugins"


def right_first() -> str:
    """Leave the helper out: an `except` ends an error by itself.

    Examples:
        >>> right_first()
        log: old server
        'no plugins'
    """
    try:
        ask_server()
    except OSError:
        print("log: old server")
    return "no plugins"


def wrong_last() -> str:
    """Turn the flag off below the line that raises.

    Examples:
        The line is never reached, and the flag is still on:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> try:
        ...     wrong_last()
        ... except LookupError as error:
        ...     print("out:", repr(error))
        ERROR:oslo_utils.excutils:Original exception being dropped
        out: LookupError('no plugins')
    """
    try:
        return ask_server()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            raise LookupError("no plugins")
            ctxt.reraise = False


def right_last() -> str:
    """Leave the helper out: `raise ... from` translates by itself.

    Examples:
        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:
        ...     right_last()
        ... except LookupError as error:
        ...     print("out:", repr(error), "cause:", repr(error.__cause__))
        out: LookupError('no plugins') cause: OSError('unknown request')
    """
    try:
        return ask_server()
    except OSError as error:
        raise LookupError("no plugins") from error


def ask_server() -> str:
    """Fail as a server does that does not know the request.

    Examples:
        >>> ask_server()
        Traceback (most recent call last):
            ...
        OSError: unknown request
    """
    raise OSError("unknown request")
