"""An `__exit__` that re-raises what it was passed, and one that returns.

The exception that leaves is the same object. It differs in its traceback: a
re-raised exception has entries that lead through the `with` statement once
more. The helper returns `False` for the exception that it was passed, and
raises only the one that it saved.
"""

import traceback
from types import TracebackType

from oslo_utils.excutils import save_and_reraise_exception


class Returns:
    """Return a falsy value, as Python's rule says."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        pass


class Reraises(Returns):
    """Raise the exception that was passed, against the rule."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if exc_val is not None:
            raise exc_val


class ReraisesBare(Returns):
    """Raise the active exception, which is the one that was passed."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if exc_val is not None:
            raise


def boot(manager: Returns) -> str:
    """Fail inside a context manager.

    Examples:
        >>> boot(Returns())
        'the same object, entries: boot'
        >>> boot(Reraises())
        'the same object, entries: boot, __exit__, boot'
        >>> boot(ReraisesBare())
        'the same object, entries: boot, boot'
    """
    failed = ConnectionError("Neutron is down")
    try:
        with manager:
            raise failed
    except ConnectionError as error:
        rows = traceback.extract_tb(error.__traceback__)
        same = "the same" if error is failed else "another"
        names = ", ".join(row.name for row in rows)
        return f"{same} object, entries: {names}"


def leave(error: Exception | None) -> str:
    """Leave the helper by hand, with or without an exception of the body.

    Examples:
        The body worked: `__exit__` is passed `None`, and raises the exception
        that it saved when it was entered:

        >>> leave(None)
        "raised ConnectionError('Neutron is down')"

        The body failed: `__exit__` logs the saved exception, and returns
        `False` for the one that it was passed. Python's `with` statement then
        lets that one propagate:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True, format="%(msg)s")
        >>> leave(OSError("the database is down"))
        Original exception being dropped: %s
        'returned False'
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        helper = save_and_reraise_exception()
        helper.__enter__()
    try:
        if error is None:
            ended = helper.__exit__(None, None, None)
        else:
            ended = helper.__exit__(type(error), error, None)
    except ConnectionError as saved:
        return f"raised {saved!r}"
    return f"returned {ended}"
