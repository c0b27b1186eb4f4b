"""Send the line "Original exception being dropped" where you read it.

A logger of your own, an adapter that names the request, a filter that finds
the line under any name. Look at the logger that is passed and not used: it is
an empty list.
"""

import logging
from collections.abc import MutableMapping
from logging.config import dictConfig
from typing import Any

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


class RequestLogger(logging.LoggerAdapter[logging.Logger]):
    """Put the request's id in front of every message."""

    def process(
        self, msg: Any, kwargs: MutableMapping[str, Any]
    ) -> tuple[str, MutableMapping[str, Any]]:
        request = (self.extra or {})["request"]
        return f"[{request}] {msg}", kwargs


class Lines(list[str]):
    """Collect messages, as a test double may."""

    def error(self, message: str, *_: object) -> None:
        self.append(message)


class Dropped(logging.Filter):
    """Let nothing through but the line of the helper.

    Examples:
        >>> line = {"msg": "Original exception being dropped: %s"}
        >>> Dropped().filter(logging.makeLogRecord(line))
        True
        >>> Dropped().filter(logging.makeLogRecord({"msg": "deleted"}))
        False
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return "Original exception being dropped" in str(record.msg)


CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"dropped": {"()": Dropped}},
    "formatters": {"alert": {"format": "alert: {name}", "style": "{"}},
    "handlers": {
        "alert": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "filters": ["dropped"],
            "formatter": "alert",
        }
    },
    "root": {"handlers": ["alert"]},
}


def release(logger: Any = None) -> None:
    """Fail, then fail in the cleanup; the helper writes its line.

    Examples:
        >>> import sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(name)s: %(msg)s")
        >>> release()
        oslo_utils.excutils: Original exception being dropped: %s
        >>> release(LOG)
        nova.compute.manager: Original exception being dropped: %s

        An adapter adds what it knows of the request:

        >>> release(RequestLogger(LOG, {"request": "req-7"}))
        nova.compute.manager: [req-7] Original exception being dropped: %s

        A logger that is false is not used, and the library's own is.
        An empty list is false:

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
    try:
        try:
            raise ConnectionError("Neutron is down")
        except ConnectionError:
            with excutils.save_and_reraise_exception(logger=logger):
                raise OSError("the database is down")
    except OSError:
        pass


def configure() -> None:
    """Send the line to a handler of its own, whichever its logger.

    Examples:
        >>> configure()
        >>> release()
        alert: oslo_utils.excutils
        >>> release(LOG)
        alert: nova.compute.manager

        Up to oslo.utils 9.2.0 the line came from the root logger, as this
        one does.
        Other lines pass by:

        >>> logging.error("Original exception being dropped: %s", [])
        alert: root
        >>> LOG.error("another line")
    """
    dictConfig(CONFIG)
