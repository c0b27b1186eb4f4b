"""The helper beside plain Python 3, in pairs.

Each pair does the same task. Five things differ: what is logged when the
cleanup fails, what a `return` in the handler does, what `except*` raises again,
whether a translated exception names its cause, and how long the traceback is.
"""

import traceback
from collections.abc import Callable

from oslo_utils import excutils


def with_helper(how: str) -> None:
    """Clean up, then re-raise: the helper.

    Examples:
        A cleanup that works, and one that handles an error of its own:

        >>> outcome(with_helper, "works")
        out: ConnectionError('Neutron is down') context: None
        >>> outcome(with_helper, "recovers")
        out: ConnectionError('Neutron is down') context: None

        One that fails.
        The helper logs what it gives up:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(name)s %(msg)s")
        >>> outcome(with_helper, "fails")
        ERROR oslo_utils.excutils Original exception being dropped: %s
        out: OSError('database') context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            clean_up(how)


def with_raise(how: str) -> None:
    """Clean up, then re-raise: plain.

    Examples:
        >>> outcome(with_raise, "works")
        out: ConnectionError('Neutron is down') context: None
        >>> outcome(with_raise, "recovers")
        out: ConnectionError('Neutron is down') context: None

        The same comes out of a cleanup that fails.
        Nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(with_raise, "fails")
        out: OSError('database') context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        clean_up(how)
        raise


def return_under_helper() -> str:
    """Return from the handler: the helper.

    Examples:
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


def return_before_raise() -> str:
    """Return from the handler: plain, with the opposite result.

    Examples:
        >>> return_before_raise()
        'returned'
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        return "returned"
        raise  # Never reached; a type checker or linter may say so.


def part_under_helper() -> None:
    """Re-raise in `except*`, which matched a part of the group: the helper.

    Examples:
        Both parts are nested in a new group, whose message is empty:

        >>> outcome(lambda _: part_under_helper(), "works")
        out: ExceptionGroup('', [ExceptionGroup('ports', [OSError('a')]), ExceptionGroup('ports', [KeyError('b')])]) context: None
    """
    try:
        raise ExceptionGroup("ports", [OSError("a"), KeyError("b")])
    except* OSError:
        with excutils.save_and_reraise_exception():
            clean_up("works")


def part_with_raise() -> None:
    """Re-raise in `except*`: plain, and the group is what it was.

    Examples:
        >>> outcome(lambda _: part_with_raise(), "works")
        out: ExceptionGroup('ports', [OSError('a'), KeyError('b')]) context: None
    """
    try:
        raise ExceptionGroup("ports", [OSError("a"), KeyError("b")])
    except* OSError:
        clean_up("works")
        raise


def translate_under_helper() -> None:
    """Raise another exception: the helper.

    Examples:
        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(lambda _: translate_under_helper(), "works")
        out: RuntimeError('503') context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise=False):
            raise RuntimeError("503")


def translate_from() -> None:
    """Raise another exception: plain, and the cause is named.

    Examples:
        >>> outcome(lambda _: translate_from(), "works")
        out: RuntimeError('503') context: ConnectionError('Neutron is down')
        >>> try:
        ...     translate_from()
        ... except RuntimeError as error:
        ...     print("cause:", repr(error.__cause__))
        cause: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError as error:
        raise RuntimeError("503") from error


def entries(way: Callable[[str], None]) -> list[str]:
    """Name the functions in the traceback of a way.

    Examples:
        >>> entries(with_helper)
        ['with_helper', '__exit__', 'force_reraise', 'with_helper']
        >>> entries(with_raise)
        ['with_raise']
    """
    try:
        way("works")
    except ConnectionError as error:
        stack = traceback.extract_tb(error.__traceback__)
        return [entry.name for entry in stack][1:]
    return []


def outcome(way: Callable[[str], None], how: str) -> None:
    """Print what a caller catches.

    Examples:
        >>> outcome(with_raise, "works")
        out: ConnectionError('Neutron is down') context: None
    """
    try:
        way(how)
    except Exception as error:
        print(f"out: {error!r} context: {error.__context__!r}")


def clean_up(how: str) -> None:
    """Clean up without trouble, handling an error, or failing.

    Examples:
        >>> for how in "works", "recovers", "fails":
        ...     clean_up(how)
        Traceback (most recent call last):
            ...
        OSError: database
    """
    try:
        if how != "works":
            raise OSError("database")
    except OSError:
        if how == "fails":
            raise
