"""Where the page says that one exception object is raised several times."""

import traceback
from collections.abc import Callable
from concurrent.futures import Future
from unittest import mock

import pytest


def _entries(call: Callable[[], object]) -> list[int]:
    found = []
    for _ in range(3):
        with pytest.raises(ConnectionError) as caught:
            call()
        rows = traceback.extract_tb(caught.value.__traceback__)
        found.append(len(rows))
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
