"""What a type checker reports of code after the helper.

`find`, `state` and `state_or_none` work. mypy reports `find` and
`state_or_none`, and `state` if `possibly-undefined` is enabled. The comments
`type: ignore` name what it reports; with a bare `raise` there is nothing to
ignore.
"""

from oslo_utils import excutils

BOUND: set[str] = set()


def find(port: str) -> str:  # type: ignore[return]
    """Return in the `try`, re-raise in the handler.

    Examples:
        It always returns a `str` or raises:

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
    """Do the same with a bare `raise`.

    Examples:
        The caller gets the same exception:

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
    """Keep the helper, and write `raise` after its block.

    Examples:
        Usually the helper re-raises, and the `raise` isn't reached:

        >>> find_and_say_so("gone")
        Traceback (most recent call last):
            ...
        ConnectionError: gone

        If `reraise` is `False`, it is reached, and re-raises:

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
    """Keep the helper, and call `force_reraise()` after its block.

    Examples:
        Its annotation, `NoReturn`, says that it raises:

        >>> find_and_force("gone")
        Traceback (most recent call last):
            ...
        ConnectionError: gone

        If the helper doesn't re-raise, `force_reraise()` does:

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
    """Bind a name in the `try`, use it after the handler.

    Examples:
        The name is bound whenever the last statement runs:

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
    return found.upper()  # Reported by possibly-undefined.


def state_or_none(port: str) -> str:
    """Bind the name to `None` first, which causes another report.

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
    """Return from the body, which no checker reports.

    Examples:
        The caller gets the exception:

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
    """Return the port's state, or fail if it is gone.

    Examples:
        >>> ask_neutron("eth0")
        'eth0 is up'
    """
    if port == "gone":
        raise ConnectionError(port)
    return f"{port} is up"
