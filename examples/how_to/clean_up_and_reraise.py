"""Clean up in a handler, then let the error go on, in three forms.

Each marks a volume as broken after its creation failed. Look at what comes
out, and what is logged, when the marking fails as well.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("cinder.volume.manager")


class Volume:
    """A volume, whose status is saved as long as the database is up."""

    def __init__(self, database_up: bool = True) -> None:
        self.status = "creating"
        self.database_up = database_up

    def save(self, status: str) -> None:
        if not self.database_up:
            raise OSError("the database is down")
        self.status = status


def create(volume: Volume) -> None:
    """Mark the volume, then re-raise: the plain form.

    Examples:
        >>> volume = Volume()
        >>> outcome(create, volume)
        out: ConnectionError('no array') context: None
        >>> volume.status
        'error'

        When the cleanup fails, its error comes out and nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(create, Volume(database_up=False))
        out: OSError('the database is down') context: ConnectionError('no array')
    """
    try:
        allocate()
    except Exception:
        volume.save("error")
        raise


def create_with_helper(volume: Volume) -> None:
    """Mark the volume, then re-raise: the helper.

    Examples:
        >>> volume = Volume()
        >>> outcome(create_with_helper, volume)
        out: ConnectionError('no array') context: None
        >>> volume.status
        'error'

        When the cleanup fails, one line keeps the first error's traceback;
        here only the text in front of it is shown:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(name)s %(msg)s")
        >>> outcome(create_with_helper, Volume(database_up=False))
        ERROR oslo_utils.excutils Original exception being dropped: %s
        out: OSError('the database is down') context: ConnectionError('no array')
    """
    try:
        allocate()
    except Exception:
        with excutils.save_and_reraise_exception():
            volume.save("error")


def create_guarded(volume: Volume) -> None:
    """Mark the volume if that is possible; the first error wins.

    Examples:
        >>> volume = Volume()
        >>> outcome(create_guarded, volume)
        out: ConnectionError('no array') context: None
        >>> volume.status
        'error'

        A cleanup that fails is logged and goes no further:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(create_guarded, Volume(database_up=False))
        WARNING:cinder.volume.manager:status not saved: the database is down
        out: ConnectionError('no array') context: None
    """
    try:
        allocate()
    except Exception:
        try:
            volume.save("error")
        except Exception as second:
            LOG.warning("status not saved: %s", second)
        raise


def outcome(way: Callable[[Volume], None], volume: Volume) -> None:
    """Print what a caller of one of the ways catches.

    Examples:
        >>> outcome(create, Volume())
        out: ConnectionError('no array') context: None
    """
    try:
        way(volume)
    except Exception as error:
        print(f"out: {error!r} context: {error.__context__!r}")


def allocate() -> None:
    """Fail first.

    Examples:
        >>> allocate()
        Traceback (most recent call last):
            ...
        ConnectionError: no array
    """
    raise ConnectionError("no array")
