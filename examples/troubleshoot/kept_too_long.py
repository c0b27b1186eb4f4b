"""Keep an exception, and with it the variables of every frame.

`report` calls a function and prints whether the image that it made is still
in memory, before and after garbage collection.
"""

import gc
import sys
import weakref
from collections.abc import Callable
from contextlib import suppress

from oslo_utils import excutils


class Image:
    """A buffer that should be freed when its function ends."""


class Agent:
    """An object that outlives the call, and a weak reference to the image.

    Examples:
        >>> agent = Agent()
        >>> agent.watch(Image())
        >>> agent.image() is None
        True
    """

    def __init__(self) -> None:
        self.failure: object = None

    def watch(self, image: Image) -> None:
        self.image = weakref.ref(image)


def wrong_attribute(agent: Agent) -> None:
    """Keep the helper in an attribute.

    Examples:
        >>> report(wrong_attribute)
        image alive: True, after gc.collect(): True
    """
    image = Image()
    agent.watch(image)
    try:
        convert(image)
    except OSError:
        helper = excutils.save_and_reraise_exception(reraise=False)
        with helper as ctxt:
            agent.failure = ctxt


def wrong_exc_info(agent: Agent) -> None:
    """Keep `sys.exc_info()` in a local name.

    Examples:
        >>> report(wrong_exc_info)
        image alive: True, after gc.collect(): False
    """
    image = Image()
    agent.watch(image)
    try:
        convert(image)
    except OSError:
        exc_info = sys.exc_info()


def wrong_as(agent: Agent) -> None:
    """Set `reraise` to `False`: the name after `as` keeps the exception.

    Examples:
        >>> report(wrong_as)
        image alive: True, after gc.collect(): False
    """
    image = Image()
    agent.watch(image)
    try:
        convert(image)
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = False


def right_no_name(agent: Agent) -> None:
    """Give the helper no name.

    Examples:
        >>> report(right_no_name)
        image alive: False, after gc.collect(): False
    """
    image = Image()
    agent.watch(image)
    try:
        convert(image)
    except OSError as error:
        full = "full" in str(error)
        with excutils.save_and_reraise_exception(reraise=not full):
            pass


def right_del(agent: Agent, fail: bool = False) -> None:
    """Delete the name when the block ends, however it ends.

    Examples:
        >>> report(right_del)
        image alive: False, after gc.collect(): False

        The image is freed if the body raises, too:

        >>> report(lambda agent: right_del(agent, fail=True))
        image alive: False, after gc.collect(): False
    """
    image = Image()
    agent.watch(image)
    try:
        convert(image)
    except OSError as error:
        try:
            with excutils.save_and_reraise_exception() as ctxt:
                if "full" in str(error):
                    ctxt.reraise = False
                if fail:
                    convert(image)
        finally:
            del ctxt


def wrong_del(agent: Agent) -> None:
    """Delete the name below the block, which isn't reached if the body raises.

    Examples:
        >>> report(wrong_del)
        image alive: True, after gc.collect(): False
    """
    image = Image()
    agent.watch(image)
    try:
        convert(image)
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = False
            convert(image)
        del ctxt


def right_text(agent: Agent) -> None:
    """Keep the text of the error only.

    Examples:
        >>> report(right_text)
        image alive: False, after gc.collect(): False
    """
    image = Image()
    agent.watch(image)
    try:
        convert(image)
    except OSError as error:
        agent.failure = repr(error)


def held(reraise: bool, fail: bool) -> str:
    """Read what the helper holds after its block.

    Examples:
        >>> held(reraise=True, fail=False)
        'value None, traceback held: False'
        >>> held(reraise=False, fail=False)
        "value OSError('full'), traceback held: True"
        >>> import logging
        >>> logging.disable()
        >>> held(reraise=True, fail=True)
        "value OSError('full'), traceback held: True"
        >>> logging.disable(logging.NOTSET)
    """
    helper = excutils.save_and_reraise_exception(reraise=reraise)
    try:
        try:
            convert(Image())
        except OSError:
            with helper:
                if fail:
                    convert(Image())
    except OSError:
        pass
    return f"value {helper.value!r}, traceback held: {bool(helper.tb)}"


def report(work: Callable[[Agent], None]) -> None:
    """Print whether the image outlives the function that made it.

    Examples:
        >>> report(right_no_name)
        image alive: False, after gc.collect(): False
    """
    agent = Agent()
    gc.disable()
    try:
        with suppress(OSError):
            work(agent)
        alive = agent.image() is not None
        gc.collect()
        print(f"image alive: {alive}, ", end="")
        print("after gc.collect():", agent.image() is not None)
    finally:
        gc.enable()


def convert(image: Image) -> None:
    """Fail while the image is in use.

    Examples:
        >>> convert(Image())
        Traceback (most recent call last):
            ...
        OSError: full
    """
    raise OSError("full")
