"""A helper inside a helper, hidden by a call: "dropped", and nothing is.

A task fails and calls a function that rolls it back. One of these functions
has a helper of its own. Look at the log lines, and at what comes out.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("tasks")


def wrong_execute() -> None:
    """Call a function that raises again by itself.

    Examples:
        The error that is called dropped is the one that comes out.
        The format keeps the first 32 characters of a message:

        >>> import sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> outcome(wrong_execute)
        ERROR:tasks:migration failed
        ERROR:oslo_utils.excutils:Original exception being dropped
        out: OSError('cell is down')
        context: None
    """
    try:
        raise OSError("cell is down")
    except OSError:
        with excutils.save_and_reraise_exception():
            wrong_roll_back()


def wrong_roll_back() -> None:
    """Take part of the caller's task: raise what the caller handles.

    Examples:
        >>> try:
        ...     raise OSError("cell is down")
        ... except OSError:
        ...     wrong_roll_back()
        Traceback (most recent call last):
            ...
        OSError: cell is down
    """
    with excutils.save_and_reraise_exception():
        LOG.error("migration failed")


def right_execute() -> None:
    """Call a function that only rolls back.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(right_execute)
        ERROR:tasks:migration failed
        out: OSError('cell is down')
        context: None
    """
    try:
        raise OSError("cell is down")
    except OSError:
        with excutils.save_and_reraise_exception():
            right_roll_back()


def right_roll_back() -> None:
    """Roll back, and return.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> right_roll_back()
        ERROR:tasks:migration failed
    """
    LOG.error("migration failed")


def outcome(execute: Callable[[], None]) -> None:
    """Print what comes out of a task.

    Examples:
        >>> outcome(right_execute)
        out: OSError('cell is down')
        context: None
    """
    try:
        execute()
    except OSError as error:
        print("out:", repr(error))
        print("context:", repr(error.__context__))
