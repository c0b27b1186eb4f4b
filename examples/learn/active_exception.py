"""The active exception: the one that is being handled.

It is what a bare `raise` raises and what `save_and_reraise_exception()` saves.
Follow it with `sys.exception()`: when it begins, who sees it, when it ends.
"""

import sys
import traceback


def seen_from_here() -> str:
    """Name the active exception; the caller's handler counts.

    Examples:
        Where nothing is being handled there is none:

        >>> seen_from_here()
        'None'

        A function called from a handler sees the exception of that handler:

        >>> try:
        ...     raise LookupError("no host")
        ... except LookupError:
        ...     seen_from_here()
        "LookupError('no host')"

        A task that a handler starts doesn't, and nor does a thread:

        >>> import asyncio
        >>> async def clean_up() -> str:
        ...     return seen_from_here()
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

        `sys.exc_info()` gives the same as three values:

        >>> try:
        ...     raise LookupError("no host")
        ... except LookupError:
        ...     print(sys.exc_info()[1] is sys.exception())
        True
    """
    return repr(sys.exception())


def life() -> None:
    """Print the active exception at five moments.

    Examples:
        A handler inside a handler puts its own exception in front; when it
        ends, the outer one is active again, and at the end there is none:

        >>> life()
        before: None
        in the handler: ConnectionError('Neutron is down')
        in a handler inside it: TimeoutError('lock')
        after that one: ConnectionError('Neutron is down')
        after the handler: None
    """
    print("before:", seen_from_here())
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        print("in the handler:", seen_from_here())
        try:
            raise TimeoutError("lock")
        except TimeoutError:
            print("in a handler inside it:", seen_from_here())
        print("after that one:", seen_from_here())
    print("after the handler:", seen_from_here())


def bare() -> None:
    """Raise the active exception again.

    Examples:
        Outside a handler there is nothing to raise:

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
    """Fail, and raise again in one of three ways.

    Examples:
        All raise the same object.
        `raise error` adds an entry to the traceback, bare `raise` does not:

        >>> entries("bare raise")
        ['entries', 'find_host']
        >>> entries("raise error")
        ['entries', 'find_host', 'find_host']

        In a function that the handler calls, the call is the entry:

        >>> entries("bare raise in a function")
        ['entries', 'find_host', 'find_host']
    """
    try:
        raise LookupError("no host")
    except LookupError as error:
        if how == "raise error":
            raise error
        if how == "bare raise in a function":
            bare()
        raise


def entries(how: str) -> list[str]:
    """Name the functions in the traceback, the oldest call first.

    Examples:
        The last entry is where the exception was first raised:

        >>> entries("bare raise")[-1]
        'find_host'
    """
    try:
        find_host(how)
    except LookupError as error:
        stack = traceback.extract_tb(error.__traceback__)
        return [entry.name for entry in stack]
    return []


def keep() -> dict[str, object]:
    """Keep the exception longer than its handler.

    Examples:
        Python deletes the name that `except ... as` bound when the handler
        ends, so another name must hold it:

        >>> keep()
        {'kept': LookupError('no host')}
    """
    try:
        raise LookupError("no host")
    except LookupError as error:
        kept = error
    return locals()
