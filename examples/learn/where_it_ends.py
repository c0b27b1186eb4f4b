"""A re-raised exception ends in a Future, and nobody reads it.

`submit` does what an executor does with a function, without a thread: it puts
the exception into the Future. `log_failure` is a callback that logs it.
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
        A direct call raises the exception to its caller:

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
        Called by an executor, the same function raises it to the executor,
        and nothing is printed or logged:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> future = submit(delete_port)

        `exception()` returns it, and `result()` raises it:

        >>> future.exception()
        ConnectionError('Neutron is down')
        >>> try:
        ...     future.result()
        ... except ConnectionError as error:
        ...     print(error is future.exception())
        True
    """
    future: Future[object] = Future()
    try:
        future.set_result(function())
    except Exception as error:
        future.set_exception(error)
    return future


def log_failure(future: Future[object]) -> None:
    """Log what a Future's function raised.

    Examples:
        It logs the exception, although nobody else reads the Future:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> future = submit(delete_port)
        >>> future.add_done_callback(log_failure)  # doctest: +ELLIPSIS
        ERROR:nova.compute.manager:A background task failed
        Traceback (most recent call last):
          ...
        ConnectionError: Neutron is down

        If the function returned, it logs nothing:

        >>> submit(lambda: None).add_done_callback(log_failure)
    """
    if error := future.exception():
        LOG.error("A background task failed", exc_info=error)


def entries(future: Future[object]) -> list[int]:
    """Call `result()` three times; count the traceback's entries.

    Examples:
        Each call raises the same object, with more traceback entries:

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
