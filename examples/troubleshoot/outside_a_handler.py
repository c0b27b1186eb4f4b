"""The helper where no exception is being handled.

An array answers a request with a status and a message, and raises nothing.
None of the exceptions that `wrong_delete` raises has the array's message.
"""

from oslo_utils import excutils


class ArrayError(Exception):
    """The array's own message."""


def wrong_delete(volume: str) -> str:
    """Use the helper where a status is bad.

    Examples:
        A volume that is gone is forgotten, as it was meant:

        >>> wrong_delete("gone")
        end of body, reraise: False
        'deleted'

        For any other answer the body runs, and then, as no caller is
        handling an exception, there is nothing to raise again:

        >>> try:
        ...     wrong_delete("busy")
        ... except RuntimeError as error:
        ...     print(error)
        ...     print("context:", error.__context__)
        end of body, reraise: True
        There is no (currently) captured exception to force the reraising of
        context: None

        If a caller is handling an exception, that one is raised, and
        nothing tells of the volume:

        >>> try:
        ...     try:
        ...         raise TimeoutError("no answer for volume vol-1")
        ...     except TimeoutError:
        ...         wrong_delete("busy")
        ... except TimeoutError as error:
        ...     print(repr(error), "context:", error.__context__)
        end of body, reraise: True
        TimeoutError('no answer for volume vol-1') context: None
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
        The line that is logged has nothing to tell if no caller is handling
        an exception:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:
        ...     wrong_body()
        ... except OSError as error:
        ...     print("out:", repr(error))
        ERROR:oslo_utils.excutils:Original exception being dropped: ['NoneType: None\n']
        out: OSError('no answer')

        If a caller is handling an exception, the line tells of that one:

        >>> try:  # doctest: +ELLIPSIS
        ...     try:
        ...         raise TimeoutError("no answer for volume vol-1")
        ...     except TimeoutError:
        ...         wrong_body()
        ... except OSError as error:
        ...     print("out:", repr(error))
        ERROR:oslo_utils.excutils:Original exception being dropped: [...'TimeoutError: no answer for volume vol-1\n']
        out: OSError('no answer')
    """
    with excutils.save_and_reraise_exception():
        raise OSError("no answer")


def right_delete(volume: str) -> str:
    """Raise an exception of our own, with the array's message.

    Examples:
        >>> right_delete("gone")
        'deleted'
        >>> right_delete("busy")
        Traceback (most recent call last):
            ...
        examples.troubleshoot.outside_a_handler.ArrayError: volume has snapshots
    """
    status, message = ask_array(volume)
    if status == 400 and "does not exist" not in message:
        raise ArrayError(message)
    return "deleted"


def right_in_between() -> None:
    """Fail on entry, where it must be called from a handler.

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
    """Answer as a storage array does.

    Examples:
        >>> ask_array("busy")
        (400, 'volume has snapshots')
    """
    if volume == "gone":
        return 400, "volume does not exist"
    return 400, "volume has snapshots"
