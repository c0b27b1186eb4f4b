"""What an exception remembers of others: `__context__` and `__cause__`.

Booting fails because no host is found. Four functions report that in four
ways, and `describe` prints the attributes that a traceback depends on.
"""

from collections.abc import Callable


def boot() -> None:
    """Raise another exception in the handler.

    Examples:
        >>> describe(boot)
        RuntimeError('boot failed')
          __context__: LookupError('no host')
          __cause__: None
          context is printed: True
    """
    try:
        raise LookupError("no host")
    except LookupError:
        raise RuntimeError("boot failed")


def boot_from() -> None:
    """Name the cause.

    Examples:
        >>> describe(boot_from)
        RuntimeError('boot failed')
          __context__: LookupError('no host')
          __cause__: LookupError('no host')
          context is printed: False
    """
    try:
        raise LookupError("no host")
    except LookupError as error:
        raise RuntimeError("boot failed") from error


def boot_from_none() -> None:
    """Hide the original exception from the traceback.

    Examples:
        >>> describe(boot_from_none)
        RuntimeError('boot failed')
          __context__: LookupError('no host')
          __cause__: None
          context is printed: False
    """
    try:
        raise LookupError("no host")
    except LookupError:
        raise RuntimeError("boot failed") from None


def boot_with_note() -> None:
    """Add a fact to the original exception.

    Examples:
        >>> describe(boot_with_note)
        LookupError('no host')
          __context__: None
          __cause__: None
          context is printed: True
          note: while booting vm-1
    """
    try:
        raise LookupError("no host")
    except LookupError as error:
        error.add_note("while booting vm-1")
        raise


def release() -> None:
    """Hide a detail of the cleanup, and the original exception with it.

    Examples:
        "Neutron is down" is in the chain, but not in the printed traceback:

        >>> import traceback
        >>> try:
        ...     release()
        ... except OSError as error:
        ...     text = "".join(traceback.format_exception(error))
        ...     print("printed:", "Neutron is down" in text)
        ...     print("in the chain:", repr(first_of_all(error)))
        printed: False
        in the chain: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        try:
            raise KeyError("port")
        except KeyError:
            raise OSError("no such port") from None


def raise_kept() -> None:
    """Raise a kept exception again, in the handler of another one.

    Examples:
        Its context was `KeyError('eth0')`, and is the `TimeoutError` now:

        >>> try:
        ...     raise_kept()
        ... except LookupError as error:
        ...     print(repr(error), "context:", repr(error.__context__))
        ...     print("first of all:", repr(first_of_all(error)))
        LookupError('no port') context: TimeoutError('no answer')
        first of all: TimeoutError('no answer')
    """
    try:
        try:
            raise KeyError("eth0")
        except KeyError:
            raise LookupError("no port")
    except LookupError as error:
        kept = error
    try:
        raise TimeoutError("no answer")
    except TimeoutError:
        raise kept


def describe(function: Callable[[], None]) -> None:
    """Print the exception of a function, and what it remembers.

    Examples:
        >>> describe(boot)
        RuntimeError('boot failed')
          __context__: LookupError('no host')
          __cause__: None
          context is printed: True
    """
    try:
        function()
    except (LookupError, RuntimeError) as error:
        print(repr(error))
        print("  __context__:", repr(error.__context__))
        print("  __cause__:", repr(error.__cause__))
        print("  context is printed:", not error.__suppress_context__)
        for note in getattr(error, "__notes__", []):
            print("  note:", note)


def first_of_all(error: BaseException) -> BaseException:
    """Follow the chain to the exception that began it.

    Examples:
        >>> try:
        ...     boot_from()
        ... except RuntimeError as error:
        ...     first_of_all(error)
        LookupError('no host')

        The cause is preferred to the context, as in a traceback:

        >>> failure = RuntimeError("boot failed")
        >>> failure.__context__ = TimeoutError("unrelated")
        >>> failure.__cause__ = LookupError("no host")
        >>> first_of_all(failure)
        LookupError('no host')
    """
    while earlier := error.__cause__ or error.__context__:
        error = earlier
    return error
