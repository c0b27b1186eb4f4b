"""`forever_retry_uncaught_exceptions`, and what it logs.

The decorated function is called again until it returns. Time is simulated: the
number before each row is the second, and of a traceback only the exception is
printed.
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
    """Raise each error in turn, then return a message."""

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
        The first call fails, and the second one returns:

        >>> watch(consume, ConnectionError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          1 s returned: 'a message'
    """
    return broker.receive()


def repeat_message() -> None:
    """Fail 150 times with one error message.

    Examples:
        The function fails 150 times, and three messages are logged:

        >>> repeat_message()
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
         61 s ERROR:oslo_utils.excutils:Unexpected exception occurred 61 time(s)... retrying.
              ConnectionError('down')
        122 s ERROR:oslo_utils.excutils:Unexpected exception occurred 61 time(s)... retrying.
              ConnectionError('down')
        150 s returned: 'a message'
    """
    watch(consume, *[ConnectionError("down")] * 150)


def change_type() -> None:
    """Fail with one error message and two types.

    Examples:
        The `ValueError` has the same message, so it isn't logged:

        >>> change_type()
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          2 s returned: 'a message'
    """
    watch(consume, ConnectionError("down"), ValueError("down"))


def change_message() -> None:
    """Fail three times with one error message, then with another.

    Examples:
        The failures at 1 and 2 seconds are counted nowhere:

        >>> change_message()
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          3 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('refused')
          4 s returned: 'a message'
    """
    down = [ConnectionError("down")] * 3
    watch(consume, *down, ConnectionError("refused"))


def repeat_new_message() -> None:
    """Fail once with one error message, then 70 times with another.

    Examples:
        The 60 seconds begin again with the new message:

        >>> repeat_new_message()
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          1 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('refused')
         62 s ERROR:oslo_utils.excutils:Unexpected exception occurred 61 time(s)... retrying.
              ConnectionError('refused')
         71 s returned: 'a message'
    """
    refused = [ConnectionError("refused")] * 70
    watch(consume, ConnectionError("down"), *refused)


def stop(error: BaseException) -> None:
    """Raise what isn't an `Exception`.

    Examples:
        They propagate, and nothing is logged:

        >>> stop(SystemExit("drained"))
          0 s raised: SystemExit('drained'), context None
        >>> stop(GeneratorExit())
          0 s raised: GeneratorExit(), context None
    """
    watch(consume, error)


def interrupt() -> None:
    """Press Ctrl-C in the third second.

    Examples:
        So the last failure is its `__context__`:

        >>> interrupt()
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              OSError('down')
          3 s raised: KeyboardInterrupt(), context OSError('down')
    """
    watch(consume, *[OSError("down")] * 9, ctrl_c_at=3)


@excutils.forever_retry_uncaught_exceptions(
    retry_delay=5,
    same_log_delay=20,
)
def consume_slowly(broker: Broker) -> str:
    """Sleep five seconds, and log the same message after twenty.

    Examples:
        A failure every five seconds; the same message is logged after more
        than twenty:

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
    """Decorate a generator function, which has no effect.

    Examples:
        The generator raises outside the decorator's loop:

        >>> generator = messages(Broker(ConnectionError("down")))
        >>> next(generator)
        Traceback (most recent call last):
            ...
        ConnectionError: down
    """
    yield broker.receive()


@excutils.forever_retry_uncaught_exceptions
async def consume_async(broker: Broker) -> str:
    """Decorate a coroutine function, which has no effect.

    Examples:
        A coroutine does the same:

        >>> import asyncio
        >>> asyncio.run(consume_async(Broker(ConnectionError("down"))))
        Traceback (most recent call last):
            ...
        ConnectionError: down
    """
    return broker.receive()


def decorate(*positional: object, **keywords: object) -> Any:
    """Call the decorator as its annotations don't allow.

    Examples:
        An unknown keyword is ignored, so the delay is one second:

        >>> typo = decorate(delay=30)(Broker.receive)
        >>> watch(typo, ConnectionError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          1 s returned: 'a message'

        One positional argument is taken for the function. So `@...(30)`
        calls 30 again and again, and the import of the module never ends:

        >>> watch(decorate(30), ctrl_c_at=100)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              TypeError("'int' object is not callable")
         61 s ERROR:oslo_utils.excutils:Unexpected exception occurred 61 time(s)... retrying.
              TypeError("'int' object is not callable")
        100 s raised: KeyboardInterrupt(), context TypeError("'int' object is not callable")

        A function is ignored if a keyword is passed; a decorator is
        returned:

        >>> half = decorate(Broker.receive, retry_delay=5)
        >>> watch(half(Broker.receive), OSError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              OSError('down')
          5 s returned: 'a message'

        Two positional arguments are ignored as well:

        >>> watch(decorate(30, 60)(Broker.receive), OSError("down"))
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              OSError('down')
          1 s returned: 'a message'
    """
    retry: Any = excutils.forever_retry_uncaught_exceptions
    return retry(*positional, **keywords)


def hurry(**delays: float) -> None:
    """Fail twice with negative delays.

    Examples:
        A negative delay is zero, so this takes no time:

        >>> hurry(retry_delay=-1)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          0 s returned: 'a message'

        With a negative `same_log_delay`, each failure is logged:

        >>> hurry(same_log_delay=-1)
          0 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          1 s ERROR:oslo_utils.excutils:Unexpected exception occurred 1 time(s)... retrying.
              ConnectionError('down')
          2 s returned: 'a message'
    """
    eager = decorate(**delays)(Broker.receive)
    watch(eager, *[ConnectionError("down")] * 2)


class Clock(logging.Formatter):
    """Time that passes only in `sleep`, printed before each message."""

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
    """Call a function in simulated time, and print how it ends.

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
            how = f"raised: {error!r}, context {error.__context__!r}"
    print(f"{clock.seconds:3g} s {how}")
