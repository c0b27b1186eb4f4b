"""Use a copy of the helper that lost its `raise`.

Before oslo.utils was released in 2014, each project had a copy of `excutils`,
and some code still has one. A copy has the library's name, and perhaps not
its behaviour.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType

from oslo_utils import excutils


class save_and_reraise_exception:
    """Save the exception and log a failed cleanup, but never raise.

    Examples:
        Unlike the helper of oslo.utils since 3.5.0, it has no
        `force_reraise()`:

        >>> hasattr(save_and_reraise_exception, "force_reraise")
        False
    """

    def __enter__(self) -> None:
        self.saved = sys.exc_info()[1]

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if value is not None:
            print("log: dropped", repr(self.saved))


def wrong_copy(image: str) -> str:
    """Use the copy: the handler looks right.

    Examples:
        >>> wrong_copy("windows")
        log: copy failed
        'volume is available'
    """
    try:
        copy(image)
    except OSError:
        with save_and_reraise_exception():
            print("log: copy failed")
    return "volume is available"


@contextmanager
def old_helper(ending: str) -> Iterator[None]:
    """Re-raise as in 2011, with a last statement that only Python 2 has.

    Examples:
        >>> told("raise value")
        OSError('no answer') None
        >>> told("raise type_")
        OSError() OSError('no answer')
        >>> told("raise (type_, value, tb)")
        TypeError('exceptions must derive from BaseException') OSError('no answer')
        >>> told("")
        swallowed
    """
    type_, value, tb = sys.exc_info()
    yield
    exec(ending, {"type_": type_, "value": value, "tb": tb})


def told(ending: str) -> None:
    """Print what propagates, and its `__context__`.

    Examples:
        >>> told("raise value")
        OSError('no answer') None
    """
    try:
        try:
            raise OSError("no answer")
        except OSError:
            with old_helper(ending):
                pass
        print("swallowed")
    except Exception as error:
        print(repr(error), repr(error.__context__))


def right_copy(image: str) -> str:
    """Use the helper of oslo.utils.

    Examples:
        >>> try:
        ...     right_copy("windows")
        ... except OSError as error:
        ...     print("caller:", repr(error))
        log: copy failed
        caller: OSError('windows')
    """
    try:
        copy(image)
    except OSError:
        with excutils.save_and_reraise_exception():
            print("log: copy failed")
    return "volume is available"


def reraises(
    helper: Callable[[], AbstractContextManager[object]],
) -> bool:
    """Check that a copy of the helper re-raises the exception object.

    Examples:
        The library's helper passes, and the copy above doesn't:

        >>> reraises(excutils.save_and_reraise_exception)
        True
        >>> reraises(save_and_reraise_exception)
        False

        A copy that ends with `raise type_` doesn't, either:

        >>> reraises(lambda: old_helper("raise type_"))
        False
    """
    original = OSError("no answer")
    try:
        try:
            raise original
        except OSError:
            with helper():
                pass
    except Exception as error:
        return error is original
    return False


def copy(image: str) -> None:
    """Fail as the copy of a large image does.

    Examples:
        >>> copy("windows")
        Traceback (most recent call last):
            ...
        OSError: windows
    """
    raise OSError(image)
