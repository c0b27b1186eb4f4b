"""A `return` in the body reads as "ignore" and means "re-raise".

Each function deletes queues that may be gone already. Look at what comes out
of `wrong_delete("gone")`, although its body returns.
"""

from oslo_utils import excutils


def wrong_delete(queue: str) -> str:
    """Mean to ignore a queue that is gone.

    Examples:
        The body returns, and the error comes out all the same.
        Nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:
        ...     wrong_delete("gone")
        ... except RuntimeError as error:
        ...     print("out:", repr(error))
        out: RuntimeError('gone: no such queue')

        The other two ways through it are right:

        >>> try:
        ...     wrong_delete("busy")
        ... except RuntimeError as error:
        ...     print("out:", repr(error))
        in use by qos-1
        out: RuntimeError('busy: in use')
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
    """Mean to go on with the next queue.

    Examples:
        The loop ends at the first error:

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
    """Turn the flag off, then return.

    Examples:
        >>> right_ignore("gone")
        'nothing to delete'
        >>> right_ignore("q-1")
        'deleted'

        Every other error goes on:

        >>> try:
        ...     right_ignore("busy")
        ... except RuntimeError as error:
        ...     print("out:", repr(error))
        in use by qos-1
        out: RuntimeError('busy: in use')
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
    """Say what is meant where every error goes on: no `return`.

    Examples:
        >>> right_reraise("gone")
        Traceback (most recent call last):
            ...
        RuntimeError: gone: no such queue
        >>> try:
        ...     right_reraise("busy")
        ... except RuntimeError as error:
        ...     print("out:", repr(error))
        in use by qos-1
        out: RuntimeError('busy: in use')
        >>> right_reraise("q-1")
        'deleted'
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
