"""Ignore some errors by type, attribute or state, and re-raise the rest.

Deleting a port must not fail because the port is gone. Every other error has to
reach the caller; `delete_too_much` swallows it.
"""

from oslo_utils import excutils


class ApiError(Exception):
    """A response of Neutron with an error status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class NotFoundError(ApiError):
    """There is no such port."""


def delete_by_status(status: int) -> str:
    """Ignore some status codes, and end with `raise`.

    Examples:
        >>> delete_by_status(204)
        'deleted'
        >>> delete_by_status(404)
        'was gone'
        >>> delete_by_status(410)
        'was gone'
        >>> delete_by_status(503)
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503
    """
    try:
        ask_neutron(status)
    except ApiError as error:
        if error.status in (404, 410):
            return "was gone"
        raise
    return "deleted"


def delete_with_flag(status: int) -> str:
    """Ignore some status codes: set `reraise` to `False`.

    Examples:
        >>> delete_with_flag(404)
        'deleted'
        >>> delete_with_flag(410)
        'deleted'
        >>> delete_with_flag(503)
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503
    """
    try:
        ask_neutron(status)
    except ApiError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if error.status in (404, 410):
                ctxt.reraise = False
    return "deleted"


def delete_by_type(status: int) -> str:
    """Ignore one type, named in the `except` clause.

    Examples:
        >>> delete_by_type(204)
        'deleted'
        >>> delete_by_type(404)
        'was gone'
        >>> delete_by_type(503)
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503
    """
    try:
        ask_neutron(status)
    except NotFoundError:
        return "was gone"
    return "deleted"


def delete_by_state(instance: dict[str, str]) -> str:
    """Ignore the error if the instance is being deleted anyway.

    Examples:
        The error is suppressed for one state, and re-raised for others:

        >>> delete_by_state({"task_state": "deleting"})
        'deleted'
        >>> delete_by_state({"task_state": "migrating"})
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503

        If the lookup fails, `reraise` is still `True`. The `KeyError`
        reaches the caller, and the original exception is logged:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(name)s %(msg)s")
        >>> try:
        ...     delete_by_state({})
        ... except KeyError as error:
        ...     print(f"caught {error!r}, context {error.__context__!r}")
        ERROR oslo_utils.excutils Original exception being dropped: %s
        caught KeyError('task_state'), context ApiError('HTTP 503')
    """
    try:
        ask_neutron(503)
    except ApiError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = instance["task_state"] != "deleting"
    return "deleted"


def delete_too_much(status: int) -> str:
    """Re-raise only inside an `if`, which is a mistake.

    Examples:
        The list has 503 and not 500, so a 500 is swallowed:

        >>> delete_too_much(503)
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.ApiError: HTTP 503
        >>> delete_too_much(500)
        'deleted'
    """
    try:
        ask_neutron(status)
    except ApiError as error:
        if error.status in (409, 503):
            raise
    return "deleted"


def ask_neutron(status: int) -> None:
    """Delete a port, for which Neutron responds with this status.

    Examples:
        >>> ask_neutron(204)
        >>> ask_neutron(404)
        Traceback (most recent call last):
            ...
        examples.how_to.ignore_some_errors.NotFoundError: HTTP 404
    """
    if status == 404:
        raise NotFoundError(status)
    if status >= 400:
        raise ApiError(status)
