import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")
Step = Callable[[str], None]


def resize(disk: str, grow: Step, roll_back: Step) -> None:
    """Make a disk larger; give the quota back if that fails."""
    try:
        grow(disk)
    except Exception:
        with excutils.save_and_reraise_exception():
            LOG.error("%s was not resized", disk)
            roll_back(disk)
