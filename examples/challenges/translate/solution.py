from collections.abc import Callable

from oslo_utils import excutils


class CinderError(Exception):
    """An answer of Cinder other than success."""


class VolumeInUseError(Exception):
    """What the API's users know."""


def delete(volume: str, ask: Callable[[str], None]) -> None:
    """Delete a volume; say in our words that it is in use."""
    try:
        ask(volume)
    except CinderError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if error.args == (409,):
                ctxt.reraise = False
                raise VolumeInUseError(volume) from error
