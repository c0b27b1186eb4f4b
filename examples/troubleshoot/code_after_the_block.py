"""Code after the block, in the same handler, which never runs.

A copy of a volume fails, and the snapshot that it was made from is to be
deleted. Look at which lines run.
"""

from oslo_utils import excutils


def wrong_clone() -> str:
    """Delete the snapshot below the block.

    Examples:
        The exception goes on where the block ends:

        >>> try:
        ...     wrong_clone()
        ... except OSError as error:
        ...     print("out:", repr(error))
        log: copy failed
        out: OSError('no space')
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
    """Delete it in the body.

    Examples:
        >>> try:
        ...     right_clone()
        ... except OSError as error:
        ...     print("out:", repr(error))
        log: copy failed
        snapshot deleted
        out: OSError('no space')
    """
    try:
        raise OSError("no space")
    except OSError:
        with excutils.save_and_reraise_exception():
            print("log: copy failed")
            print("snapshot deleted")
    return "cloned"


def right_decide(enough: bool) -> str:
    """Set the flag: then the code below the block has a meaning.

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
