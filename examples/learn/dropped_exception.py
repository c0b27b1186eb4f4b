"""What comes out, and what is logged, when the body fails as well.

The body raises in the handler, so the original exception is the `__context__`
of what reaches the caller. A log message at level ERROR has its traceback,
whenever an exception leaves the body while `reraise` is true.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


def release(clean_up: Callable[[], None], reraise: bool = True) -> None:
    r"""Fail, then clean up under the helper.

    Examples:
        This is the line to the character, as `logging.basicConfig()` shows
        it; only the folder in front of the file's name is left out:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:  # doctest: +ELLIPSIS
        ...     release(database_down)
        ... except OSError as error:
        ...     print("out:", repr(error))
        ...     print("context:", repr(error.__context__))
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback (most recent call last):\n', '  File "...dropped_exception.py", line 45, in release\n    raise ConnectionError("Neutron is down")\n', 'ConnectionError: Neutron is down\n']
        out: OSError('the database is down')
        context: ConnectionError('Neutron is down')

        With `reraise=False` the same error comes out, without the line:

        >>> try:
        ...     release(database_down, reraise=False)
        ... except OSError as error:
        ...     print("out:", repr(error))
        ...     print("context:", repr(error.__context__))
        out: OSError('the database is down')
        context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise=reraise):
            clean_up()


def release_by_hand() -> None:
    """Raise again inside the body, which the helper would have done.

    Examples:
        Nothing is lost, and still the line says "dropped": the helper saw
        an exception leave its body, and does not ask which:

        >>> show_records()
        >>> try:
        ...     release_by_hand()
        ... except ConnectionError as error:
        ...     print("out:", repr(error))
        level ERROR, logger oslo_utils.excutils, exc_info None
        Original exception being dropped: %s
        argument: list
        out: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            raise


def release_to(logger: logging.Logger | None) -> None:
    """Choose the logger of the line.

    Examples:
        >>> show_records()
        >>> try:
        ...     release_to(LOG)
        ... except OSError as error:
        ...     print("out:", repr(error))
        level ERROR, logger nova.compute.manager, exc_info None
        Original exception being dropped: %s
        argument: list
        out: OSError('the database is down')

        `None` is the default, the library's own logger:

        >>> try:
        ...     release_to(None)
        ... except OSError as error:
        ...     print("out:", repr(error))
        level ERROR, logger oslo_utils.excutils, exc_info None
        Original exception being dropped: %s
        argument: list
        out: OSError('the database is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception(logger=logger):
            database_down()


def database_down() -> None:
    """Fail in the cleanup.

    Examples:
        >>> database_down()
        Traceback (most recent call last):
            ...
        OSError: the database is down
    """
    raise OSError("the database is down")


class Records(logging.Handler):
    """Print what a log record consists of.

    Examples:
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
        >>> show_records()
        >>> LOG.error("dropped: %s", ["one"])
        level ERROR, logger nova.compute.manager, exc_info None
        dropped: %s
        argument: list
    """
    logging.basicConfig(handlers=[Records()], force=True)
