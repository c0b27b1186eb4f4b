"""The helper in `finally`: it adds a log message, and a RuntimeError.

A `finally` clause re-raises by itself. With the helper in it, the first
exception is logged if the cleanup fails as well; but where nothing failed, the
helper has nothing to raise.
"""

from collections.abc import Callable

from oslo_utils import excutils


def nothing() -> None:
    """Do nothing, which works.

    Examples:
        >>> print(nothing())
        None
    """


def fail() -> None:
    """Fail.

    Examples:
        >>> fail()
        Traceback (most recent call last):
            ...
        ConnectionError: Neutron is down
    """
    raise ConnectionError("Neutron is down")


def plain(
    work: Callable[[], None], clean_up: Callable[[], None] = nothing
) -> str:
    """Clean up in `finally`; nothing else is needed.

    Examples:
        >>> print(told(lambda: plain(fail)))
        raised ConnectionError('Neutron is down')
        >>> print(told(lambda: plain(nothing)))
        returned 'done'
    """
    try:
        work()
        return "done"
    finally:
        clean_up()


def with_helper(
    work: Callable[[], None], clean_up: Callable[[], None] = nothing
) -> str:
    """Clean up in the body of the helper, in `finally`.

    Examples:
        When the work failed, the outcome is that of `plain`:

        >>> print(told(lambda: with_helper(fail)))
        raised ConnectionError('Neutron is down')

        When it worked, the helper raises, and the result is lost:

        >>> print(told(lambda: with_helper(nothing)))
        raised RuntimeError('There is no (currently) captured exception to force the reraising of')

        When a caller is handling an exception, the helper raises that one,
        although this function worked:

        >>> try:
        ...     raise KeyError("port")
        ... except KeyError:
        ...     print(told(lambda: with_helper(nothing)))
        raised KeyError('port')

        What the helper adds: if the cleanup fails as well, the first
        exception is logged:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True, format="%(msg)s")
        >>> def clean_up() -> None:
        ...     raise OSError("the database is down")
        >>> print(told(lambda: with_helper(fail, clean_up)))
        Original exception being dropped: %s
        raised OSError('the database is down')
        >>> print(told(lambda: plain(fail, clean_up)))
        raised OSError('the database is down')
    """
    try:
        work()
        return "done"
    finally:
        with excutils.save_and_reraise_exception():
            clean_up()


def in_handler(
    work: Callable[[], None], clean_up: Callable[[], None] = nothing
) -> str:
    """Clean up for both outcomes, and log the first error if both fail.

    Examples:
        >>> print(told(lambda: in_handler(fail)))
        raised ConnectionError('Neutron is down')
        >>> print(told(lambda: in_handler(nothing)))
        returned 'done'

        If the cleanup fails, there is a log message only if the work failed
        before it:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True, format="%(msg)s")
        >>> def clean_up() -> None:
        ...     raise OSError("the database is down")
        >>> print(told(lambda: in_handler(fail, clean_up)))
        Original exception being dropped: %s
        raised OSError('the database is down')
        >>> print(told(lambda: in_handler(nothing, clean_up)))
        raised OSError('the database is down')

        After Ctrl-C it doesn't clean up, and `finally` does:

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
        >>> told(lambda: 1)
        'returned 1'
    """
    try:
        return f"returned {call()!r}"
    except Exception as error:
        return f"raised {error!r}"
