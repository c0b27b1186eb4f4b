"""An event loop for a Python that has no sockets: Pyodide's.

asyncio's own tasks, futures and timeouts run on it. Pyodide's loop returns to
JavaScript between two steps, which node can't do in the middle of a program.
"""

import asyncio
import time
from typing import Any


class _Selector:
    """Waits for nothing but time."""

    def select(self, timeout: float | None) -> list[Any]:
        """Sleep until the next timer.

        Args:
            timeout: Seconds; None if there is no timer.

        Returns:
            An empty list: nothing can be read or written.

        Raises:
            RuntimeError: Nothing would ever happen.
        """
        if timeout is None:
            raise RuntimeError("all tasks wait, and no timer is set")
        time.sleep(timeout)
        return []


class EmulatedLoop(asyncio.BaseEventLoop):
    """Runs callbacks and timers."""

    def __init__(self) -> None:
        """Make a loop."""
        super().__init__()
        self._selector = _Selector()

    def _process_events(self, events: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else runs who could wake this loop."""


def install() -> None:
    """Let `asyncio.run()` use it."""

    def run(main: Any, *, debug: bool | None = None) -> Any:
        outer = asyncio._get_running_loop()  # Pyodide's, which never ends.
        asyncio._set_running_loop(None)
        try:
            with asyncio.Runner(
                debug=debug, loop_factory=EmulatedLoop
            ) as runner:
                return runner.run(main)
        finally:
            asyncio._set_running_loop(outer)

    asyncio.run = run
