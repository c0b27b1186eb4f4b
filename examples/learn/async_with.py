"""`async with`: the same order, with an enter and an exit that are awaited.

`Connection` is a class with `__aenter__` and `__aexit__`; `transaction` is a
generator. The helper needs neither: its body may await in a plain `with`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from oslo_utils import excutils


class Connection:
    """A connection that waits while it is opened and closed.

    Examples:
        >>> async def count(fail: bool) -> None:
        ...     async with Connection():
        ...         print("body")
        ...         if fail:
        ...             raise LookupError("no such table")
        >>> asyncio.run(count(fail=False))
        connected
        body
        disconnected None

        `__aexit__` receives an exception of the body as `__exit__` does:

        >>> try:
        ...     asyncio.run(count(fail=True))
        ... except LookupError as error:
        ...     print("caller:", repr(error))
        connected
        body
        disconnected <class 'LookupError'>
        caller: LookupError('no such table')
    """

    async def __aenter__(self) -> None:
        await asyncio.sleep(0)
        print("connected")

    async def __aexit__(self, exc_type: object, *rest: object) -> None:
        await asyncio.sleep(0)
        print("disconnected", exc_type)


async def release_ports() -> None:
    """Re-raise in a coroutine: a plain `with`, and `await` in its body.

    Examples:
        The body awaits, and the exception is re-raised:

        >>> try:
        ...     asyncio.run(release_ports())
        ... except ConnectionError as error:
        ...     print("caller:", repr(error))
        cleanup awaited
        caller: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            await asyncio.sleep(0)
            print("cleanup awaited")


async def wrong_release(manager: Any) -> None:
    """Use `async with` on a context manager of either kind.

    Examples:
        The helper has no `__aenter__`, so the body doesn't run:

        >>> helper = excutils.save_and_reraise_exception()
        >>> try:
        ...     asyncio.run(wrong_release(helper))
        ... except TypeError as error:
        ...     print(type(error).__name__)
        TypeError

        `Connection` has both methods:

        >>> asyncio.run(wrong_release(Connection()))
        connected
        body
        disconnected None
    """
    async with manager:
        print("body")


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Commit or roll back: the generator form.

    Examples:
        >>> async def write(fail: bool) -> None:
        ...     async with transaction():
        ...         if fail:
        ...             raise ValueError("too long")
        >>> asyncio.run(write(fail=False))
        commit
        >>> try:
        ...     asyncio.run(write(fail=True))
        ... except ValueError as error:
        ...     print("caller:", repr(error))
        roll back
        caller: ValueError('too long')
    """
    try:
        yield
    except BaseException:
        print("roll back")
        raise
    print("commit")
