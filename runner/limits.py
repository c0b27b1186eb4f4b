"""Notes on what the browser has no threads, processes or network for.

Each attempt fails with an error that names no reason, or with none. Python
tells audit hooks of most, whether or not the program handles the error.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from runner.terminal import Terminal

# Notes by audit events.
_NOTES = {
    "_thread.start_joinable_thread": "threads",
    "_thread.start_new_thread": "threads",
    "os.fork": "processes",
    "os.posix_spawn": "processes",
    "os.system": "processes",
    "socket.connect": "hosts",
    "socket.getaddrinfo": "hosts",
    "socket.gethostbyname": "hosts",
    "urllib.Request": "hosts",
}

# The terminal of the program that is running.
_terminals: list[Terminal] = []


def hear(event: str, _: object) -> None:
    """Take an audit event; a hook for `sys.addaudithook`."""
    if event in _NOTES and _terminals:
        _terminals[-1].note(_NOTES[event])


def tell(error: BaseException, terminal: Terminal) -> None:
    """Say what an error means that no audit event announces.

    Args:
        error: What a program ended with.
        terminal: Where its output goes.
    """
    # `subprocess` gives up before it tells.
    if type(error) is OSError and "does not support processes" in str(error):
        terminal.note("processes")


@contextmanager
def noting(terminal: Terminal) -> Iterator[None]:
    """Say beside the output which events there were.

    Args:
        terminal: Where the program's output goes.
    """
    _terminals.append(terminal)
    try:
        yield
    finally:
        _terminals.clear()
