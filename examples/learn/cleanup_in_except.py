"""Cleanup that raises in an `except` block, and how to keep both errors.

`release` fails, and then its cleanup fails. The caller receives the exception
of the cleanup, unless the cleanup is guarded.
"""

import logging
from collections.abc import Callable
from contextlib import suppress

from oslo_utils import excutils

LOG = logging.getLogger("l3")

CleanUp = Callable[[], None]


def release(clean_up: CleanUp) -> None:
    """Clean up and re-raise.

    Examples:
        If the cleanup succeeds, the caller gets the original exception:

        >>> outcome(release, lambda: None)
        caller: ConnectionError('Neutron is down')
        context: None

        If the cleanup raises, the caller gets its exception, and the
        original one is its `__context__`:

        >>> outcome(release, database_down)
        caller: OSError('the database is down')
        context: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        clean_up()
        raise


def release_best_effort(clean_up: CleanUp) -> None:
    """Re-raise the original exception; suppress that of the cleanup.

    Examples:
        The caller gets the original exception; the other one is lost:

        >>> outcome(release_best_effort, database_down)
        caller: ConnectionError('Neutron is down')
        context: None

        Ctrl-C still replaces it, because `KeyboardInterrupt` isn't an
        `Exception`:

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


def release_with_note(clean_up: CleanUp) -> None:
    """Re-raise the original exception with a note on the other one.

    Examples:
        A traceback ends with the note:

        >>> outcome(release_with_note, database_down)
        caller: ConnectionError('Neutron is down')
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
    """Report what was caught by its error message.

    Examples:
        Nothing says that Neutron is down:

        >>> release_and_report(database_down)
        'failed: the database is down'
    """
    try:
        release(clean_up)
    except Exception as error:
        return f"failed: {error}"
    return "released"


class RetryRequestError(Exception):
    """A deadlock: the whole request may be tried again."""


def wrong_create(delete_router: CleanUp) -> None:
    """Delete the router in the body of the helper.

    Examples:
        If the deletion succeeds, `retry()` tries again:

        >>> retry(wrong_create, lambda: None)
        attempt 1: RetryRequestError('deadlock')
        attempt 2: RetryRequestError('deadlock')

        If it raises, there is no second attempt:

        >>> import sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> retry(wrong_create, router_gone)
        ERROR:oslo_utils.excutils:Original exception being dropped
        attempt 1: LookupError('no such router')
    """
    try:
        set_gateway()
    except RetryRequestError:
        with excutils.save_and_reraise_exception():
            delete_router()


def right_create(delete_router: CleanUp) -> None:
    """Catch the deletion's exception inside the body, and log it.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> retry(right_create, router_gone)
        WARNING:l3:not deleted: no such router
        attempt 1: RetryRequestError('deadlock')
        WARNING:l3:not deleted: no such router
        attempt 2: RetryRequestError('deadlock')
    """
    try:
        set_gateway()
    except RetryRequestError:
        with excutils.save_and_reraise_exception():
            try:
                delete_router()
            except Exception as second:
                LOG.warning("not deleted: %s", second)


def retry(
    create: Callable[[CleanUp], None],
    delete_router: CleanUp,
) -> None:
    """Try twice, if the exception allows it.

    Examples:
        >>> retry(wrong_create, lambda: None)
        attempt 1: RetryRequestError('deadlock')
        attempt 2: RetryRequestError('deadlock')
    """
    for number in 1, 2:
        try:
            return create(delete_router)
        except RetryRequestError as error:
            print(f"attempt {number}: {error!r}")
        except Exception as error:
            return print(f"attempt {number}: {error!r}")


def outcome(way: Callable[[CleanUp], None], clean_up: CleanUp) -> None:
    """Print what a caller of one of the ways receives.

    Examples:
        >>> outcome(release, database_down)
        caller: OSError('the database is down')
        context: ConnectionError('Neutron is down')
    """
    try:
        way(clean_up)
    except Exception as error:
        print("caller:", repr(error))
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


def set_gateway() -> None:
    """Fail as the database does under load.

    Examples:
        >>> try:
        ...     set_gateway()
        ... except RetryRequestError as error:
        ...     print(repr(error))
        RetryRequestError('deadlock')
    """
    raise RetryRequestError("deadlock")


def router_gone() -> None:
    """Fail in place of the deletion.

    Examples:
        >>> router_gone()
        Traceback (most recent call last):
            ...
        LookupError: no such router
    """
    raise LookupError("no such router")
