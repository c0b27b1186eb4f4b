"""A context manager from a generator: `contextlib.contextmanager`.

What stands before `yield` is the enter, what stands after it is the exit, and
an exception of the body appears at the `yield`. Compare `maintenance`, which
is ready for that, with `forgetful`, which is not.
"""

from collections.abc import Iterator
from contextlib import contextmanager


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

        The body's exception is raised at the `yield`, so `finally` runs.
        The exception goes on:

        >>> try:
        ...     with maintenance("compute-1"):
        ...         raise TimeoutError("disk")
        ... except TimeoutError as error:
        ...     print("the caller gets:", error)
        compute-1 disabled
        compute-1 enabled
        the caller gets: disk
    """
    print(host, "disabled")
    try:
        yield f"maintenance of {host}"
    finally:
        print(host, "enabled")


@contextmanager
def forgetful(host: str) -> Iterator[None]:
    """Do the same without `try`: right until the body fails.

    Examples:
        >>> with forgetful("compute-1"):
        ...     print("body")
        compute-1 disabled
        body
        compute-1 enabled

        The exception leaves at the `yield`; the host stays disabled:

        >>> try:
        ...     with forgetful("compute-1"):
        ...         raise TimeoutError("disk")
        ... except TimeoutError as error:
        ...     print("the caller gets:", error)
        compute-1 disabled
        the caller gets: disk
    """
    print(host, "disabled")
    yield
    print(host, "enabled")


@contextmanager
def tolerant(host: str) -> Iterator[None]:
    """Catch the body's exception and do not raise it again.

    Examples:
        A generator that ends after catching the exception swallows it:

        >>> with tolerant("compute-1"):
        ...     raise TimeoutError("disk")
        compute-1 was slow: disk

        What it does not catch goes on:

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
def unwilling(host: str, ready: bool) -> Iterator[None]:
    """Yield on one path only, which is a mistake.

    Examples:
        A generator manager must yield once on every path that does
        not raise:

        >>> with unwilling("compute-1", ready=False):
        ...     print("body")
        Traceback (most recent call last):
            ...
        RuntimeError: generator didn't yield
    """
    if ready:
        yield
