import logging
from collections.abc import Callable

LOG = logging.getLogger("nova.compute.manager")


def spawn(
    host: str,
    ports: list[str],
    boot: Callable[[str], str],
    unplug: Callable[[list[str]], None],
) -> str:
    """Boot on a host; unplug the ports if that fails."""
    try:
        return boot(host)
    except Exception:
        LOG.error("%s failed", host)
        if ports:
            unplug(ports)
        raise
