"""Log the message "Original exception being dropped" where you read it.

A logger of your own, an adapter that names the request, and a filter that finds
the message under any logger's name.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


def release(logger: Any = None) -> None:
    """Fail, then fail in the cleanup; the helper logs its message.

    Examples:
        The row begins with the name of the logger:

        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(name)s: %(msg)s")
        >>> release()
        oslo_utils.excutils: Original exception being dropped: %s
        >>> release(LOG)
        nova.compute.manager: Original exception being dropped: %s
    """
    try:
        try:
            raise ConnectionError("Neutron is down")
        except ConnectionError:
            with excutils.save_and_reraise_exception(logger=logger):
                raise OSError("the database is down")
    except OSError:
        pass


class RequestLogger(logging.LoggerAdapter[logging.Logger]):
    """Add the request's id to every message, as a prefix.

    Examples:
        The helper logs with the adapter:

        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(name)s: %(msg)s")
        >>> release(RequestLogger(LOG, {"request": "req-7"}))
        nova.compute.manager: [req-7] Original exception being dropped: %s
    """

    def process(
        self, msg: Any, kwargs: MutableMapping[str, Any]
    ) -> tuple[str, MutableMapping[str, Any]]:
        request = (self.extra or {})["request"]
        return f"[{request}] {msg}", kwargs


class Dropped(logging.Filter):
    """Accept only the helper's log message.

    Examples:
        >>> dropped = {"msg": "Original exception being dropped: %s"}
        >>> Dropped().filter(logging.makeLogRecord(dropped))
        True
        >>> Dropped().filter(logging.makeLogRecord({"msg": "deleted"}))
        False
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return "Original exception being dropped" in str(record.msg)


def configure() -> None:
    """Send the message to a handler of its own, whichever its logger.

    Examples:
        The handler gets the message from either logger:

        >>> configure()
        >>> release()
        alert: oslo_utils.excutils
        >>> release(LOG)
        alert: nova.compute.manager

        It also gets the message that the root logger logs up to
        oslo.utils 9.2.0, and no other message:

        >>> logging.error("Original exception being dropped: %s", [])
        alert: root
        >>> LOG.error("another message")
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("alert: %(name)s"))
    handler.addFilter(Dropped())
    logging.basicConfig(handlers=[handler], force=True)


class Lines(list[str]):
    """Collect messages, as a test double does.

    Examples:
        An empty list is falsy, so the library's logger is used:

        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(name)s: %(msg)s")
        >>> lines = Lines()
        >>> release(lines)
        oslo_utils.excutils: Original exception being dropped: %s
        >>> lines
        []
        >>> lines.append("no longer empty")
        >>> release(lines)
        >>> lines
        ['no longer empty', 'Original exception being dropped: %s']
    """

    def error(self, message: str, *_: object) -> None:
        self.append(message)
