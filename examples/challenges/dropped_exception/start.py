import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


def detach(
    volume: str,
    disconnect: Callable[[str], None],
    mark_failed: Callable[[str], None],
) -> None:
    """Disconnect a volume; mark it if that fails."""
    try:
        disconnect(volume)
    except Exception as error:
        with excutils.save_and_reraise_exception():
            LOG.error("%s is still connected", volume)
            mark_failed(volume)
            raise error
