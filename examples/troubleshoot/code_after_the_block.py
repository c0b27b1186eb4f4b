"""Write code after the `with` block that never runs.

Copying a volume fails, and the snapshot that it was made from should be
deleted.
"""

from oslo_utils import excutils


def wrong_clone() -> str:
    """Delete the snapshot after the block.

    Examples:
        >>> try:
        ...     wrong_clone()
        ... except OSError as error:
        ...     print("caller:", repr(error))
        log: copy failed
        caller: OSError('no space')
    """
    try:
        raise OSError("no space")
    except OSError:
        with excutils.save_and_reraise_exception():
            print("log: copy failed")
        print("snapshot deleted")
        return "nothing was made"
    return "cloned"


def right_clone() -> str:
    """Delete the snapshot in the body.

    Examples:
        >>> try:
        ...     right_clone()
        ... except OSError as error:
        ...     print("caller:", repr(error))
        log: copy failed
        snapshot deleted
        caller: OSError('no space')
    """
    try:
        raise OSError("no space")
    except OSError:
        with excutils.save_and_reraise_exception():
            print("log: copy failed")
            print("snapshot deleted")
    return "cloned"


def right_decide(enough: bool) -> str:
    """Reach the code after the block if `reraise` is `False`.

    Examples:
        >>> right_decide(enough=True)
        'made without a copy'
        >>> right_decide(enough=False)
        Traceback (most recent call last):
            ...
        OSError: no space
    """
    try:
        raise OSError("no space")
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            if enough:
                ctxt.reraise = False
        return "made without a copy"
    return "cloned"
