"""A message bus in memory."""

import warnings
from collections.abc import Iterator

import pytest

from tests.nova.conftest import Nova, imported
from tests.nova.over_rpc.wire import Wire


@pytest.fixture
def wire(nova: Nova, caplog: pytest.LogCaptureFixture) -> Iterator[Wire]:
    """Nova's transport, on kombu's in-memory broker."""
    rpc = imported("nova.rpc")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        transport = rpc.create_transport(
            rpc.get_transport_url("kombu+memory://localhost/")
        )
        try:
            with caplog.at_level("DEBUG"):
                yield Wire(nova, caplog, imported("oslo_messaging"), transport)
        finally:
            transport.cleanup()
