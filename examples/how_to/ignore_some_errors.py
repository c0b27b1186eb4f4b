"""Decide in the handler which errors go on: by type, attribute or state.

Deleting a port must not fail because the port is gone. Look at what an error
does that nobody thought of: it has to come out, and doesn't out of the last one.
"""

from oslo_utils import excutils


class ApiError(Exception):
    """An answer of Neutron other than success."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class NotFoundError(ApiError):
    """There is no such port."""


def delete_by_type(answer: Exception) -> str:
    """Decide by type: the `except` clause does it.

    Examples:
        >>> delete_by_type(NotFoundError(404))
        'deleted'
        >>> delete_by_type(ApiError(503))
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503
    """
    try:
        raise answer
    except NotFoundError:
        return "deleted"


def delete_by_status(answer: Exception) -> str:
    """Decide by attribute: name what is forgiven, end with `raise`.

    Examples:
        >>> delete_by_status(ApiError(404))
        'deleted'
        >>> delete_by_status(ApiError(410))
        'deleted'
        >>> delete_by_status(ApiError(503))
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503
    """
    try:
        raise answer
    except ApiError as error:
        if error.status in (404, 410):
            return "deleted"
        raise


def delete_with_flag(answer: Exception) -> str:
    """Decide by attribute: turn the helper's flag off.

    Examples:
        >>> delete_with_flag(ApiError(404))
        'deleted'
        >>> delete_with_flag(ApiError(410))
        'deleted'
        >>> delete_with_flag(ApiError(503))
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503
    """
    try:
        raise answer
    except ApiError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if error.status in (404, 410):
                ctxt.reraise = False
    return "deleted"


def delete_by_state(instance: dict[str, str]) -> str:
    """Decide by state: read it, and it may fail to be read.

    Examples:
        >>> delete_by_state({"task_state": "deleting"})
        'deleted'
        >>> delete_by_state({"task_state": "migrating"})
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503

        What fails while deciding comes out instead, and is logged,
        because the flag is still on:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(name)s %(msg)s")
        >>> delete_by_state({})
        Traceback (most recent call last):
            ...
        KeyError: 'task_state'
        >>> try:
        ...     delete_by_state({})
        ... except KeyError as error:
        ...     print("context:", repr(error.__context__))
        ERROR oslo_utils.excutils Original exception being dropped: %s
        context: ApiError('HTTP 503')
    """
    try:
        raise ApiError(503)
    except ApiError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = instance["task_state"] != "deleting"
    return "deleted"


def delete_too_much(answer: Exception) -> str:
    """Raise in an `if` only, which is a mistake.

    Examples:
        A 503 was thought of.
        A 500 was not, and is swallowed:

        >>> delete_too_much(ApiError(503))
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503
        >>> delete_too_much(ApiError(500))
        'deleted'
    """
    try:
        raise answer
    except ApiError as error:
        if error.status in (409, 503):
            raise
    return "deleted"
