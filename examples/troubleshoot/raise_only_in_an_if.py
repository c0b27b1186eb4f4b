"""A `raise` that stands only in an `if`: every other error is swallowed.

A handler adds a hint to the log for one known error of the hypervisor. Look at
what becomes of an error that it does not know.
"""

from oslo_utils import excutils


def wrong_attach(error: OSError) -> str:
    """Raise again, for the error that is known.

    Examples:
        The known error comes out, with a hint:

        >>> try:
        ...     wrong_attach(OSError("padding bytes"))
        ... except OSError as error:
        ...     print("out:", repr(error))
        hint: a known fault of libvirt
        out: OSError('padding bytes')

        Any other is gone, and the volume counts as attached:

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
    """Use an answer that the swallowed error kept from coming.

    Examples:
        The failure shows further down, as another error without a context:

        >>> try:
        ...     wrong_tune(OSError("no such host"))
        ... except KeyError as error:
        ...     print(repr(error), "context:", error.__context__)
        KeyError('task') context: None

        The error that the `if` knows comes out:

        >>> wrong_tune(OSError("has snapshots"))
        Traceback (most recent call last):
            ...
        OSError: has snapshots
    """
    answer: dict[str, str] = {}
    try:
        raise error
    except OSError as caught:
        if "has snapshots" in str(caught):
            raise
    return answer["task"]


def right_attach(error: OSError) -> str:
    """Put the `if` into the helper's body: nothing is decided there.

    Examples:
        >>> try:
        ...     right_attach(OSError("padding bytes"))
        ... except OSError as error:
        ...     print("out:", repr(error))
        hint: a known fault of libvirt
        out: OSError('padding bytes')
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
    """Do the same without the helper: `raise` at the handler's own level.

    Examples:
        >>> try:
        ...     right_plainly(OSError("padding bytes"))
        ... except OSError as error:
        ...     print("out:", repr(error))
        hint: a known fault of libvirt
        out: OSError('padding bytes')
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
