"""RPC of oslo.messaging between two parts of one process.

The transport is kombu's in-memory one, below oslo.messaging's driver for
RabbitMQ. So a reply is serialised and rebuilt by the code that Nova runs.
oslo.messaging's own in-memory transport, `fake:`, does neither: it hands the
exception object to the caller.
"""

import itertools
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.nova.conftest import Nova

# The driver says these of a broker that is in memory.
_NOISE = ("oslo.messaging._drivers.impl_rabbit", "kombu.connection")
_TOPICS = itertools.count()


@dataclass
class Wire:
    """What the tests need to send messages.

    Attributes:
        nova: The real Nova.
        caplog: Holds the log of both sides.
        messaging: `oslo_messaging`.
        transport: Made by Nova, with Nova's allowed modules.
    """

    nova: Nova
    caplog: pytest.LogCaptureFixture
    messaging: Any
    transport: Any

    @contextmanager
    def service(self, **methods: Any) -> Iterator[Any]:
        """Run a service.

        Args:
            methods: Functions by the names that messages call. Each takes a
                context, and may take keywords.

        Yields:
            A client of the service, with `call` and `cast`.
        """
        topic = f"topic-{next(_TOPICS)}"
        target = self.messaging.Target(topic=topic, server="host")
        own = {name: staticmethod(method) for name, method in methods.items()}
        server = self.messaging.get_rpc_server(
            self.transport,
            target,
            [type("Endpoint", (), own)()],
            executor="threading",
        )
        server.start()
        try:
            yield self.messaging.get_rpc_client(
                self.transport, self.messaging.Target(topic=topic), timeout=20
            )
        finally:
            server.stop()
            server.wait()

    def received(
        self, error: BaseException, timeout: float = 20
    ) -> BaseException:
        """What a call raises for an exception of the service.

        Args:
            error: What the service raises.
            timeout: How many seconds the caller waits for a reply.
        """

        def fail(_: object) -> None:
            raise error

        with self.service(fail=fail) as client:
            return caught(client.prepare(timeout=timeout))

    def logs(self) -> dict[str, list[logging.LogRecord]]:
        """Log records from INFO up, by the side that wrote them."""
        own = threading.main_thread().name
        found: dict[str, list[logging.LogRecord]] = {
            "caller": [],
            "service": [],
        }
        for record in self.caplog.records:
            if record.name not in _NOISE and record.levelno >= logging.INFO:
                side = "caller" if record.threadName == own else "service"
                found[side].append(record)
        return found


def caught(client: Any, method: str = "fail", **options: Any) -> BaseException:
    """What a call raises.

    Args:
        client: As `Wire.service` yields it.
        method: The method to call.
        options: Keywords of the method.

    Raises:
        AssertionError: It raised nothing.
    """
    try:
        client.call({}, method, **options)
    except BaseException as error:
        return error
    raise AssertionError("the call raised nothing")
