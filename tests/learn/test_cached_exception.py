"""Where the page says that one exception object is raised several times."""

import asyncio
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future
from unittest import mock

import pytest

from examples.learn.cached_exception import Cached


def _names(error: BaseException) -> list[str]:
    return [row.name for row in traceback.extract_tb(error.__traceback__)]


def _entries(call: Callable[[], object]) -> list[int]:
    found = []
    for _ in range(3):
        with pytest.raises(ConnectionError) as caught:
            call()
        found.append(len(_names(caught.value)))
    return found


def test_a_mock_and_a_future_raise_one_object() -> None:
    """Its traceback grows by the same number of entries at each call."""
    future: Future[None] = Future()
    future.set_exception(ConnectionError("Neutron is down"))
    called = mock.Mock(side_effect=ConnectionError("Neutron is down"))
    for call in future.result, called:
        first, second, third = _entries(call)
        assert first > 0
        assert (second, third) == (2 * first, 3 * first)


def test_a_task_loses_the_first_failure_and_does_not_grow() -> None:
    """A task gives its exception its traceback once, then none."""

    async def work() -> None:
        raise ConnectionError("Neutron is down")

    async def asked() -> list[list[str]]:
        task = asyncio.create_task(work())
        await asyncio.wait([task])
        found = []
        for how in "result", "result", "await":
            with pytest.raises(ConnectionError) as caught:
                await task if how == "await" else task.result()
            found.append(_names(caught.value))
        return found

    first, second, third = asyncio.run(asked())
    assert first == ["asked", "work"]
    assert second == third == ["asked"]


def test_with_traceback_changes_what_another_thread_handles() -> None:
    """The object has one traceback, whoever handles it."""
    cached = Cached(ConnectionError("Neutron is down"))
    handling, raised = threading.Event(), threading.Event()
    found: list[list[str]] = []

    def slow_caller() -> None:
        try:
            cached.get_afresh()
        except ConnectionError as error:
            found.append(_names(error))
            handling.set()
            raised.wait(10)
            found.append(_names(error))

    def other_caller() -> None:
        handling.wait(10)
        with pytest.raises(ConnectionError):
            cached.get_afresh()
        raised.set()

    threads = [threading.Thread(target=slow_caller)]
    threads.append(threading.Thread(target=other_caller))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == [
        ["slow_caller", "get_afresh"],
        ["other_caller", "get_afresh"],
    ]
