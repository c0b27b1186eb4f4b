import logging
from collections.abc import Callable
from typing import Any

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")
Step = Callable[[], None]


class RequestLogger(logging.LoggerAdapter[logging.Logger]):
    """Adds a request's id to each message, as a prefix."""

    def process(self, msg: Any, kwargs: Any) -> tuple[str, Any]:
        return f"[{(self.extra or {})['request']}] {msg}", kwargs


def release(request: str, unbind: Step, clean_up: Step) -> None:
    """Unbind a port; clean up if that fails."""
    try:
        unbind()
    except Exception:
        log = RequestLogger(LOG, {"request": request})
        with excutils.save_and_reraise_exception(logger=log):
            clean_up()
