"""The active exception: the one that is being handled.

It is what a bare `raise` raises and what `save_and_reraise_exception()` saves.
`sys.exception()` returns it.
"""

import sys
import traceback


def handle() -> None:
    """Print the active exception before, in and after a handler.

    Examples:
        Of these three places, only the handler has an active exception:

        >>> handle()
        before: None
        in the handler: ConnectionError('Neutron is down')
        after: None
    """
    print("before:", active())
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        print("in the handler:", active())
    print("after:", active())


def active() -> str:
    """Name the active exception.

    Examples:
        Outside a handler there is none:

        >>> active()
        'None'

        In a function that a handler calls, there is one:

        >>> try:
        ...     raise LookupError("no host")
        ... except LookupError:
        ...     active()
        "LookupError('no host')"

        In a coroutine that the handler awaits, there is one; in a task that
        it starts, there is none:

        >>> import asyncio
        >>> async def clean_up() -> str:
        ...     return active()
        >>> async def main() -> None:
        ...     try:
        ...         raise LookupError("no host")
        ...     except LookupError:
        ...         print("called:", await clean_up())
        ...         task = asyncio.create_task(clean_up())
        ...         print("started:", await task)
        >>> asyncio.run(main())
        called: LookupError('no host')
        started: None
    """
    return repr(sys.exception())


def handle_twice() -> None:
    """Handle another exception inside a handler.

    Examples:
        The inner handler hides the outer exception until it ends:

        >>> handle_twice()
        outer: ConnectionError('Neutron is down')
        inner: TimeoutError('lock')
        outer again: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        print("outer:", active())
        try:
            raise TimeoutError("lock")
        except TimeoutError:
            print("inner:", active())
        print("outer again:", active())


def bare() -> None:
    """Raise the active exception again.

    Examples:
        Outside a handler there is nothing to re-raise:

        >>> bare()
        Traceback (most recent call last):
            ...
        RuntimeError: No active exception to reraise

        In a function that a handler calls, there is:

        >>> try:
        ...     raise LookupError("no host")
        ... except LookupError:
        ...     bare()
        Traceback (most recent call last):
            ...
        LookupError: no host
    """
    raise


def find_host(how: str) -> None:
    """Fail, and re-raise in one of three ways.

    Examples:
        `find_host` is in the second traceback twice:

        >>> entries("raise")
        ['entries', 'find_host']
        >>> entries("raise error")
        ['entries', 'find_host', 'find_host']

        If a function that the handler calls has the bare `raise`, the call
        adds an entry:

        >>> entries("bare()")
        ['entries', 'find_host', 'find_host']
    """
    try:
        raise LookupError("no host")
    except LookupError as error:
        if how == "raise error":
            raise error
        if how == "bare()":
            bare()
        raise


def keep() -> dict[str, object]:
    """Keep the exception longer than its handler.

    Examples:
        Of the two names, only `kept` is left:

        >>> keep()
        {'kept': LookupError('no host')}
    """
    try:
        raise LookupError("no host")
    except LookupError as error:
        kept = error
    return locals()


def entries(how: str) -> list[str]:
    """Name the functions in the traceback, the oldest call first.

    Examples:
        The last entry is where the exception was first raised:

        >>> entries("raise")[-1]
        'find_host'
    """
    try:
        find_host(how)
    except LookupError as error:
        stack = traceback.extract_tb(error.__traceback__)
        return [entry.name for entry in stack]
    return []
