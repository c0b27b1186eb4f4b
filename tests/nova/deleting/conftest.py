"""Patches of one test."""

from collections.abc import Iterator
from contextlib import ExitStack
from unittest import mock

import pytest

from tests.nova.deleting.compute import Patch


@pytest.fixture
def patch() -> Iterator[Patch]:
    """Patch attributes, for one test."""
    with ExitStack() as stack:
        yield lambda owner, name, new=mock.DEFAULT: stack.enter_context(
            mock.patch.object(owner, name, new)
        )
