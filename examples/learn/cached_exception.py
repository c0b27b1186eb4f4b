"""One exception object that is raised several times keeps growing.

`Cached` stores an exception and raises it at each call, as a failed Future of
`concurrent.futures` does. Python adds to the traceback that the object already
has, and `add_note` to the notes.
"""

import traceback
from collections.abc import Callable

from oslo_utils import excutils


class Cached:
    """Raise the same exception object at each call.

    Examples:
        Each call adds an entry for `get`:

        >>> cached = Cached(ConnectionError("Neutron is down"))
        >>> for _ in range(3):
        ...     print(entries(cached.get))
        ['get']
        ['get', 'get']
        ['get', 'get', 'get']

        With `with_traceback(None)`, there is one entry, but the place of the
        first failure is lost:

        >>> for _ in range(3):
        ...     print(entries(cached.get_afresh))
        ['get_afresh']
        ['get_afresh']
        ['get_afresh']

        A new object has one entry as well, and the stored exception is its
        cause:

        >>> for _ in range(3):
        ...     print(entries(cached.get_new))
        ['get_new']
        ['get_new']
        ['get_new']
    """

    def __init__(self, error: ConnectionError) -> None:
        self.error = error

    def get(self) -> None:
        raise self.error

    def get_afresh(self) -> None:
        raise self.error.with_traceback(None)

    def get_new(self) -> None:
        raise ConnectionError(*self.error.args) from self.error


def ask(get: Callable[[], None], port: str) -> None:
    """Add a note and re-raise.

    Examples:
        Each call adds five entries and a note:

        >>> cached = Cached(ConnectionError("Neutron is down"))
        >>> for port in "eth0", "eth1", "eth2":
        ...     print(told(cached.get, port))
        5 entries, notes: eth0
        10 entries, notes: eth0, eth1
        15 entries, notes: eth0, eth1, eth2
    """
    try:
        get()
    except ConnectionError as error:
        with excutils.save_and_reraise_exception():
            error.add_note(port)


def ask_plainly(get: Callable[[], None], port: str) -> None:
    """Do the same with a bare `raise`.

    Examples:
        Each call adds two entries and a note:

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


def entries(get: Callable[[], None]) -> list[str]:
    """Name the functions in the traceback, without this one.

    Examples:
        >>> entries(Cached(ConnectionError("Neutron is down")).get)
        ['get']
    """
    try:
        get()
    except ConnectionError as error:
        rows = traceback.extract_tb(error.__traceback__)
        return [row.name for row in rows if row.name != "entries"]
    return []


def told(
    get: Callable[[], None],
    port: str,
    asking: Callable[[Callable[[], None], str], None] = ask,
) -> str:
    """Describe what reaches the caller.

    Examples:
        >>> told(Cached(ConnectionError("Neutron is down")).get, "eth0")
        '5 entries, notes: eth0'

        `with_traceback(None)` keeps the traceback short, but not the notes:

        >>> cached = Cached(ConnectionError("Neutron is down"))
        >>> for port in "eth0", "eth1", "eth2":
        ...     print(told(cached.get_afresh, port))
        5 entries, notes: eth0
        5 entries, notes: eth0, eth1
        5 entries, notes: eth0, eth1, eth2

        A new object for each call keeps both short:

        >>> cached = Cached(ConnectionError("Neutron is down"))
        >>> for port in "eth0", "eth1", "eth2":
        ...     print(told(cached.get_new, port))
        5 entries, notes: eth0
        5 entries, notes: eth1
        5 entries, notes: eth2
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
