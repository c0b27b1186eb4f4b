"""Cleanup between `except` and the `with`, and what is logged when it fails.

A resize fails, and then the quota cannot be given back. Look at the log lines:
the helper writes one for the first error only if it was entered.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("compute")


def wrong_resize(roll_back: Callable[[], None]) -> None:
    """Roll back first, and then enter the helper.

    Examples:
        While the roll-back works, nothing is wrong:

        >>> import sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> outcome(wrong_resize, lambda: None)
        ERROR:compute:resize failed
        out: OSError('disk is full')

        When it fails, the helper is never reached.
        Its body does not run, and no line tells of the full disk:

        >>> outcome(wrong_resize, database_down)
        out: ConnectionError('database is down')
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
        The roll-back's error comes out here too.
        Two lines tell of the first; the format keeps 32 characters of each:

        >>> import sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> outcome(right_resize, database_down)
        ERROR:compute:resize failed
        ERROR:oslo_utils.excutils:Original exception being dropped
        out: ConnectionError('database is down')
    """
    try:
        raise OSError("disk is full")
    except OSError:
        with excutils.save_and_reraise_exception():
            LOG.error("resize failed")
            roll_back()


def right_best_effort(roll_back: Callable[[], None]) -> None:
    """Let the first error win as well, and log the roll-back's.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(right_best_effort, database_down)
        ERROR:compute:resize failed
        WARNING:compute:not rolled back: database is down
        out: OSError('disk is full')
    """
    try:
        raise OSError("disk is full")
    except OSError:
        with excutils.save_and_reraise_exception():
            LOG.error("resize failed")
            try:
                roll_back()
            except Exception as second:
                LOG.warning("not rolled back: %s", second)


def outcome(
    way: Callable[[Callable[[], None]], None],
    roll_back: Callable[[], None],
) -> None:
    """Print what a caller catches.

    Examples:
        >>> outcome(wrong_resize, database_down)
        out: ConnectionError('database is down')
    """
    try:
        way(roll_back)
    except Exception as error:
        print("out:", repr(error))


def database_down() -> None:
    """Fail in place of the roll-back.

    Examples:
        >>> database_down()
        Traceback (most recent call last):
            ...
        ConnectionError: database is down
    """
    raise ConnectionError("database is down")
