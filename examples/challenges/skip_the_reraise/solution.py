import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("nova.network.neutron")


class NeutronError(Exception):
    """Any answer of Neutron other than success."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def delete(port: str, ask: Callable[[str], None]) -> str:
    """Delete a port; a missing one is not an error."""
    try:
        ask(port)
    except NeutronError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if error.status == 404:
                ctxt.reraise = False
                return "was gone"
            LOG.error("%s is left over", port)
    return "deleted"
