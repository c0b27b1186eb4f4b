"""Cleanup that fails in a handler, and what is left of the first error.

`release` fails, and then its cleanup fails. Look at what the caller catches,
at what its `__context__` still holds, and at the two ways to let the first
error win.
"""

from collections.abc import Callable
from contextlib import suppress

CleanUp = Callable[[], None]


def release(clean_up: CleanUp) -> None:
    """Clean up and raise again, with nothing in between.

    Examples:
        When the cleanup works, the first error comes out:

        >>> outcome(release, lambda: print("cleaned up"))
        cleaned up
        out: ConnectionError('Neutron is down')
        context: None

        When it fails, its error comes out.
        The bare `raise` below it is never reached:

        >>> outcome(release, database_down)
        out: OSError('the database is down')
        context: ConnectionError('Neutron is down')

        A caller that waits for the first error does not catch it:

        >>> try:
        ...     release(database_down)
        ... except ConnectionError:
        ...     print("try again later")
        Traceback (most recent call last):
            ...
        OSError: the database is down
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        clean_up()
        raise


def release_best_effort(clean_up: CleanUp) -> None:
    """Let the first error win; the cleanup's is gone.

    Examples:
        >>> outcome(release_best_effort, database_down)
        out: ConnectionError('Neutron is down')
        context: None

        Ctrl-C during the cleanup is no `Exception`, and takes its place:

        >>> def ctrl_c() -> None:
        ...     raise KeyboardInterrupt
        >>> try:
        ...     release_best_effort(ctrl_c)
        ... except KeyboardInterrupt as error:
        ...     print("context:", repr(error.__context__))
        context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with suppress(Exception):
            clean_up()
        raise


def release_both(clean_up: CleanUp) -> None:
    """Let the first error win and carry a word on the second.

    Examples:
        >>> outcome(release_both, database_down)
        out: ConnectionError('Neutron is down')
        context: None
        note: cleanup failed: OSError('the database is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError as error:
        try:
            clean_up()
        except Exception as second:
            error.add_note(f"cleanup failed: {second!r}")
        raise


def release_and_report(clean_up: CleanUp) -> str:
    """Lose the first error: report what was caught, as text.

    Examples:
        What is written down is the second error's text.
        Nothing of Neutron is left:

        >>> release_and_report(database_down)
        'failed: the database is down'
    """
    try:
        release(clean_up)
    except Exception as error:
        return f"failed: {error}"
    return "released"


def outcome(way: Callable[[CleanUp], None], clean_up: CleanUp) -> None:
    """Print what a caller of one of the ways catches.

    Examples:
        >>> outcome(release, database_down)
        out: OSError('the database is down')
        context: ConnectionError('Neutron is down')
    """
    try:
        way(clean_up)
    except Exception as error:
        print("out:", repr(error))
        print("context:", repr(error.__context__))
        for note in getattr(error, "__notes__", []):
            print("note:", note)


def database_down() -> None:
    """Fail in place of the cleanup.

    Examples:
        >>> database_down()
        Traceback (most recent call last):
            ...
        OSError: the database is down
    """
    raise OSError("the database is down")
