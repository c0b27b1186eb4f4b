"""What a type checker makes of the code after the helper.

`find`, `state` and `state_or_none` are right when they run. mypy objects to two
of them, and to the third where `possibly-undefined` is on. Look at the comments `type: ignore`,
which name what mypy reports on their line: the plain form needs none.
"""

from oslo_utils import excutils

BOUND: set[str] = set()


def find(port: str) -> str:  # type: ignore[return]
    """Return in the `try`, re-raise in the handler.

    Examples:
        >>> find("eth0")
        'eth0 is up'
        >>> find("gone")
        Traceback (most recent call last):
            ...
        ConnectionError: gone
    """
    try:
        return ask_neutron(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            BOUND.discard(port)


def find_plainly(port: str) -> str:
    """The same with `raise`.

    Examples:
        >>> find_plainly("gone")
        Traceback (most recent call last):
            ...
        ConnectionError: gone
    """
    try:
        return ask_neutron(port)
    except ConnectionError:
        BOUND.discard(port)
        raise


def find_and_say_so(port: str, reraise: bool = True) -> str:
    """Keep the helper, and write `raise` below its block.

    Examples:
        >>> find_and_say_so("gone")
        Traceback (most recent call last):
            ...
        ConnectionError: gone

        If the helper does not re-raise, this `raise` does:

        >>> find_and_say_so("gone", reraise=False)
        Traceback (most recent call last):
            ...
        ConnectionError: gone
    """
    try:
        return ask_neutron(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise=reraise):
            BOUND.discard(port)
        raise


def find_and_force(port: str, reraise: bool = True) -> str:
    """Keep the helper, and call `force_reraise()` below its block.

    Examples:
        mypy reads in the annotation, `NoReturn`, that it raises:

        >>> find_and_force("gone")
        Traceback (most recent call last):
            ...
        ConnectionError: gone

        If the helper does not re-raise, `force_reraise()` does:

        >>> find_and_force("gone", reraise=False)
        Traceback (most recent call last):
            ...
        ConnectionError: gone
    """
    try:
        return ask_neutron(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise) as ctxt:
            BOUND.discard(port)
        ctxt.force_reraise()


def state(port: str) -> str:
    """Bind a name in the `try`, use it below.

    Examples:
        >>> state("eth0")
        'ETH0 IS UP'
        >>> state("gone")
        Traceback (most recent call last):
            ...
        ConnectionError: gone
    """
    try:
        found = ask_neutron(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            BOUND.discard(port)
    return found.upper()  # Reported where possibly-undefined is on.


def state_or_none(port: str) -> str:
    """Bind the name to None first, as one does to please the checker.

    Examples:
        >>> state_or_none("eth0")
        'ETH0 IS UP'
    """
    found: str | None = None
    try:
        found = ask_neutron(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            BOUND.discard(port)
    return found.upper()  # type: ignore[union-attr]


def find_in_vain(port: str) -> str:
    """Return from the body, which no checker objects to.

    Examples:
        It says `str`, and the caller gets the error:

        >>> find_in_vain("gone")
        Traceback (most recent call last):
            ...
        ConnectionError: gone
    """
    try:
        return ask_neutron(port)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            return "unknown"


def ask_neutron(port: str) -> str:
    """Answer, or fail for a port that is gone.

    Examples:
        >>> ask_neutron("eth0")
        'eth0 is up'
    """
    if port == "gone":
        raise ConnectionError(port)
    return f"{port} is up"
