"""Log an exception that propagates once, with the facts that it needs.

`handle` calls a function, logs its exception, and returns a response.
`show_records` prints each log message, and whether it has a traceback.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


def plug(port: str) -> None:
    """Fail, as a driver may.

    Examples:
        >>> plug("eth0")
        Traceback (most recent call last):
            ...
        ConnectionError: no agent on this host
    """
    raise ConnectionError("no agent on this host")


def bind_with_note(port: str) -> None:
    """Add what only this function knows, and let the exception propagate.

    Examples:
        There is one message, and the note is part of its traceback:

        >>> show_records()
        >>> handle(lambda: bind_with_note("eth0"))
        Exception during message handling, with traceback
        'failed: no agent on this host; while binding port eth0'
    """
    try:
        plug(port)
    except ConnectionError as error:
        error.add_note(f"while binding port {port}")
        raise


def bind(port: str, plug: Callable[[str], None] = plug) -> None:
    """Log and re-raise.

    Examples:
        `bind` and `handle` log the same traceback. The helper logs nothing:

        >>> show_records()
        >>> handle(lambda: bind("eth0"))
        Failed to bind port eth0, with traceback
        Exception during message handling, with traceback
        'failed: no agent on this host'
    """
    try:
        plug(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            LOG.exception("Failed to bind port %s", port)


def bind_or_skip(port: str) -> bool:
    """Log the exception, because no caller can.

    Examples:
        The caller gets `False`, and the log has the reason:

        >>> show_records()
        >>> handle(lambda: bind_or_skip("eth0"))
        Port eth0 is not bound, with traceback
        False
    """
    try:
        plug(port)
    except ConnectionError:
        LOG.exception("Port %s is not bound", port)
        return False
    return True


def bind_and_clean_up(port: str, unplug: Callable[[str], None]) -> None:
    """Log first, then clean up.

    Examples:
        If the cleanup fails, all three messages contain the original
        traceback: the second in its text, not as `exc_info`, and the third
        as the context of the `OSError`:

        >>> def unplug(port: str) -> None:
        ...     raise OSError("the bridge is gone")
        >>> show_records()
        >>> handle(lambda: bind_and_clean_up("eth0", unplug))
        Failed to bind port eth0, with traceback
        Original exception being dropped, without traceback
        Exception during message handling, with traceback
        'failed: the bridge is gone'
    """
    try:
        plug(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            LOG.exception("Failed to bind port %s", port)
            unplug(port)


def bind_and_log_last(port: str, unplug: Callable[[str], None]) -> None:
    """Clean up first, and log only if that worked.

    Examples:
        >>> show_records()
        >>> handle(lambda: bind_and_log_last("eth0", lambda port: None))
        Failed to bind port eth0, with traceback
        Exception during message handling, with traceback
        'failed: no agent on this host'

        If the cleanup fails, "Failed to bind" isn't logged:

        >>> def unplug(port: str) -> None:
        ...     raise OSError("the bridge is gone")
        >>> handle(lambda: bind_and_log_last("eth0", unplug))
        Original exception being dropped, without traceback
        Exception during message handling, with traceback
        'failed: the bridge is gone'
    """
    try:
        plug(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            unplug(port)
            LOG.exception("Failed to bind port %s", port)


def handle(call: Callable[[], object]) -> object:
    """Run a request; log what fails, and return a response.

    Examples:
        >>> handle(lambda: "bound")
        'bound'
    """
    try:
        return call()
    except Exception as error:
        LOG.exception("Exception during message handling")
        notes = getattr(error, "__notes__", [])
        return f"failed: {'; '.join([str(error), *notes])}"


class Records(logging.Handler):
    """Print messages, and whether a traceback follows.

    Examples:
        >>> Records().emit(logging.makeLogRecord({"msg": "bound"}))
        bound, without traceback
    """

    def emit(self, record: logging.LogRecord) -> None:
        message, _, _ = record.getMessage().partition(": [")
        traceback = "with" if record.exc_info else "without"
        print(f"{message}, {traceback} traceback")


def show_records() -> None:
    """Send every log record to `Records` from here on.

    Examples:
        >>> show_records()
        >>> LOG.error("failed")
        failed, without traceback
    """
    logging.basicConfig(handlers=[Records()], force=True)
