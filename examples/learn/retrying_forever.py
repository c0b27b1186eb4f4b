"""`forever_retry_uncaught_exceptions`, and what it writes to the log.

The decorated function is called again until it returns. Look at the time in
front of each log line: it shows which failures are logged, and which are not.
Time is simulated, and a log line keeps the exception of its traceback only.
"""

import logging
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from oslo_utils import excutils, timeutils


class Broker:
    """Fail with each error in turn, then deliver."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = list(errors)

    def receive(self) -> str:
        if self.errors:
            raise self.errors.pop(0)
        return "a message"


@excutils.forever_retry_uncaught_exceptions
def consume(broker: Broker) -> str:
    """Receive one message, whatever it takes.

    Examples:
        Each failure is followed by a second of sleep.
        What the function returns ends it:

        >>> watch(consume, ConnectionError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          1 s returned: 'a message'

        A failure with the same message is logged when more than 60 seconds
        have gone by, and the line counts those since the last one:

        >>> watch(consume, *[ConnectionError("down")] * 150)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
         61 s ERROR:oslo_utils.excutils:Unexpected exception occurred 61 time(s)... retrying.
              ConnectionError('down')
        122 s ERROR:oslo_utils.excutils:Unexpected exception occurred 61 time(s)... retrying.
              ConnectionError('down')
        150 s returned: 'a message'

        The message is compared, and not the type.
        The `ValueError` is in no line:

        >>> watch(consume, ConnectionError("down"), ValueError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          2 s returned: 'a message'

        A new message is logged at once, and takes the count back to one.
        The failures at 1 and 2 seconds are in no line's count:

        >>> down = [ConnectionError("down")] * 3
        >>> watch(consume, *down, ConnectionError("refused"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          3 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('refused')
          4 s returned: 'a message'

        The log message also starts the 60 seconds anew.
        Here the next one comes 61 seconds after the new message, not
        after the first:

        >>> refused = [ConnectionError("refused")] * 70
        >>> watch(consume, ConnectionError("down"), *refused)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          1 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('refused')
         62 s ERROR:oslo_utils.excutils:Unexpected exception occurred 61 time(s)... retrying.
              ConnectionError('refused')
         71 s returned: 'a message'

        What is no `Exception` gets out, unlogged:

        >>> watch(consume, SystemExit("drained"))
          0 s came out: SystemExit('drained'), context None
        >>> watch(consume, GeneratorExit())
          0 s came out: GeneratorExit(), context None

        Ctrl-C ends the sleep as well.
        The failure is then its context:

        >>> watch(consume, *[OSError("down")] * 9, ctrl_c_at=3)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              OSError('down')
          3 s came out: KeyboardInterrupt(), context OSError('down')
    """
    return broker.receive()


@excutils.forever_retry_uncaught_exceptions(
    retry_delay=5,
    same_log_delay=20,
)
def consume_slowly(broker: Broker) -> str:
    """Sleep five seconds, and log the same message after twenty.

    Examples:
        >>> watch(consume_slowly, *[ConnectionError("down")] * 7)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
         25 s ERROR:oslo_utils.excutils:Unexpected exception occurred 5 time(s)... retrying.
              ConnectionError('down')
         35 s returned: 'a message'
    """
    return broker.receive()


@excutils.forever_retry_uncaught_exceptions
def messages(broker: Broker) -> Iterator[str]:
    """Decorate a generator function, which protects nothing.

    Examples:
        The call returns the generator, and that is a success.
        The error comes later, out of reach:

        >>> generator = messages(Broker(ConnectionError("down")))
        >>> next(generator)
        Traceback (most recent call last):
            ...
        ConnectionError: down
    """
    yield broker.receive()


@excutils.forever_retry_uncaught_exceptions
async def consume_async(broker: Broker) -> str:
    """Decorate a coroutine function, which protects nothing.

    Examples:
        The call returns the coroutine, which `await` then runs:

        >>> import asyncio
        >>> asyncio.run(consume_async(Broker(ConnectionError("down"))))
        Traceback (most recent call last):
            ...
        ConnectionError: down
    """
    return broker.receive()


def decorate(*positional: object, **keywords: object) -> Any:
    """Call the decorator as its annotations do not allow.

    Examples:
        Negative delays count as zero, so these three take no time:

        >>> eager = decorate(retry_delay=-1)(Broker.receive)
        >>> watch(eager, *[ConnectionError("down")] * 3)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          0 s returned: 'a message'

        With a `same_log_delay` below zero, each failure is logged:

        >>> chatty = decorate(same_log_delay=-1)(Broker.receive)
        >>> watch(chatty, *[ConnectionError("down")] * 2)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          1 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          2 s returned: 'a message'

        A keyword that it does not know is ignored, and the delay is the
        default, one second:

        >>> typo = decorate(delay=30)(Broker.receive)
        >>> watch(typo, ConnectionError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          1 s returned: 'a message'

        One positional argument is taken for the function.
        With `@...(30)` over a function, 30 is called again and again, and
        the import of the module does not end:

        >>> watch(decorate(30), ctrl_c_at=100)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              TypeError("'int' object is not callable")
         61 s ERROR:oslo_utils.excutils:Unexpected exception occurred 61 time(s)... retrying.
              TypeError("'int' object is not callable")
        100 s came out: KeyboardInterrupt(), context TypeError("'int' object is not callable")

        Two are ignored:

        >>> watch(decorate(30, 60)(Broker.receive), OSError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              OSError('down')
          1 s returned: 'a message'

        So is a function that stands beside a keyword.
        The result is a decorator, which wants a function:

        >>> half = decorate(Broker.receive, retry_delay=5)
        >>> watch(half(Broker.receive), OSError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              OSError('down')
          5 s returned: 'a message'
    """
    retry: Any = excutils.forever_retry_uncaught_exceptions
    return retry(*positional, **keywords)


class Clock(logging.Formatter):
    """Time that passes in `sleep` only, shown on each log line."""

    def __init__(self, ctrl_c_at: float) -> None:
        super().__init__(logging.BASIC_FORMAT)
        self.seconds = 0.0
        self.ctrl_c_at = ctrl_c_at

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        if self.seconds >= self.ctrl_c_at:
            raise KeyboardInterrupt

    def format(self, record: logging.LogRecord) -> str:
        return f"{self.seconds:3g} s {super().format(record)}"

    def formatException(self, exc_info: Any) -> str:
        return f"      {exc_info[1]!r}"


def watch(
    function: Callable[[Broker], str],
    *errors: BaseException,
    ctrl_c_at: float = 1000,
) -> None:
    """Call a function under simulated time, and print how it ends.

    Examples:
        >>> watch(Broker.receive)
          0 s returned: 'a message'
    """
    clock = Clock(ctrl_c_at)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(clock)
    logging.basicConfig(handlers=[handler], force=True)
    with (
        mock.patch.object(time, "sleep", clock.sleep),
        mock.patch.object(timeutils, "now", clock.now),
        warnings.catch_warnings(),
    ):
        # The decorator calls what oslo.utils itself deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            how = f"returned: {function(Broker(*errors))!r}"
        except BaseException as error:
            how = f"came out: {error!r}, context {error.__context__!r}"
    print(f"{clock.seconds:3g} s {how}")
