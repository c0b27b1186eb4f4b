from collections.abc import Callable

from oslo_utils import excutils


class CinderError(Exception):
    """A response of Cinder with an error status."""


class VolumeInUseError(Exception):
    """What users of the API know."""


def delete(volume: str, ask: Callable[[str], None]) -> None:
    """Delete a volume; raise our own exception if it is in use."""
    try:
        ask(volume)
    except CinderError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if error.args == (409,):
                ctxt.reraise = False
                raise VolumeInUseError(volume) from error
