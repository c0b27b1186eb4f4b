"""The helper and plain Python 3, the same task in both.

What differs: the log message if the cleanup fails, a `return` in the handler,
`except*`, the cause of a translated exception, and the traceback's length.
"""

import logging
import traceback
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


class NotFoundError(Exception):
    """The port no longer exists."""


def with_raise(clean_up: Callable[[], None]) -> None:
    """Clean up, then re-raise: a bare `raise`.

    Examples:
        The caller gets the original exception, even if the cleanup raises
        and catches one of its own:

        >>> outcome(with_raise, works)
        the caller gets ConnectionError('Neutron is down'), context: None
        >>> outcome(with_raise, recovers)
        the caller gets ConnectionError('Neutron is down'), context: None

        If the cleanup fails, its exception reaches the caller, and nothing
        is logged:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(with_raise, fails)
        the caller gets OSError('database'), context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        clean_up()
        raise


def with_helper(clean_up: Callable[[], None]) -> None:
    """Clean up, then re-raise: the helper.

    Examples:
        The first two outcomes are the same:

        >>> outcome(with_helper, works)
        the caller gets ConnectionError('Neutron is down'), context: None
        >>> outcome(with_helper, recovers)
        the caller gets ConnectionError('Neutron is down'), context: None

        If the cleanup fails, the caller gets its exception, and the original
        one is logged:

        >>> import sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(name)s %(msg)s")
        >>> outcome(with_helper, fails)
        ERROR oslo_utils.excutils Original exception being dropped: %s
        the caller gets OSError('database'), context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            clean_up()


def return_before_raise() -> str:
    """Return from the handler, above a bare `raise`.

    Examples:
        The exception is swallowed:

        >>> return_before_raise()
        'returned'
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        return "returned"
        raise  # Never reached; a type checker or linter may say so.


def return_under_helper() -> str:
    """Return from the body of the helper.

    Examples:
        The exception is re-raised:

        >>> return_under_helper()
        Traceback (most recent call last):
            ...
        ConnectionError: Neutron is down
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            return "returned"


def log_first(clean_up: Callable[[], None]) -> None:
    """Log the original exception before the cleanup.

    Examples:
        It is in the log whether the cleanup works or fails:

        >>> import sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(msg)s %(exc_info)s")
        >>> outcome(log_first, works)  # doctest: +ELLIPSIS
        ERROR Deleting the port failed (<class 'ConnectionError'>, ...
        the caller gets ConnectionError('Neutron is down'), context: None
        >>> outcome(log_first, fails)  # doctest: +ELLIPSIS
        ERROR Deleting the port failed (<class 'ConnectionError'>, ...
        the caller gets OSError('database'), context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        LOG.exception("Deleting the port failed")
        clean_up()
        raise


def guard(clean_up: Callable[[], None]) -> None:
    """Keep the cleanup's exception from the caller.

    Examples:
        The caller gets the original exception even if the cleanup fails:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(guard, fails)
        WARNING:nova.compute.manager:The cleanup failed: database
        the caller gets ConnectionError('Neutron is down'), context: None
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        try:
            clean_up()
        except Exception as error:
            LOG.warning("The cleanup failed: %s", error)
        raise


def ignore_some(error: Exception) -> str:
    """Suppress one exception and re-raise every other one.

    Examples:
        A port that is gone needn't be deleted:

        >>> ignore_some(NotFoundError("404"))
        'was gone'
        >>> ignore_some(OSError("409"))
        Traceback (most recent call last):
            ...
        OSError: 409
    """
    try:
        raise error
    except Exception as found:
        if isinstance(found, NotFoundError):
            return "was gone"
        raise


def translate_from(clean_up: Callable[[], None]) -> None:
    """Raise a different exception: plain, and the cause is named.

    Examples:
        The original exception is both cause and context:

        >>> outcome(translate_from, works)
        the caller gets RuntimeError('503'), context: ConnectionError('Neutron is down')
        >>> try:
        ...     translate_from(works)
        ... except RuntimeError as error:
        ...     print("cause:", repr(error.__cause__))
        cause: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError as error:
        clean_up()
        raise RuntimeError("503") from error


def translate_under_helper(clean_up: Callable[[], None]) -> None:
    """Raise a different exception: the helper.

    Examples:
        With `reraise=False` nothing is logged:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(translate_under_helper, works)
        the caller gets RuntimeError('503'), context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise=False):
            clean_up()
            raise RuntimeError("503")


def part_with_raise(clean_up: Callable[[], None]) -> None:
    """Re-raise in `except*`, which matched a part of the group: plain.

    Examples:
        The caller gets the group as it was:

        >>> outcome(part_with_raise, works)
        the caller gets ExceptionGroup('ports', [OSError('a'), KeyError('b')]), context: None
    """
    try:
        raise ExceptionGroup("ports", [OSError("a"), KeyError("b")])
    except* OSError:
        clean_up()
        raise


def part_under_helper(clean_up: Callable[[], None]) -> None:
    """Re-raise in `except*`, which matched a part of the group: the helper.

    Examples:
        Both parts are nested in a new group, whose message is empty:

        >>> outcome(part_under_helper, works)
        the caller gets ExceptionGroup('', [ExceptionGroup('ports', [OSError('a')]), ExceptionGroup('ports', [KeyError('b')])]), context: None
    """
    try:
        raise ExceptionGroup("ports", [OSError("a"), KeyError("b")])
    except* OSError:
        with excutils.save_and_reraise_exception():
            clean_up()


def entries(way: Callable[..., None]) -> list[str]:
    """Name the functions in the traceback of a way.

    Examples:
        The helper adds three entries: the `with` statement in `with_helper`,
        and two methods:

        >>> entries(with_helper)
        ['with_helper', '__exit__', 'force_reraise', 'with_helper']
        >>> entries(with_raise)
        ['with_raise']
    """
    try:
        way(works)
    except ConnectionError as error:
        stack = traceback.extract_tb(error.__traceback__)
        return [entry.name for entry in stack][1:]
    return []


def outcome(
    way: Callable[..., None],
    clean_up: Callable[[], None],
) -> None:
    """Print what the caller gets.

    Examples:
        The exception, and its `__context__`:

        >>> outcome(with_raise, works)
        the caller gets ConnectionError('Neutron is down'), context: None
    """
    try:
        way(clean_up)
    except Exception as error:
        context = error.__context__
        print(f"the caller gets {error!r}, context: {context!r}")


def works() -> None:
    """Do a cleanup that works.

    Examples:
        It raises nothing:

        >>> print(works())
        None
    """


def recovers() -> None:
    """Do a cleanup that handles an exception of its own.

    Examples:
        It raises nothing either:

        >>> print(recovers())
        None
    """
    try:
        fails()
    except OSError as error:
        LOG.debug("no database, no entry: %s", error)


def fails() -> None:
    """Do a cleanup that fails.

    Examples:
        It raises an exception:

        >>> fails()
        Traceback (most recent call last):
            ...
        OSError: database
    """
    raise OSError("database")
