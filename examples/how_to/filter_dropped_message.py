"""What the "dropped" log message holds, and where a filter sees it.

`delete_port` fails, and its cleanup fails as well. The helper then logs one
message, at ERROR. Its only argument is a list of strings, the traceback of the
original exception.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

Log = logging.Logger | logging.LoggerAdapter[logging.Logger]


def delete_port(logger: Log | None = None) -> None:
    r"""Fail, then fail in the cleanup; the caller gets the cleanup's error.

    Examples:
        `%s` formats the list, so `\n` appears as two characters:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:  # doctest: +ELLIPSIS
        ...     delete_port()
        ... except OSError as error:
        ...     print("raised:", error)
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback (most recent call last):\n', '  File "...filter_dropped_message.py", line 40, in delete_port\n    raise ConnectionError("Neutron is down")\n', 'ConnectionError: Neutron is down\n']
        raised: the database is down

        With `logger=` only the logger's name differs:

        >>> try:  # doctest: +ELLIPSIS
        ...     delete_port(logging.getLogger("nova.compute.manager"))
        ... except OSError:
        ...     pass
        ERROR:nova.compute.manager:Original exception being dropped: ['Traceback ...
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception(logger=logger):
            raise OSError("the database is down")


def as_traceback(record: logging.LogRecord) -> bool:
    """Join the list of a "dropped" message to a traceback.

    Examples:
        Add it to the handler:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> logging.getLogger().handlers[0].addFilter(as_traceback)
        >>> try:  # doctest: +ELLIPSIS
        ...     delete_port()
        ... except OSError:
        ...     pass
        ERROR:oslo_utils.excutils:Original exception being dropped: Traceback (most recent call last):
          File "...filter_dropped_message.py", line 40, in delete_port
            raise ConnectionError("Neutron is down")
        ConnectionError: Neutron is down

        It also finds a message that begins with an adapter's prefix:

        >>> class Request(logging.LoggerAdapter):
        ...     def process(self, msg, kwargs):
        ...         return f"[req-7] {msg}", kwargs
        >>> try:  # doctest: +ELLIPSIS
        ...     delete_port(Request(logging.getLogger("nova")))
        ... except OSError:
        ...     pass
        ERROR:nova:[req-7] Original exception being dropped: Traceback (most recent call last):
          File ...
        ConnectionError: Neutron is down
    """
    if "Original exception being dropped: %s" in str(record.msg):
        (strings,) = record.args or ([],)
        if isinstance(strings, list):
            record.args = ("".join(strings).rstrip(),)
    return True


def counted(place: logging.Filterer) -> Callable[[], int]:
    """Count the "dropped" messages that a filter sees.

    Examples:
        The handler's filter sees the message, the root logger's doesn't:

        >>> import sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True, format="%(name)s")
        >>> by_logger = counted(logging.getLogger())
        >>> by_handler = counted(logging.getLogger().handlers[0])
        >>> try:
        ...     delete_port()
        ... except OSError:
        ...     pass
        oslo_utils.excutils
        >>> by_logger(), by_handler()
        (0, 1)

        Up to oslo.utils 9.2.0 the root logger itself logged the message, so
        its filter saw it:

        >>> logging.error("Original exception being dropped: %s", [])
        root
        >>> by_logger(), by_handler()
        (1, 2)
    """
    seen = []

    def see(record: logging.LogRecord) -> bool:
        if "Original exception being dropped" in str(record.msg):
            seen.append(record)
        return True

    place.addFilter(see)
    return lambda: len(seen)


def hide(record: logging.LogRecord) -> bool:
    """Reject the "dropped" message.

    Examples:
        Other messages are still logged:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> logging.getLogger().handlers[0].addFilter(hide)
        >>> try:
        ...     delete_port()
        ... except OSError:
        ...     logging.error("port not deleted")
        ERROR:root:port not deleted
    """
    return "Original exception being dropped" not in str(record.msg)
