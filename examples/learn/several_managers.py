"""Several context managers in one `with`, and what happens if one raises.

`Step` prints when it is entered and left. Three functions enter two of them in
three ways; a fourth has a context manager that suppresses.
"""

from contextlib import suppress


class Step:
    """One step of attaching a volume; it may be broken."""

    def __init__(self, name: str, broken: bool = False) -> None:
        self.name = name
        self.broken = broken

    def __enter__(self) -> None:
        print("enter", self.name)
        if self.broken:
            raise ConnectionError(f"{self.name} is down")

    def __exit__(self, exc_type: object, *rest: object) -> None:
        print("exit", self.name, exc_type)


def attach(broken: bool = False) -> None:
    """Enter two context managers in one statement.

    Examples:
        The first is entered first and left last:

        >>> attach()
        enter volume
        enter network
        body
        exit network None
        exit volume None

        If `__enter__` of the second raises, the body doesn't run.
        `__exit__` of the first receives the exception; that of the second
        isn't called:

        >>> try:
        ...     attach(broken=True)
        ... except ConnectionError as error:
        ...     print("caller:", error)
        enter volume
        enter network
        exit volume <class 'ConnectionError'>
        caller: network is down
    """
    with Step("volume"), Step("network", broken):
        print("body")


def attach_nested() -> None:
    """Do the same with one statement inside the other.

    Examples:
        >>> attach_nested()
        enter volume
        enter network
        body
        exit network None
        exit volume None
    """
    with Step("volume"):
        with Step("network"):
            print("body")


def attach_in_parentheses() -> None:
    """Do the same on several lines, since Python 3.10.

    Examples:
        >>> attach_in_parentheses()
        enter volume
        enter network
        body
        exit network None
        exit volume None
    """
    with (
        Step("volume"),
        Step("network"),
    ):
        print("body")


def attach_if_reachable() -> str:
    """Put a context manager that suppresses between two others.

    Examples:
        >>> attach_if_reachable()
        enter volume
        enter network
        exit network <class 'TimeoutError'>
        exit volume None
        'continued after the block'
    """
    with Step("volume"), suppress(TimeoutError), Step("network"):
        raise TimeoutError("no answer")
    return "continued after the block"
