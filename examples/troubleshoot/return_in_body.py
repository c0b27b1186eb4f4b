"""Return from the body, and still get the exception.

Each function deletes a queue that may be gone. `return` reads as "ignore the
error", but the helper re-raises it.
"""

from oslo_utils import excutils


def wrong_delete(queue: str) -> str:
    """Return if the queue is gone, while `reraise` is `True`.

    Examples:
        >>> wrong_delete("gone")
        Traceback (most recent call last):
            ...
        RuntimeError: gone: no such queue
        >>> wrong_delete("q-1")
        'deleted'
    """
    try:
        ask_switch(queue)
    except RuntimeError as error:
        with excutils.save_and_reraise_exception():
            if "no such queue" in str(error):
                return "nothing to delete"
            print("in use by qos-1")
    return "deleted"


def wrong_delete_all(queues: list[str]) -> list[str]:
    """Continue with the next queue, while `reraise` is `True`.

    Examples:
        >>> wrong_delete_all(["q-1", "gone", "q-2"])
        Traceback (most recent call last):
            ...
        RuntimeError: gone: no such queue
    """
    deleted = []
    for queue in queues:
        try:
            ask_switch(queue)
        except RuntimeError:
            with excutils.save_and_reraise_exception():
                continue
        deleted.append(queue)
    return deleted


def right_ignore(queue: str) -> str:
    """Set `reraise` to `False` before the `return`.

    Examples:
        >>> right_ignore("gone")
        'nothing to delete'

        Every other error is re-raised:

        >>> try:
        ...     right_ignore("busy")
        ... except RuntimeError as error:
        ...     print("caller:", repr(error))
        in use by qos-1
        caller: RuntimeError('busy: in use')
    """
    try:
        ask_switch(queue)
    except RuntimeError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if "no such queue" in str(error):
                ctxt.reraise = False
                return "nothing to delete"
            print("in use by qos-1")
    return "deleted"


def right_reraise(queue: str) -> str:
    """Re-raise every error, without a `return`.

    Examples:
        >>> right_reraise("gone")
        Traceback (most recent call last):
            ...
        RuntimeError: gone: no such queue

        The message is printed for other errors only:

        >>> try:
        ...     right_reraise("busy")
        ... except RuntimeError as error:
        ...     print("caller:", repr(error))
        in use by qos-1
        caller: RuntimeError('busy: in use')
    """
    try:
        ask_switch(queue)
    except RuntimeError as error:
        with excutils.save_and_reraise_exception():
            if "no such queue" not in str(error):
                print("in use by qos-1")
    return "deleted"


def ask_switch(queue: str) -> None:
    """Delete a queue, as a switch does.

    Examples:
        >>> ask_switch("busy")
        Traceback (most recent call last):
            ...
        RuntimeError: busy: in use
    """
    if queue == "gone":
        raise RuntimeError("gone: no such queue")
    if queue == "busy":
        raise RuntimeError("busy: in use")
