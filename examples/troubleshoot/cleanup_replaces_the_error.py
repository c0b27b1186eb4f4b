"""Cleanup whose failure hides the error that the caller waits for.

A router is created, its gateway is set in a second step, and the caller tries
again when the database asks for it. Look at how many attempts each way makes.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("l3")


class RetryRequestError(Exception):
    """A deadlock: the whole request may be tried again."""


def wrong_create(delete_router: Callable[[], None]) -> None:
    """Delete the router in the body, and let that fail.

    Examples:
        The caller never sees the request to try again:

        >>> import sys
        >>> logging.basicConfig(
        ...     format="%(levelname)s:%(name)s:%(message).32s",
        ...     stream=sys.stdout, force=True)
        >>> retry(wrong_create, router_gone)
        ERROR:oslo_utils.excutils:Original exception being dropped
        attempt 1: LookupError('no such router')

        While the deletion works, it does:

        >>> retry(wrong_create, lambda: None)
        attempt 1: RetryRequestError('deadlock')
        attempt 2: RetryRequestError('deadlock')
    """
    try:
        set_gateway()
    except RetryRequestError:
        with excutils.save_and_reraise_exception():
            delete_router()


def right_create(delete_router: Callable[[], None]) -> None:
    """Catch the deletion's error inside the body, and log it.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> retry(right_create, router_gone)
        WARNING:l3:not deleted: no such router
        attempt 1: RetryRequestError('deadlock')
        WARNING:l3:not deleted: no such router
        attempt 2: RetryRequestError('deadlock')

        Ctrl-C during the deletion is no `Exception`, and takes its place:

        >>> def ctrl_c() -> None:
        ...     raise KeyboardInterrupt
        >>> try:  # doctest: +ELLIPSIS
        ...     right_create(ctrl_c)
        ... except KeyboardInterrupt as error:
        ...     print("context:", repr(error.__context__))
        ERROR:oslo_utils.excutils:Original exception being dropped: [...]
        context: RetryRequestError('deadlock')
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
    create: Callable[[Callable[[], None]], None],
    delete_router: Callable[[], None],
) -> None:
    """Try twice, as long as the error asks for it.

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
