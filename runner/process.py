"""What a program finds around it, and how all of that is put back.

A program may change more than it should: modules, streams, loggers, the import
path. The next one starts as the first one did.
"""

import asyncio
import builtins
import linecache
import logging
import sys
import time
import types
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from runner.terminal import Keyboard, LastResort, Stream, Terminal


class Loop(asyncio.BaseEventLoop):
    """Runs coroutines to their end, as CPython's own loop would.

    The browser's loop gives way to the page between two steps, which a
    program that calls `asyncio.run` does not expect. There is nothing to wait
    for but time.
    """

    def __init__(self) -> None:
        """Be the selector as well: nothing can be selected."""
        super().__init__()
        self._selector = self

    def select(self, timeout: float | None) -> list[Any]:
        """Wait."""
        if timeout:
            time.sleep(timeout)
        return []

    def _process_events(self, event_list: object) -> None:
        """Nothing came."""

    def _write_to_self(self) -> None:
        """There is nobody to wake."""


def _asyncio_run(main: Any, *, debug: Any = None, **_: Any) -> Any:
    with asyncio.Runner(debug=debug, loop_factory=Loop) as runner:
        return runner.run(main)


@contextmanager
def process(terminal: Terminal) -> Iterator[None]:
    """Take over what a program can print to, and put all back after it.

    Args:
        terminal: Where the program's output goes.
    """
    _forget()
    own = vars(builtins)
    path, finders = sys.path[:], sys.meta_path[:]
    modules, limit = dict(sys.modules), sys.getrecursionlimit()
    contents = [
        (vars(one), dict(vars(one)))
        for one in modules.values()
        if isinstance(one, types.ModuleType)
    ]
    known = set(own)
    sys.stdin = cast("TextIO", Keyboard(terminal))
    sys.stdout = cast("TextIO", Stream(terminal, "out"))
    sys.stderr = cast("TextIO", Stream(terminal, "err"))
    sys.breakpointhook = lambda *_, **__: terminal.note("debugger")
    logging.lastResort = LastResort(terminal)
    root = logging.getLogger()
    asyncio.events._set_running_loop(None)
    asyncio.run = _asyncio_run
    # Outside `asyncio.run` there is no event loop, as in CPython. Pyodide's
    # would call back after the program has ended.
    vars(asyncio.events)["_event_loop_policy"] = None
    vars(asyncio.events)["new_event_loop"] = Loop
    vars(asyncio)["new_event_loop"] = Loop
    try:
        with warnings.catch_warnings():
            yield
    finally:
        for names, kept in contents:
            names.update(kept)
        for name in own.keys() - known:
            del own[name]
        sys.settrace(None)
        for logger in [root, *_loggers()]:
            for handler in logger.handlers[:]:
                logger.removeHandler(handler)
            logger.filters.clear()
            logger.setLevel(logging.NOTSET)
            logger.propagate, logger.disabled = True, False
        root.setLevel(logging.WARNING)
        logging.disable(logging.NOTSET)
        sys.path[:], sys.meta_path[:] = path, finders
        sys.modules.update(modules)
        sys.setrecursionlimit(limit)
        terminal.flush()


def _loggers() -> list[logging.Logger]:
    known = logging.Logger.manager.loggerDict.values()
    return [one for one in known if isinstance(one, logging.Logger)]


def _forget() -> None:
    """Forget modules that a program may have changed."""
    for name in list(sys.modules):
        if name.split(".")[0] in ("examples", "oslo_utils"):
            del sys.modules[name]
    linecache.clearcache()
