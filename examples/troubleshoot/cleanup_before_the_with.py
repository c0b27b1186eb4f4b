"""Clean up before the `with`, and lose the log message if that fails.

A resize fails, and then the quota can't be rolled back either.
"""

import logging
import sys
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("compute")


def wrong_resize(roll_back: Callable[[], None]) -> None:
    """Roll back first, and then enter the helper.

    Examples:
        If the roll-back works, the caller gets the original exception:

        >>> caught(wrong_resize, lambda: None)
        ERROR:compute:resize failed
        caller: OSError('disk is full')

        If the roll-back fails, nothing is logged:

        >>> caught(wrong_resize, database_down)
        caller: ConnectionError('database is down')
    """
    try:
        raise OSError("disk is full")
    except OSError:
        roll_back()
        with excutils.save_and_reraise_exception():
            LOG.error("resize failed")


def right_resize(roll_back: Callable[[], None]) -> None:
    """Log first, and roll back in the body.

    Examples:
        >>> caught(right_resize, database_down)
        ERROR:compute:resize failed
        ERROR:oslo_utils.excutils:Original exception being dropped
        caller: ConnectionError('database is down')
    """
    try:
        raise OSError("disk is full")
    except OSError:
        with excutils.save_and_reraise_exception():
            LOG.error("resize failed")
            roll_back()


def right_best_effort(roll_back: Callable[[], None]) -> None:
    """Re-raise the original exception, and log that of the roll-back.

    Examples:
        >>> caught(right_best_effort, database_down)
        ERROR:compute:resize failed
        WARNING:compute:no roll-back: database is down
        caller: OSError('disk is full')
    """
    try:
        raise OSError("disk is full")
    except OSError:
        with excutils.save_and_reraise_exception():
            LOG.error("resize failed")
            try:
                roll_back()
            except Exception as second:
                LOG.warning("no roll-back: %s", second)


def database_down() -> None:
    """Fail in place of the roll-back.

    Examples:
        >>> database_down()
        Traceback (most recent call last):
            ...
        ConnectionError: database is down
    """
    raise ConnectionError("database is down")


def caught(
    work: Callable[[Callable[[], None]], None],
    roll_back: Callable[[], None],
) -> None:
    """Print the beginning of each log message, and what the caller catches.

    Examples:
        >>> caught(wrong_resize, database_down)
        caller: ConnectionError('database is down')
    """
    logging.basicConfig(
        format="%(levelname)s:%(name)s:%(message).32s",
        stream=sys.stdout,
        force=True,
    )
    try:
        work(roll_back)
    except Exception as error:
        print("caller:", repr(error))
