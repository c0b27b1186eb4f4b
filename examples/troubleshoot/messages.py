"""Print the error and log messages that the page explains.

These functions show the mistakes. `error(...)` prints the exception that it
ends in, and `logged(...)` what it logs.
"""

import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from oslo_utils import excutils


class PortError(Exception):
    """An exception that can't be made without its argument."""

    def __init__(self, port: str) -> None:
        super().__init__(port)


def with_the_helper() -> None:
    """Use the helper outside a handler, or with wrong arguments.

    Examples:
        Outside a handler, the two methods have different messages:

        >>> helper = excutils.save_and_reraise_exception
        >>> error(lambda: helper().force_reraise())
        RuntimeError: There is no (currently) captured exception to force the reraising of
        >>> error(lambda: helper().capture())
        RuntimeError: There is no active exception to capture

        Only `reraise` and `logger` are arguments:

        >>> error(lambda: helper(reraize=False))
        TypeError: save_and_reraise_exception.__init__() got an unexpected keyword argument 'reraize'
        >>> error(lambda: helper(True, None, "port"))
        TypeError: save_and_reraise_exception.__init__() takes from 1 to 3 positional arguments but 4 were given

        It is neither a decorator nor an asynchronous context manager:

        >>> error(lambda: helper()(print))
        TypeError: 'save_and_reraise_exception' object is not callable
        >>> async def asynchronous():
        ...     async with helper():
        ...         pass
        >>> error(lambda: asynchronous().send(None))
        TypeError: 'save_and_reraise_exception' object does not support the asynchronous context manager protocol
    """


def saved() -> excutils.save_and_reraise_exception:
    """Capture an exception whose class needs an argument.

    Examples:
        The second `force_reraise()` makes a new exception, without arguments:

        >>> helper = saved()
        >>> error(helper.force_reraise)
        PortError: eth0
        >>> error(helper.force_reraise)
        TypeError: PortError.__init__() missing 1 required positional argument: 'port'

        The object can be copied but not pickled, because of the traceback:

        >>> import copy, pickle
        >>> error(copy.copy(saved()).force_reraise)
        PortError: eth0
        >>> error(lambda: pickle.dumps(saved()))
        TypeError: cannot pickle 'traceback' object
    """
    try:
        raise PortError("eth0")
    except PortError:
        helper = excutils.save_and_reraise_exception()
        helper.capture()
        return helper


def fail_in_body(logger: Any = None) -> None:
    r"""Raise in the body of the helper.

    Examples:
        In a handler, the message has the traceback of what the handler caught:

        >>> def in_a_handler():
        ...     try:
        ...         raise OSError("no agent")
        ...     except OSError:
        ...         fail_in_body()
        >>> logged(in_a_handler)  # doctest: +ELLIPSIS
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback (most recent call last):\n', ...OSError: no agent\n']

        Outside a handler, it has none:

        >>> logged(fail_in_body)
        ERROR:oslo_utils.excutils:Original exception being dropped: ['NoneType: None\n']

        A `logger` must have a method `error`:

        >>> error(lambda: fail_in_body(logger="nova"))
        AttributeError: 'str' object has no attribute 'error'
    """
    with excutils.save_and_reraise_exception(logger=logger):
        raise ConnectionError("database is down")


def misspelt() -> None:
    """Misspell the name, don't import it, or leave out the parentheses.

    Examples:
        >>> error(lambda: excutils.save_and_raise_exception())
        AttributeError: module 'oslo_utils.excutils' has no attribute 'save_and_raise_exception'
        >>> error(lambda: exec(
        ...     "from oslo_utils.excutils import save_and_raise_exception"))
        ImportError: cannot import name 'save_and_raise_exception' from 'oslo_utils.excutils'
        >>> error(lambda: save_and_reraise_exception())
        NameError: name 'save_and_reraise_exception' is not defined
        >>> error(lambda: enter(excutils.save_and_reraise_exception))
        TypeError: 'type' object does not support the context manager protocol
    """


def no_yield() -> Iterator[None]:
    """Yield only if there is something to do: here there isn't.

    Examples:
        Without the decorator, a generator isn't a context manager:

        >>> error(lambda: enter(no_yield()))
        TypeError: 'generator' object does not support the context manager protocol

        With it, the generator has to yield exactly once:

        >>> from contextlib import contextmanager
        >>> error(lambda: enter(contextmanager(no_yield)()))
        RuntimeError: generator didn't yield
        >>> error(lambda: enter(contextmanager(two_yields)()))
        RuntimeError: generator didn't stop
        >>> error(lambda: enter(contextmanager(yields_again)(), fail=True))
        RuntimeError: generator didn't stop after throw()

        It can be entered once:

        >>> from contextlib import contextmanager
        >>> manager = contextmanager(yields_again)()
        >>> enter(manager)
        >>> error(lambda: enter(manager))
        AttributeError: '_GeneratorContextManager' object has no attribute 'args'
    """
    yield from ()


def two_yields() -> Iterator[None]:
    """Yield twice.

    Examples:
        >>> len(list(two_yields()))
        2
    """
    yield
    yield


def yields_again() -> Iterator[None]:
    """Yield once more after an exception of the body.

    Examples:
        >>> len(list(yields_again()))
        1
    """
    try:
        yield
    except OSError:
        yield


class Short:
    """A context manager whose `__exit__` takes no arguments.

    Examples:
        >>> error(lambda: enter(Short()))
        TypeError: Short.__exit__() takes 1 positional argument but 4 were given
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self) -> None:
        pass


def raise_nothing() -> None:
    """Use a bare `raise` outside a handler, and other wrong operands.

    Examples:
        >>> error(raise_nothing)
        RuntimeError: No active exception to reraise
        >>> error(lambda: exec("raise 'port is gone'"))
        TypeError: exceptions must derive from BaseException
        >>> error(lambda: exec("raise OSError from 'port is gone'"))
        TypeError: exception causes must derive from BaseException

        Outside a handler, `LOG.exception` has no traceback to log:

        >>> logged(lambda: logging.exception("not released"))
        ERROR:root:not released
        NoneType: None
    """
    raise


def name_after_the_handler() -> None:
    """Use the name after `as` when the handler has ended.

    Examples:
        >>> error(name_after_the_handler)
        UnboundLocalError: cannot access local variable 'error' where it is not associated with a value
    """
    try:
        raise OSError("no agent")
    except OSError as error:
        str(error)
    print(error)  # type: ignore[misc]  # It is deleted: the case.


def chained(cause: bool) -> None:
    """Raise another exception in a handler, and print the row between them.

    Examples:
        >>> chained(cause=False)
        During handling of the above exception, another exception occurred:
        >>> chained(cause=True)
        The above exception was the direct cause of the following exception:
    """
    try:
        try:
            raise OSError("no agent")
        except OSError as first:
            if cause:
                raise PortError("eth0") from first
            raise PortError("eth0")
    except PortError:
        for row in traceback.format_exc().splitlines():
            if row.endswith("exception occurred:") or "direct" in row:
                print(row)


def enter(manager: Any, fail: bool = False) -> None:
    """Enter and leave a context manager.

    Examples:
        >>> error(lambda: enter(suppress(KeyError), fail=True))
        OSError: no agent
    """
    with manager:
        if fail:
            raise OSError("no agent")


def error(work: Callable[[], object]) -> None:
    """Print the exception that a call ends in, without file names.

    Examples:
        >>> error(lambda: [][0])
        IndexError: list index out of range
    """
    try:
        work()
    except Exception as caught:
        # Python 3.14 says more, and an ImportError names the file.
        text = str(caught).partition(" (")[0].partition(". Did you")[0]
        text = text.replace("'oslo_utils.excutils.", "'")
        if "(currently)" in str(caught):
            text = str(caught)
        print(f"{type(caught).__name__}: {text}")


def logged(work: Callable[[], object]) -> None:
    """Print what a call logs.

    Examples:
        >>> logged(lambda: logging.error("not released"))
        ERROR:root:not released
    """
    logging.basicConfig(stream=sys.stdout, force=True)
    with suppress(Exception):
        work()
