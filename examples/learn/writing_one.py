"""A context manager from a generator: `contextlib.contextmanager`.

The code before `yield` is the enter, the code after it is the exit, and an
exception of the body is raised at the `yield`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from oslo_utils import excutils


@contextmanager
def maintenance(host: str) -> Iterator[str]:
    """Take a host out of service while the body runs.

    Examples:
        `as` binds what the generator yields:

        >>> with maintenance("compute-1") as reason:
        ...     print("body:", reason)
        compute-1 disabled
        body: maintenance of compute-1
        compute-1 enabled

        If the body raises, `finally` runs, and the exception propagates:

        >>> try:
        ...     with maintenance("compute-1"):
        ...         raise TimeoutError("disk")
        ... except TimeoutError as error:
        ...     print("caller:", repr(error))
        compute-1 disabled
        compute-1 enabled
        caller: TimeoutError('disk')
    """
    print(host, "disabled")
    try:
        yield f"maintenance of {host}"
    finally:
        print(host, "enabled")


@contextmanager
def tolerant(host: str) -> Iterator[None]:
    """Catch one exception of the body and don't raise it again.

    Examples:
        `TimeoutError` is caught, so it doesn't reach the caller:

        >>> with tolerant("compute-1"):
        ...     raise TimeoutError("disk")
        compute-1 was slow: disk

        Any other exception propagates:

        >>> with tolerant("compute-1"):
        ...     raise LookupError("no such disk")
        Traceback (most recent call last):
            ...
        LookupError: no such disk
    """
    try:
        yield
    except TimeoutError as error:
        print(host, "was slow:", error)


@contextmanager
def error_out(host: str) -> Iterator[None]:
    """Act on failures only, and re-raise.

    Examples:
        The cleanup runs, and the same exception reaches the caller:

        >>> try:
        ...     with error_out("compute-1"):
        ...         raise TimeoutError("disk")
        ... except TimeoutError as error:
        ...     print("caller:", repr(error))
        compute-1 set to ERROR
        caller: TimeoutError('disk')
    """
    try:
        yield
    except Exception:
        with excutils.save_and_reraise_exception():
            print(host, "set to ERROR")


@contextmanager
def forgetful(host: str) -> Iterator[None]:
    """Take a host out of service, without `try`.

    Examples:
        >>> with forgetful("compute-1"):
        ...     print("body")
        compute-1 disabled
        body
        compute-1 enabled

        If the body raises, the host stays disabled:

        >>> try:
        ...     with forgetful("compute-1"):
        ...         raise TimeoutError("disk")
        ... except TimeoutError as error:
        ...     print("caller:", repr(error))
        compute-1 disabled
        caller: TimeoutError('disk')
    """
    print(host, "disabled")
    yield
    print(host, "enabled")


@contextmanager
def unwilling(host: str, ready: bool) -> Iterator[None]:
    """Yield on one path only, which is a mistake.

    Examples:
        The error is raised before the body runs:

        >>> with unwilling("compute-1", ready=False):
        ...     print("body")
        Traceback (most recent call last):
            ...
        RuntimeError: generator didn't yield
    """
    if ready:
        yield
