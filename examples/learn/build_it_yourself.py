"""A save-and-reraise manager of our own, in three steps.

Each step fails in a way that the next one mends. They are the steps that
OpenStack took between 2011 and 2013. Compare what comes out when the body
fails, and what was logged.
"""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

LOG = logging.getLogger("ours")


def saved_exception() -> BaseException:
    """Return the active exception.

    Examples:
        >>> saved_exception()
        Traceback (most recent call last):
            ...
        RuntimeError: no exception is being handled
    """
    saved = sys.exception()
    if saved is None:
        raise RuntimeError("no exception is being handled")
    return saved


@contextmanager
def step_1() -> Iterator[None]:
    """Raise the saved exception, whatever the body does.

    Examples:
        A body that works is the easy case:

        >>> release(step_1, lambda: print("set to ERROR"))
        set to ERROR
        out: ConnectionError('Neutron is down')
        context: None

        When the body fails, its error does not come out.
        On Python 3 it is left as the context, as if it had come first:

        >>> release(step_1, database_down)
        out: ConnectionError('Neutron is down')
        context: OSError('the database is down')
    """
    saved = saved_exception()
    try:
        yield
    finally:
        raise saved


@contextmanager
def step_2() -> Iterator[None]:
    """Let the body's error win, and log the one that gives way.

    Examples:
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> release(step_2, database_down)
        ERROR:ours:dropped: ConnectionError('Neutron is down')
        out: OSError('the database is down')
        context: ConnectionError('Neutron is down')

        A body that works is as before.
        What it cannot do is decide that the error may be forgotten:

        >>> release(step_2, lambda: print("the ports are gone anyway"))
        the ports are gone anyway
        out: ConnectionError('Neutron is down')
        context: None
    """
    saved = saved_exception()
    try:
        yield
    except BaseException:
        LOG.error("dropped: %r", saved)
        raise
    raise saved


class Step3:
    """Let the body decide: it may clear `reraise`.

    Examples:
        >>> def forget() -> None:
        ...     print("the ports are gone anyway")
        ...     manager.reraise = False
        >>> manager = Step3()
        >>> release(lambda: manager, forget)
        the ports are gone anyway
        nothing came out

        Left alone, it does what step 2 does:

        >>> release(Step3, lambda: print("set to ERROR"))
        set to ERROR
        out: ConnectionError('Neutron is down')
        context: None
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> release(Step3, database_down)
        ERROR:ours:dropped: ConnectionError('Neutron is down')
        out: OSError('the database is down')
        context: ConnectionError('Neutron is down')
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


def release(
    manager: Callable[[], AbstractContextManager[object]],
    clean_up: Callable[[], None],
) -> None:
    """Fail, clean up under a manager, and print what comes out.

    Examples:
        >>> release(step_1, lambda: print("set to ERROR"))
        set to ERROR
        out: ConnectionError('Neutron is down')
        context: None
    """
    try:
        try:
            raise ConnectionError("Neutron is down")
        except ConnectionError:
            with manager():
                clean_up()
    except Exception as error:
        print("out:", repr(error))
        print("context:", repr(error.__context__))
    else:
        print("nothing came out")


def database_down() -> None:
    """Fail in place of the cleanup.

    Examples:
        >>> database_down()
        Traceback (most recent call last):
            ...
        OSError: the database is down
    """
    raise OSError("the database is down")
