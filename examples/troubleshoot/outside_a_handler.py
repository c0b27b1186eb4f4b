"""Use the helper where no exception is being handled.

A storage array returns a status and a message, and raises nothing. None of the
exceptions that `wrong_delete` raises has the array's message.
"""

from oslo_utils import excutils


class ArrayError(Exception):
    """The array's own message."""


def wrong_delete(volume: str) -> str:
    """Use the helper if the status is bad.

    Examples:
        >>> try:
        ...     wrong_delete("busy")
        ... except RuntimeError as error:
        ...     print(error)
        ...     print("context:", error.__context__)
        end of body, reraise: True
        There is no (currently) captured exception to force the reraising of
        context: None

        If a caller is handling an exception, that one is raised, and
        nothing says that the deletion failed:

        >>> try:
        ...     try:
        ...         raise TimeoutError("no answer for volume vol-1")
        ...     except TimeoutError:
        ...         wrong_delete("busy")
        ... except TimeoutError as error:
        ...     print(repr(error), "context:", error.__context__)
        end of body, reraise: True
        TimeoutError('no answer for volume vol-1') context: None

        With `reraise` set to `False`, nothing is raised:

        >>> wrong_delete("gone")
        end of body, reraise: False
        'deleted'
    """
    status, message = ask_array(volume)
    if status == 400:
        with excutils.save_and_reraise_exception() as ctxt:
            if "does not exist" in message:
                ctxt.reraise = False
            print("end of body, reraise:", ctxt.reraise)
    return "deleted"


def wrong_body() -> None:
    r"""Fail in the body as well.

    Examples:
        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:
        ...     wrong_body()
        ... except OSError as error:
        ...     print("caller:", repr(error))
        ERROR:oslo_utils.excutils:Original exception being dropped: ['NoneType: None\n']
        caller: OSError('no answer')

        If a caller is handling an exception, the message names that
        one:

        >>> try:  # doctest: +ELLIPSIS
        ...     try:
        ...         raise TimeoutError("no answer for volume vol-1")
        ...     except TimeoutError:
        ...         wrong_body()
        ... except OSError as error:
        ...     print("caller:", repr(error))
        ERROR:oslo_utils.excutils:Original exception being dropped: [...'TimeoutError: no answer for volume vol-1\n']
        caller: OSError('no answer')
    """
    with excutils.save_and_reraise_exception():
        raise OSError("no answer")


def right_delete(volume: str) -> str:
    """Raise an exception of our own, with the array's message.

    Examples:
        >>> right_delete("busy")
        Traceback (most recent call last):
            ...
        examples.troubleshoot.outside_a_handler.ArrayError: volume has snapshots
        >>> right_delete("gone")
        'deleted'
    """
    status, message = ask_array(volume)
    if status == 400 and "does not exist" not in message:
        raise ArrayError(message)
    return "deleted"


def right_in_between() -> None:
    """Fail before the body if there is no active exception.

    Examples:
        >>> try:
        ...     right_in_between()
        ... except RuntimeError as error:
        ...     print(error)
        There is no active exception to capture
    """
    helper = excutils.save_and_reraise_exception()
    helper.capture()
    with helper:
        print("body runs")


def ask_array(volume: str) -> tuple[int, str]:
    """Return a status and a message, as a storage array does.

    Examples:
        >>> ask_array("busy")
        (400, 'volume has snapshots')
    """
    if volume == "gone":
        return 400, "volume does not exist"
    return 400, "volume has snapshots"
