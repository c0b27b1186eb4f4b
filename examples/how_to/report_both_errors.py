"""Report both the original exception and the cleanup's exception.

Three forms: a note on the original exception, a group of both, a log message
before the cleanup. Only one of the two callers handles a group.
"""

import logging
from collections.abc import Callable

LOG = logging.getLogger("nova.compute.manager")


class DatabaseError(Exception):
    """The state could not be saved."""


def with_a_note() -> None:
    """Re-raise the original exception, with a note on the cleanup's.

    Examples:
        >>> try:
        ...     with_a_note()
        ... except ConnectionError as error:
        ...     print(repr(error), error.__notes__)
        ConnectionError('Neutron is down') ["state not saved: DatabaseError('down')"]
    """
    try:
        release()
    except ConnectionError as error:
        try:
            save_state()
        except DatabaseError as failure:
            error.add_note(f"state not saved: {failure!r}")
        raise


def with_a_group() -> None:
    """Raise both, as one group.

    Examples:
        The group has both exceptions:

        >>> try:
        ...     with_a_group()
        ... except ExceptionGroup as group:
        ...     print(group)
        ...     for error in group.exceptions:
        ...         print(repr(error))
        release failed, and so did its cleanup (2 sub-exceptions)
        ConnectionError('Neutron is down')
        DatabaseError('down')

        Because of `from None`, a traceback shows each of them once:

        >>> import traceback
        >>> try:
        ...     with_a_group()
        ... except ExceptionGroup as group:
        ...     text = "".join(traceback.format_exception(group))
        >>> text.count("Error: Neutron"), text.count("Error: down")
        (1, 1)
    """
    try:
        release()
    except ConnectionError as error:
        try:
            save_state()
        except DatabaseError as failure:
            raise ExceptionGroup(
                "release failed, and so did its cleanup",
                [error, failure],
            ) from None  # Otherwise a traceback shows both twice.
        raise


def with_a_log_message() -> None:
    """Log the first error with its traceback, then clean up.

    Examples:
        The caller gets the cleanup's exception. The log has the original
        one with its traceback:

        >>> logging.basicConfig(handlers=[Tracebacks()], force=True)
        >>> try:
        ...     with_a_log_message()
        ... except DatabaseError as error:
        ...     print("caught", repr(error))
        ...     print("context", repr(error.__context__))
        ERROR release failed, traceback of ConnectionError('Neutron is down')
        caught DatabaseError('down')
        context ConnectionError('Neutron is down')
    """
    try:
        release()
    except ConnectionError:
        LOG.exception("release failed")
        save_state()
        raise


def old_caller(way: Callable[[], None]) -> str:
    """Call one of the forms, and catch Neutron's error alone.

    Examples:
        It catches an exception with a note:

        >>> old_caller(with_a_note)
        'try again later'

        It doesn't catch a group with a `ConnectionError` in it:

        >>> old_caller(with_a_group)
        Traceback (most recent call last):
            ...
        ExceptionGroup: release failed, and so did its cleanup (2 sub-exceptions)
    """
    try:
        way()
    except ConnectionError:
        return "try again later"
    return "released"


def caller(way: Callable[[], None]) -> None:
    """Call one of the forms, with `except*`.

    Examples:
        Both clauses run:

        >>> caller(with_a_group)
        try again later
        repair the state

        An exception that isn't in a group is caught, too:

        >>> caller(with_a_note)
        try again later
    """
    try:
        way()
    except* ConnectionError:
        print("try again later")
    except* DatabaseError:
        print("repair the state")


class Tracebacks(logging.Handler):
    """Print whose traceback a log record has.

    Examples:
        >>> Tracebacks().emit(logging.makeLogRecord({"msg": "no error"}))
        Level None no error, traceback of None
    """

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        print(record.levelname, record.getMessage(), end=", ")
        print("traceback of", repr(error))


def release() -> None:
    """Fail, because Neutron is down.

    Examples:
        >>> release()
        Traceback (most recent call last):
            ...
        ConnectionError: Neutron is down
    """
    raise ConnectionError("Neutron is down")


def save_state() -> None:
    """Fail in the cleanup.

    Examples:
        >>> save_state()
        Traceback (most recent call last):
            ...
        examples.how_to.report_both_errors.DatabaseError: down
    """
    raise DatabaseError("down")
