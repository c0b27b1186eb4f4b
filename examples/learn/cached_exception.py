"""One exception object that is raised several times keeps growing.

`Cached` remembers an exception and raises it at each call, as a failed Future
of `concurrent.futures` does. Python adds to the traceback that the object
already has, and `add_note` to the notes.
"""

import traceback
from collections.abc import Callable

from oslo_utils import excutils


class Cached:
    """Raise the same exception object at each call."""

    def __init__(self, error: ConnectionError) -> None:
        self.error = error

    def get(self) -> None:
        raise self.error

    def get_afresh(self) -> None:
        """Drop the traceback of earlier calls first."""
        raise self.error.with_traceback(None)

    def get_new(self) -> None:
        """Raise a new object, and keep the cached one as its cause."""
        raise ConnectionError(*self.error.args) from self.error


def ask(get: Callable[[], None], port: str) -> None:
    """Add a note and re-raise.

    Examples:
        The entries of the traceback, and the notes, after each call:

        >>> cached = Cached(ConnectionError("Neutron is down"))
        >>> for port in "eth0", "eth1", "eth2":
        ...     print(told(cached.get, port))
        5 entries, notes: eth0
        10 entries, notes: eth0, eth1
        15 entries, notes: eth0, eth1, eth2

        `with_traceback(None)` before each `raise` helps the traceback, not
        the notes:

        >>> cached = Cached(ConnectionError("Neutron is down"))
        >>> for port in "eth0", "eth1", "eth2":
        ...     print(told(cached.get_afresh, port))
        5 entries, notes: eth0
        5 entries, notes: eth0, eth1
        5 entries, notes: eth0, eth1, eth2

        A new object for each call helps both:

        >>> cached = Cached(ConnectionError("Neutron is down"))
        >>> for port in "eth0", "eth1", "eth2":
        ...     print(told(cached.get_new, port))
        5 entries, notes: eth0
        5 entries, notes: eth1
        5 entries, notes: eth2
    """
    try:
        get()
    except ConnectionError as error:
        with excutils.save_and_reraise_exception():
            error.add_note(port)


def ask_plainly(get: Callable[[], None], port: str) -> None:
    """Do the same with a bare `raise`: it grows as well, by fewer entries.

    Examples:
        >>> cached = Cached(ConnectionError("Neutron is down"))
        >>> for port in "eth0", "eth1", "eth2":
        ...     print(told(cached.get, port, ask_plainly))
        2 entries, notes: eth0
        4 entries, notes: eth0, eth1
        6 entries, notes: eth0, eth1, eth2
    """
    try:
        get()
    except ConnectionError as error:
        error.add_note(port)
        raise


def told(
    get: Callable[[], None],
    port: str,
    asking: Callable[[Callable[[], None], str], None] = ask,
) -> str:
    """Describe what reaches the caller.

    Examples:
        >>> told(Cached(ConnectionError("Neutron is down")).get, "eth0")
        '5 entries, notes: eth0'
    """
    try:
        asking(get, port)
    except ConnectionError as error:
        # The first entry is this function's.
        rows = traceback.extract_tb(error.__traceback__)
        inner = [row for row in rows if row.name != "told"]
        notes = ", ".join(error.__notes__)
        return f"{len(inner)} entries, notes: {notes}"
    return "nothing was raised"
