"""What an exception remembers of others: `__context__` and `__cause__`.

`boot` fails because placing an instance fails, and reports that in four ways.
Look at the three attributes: they decide what a traceback prints in front.
"""


def boot(how: str) -> None:
    """Translate an error, or add to it.

    Examples:
        Raised inside a handler, the new exception remembers the active one
        by itself, as `__context__`:

        >>> describe("new")
        RuntimeError('boot failed')
          __context__: LookupError('no host')
          __cause__: None
          context is printed: True

        `from error` says that it is the reason:

        >>> describe("from error")
        RuntimeError('boot failed')
          __context__: LookupError('no host')
          __cause__: LookupError('no host')
          context is printed: False

        `from None` hides it from the traceback; it is still there:

        >>> describe("from None")
        RuntimeError('boot failed')
          __context__: LookupError('no host')
          __cause__: None
          context is printed: False

        Nothing new needs to be raised to add information:

        >>> describe("note")
        LookupError('no host')
          __context__: None
          __cause__: None
          context is printed: True
          note: while booting vm-1
    """
    try:
        raise LookupError("no host")
    except LookupError as error:
        if how == "from error":
            raise RuntimeError("boot failed") from error
        if how == "from None":
            raise RuntimeError("boot failed") from None
        if how == "note":
            error.add_note("while booting vm-1")
            raise
        raise RuntimeError("boot failed")


def release() -> None:
    """Hide a detail of the cleanup, and the original exception with it.

    Examples:
        A printed traceback ends where `from None` was written:

        >>> import traceback
        >>> try:
        ...     release()
        ... except OSError as error:
        ...     text = "".join(traceback.format_exception(error))
        ...     print("printed:", "Neutron is down" in text)
        ...     print("still there:", repr(first_of_all(error)))
        printed: False
        still there: ConnectionError('Neutron is down')
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
        `KeyError('eth0')` was its context, and isn't any more:

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


def describe(how: str) -> None:
    """Print what came out of `boot`, and what it remembers.

    Examples:
        >>> describe("new")
        RuntimeError('boot failed')
          __context__: LookupError('no host')
          __cause__: None
          context is printed: True
    """
    try:
        boot(how)
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
        ...     boot("from error")
        ... except RuntimeError as error:
        ...     first_of_all(error)
        LookupError('no host')

        An explicit cause is taken before the context:

        >>> failure = RuntimeError("boot failed")
        >>> failure.__context__ = TimeoutError("seen on the way")
        >>> failure.__cause__ = LookupError("no host")
        >>> first_of_all(failure)
        LookupError('no host')
    """
    while earlier := error.__cause__ or error.__context__:
        error = earlier
    return error
