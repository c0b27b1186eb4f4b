"""Coroutines."""

import asyncio
from typing import Any

from oslo_utils.excutils import save_and_reraise_exception

from .cases import FIRST_DROPPED, First, Second, case, run_coroutine


@case("`await` in the body", "raised First('release')", entries=3)
def await_in_body() -> None:
    async def release() -> None:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                await asyncio.sleep(0)

    run_coroutine(release)


@case(
    "another task raises and handles while the body waits",
    "raised First('release')",
    entries=3,
)
def other_task_while_waiting() -> None:
    async def other() -> None:
        try:
            raise Second("other")
        except Second:
            await asyncio.sleep(0)

    async def release() -> None:
        task = asyncio.create_task(other())
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                await task

    run_coroutine(release)


@case(
    "a task that the body waits for fails",
    "raised Second('cleanup')",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def task_fails() -> None:
    async def clean_up() -> None:
        raise Second("cleanup")

    async def release() -> None:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                await asyncio.create_task(clean_up())

    run_coroutine(release)


@case(
    "the task is cancelled while the body waits",
    "returned \"CancelledError() from First('release')\"",
    log=[FIRST_DROPPED],
)
def cancelled_in_body() -> str:
    async def release() -> None:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                await asyncio.sleep(3600)

    async def main() -> str:
        task = asyncio.create_task(release())
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            inner: BaseException = error
            while not isinstance(inner.__context__, First):
                assert inner.__context__
                inner = inner.__context__
            return f"{inner!r} from {inner.__context__!r}"
        return "not cancelled"

    return str(run_coroutine(main))


@case(
    "the body times out: the timeout replaces the original exception",
    "raised TimeoutError()",
    context="CancelledError()",
    cause="CancelledError()",
    log=[FIRST_DROPPED],
)
def timeout_around() -> None:
    async def release() -> None:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                await asyncio.sleep(3600)

    async def main() -> None:
        async with asyncio.timeout(0):
            await release()

    run_coroutine(main)


@case(
    "used with `async with`",
    "raised TypeError(\"'save_and_reraise_exception' object does not "
    'support the asynchronous context manager protocol")',
    context="First('release')",
)
def async_with() -> None:
    async def release() -> None:
        try:
            raise First("release")
        except First:
            helper: Any = save_and_reraise_exception()
            async with helper:
                pass

    run_coroutine(release)
