"""Forget `with`, and swallow the exception.

Calling `save_and_reraise_exception()` only makes an object. `with` saves the
exception and re-raises it.
"""

from oslo_utils import excutils


class ImageTooBigError(Exception):
    """The image doesn't fit on the volume."""


def wrong_copy(image: str) -> str:
    """Call the helper as if it were a function that raises.

    Examples:
        >>> wrong_copy("windows")
        log: copy failed
        'volume is available'
    """
    try:
        copy(image)
    except ImageTooBigError:
        print("log: copy failed")
        excutils.save_and_reraise_exception()
    return "volume is available"


def right_copy(image: str) -> str:
    """Write `with`, and the rest of the handler in its body.

    Examples:
        >>> try:
        ...     right_copy("windows")
        ... except ImageTooBigError as error:
        ...     print("caller:", repr(error))
        log: copy failed
        caller: ImageTooBigError('windows')
    """
    try:
        copy(image)
    except ImageTooBigError:
        with excutils.save_and_reraise_exception():
            print("log: copy failed")
    return "volume is available"


def right_plainly(image: str) -> str:
    """Re-raise with a bare `raise`.

    Examples:
        >>> try:
        ...     right_plainly("windows")
        ... except ImageTooBigError as error:
        ...     print("caller:", repr(error))
        log: copy failed
        caller: ImageTooBigError('windows')
    """
    try:
        copy(image)
    except ImageTooBigError:
        print("log: copy failed")
        raise
    return "volume is available"


def copy(image: str) -> None:
    """Fail as the copy of a large image does.

    Examples:
        >>> copy("windows")
        Traceback (most recent call last):
            ...
        examples.troubleshoot.without_with.ImageTooBigError: windows
    """
    raise ImageTooBigError(image)
