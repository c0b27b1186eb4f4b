"""One helper object for two threads: the exceptions get mixed up.

Generators stand for the threads: each has a handler of its own, and `alternate`
switches between them in the middle of both bodies. The outcome is that of two
threads which are switched there.
"""

from collections.abc import Generator

from oslo_utils.excutils import save_and_reraise_exception

Helper = save_and_reraise_exception
Worker = Generator[None, None, None]


def delete(helper: Helper, error: Exception) -> Worker:
    """Fail, and pause in the body of the helper.

    Examples:
        A thread alone gets its own exception:

        >>> alternate(delete(Helper(), ConnectionError("eth0")))
        ConnectionError('eth0')
    """
    try:
        raise error
    except Exception:
        with helper:
            yield


def skip(helper: Helper, error: Exception) -> Worker:
    """Decide not to re-raise, and pause in the body.

    Examples:
        >>> alternate(skip(Helper(), ConnectionError("eth0")))
        nothing
    """
    try:
        raise error
    except Exception:
        with helper as ctxt:
            ctxt.reraise = False
            yield


def alternate(*workers: Worker) -> None:
    """Enter all bodies, then leave them in the same order.

    Examples:
        Two threads, one object for both: the first gets the exception of the
        second, and the second gets a new exception without arguments.
        `ConnectionError('eth0')` is lost, and nothing is logged:

        >>> shared = Helper()
        >>> alternate(
        ...     delete(shared, ConnectionError("eth0")),
        ...     delete(shared, OSError("eth1")))
        OSError('eth1')
        OSError()

        An object for each, as `with save_and_reraise_exception():` makes one
        each time it runs:

        >>> alternate(
        ...     delete(Helper(), ConnectionError("eth0")),
        ...     delete(Helper(), OSError("eth1")))
        ConnectionError('eth0')
        OSError('eth1')

        `reraise` is shared as well: a thread that skips its own exception
        makes the other one swallow an exception:

        >>> shared = Helper()
        >>> alternate(
        ...     delete(shared, ConnectionError("eth0")),
        ...     skip(shared, OSError("eth1")))
        nothing
        nothing
    """
    for worker in workers:
        next(worker)
    for worker in workers:
        try:
            next(worker, None)
        except Exception as error:
            print(repr(error))
        else:
            print("nothing")
