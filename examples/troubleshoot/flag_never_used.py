"""Set `reraise` to `False` first of all, in every case.

The helper then re-raises nothing, and an ordinary `except` does the same.
"""

from oslo_utils import excutils


def wrong_first() -> str:
    """Set `reraise` to `False` without a condition.

    Examples:
        >>> wrong_first()
        log: old server
        'no plugins'
    """
    try:
        return ask_server()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = False
            print("log: old server")
    return "no plugins"


def right_first() -> str:
    """Handle the exception without the helper.

    Examples:
        >>> right_first()
        log: old server
        'no plugins'
    """
    try:
        return ask_server()
    except OSError:
        print("log: old server")
    return "no plugins"


def ask_server() -> str:
    """Fail as a server does that doesn't know the request.

    Examples:
        >>> ask_server()
        Traceback (most recent call last):
            ...
        OSError: unknown request
    """
    raise OSError("unknown request")
