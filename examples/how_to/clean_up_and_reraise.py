"""Clean up in a handler and re-raise, in three forms.

Each marks a volume as broken after its creation failed. They differ if saving
that mark fails as well.
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
    """Mark the volume, then re-raise with a bare `raise`.

    Examples:
        >>> volume = Volume()
        >>> outcome(create, volume)
        caught ConnectionError('no array'), context None
        >>> volume.status
        'error'

        If the cleanup fails, its exception reaches the caller, and nothing
        is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(create, Volume(database_up=False))
        caught OSError('the database is down'), context ConnectionError('no array')
    """
    try:
        allocate()
    except Exception:
        volume.save("error")
        raise


def create_with_helper(volume: Volume) -> None:
    """Mark the volume, then re-raise with the helper.

    Examples:
        >>> volume = Volume()
        >>> outcome(create_with_helper, volume)
        caught ConnectionError('no array'), context None
        >>> volume.status
        'error'

        If the cleanup fails, its exception reaches the caller, and the
        original exception is logged. The real message has the traceback of
        the original exception in place of `%s`:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(name)s %(msg)s")
        >>> outcome(create_with_helper, Volume(database_up=False))
        ERROR oslo_utils.excutils Original exception being dropped: %s
        caught OSError('the database is down'), context ConnectionError('no array')
    """
    try:
        allocate()
    except Exception:
        with excutils.save_and_reraise_exception():
            volume.save("error")


def create_guarded(volume: Volume) -> None:
    """Mark the volume if possible; always re-raise the original exception.

    Examples:
        >>> volume = Volume()
        >>> outcome(create_guarded, volume)
        caught ConnectionError('no array'), context None
        >>> volume.status
        'error'

        A cleanup that fails is logged, and its exception is suppressed:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(create_guarded, Volume(database_up=False))
        WARNING:cinder.volume.manager:status not saved: the database is down
        caught ConnectionError('no array'), context None
    """
    try:
        allocate()
    except Exception:
        try:
            volume.save("error")
        except Exception as error:
            LOG.warning("status not saved: %s", error)
        raise


def outcome(way: Callable[[Volume], None], volume: Volume) -> None:
    """Print what a caller of one of the forms catches.

    Examples:
        >>> outcome(create, Volume())
        caught ConnectionError('no array'), context None
    """
    try:
        way(volume)
    except Exception as error:
        print(f"caught {error!r}, context {error.__context__!r}")


def allocate() -> None:
    """Fail, as a driver without a storage array does.

    Examples:
        >>> allocate()
        Traceback (most recent call last):
            ...
        ConnectionError: no array
    """
    raise ConnectionError("no array")
