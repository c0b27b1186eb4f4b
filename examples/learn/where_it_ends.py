"""A re-raised exception that nobody reads: a Future keeps it.

`submit` does what an executor does with a function, without a thread: what the
function raises is put into the Future. `log_failure` is a callback that makes
it visible.
"""

import logging
import traceback
from collections.abc import Callable
from concurrent.futures import Future

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


def delete_port() -> None:
    """Clean up and re-raise.

    Examples:
        >>> delete_port()
        Traceback (most recent call last):
            ...
        ConnectionError: Neutron is down
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            pass


def submit(function: Callable[[], object]) -> Future[object]:
    """Run a function as an executor does.

    Examples:
        The helper re-raises, and nothing is printed or logged:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> future = submit(delete_port)

        The Future has the exception. `exception()` returns it, and
        `result()` raises it, the same object:

        >>> future.exception()
        ConnectionError('Neutron is down')
        >>> try:
        ...     future.result()
        ... except ConnectionError as error:
        ...     print(error is future.exception())
        True

        With a callback, it is in the log:

        >>> future = submit(delete_port)
        >>> future.add_done_callback(log_failure)  # doctest: +ELLIPSIS
        ERROR:nova.compute.manager:A background task failed
        Traceback (most recent call last):
          ...
        ConnectionError: Neutron is down
    """
    future: Future[object] = Future()
    try:
        future.set_result(function())
    except Exception as error:
        future.set_exception(error)
    return future


def log_failure(future: Future[object]) -> None:
    """Log what a Future's function raised.

    Pass the exception as `exc_info`. It is the active one only in a
    callback that was added before the function ended; elsewhere,
    `LOG.exception` would log `NoneType: None`.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> log_failure(submit(lambda: None))
        >>> log_failure(submit(delete_port))  # doctest: +ELLIPSIS
        ERROR:nova.compute.manager:A background task failed
        Traceback (most recent call last):
          ...
        ConnectionError: Neutron is down
    """
    if error := future.exception():
        LOG.error("A background task failed", exc_info=error)


def entries(future: Future[object]) -> list[int]:
    """Call `result()` three times; count the traceback's entries.

    Examples:
        Each call raises the one exception object again, and its traceback
        grows:

        >>> first, second, third = entries(submit(delete_port))
        >>> first < second < third
        True
    """
    found = []
    for _ in range(3):
        try:
            future.result()
        except ConnectionError as error:
            found.append(len(traceback.extract_tb(error.__traceback__)))
    return found
