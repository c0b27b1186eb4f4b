"""`async with`: the same order, with an enter and an exit that may wait.

`Connection` is a class with `__aenter__` and `__aexit__`; `transaction` is a
generator. Look at what happens when the wrong kind of `with` is used.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from oslo_utils import excutils


class Connection:
    """A connection that is opened and closed by waiting."""

    async def __aenter__(self) -> str:
        await asyncio.sleep(0)
        print("connected")
        return "cursor"

    async def __aexit__(self, exc_type: object, *rest: object) -> None:
        await asyncio.sleep(0)
        print("disconnected", exc_type)


async def count_instances(fail: bool = False) -> int:
    """Use a connection.

    Examples:
        >>> asyncio.run(count_instances())
        connected
        body: cursor
        disconnected None
        3

        An exception reaches `__aexit__` as it reaches `__exit__`:

        >>> try:
        ...     asyncio.run(count_instances(fail=True))
        ... except LookupError as error:
        ...     print("the caller gets:", error)
        connected
        disconnected <class 'LookupError'>
        the caller gets: no such table
    """
    async with Connection() as cursor:
        if fail:
            raise LookupError("no such table")
        print("body:", cursor)
        return 3


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Commit or roll back: the generator form.

    Examples:
        >>> async def write(fail: bool) -> None:
        ...     async with transaction():
        ...         print("body")
        ...         if fail:
        ...             raise ValueError("too long")
        >>> asyncio.run(write(fail=False))
        body
        commit
        >>> try:
        ...     asyncio.run(write(fail=True))
        ... except ValueError as error:
        ...     print("the caller gets:", error)
        body
        roll back
        the caller gets: too long
    """
    try:
        yield
    except BaseException:
        print("roll back")
        raise
    print("commit")


async def release_ports() -> None:
    """Re-raise in a coroutine: a plain `with`, and `await` in its body.

    Examples:
        The helper has no `__aenter__`.
        It does not need one: its body may wait all the same.

        >>> try:
        ...     asyncio.run(release_ports())
        ... except ConnectionError as error:
        ...     print("the caller gets:", error)
        cleanup waited
        the caller gets: Neutron is down
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            await asyncio.sleep(0)
            print("cleanup waited")


async def wrong_kind(manager: Any) -> str:
    """Use `async with` on a manager and say whether that works.

    Examples:
        >>> asyncio.run(wrong_kind(Connection()))
        connected
        disconnected None
        'works'

        Since Python 3.11 the type is `TypeError`; before, it was
        `AttributeError`. It is raised before the body runs:

        >>> helper = excutils.save_and_reraise_exception()
        >>> asyncio.run(wrong_kind(helper))
        'TypeError'
    """
    try:
        async with manager:
            pass
    except TypeError as error:
        return type(error).__name__
    return "works"
