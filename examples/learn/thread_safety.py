"""One helper object for two threads: the exceptions get mixed up.

Generators stand for the threads: each has a handler of its own, and the
examples switch between them in the middle of both bodies.
"""

from collections.abc import Generator

from oslo_utils.excutils import save_and_reraise_exception

Helper = save_and_reraise_exception
Worker = Generator[None, None, None]


def delete(helper: Helper, error: Exception) -> Worker:
    """Raise an exception, and pause in the body of the helper.

    Examples:
        With one thread, nothing special happens:

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
        A thread alone gets no exception:

        >>> alternate(skip(Helper(), ConnectionError("eth0")))
        nothing
    """
    try:
        raise error
    except Exception:
        with helper as ctxt:
            ctxt.reraise = False
            yield


def share_one() -> None:
    """Give one object to two threads, which is a mistake.

    Examples:
        `ConnectionError('eth0')` is lost, and nothing is logged:

        >>> share_one()
        OSError('eth1')
        OSError()
    """
    shared = Helper()
    alternate(
        delete(shared, ConnectionError("eth0")),
        delete(shared, OSError("eth1")),
    )


def one_for_each() -> None:
    """Give each thread an object of its own.

    Examples:
        Each thread gets its own exception:

        >>> one_for_each()
        ConnectionError('eth0')
        OSError('eth1')
    """
    alternate(
        delete(Helper(), ConnectionError("eth0")),
        delete(Helper(), OSError("eth1")),
    )


def share_the_decision() -> None:
    """Skip the re-raise in one of two threads that share an object.

    Examples:
        The exception of the other thread is suppressed as well:

        >>> share_the_decision()
        nothing
        nothing
    """
    shared = Helper()
    alternate(
        delete(shared, ConnectionError("eth0")),
        skip(shared, OSError("eth1")),
    )


def alternate(*workers: Worker) -> None:
    """Enter all bodies, then leave them in the same order.

    Examples:
        It prints the exception that each worker ends with:

        >>> alternate(
        ...     delete(Helper(), ConnectionError("eth0")),
        ...     skip(Helper(), OSError("eth1")))
        ConnectionError('eth0')
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
