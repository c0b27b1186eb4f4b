"""Raise inside an `if` only, and swallow every other exception.

Each handler does something for one known error of the hypervisor.
"""

from oslo_utils import excutils


def wrong_attach(error: OSError) -> str:
    """Log a hint for the known error, and raise under the same `if`.

    Examples:
        The known error is re-raised, with a hint:

        >>> try:
        ...     wrong_attach(OSError("padding bytes"))
        ... except OSError as error:
        ...     print("caller:", repr(error))
        hint: a known fault of libvirt
        caller: OSError('padding bytes')

        Every other error is swallowed, and the volume seems attached:

        >>> wrong_attach(OSError("no such host"))
        'attached'
    """
    try:
        raise error
    except OSError as caught:
        if "padding" in str(caught):
            print("hint: a known fault of libvirt")
            raise
    return "attached"


def wrong_tune(error: OSError) -> str:
    """Use a response that never arrived.

    Examples:
        >>> try:
        ...     wrong_tune(OSError("no such host"))
        ... except KeyError as error:
        ...     print(repr(error), "context:", error.__context__)
        KeyError('task') context: None

        The error that the `if` names is re-raised:

        >>> wrong_tune(OSError("has snapshots"))
        Traceback (most recent call last):
            ...
        OSError: has snapshots
    """
    response: dict[str, str] = {}
    try:
        raise error
    except OSError as caught:
        if "has snapshots" in str(caught):
            raise
    return response["task"]


def right_attach(error: OSError) -> str:
    """Put the `if` into the helper's body.

    Examples:
        >>> try:
        ...     right_attach(OSError("padding bytes"))
        ... except OSError as error:
        ...     print("caller:", repr(error))
        hint: a known fault of libvirt
        caller: OSError('padding bytes')
        >>> right_attach(OSError("no such host"))
        Traceback (most recent call last):
            ...
        OSError: no such host
    """
    try:
        raise error
    except OSError as caught:
        with excutils.save_and_reraise_exception():
            if "padding" in str(caught):
                print("hint: a known fault of libvirt")
    return "attached"


def right_plainly(error: OSError) -> str:
    """Put the `raise` below the `if`.

    Examples:
        >>> try:
        ...     right_plainly(OSError("padding bytes"))
        ... except OSError as error:
        ...     print("caller:", repr(error))
        hint: a known fault of libvirt
        caller: OSError('padding bytes')
        >>> right_plainly(OSError("no such host"))
        Traceback (most recent call last):
            ...
        OSError: no such host
    """
    try:
        raise error
    except OSError as caught:
        if "padding" in str(caught):
            print("hint: a known fault of libvirt")
        raise
    return "attached"
