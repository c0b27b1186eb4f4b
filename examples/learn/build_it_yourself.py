"""A context manager that saves and re-raises, built in three steps.

Each step fixes what is wrong with the one before. They are the steps that
OpenStack took between 2011 and 2013.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

LOG = logging.getLogger("ours")


@contextmanager
def step_1() -> Iterator[None]:
    """Raise the saved exception, whatever the body does.

    Examples:
        If the body works, the caller gets the original exception:

        >>> release(step_1, works)
        set to ERROR
        the caller gets ConnectionError('Neutron is down')
        its context: None

        If the body fails, `raise saved` replaces its exception:

        >>> release(step_1, database_down)
        the caller gets ConnectionError('Neutron is down')
        its context: OSError('the database is down')
    """
    saved = saved_exception()
    try:
        yield
    finally:
        raise saved


@contextmanager
def step_2() -> Iterator[None]:
    """Let the body's exception propagate, and log the original one.

    Examples:
        If the body fails, its exception reaches the caller:

        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> release(step_2, database_down)
        ERROR:ours:dropped: ConnectionError('Neutron is down')
        the caller gets OSError('the database is down')
        its context: ConnectionError('Neutron is down')

        If the body works, the outcome is that of step 1:

        >>> release(step_2, works)
        set to ERROR
        the caller gets ConnectionError('Neutron is down')
        its context: None
    """
    saved = saved_exception()
    try:
        yield
    except BaseException:
        LOG.error("dropped: %r", saved)
        raise
    raise saved


class Step3:
    """Let the body decide: it may set `reraise` to `False`.

    Examples:
        A body that sets `reraise` to `False` suppresses the exception:

        >>> def ignore() -> None:
        ...     print("the ports are gone anyway")
        ...     manager.reraise = False
        >>> manager = Step3()
        >>> release(lambda: manager, ignore)
        the ports are gone anyway
        the caller gets no exception

        Otherwise the outcomes are those of step 2:

        >>> release(Step3, works)
        set to ERROR
        the caller gets ConnectionError('Neutron is down')
        its context: None
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> release(Step3, database_down)
        ERROR:ours:dropped: ConnectionError('Neutron is down')
        the caller gets OSError('the database is down')
        its context: ConnectionError('Neutron is down')
    """

    def __init__(self) -> None:
        self.reraise = True

    def __enter__(self) -> "Step3":
        self.saved = saved_exception()
        return self

    def __exit__(self, exc_type: object, *rest: object) -> None:
        if not self.reraise:
            return
        if exc_type is None:
            raise self.saved
        LOG.error("dropped: %r", self.saved)


def saved_exception() -> BaseException:
    """Return the active exception.

    Examples:
        Outside a handler there is none:

        >>> saved_exception()
        Traceback (most recent call last):
            ...
        RuntimeError: no exception is being handled
    """
    saved = sys.exception()
    if saved is None:
        raise RuntimeError("no exception is being handled")
    return saved


def release(
    manager: Callable[[], AbstractContextManager[object]],
    clean_up: Callable[[], None],
) -> None:
    """Fail, clean up in a context manager, print what the caller gets.

    Examples:
        The exception, and its context:

        >>> release(step_1, works)
        set to ERROR
        the caller gets ConnectionError('Neutron is down')
        its context: None
    """
    try:
        try:
            raise ConnectionError("Neutron is down")
        except ConnectionError:
            with manager():
                clean_up()
    except Exception as error:
        print("the caller gets", repr(error))
        print("its context:", repr(error.__context__))
    else:
        print("the caller gets no exception")


def works() -> None:
    """Do a cleanup that works.

    Examples:
        It raises nothing:

        >>> works()
        set to ERROR
    """
    print("set to ERROR")


def database_down() -> None:
    """Do a cleanup that fails.

    Examples:
        It raises an exception of its own:

        >>> database_down()
        Traceback (most recent call last):
            ...
        OSError: the database is down
    """
    raise OSError("the database is down")
