"""What reaches the caller, and what is logged, if the body raises as well.

The log message has the traceback of the original exception. It is logged
whenever an exception leaves the body while `reraise` is true.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


def release(clean_up: Callable[[], None], reraise: bool = True) -> None:
    r"""Raise an exception, then clean up in the body of the helper.

    Examples:
        The original exception is logged, and the caller gets that of the
        cleanup:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:  # doctest: +ELLIPSIS
        ...     release(database_down)
        ... except OSError as error:
        ...     print("the caller gets", repr(error))
        ...     print("its context:", repr(error.__context__))
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback (most recent call last):\n', '  File "...dropped_exception.py", line 44, in release\n    raise ConnectionError("Neutron is down")\n', 'ConnectionError: Neutron is down\n']
        the caller gets OSError('the database is down')
        its context: ConnectionError('Neutron is down')

        With `reraise=False`, only the log message is missing:

        >>> try:
        ...     release(database_down, reraise=False)
        ... except OSError as error:
        ...     print("the caller gets", repr(error))
        ...     print("its context:", repr(error.__context__))
        the caller gets OSError('the database is down')
        its context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise=reraise):
            clean_up()


def release_by_hand() -> None:
    """Raise again inside the body, which the helper would have done.

    Examples:
        The caller gets the original exception, but it is logged as dropped:

        >>> show_records()
        >>> try:
        ...     release_by_hand()
        ... except ConnectionError as error:
        ...     print("the caller gets", repr(error))
        level ERROR, logger oslo_utils.excutils, exc_info None
        Original exception being dropped: %s
        argument: list
        the caller gets ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            raise


def release_to(logger: logging.Logger) -> None:
    """Choose the logger of the message.

    Examples:
        Only the logger's name changes:

        >>> show_records()
        >>> try:
        ...     release_to(LOG)
        ... except OSError as error:
        ...     print("the caller gets", repr(error))
        level ERROR, logger nova.compute.manager, exc_info None
        Original exception being dropped: %s
        argument: list
        the caller gets OSError('the database is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception(logger=logger):
            database_down()


def release_guarded(clean_up: Callable[[], None]) -> None:
    """Handle the cleanup's exception in the body.

    Examples:
        The caller gets the original exception, and only the body's own
        message is logged:

        >>> show_records()
        >>> try:
        ...     release_guarded(database_down)
        ... except ConnectionError as error:
        ...     print("the caller gets", repr(error))
        level WARNING, logger nova.compute.manager, exc_info None
        The cleanup failed: %s
        argument: OSError
        the caller gets ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            try:
                clean_up()
            except Exception as error:
                LOG.warning("The cleanup failed: %s", error)


def database_down() -> None:
    """Do a cleanup that fails.

    Examples:
        It raises an exception of its own:

        >>> database_down()
        Traceback (most recent call last):
            ...
        OSError: the database is down
    """
    raise OSError("the database is down")


class Records(logging.Handler):
    """Print what a log record consists of.

    Examples:
        One row for the level, the logger and `exc_info`, then the message:

        >>> Records().emit(logging.makeLogRecord(
        ...     {"levelname": "ERROR", "name": "oslo", "msg": "dropped"}))
        level ERROR, logger oslo, exc_info None
        dropped
    """

    def emit(self, record: logging.LogRecord) -> None:
        level, name = record.levelname, record.name
        print(f"level {level}, logger {name}, ", end="")
        print(f"exc_info {record.exc_info}")
        print(record.msg)
        for argument in record.args or ():
            print("argument:", type(argument).__name__)


def show_records() -> None:
    """Send every log record to `Records` from here on.

    Examples:
        The message's arguments are named by their types:

        >>> show_records()
        >>> LOG.error("dropped: %s", ["one"])
        level ERROR, logger nova.compute.manager, exc_info None
        dropped: %s
        argument: list
    """
    logging.basicConfig(handlers=[Records()], force=True)
