"""The helper in `finally`: it adds a log message, and a RuntimeError.

A `finally` clause re-raises by itself. With the helper in it, the original
exception is logged if the cleanup fails as well. But if nothing failed, the
helper has nothing to raise.
"""

from collections.abc import Callable
from functools import partial

from oslo_utils import excutils


def plain(
    work: Callable[[], None],
    clean_up: Callable[[], None],
) -> str:
    """Clean up in `finally`; nothing else is needed.

    Examples:
        An exception of the work propagates, and a result is returned:

        >>> print(told(lambda: plain(fail, nothing)))
        raised ConnectionError('Neutron is down')
        >>> print(told(lambda: plain(nothing, nothing)))
        returned 'done'
    """
    try:
        work()
        return "done"
    finally:
        clean_up()


def with_helper(
    work: Callable[[], None],
    clean_up: Callable[[], None],
) -> str:
    """Clean up in the body of the helper, in `finally`.

    Examples:
        If the work fails, its exception propagates:

        >>> print(told(lambda: with_helper(fail, nothing)))
        raised ConnectionError('Neutron is down')

        If the work succeeds, the helper raises, and the result is lost:

        >>> print(told(lambda: with_helper(nothing, nothing)))
        raised RuntimeError('There is no (currently) captured exception to force the reraising of')

        If a caller is handling an exception, the helper raises that one:

        >>> try:
        ...     raise KeyError("port")
        ... except KeyError:
        ...     print(told(lambda: with_helper(nothing, nothing)))
        raised KeyError('port')
    """
    try:
        work()
        return "done"
    finally:
        with excutils.save_and_reraise_exception():
            clean_up()


def both_fail() -> None:
    """Let the work and the cleanup fail, in all three ways.

    Examples:
        The caller gets the cleanup's exception, and the helper logs the
        original one:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True, format="%(msg)s")
        >>> both_fail()
        plain raised OSError('the database is down')
        Original exception being dropped: %s
        with_helper raised OSError('the database is down')
        Original exception being dropped: %s
        in_handler raised OSError('the database is down')
    """
    for way in plain, with_helper, in_handler:
        print(way.__name__, told(partial(way, fail, database_down)))


def in_handler(
    work: Callable[[], None],
    clean_up: Callable[[], None],
) -> str:
    """Clean up after success and failure; log the original if both fail.

    Examples:
        The outcomes are those of `plain`:

        >>> print(told(lambda: in_handler(fail, nothing)))
        raised ConnectionError('Neutron is down')
        >>> print(told(lambda: in_handler(nothing, nothing)))
        returned 'done'

        If only the cleanup fails, nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True, format="%(msg)s")
        >>> print(told(lambda: in_handler(nothing, database_down)))
        raised OSError('the database is down')

        After Ctrl-C, `plain` cleans up, and `in_handler` doesn't:

        >>> def ctrl_c() -> None:
        ...     raise KeyboardInterrupt
        >>> for way in in_handler, plain:
        ...     try:
        ...         way(ctrl_c, lambda: print("cleaned up"))
        ...     except KeyboardInterrupt:
        ...         print(way.__name__, "has ended")
        in_handler has ended
        cleaned up
        plain has ended
    """
    try:
        work()
    except Exception:
        with excutils.save_and_reraise_exception():
            clean_up()
    clean_up()
    return "done"


def told(call: Callable[[], object]) -> str:
    """Describe how a call ended.

    Examples:
        It returned, or it raised:

        >>> told(lambda: 1)
        'returned 1'
    """
    try:
        return f"returned {call()!r}"
    except Exception as error:
        return f"raised {error!r}"


def nothing() -> None:
    """Do nothing, which works.

    Examples:
        It raises nothing:

        >>> print(nothing())
        None
    """


def fail() -> None:
    """Do work that fails.

    Examples:
        It raises an exception:

        >>> fail()
        Traceback (most recent call last):
            ...
        ConnectionError: Neutron is down
    """
    raise ConnectionError("Neutron is down")


def database_down() -> None:
    """Do a cleanup that fails.

    Examples:
        It raises an exception as well:

        >>> database_down()
        Traceback (most recent call last):
            ...
        OSError: the database is down
    """
    raise OSError("the database is down")
