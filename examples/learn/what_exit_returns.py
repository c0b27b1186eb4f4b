"""What the return value of `__exit__` does to an exception of the body.

`Reservation(result)` returns `result` from its `__exit__`.
`BrokenReservation` raises an exception there.
"""

from typing import Any


class Reservation:
    """Return from `__exit__` what was passed to the class."""

    def __init__(self, result: object) -> None:
        self.result = result

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc_info: object) -> Any:
        return self.result


def reserve(result: object) -> str:
    """Raise in the body.

    Examples:
        `True` suppresses the exception, and execution continues after the
        block:

        >>> reserve(True)
        'continued'

        `False` lets the exception propagate:

        >>> reserve(False)
        Traceback (most recent call last):
            ...
        LookupError: no host

        So does `None`, which a method without a `return` statement returns:

        >>> reserve(None)
        Traceback (most recent call last):
            ...
        LookupError: no host

        Any truthy value suppresses the exception, not only `True`:

        >>> reserve("released")
        'continued'
    """
    with Reservation(result):
        raise LookupError("no host")
    return "continued"


def interrupt() -> str:
    """Press Ctrl-C in the body.

    Examples:
        A truthy value suppresses `KeyboardInterrupt` as well:

        >>> interrupt()
        'continued'
    """
    with Reservation(True):
        raise KeyboardInterrupt
    return "continued"


def cores() -> int:
    """Return a number from inside the body.

    Examples:
        The body didn't raise, so the value of `__exit__` is ignored, and the
        function returns its own:

        >>> cores()
        8
    """
    with Reservation(True):
        return 8


class BrokenReservation:
    """Raise in `__exit__`."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, *exc_info: object) -> None:
        raise OSError("database")


def reserve_broken(host: str) -> str:
    """Leave a `with` whose `__exit__` raises.

    Examples:
        The exception of `__exit__` reaches the caller, and that of the body
        is its `__context__`:

        >>> try:
        ...     reserve_broken("")
        ... except OSError as error:
        ...     print(repr(error), "context:", repr(error.__context__))
        OSError('database') context: LookupError('no host')

        If the body returned a value, that value is lost:

        >>> reserve_broken("compute-1")
        Traceback (most recent call last):
            ...
        OSError: database
    """
    with BrokenReservation():
        if not host:
            raise LookupError("no host")
        return host
