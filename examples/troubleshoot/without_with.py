"""The helper called like a function, which swallows the exception.

Making a helper does nothing: the saving is done by `with`. Look at what the
caller of `wrong_copy` gets, and at what it then does with the volume.
"""

from oslo_utils import excutils


class ImageTooBigError(Exception):
    """The image does not fit."""


def wrong_copy(image: str) -> str:
    """Call the helper, without `with`.

    Examples:
        The log says that the copy failed.
        The caller gets no exception and takes the volume for good:

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
    """Write `with`, and what belongs to the handler below it.

    Examples:
        >>> try:
        ...     right_copy("windows")
        ... except ImageTooBigError as error:
        ...     print("out:", repr(error))
        log: copy failed
        out: ImageTooBigError('windows')
    """
    try:
        copy(image)
    except ImageTooBigError:
        with excutils.save_and_reraise_exception():
            print("log: copy failed")
    return "volume is available"


def right_plainly(image: str) -> str:
    """Do the same with a bare `raise`.

    Examples:
        >>> try:
        ...     right_plainly("windows")
        ... except ImageTooBigError as error:
        ...     print("out:", repr(error))
        log: copy failed
        out: ImageTooBigError('windows')
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
