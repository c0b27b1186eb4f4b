"""Two kinds of `__exit__`: one re-raises what it was passed, one returns.

The exception that reaches the caller is the same object. A re-raised one has
more traceback entries, because it passes through the `with` statement again.
The helper returns `False` for the exception that it was passed, and raises
only the one that it saved.
"""

import traceback

from oslo_utils.excutils import save_and_reraise_exception


class Returns:
    """Return a falsy value, as Python's rule says.

    Examples:
        >>> boot(Returns())
        'the same object, entries: boot'
    """

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        exc_type: object,
        exc_val: BaseException | None,
        exc_tb: object,
    ) -> None:
        pass


class Reraises(Returns):
    """Raise the exception that was passed, against the rule.

    Examples:
        >>> boot(Reraises())
        'the same object, entries: boot, __exit__, boot'
    """

    def __exit__(
        self,
        exc_type: object,
        exc_val: BaseException | None,
        exc_tb: object,
    ) -> None:
        if exc_val is not None:
            raise exc_val


class ReraisesBare(Returns):
    """Raise the active exception, which is the one that was passed.

    Examples:
        >>> boot(ReraisesBare())
        'the same object, entries: boot, boot'
    """

    def __exit__(
        self,
        exc_type: object,
        exc_val: BaseException | None,
        exc_tb: object,
    ) -> None:
        if exc_val is not None:
            raise


def leave(error: Exception | None) -> str:
    """Call `__exit__` of the helper, with or without an exception.

    Examples:
        As after a body that succeeded, it raises the saved exception:

        >>> leave(None)
        "raised ConnectionError('Neutron is down')"

        As after a body that raised, it logs the saved exception and returns
        `False`:

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
            result = helper.__exit__(None, None, None)
        else:
            result = helper.__exit__(type(error), error, None)
    except ConnectionError as saved:
        return f"raised {saved!r}"
    return f"returned {result}"


def boot(manager: Returns) -> str:
    """Raise in the body, and describe what reaches the caller.

    Examples:
        >>> boot(Returns())
        'the same object, entries: boot'
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
