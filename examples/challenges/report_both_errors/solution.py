import logging
from collections.abc import Callable

LOG = logging.getLogger("nova.compute.manager")
Step = Callable[[], None]


def release(unbind: Step, save_state: Step) -> None:
    """Unbind a port; save the state if that fails."""
    try:
        unbind()
    except Exception as error:
        try:
            save_state()
        except Exception as second:
            raise ExceptionGroup(
                "port is not unbound, state is not saved",
                [error, second],
            ) from None
        raise
