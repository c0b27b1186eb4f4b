"""What the return value of `__exit__` decides.

`Reservation` returns or raises what it is given. Look at what the caller sees:
a false value lets the exception go on, a true one swallows it, and an
exception that `__exit__` raises itself takes the place of the body's.
"""

from typing import Any


class Reservation:
    """A reservation whose exit can be told how to end."""

    def __init__(self, answer: object) -> None:
        self.answer = answer

    def __enter__(self) -> None:
        print("reserve")

    def __exit__(self, *exc_info: object) -> Any:
        print("release")
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def fail(answer: object, error: BaseException) -> str:
    """Raise an error in the body, and say how the block ended.

    Examples:
        `None` is false, and a function without `return` returns it, so an
        `__exit__` that says nothing lets the exception go on:

        >>> fail(None, LookupError("no host"))
        reserve
        release
        "came out: LookupError('no host'), context None"

        A true value swallows it, and the line after the block runs:

        >>> fail(True, LookupError("no host"))
        reserve
        release
        'swallowed'

        Any true value does, not only `True`:

        >>> fail("released", LookupError("no host"))
        reserve
        release
        'swallowed'

        Whatever the exception is, Ctrl-C included:

        >>> fail(True, KeyboardInterrupt())
        reserve
        release
        'swallowed'

        `__exit__` may raise.
        Its exception goes out, with the body's as `__context__`:

        >>> fail(OSError("database"), LookupError("no host"))
        reserve
        release
        "came out: OSError('database'), context LookupError('no host')"
    """
    try:
        with Reservation(answer):
            raise error
    except Exception as out:
        return f"came out: {out!r}, context {out.__context__!r}"
    return "swallowed"


def cores(answer: object) -> int:
    """Return a number from inside the body.

    Examples:
        The return value of `__exit__` decides about exceptions only.
        A value that the body returns is left as it is:

        >>> cores(answer=True)
        reserve
        release
        8

        When `__exit__` raises, there is no return value:

        >>> try:
        ...     cores(answer=OSError("database"))
        ... except OSError as error:
        ...     print("the caller gets:", repr(error))
        reserve
        release
        the caller gets: OSError('database')
    """
    with Reservation(answer):
        return 8
