"""Several managers in one `with`, and what happens when the second fails.

`Step` prints when it is entered and left. Three functions write the same thing
in three ways. Then follow the order when the second manager cannot be entered,
and when one in the middle swallows the exception.
"""

from collections.abc import Iterable
from contextlib import suppress


class Step:
    """One step of attaching a volume; some steps fail when entered."""

    def __init__(self, name: str, broken: Iterable[str] = ()) -> None:
        self.name = name
        self.broken = broken

    def __enter__(self) -> str:
        print("enter", self.name)
        if self.name in self.broken:
            raise ConnectionError(f"{self.name} is down")
        return self.name

    def __exit__(self, exc_type: object, *rest: object) -> None:
        print("exit", self.name, exc_type)


def on_one_line(broken: Iterable[str] = ()) -> None:
    """Enter two managers in one statement.

    Examples:
        The first is entered first and left last:

        >>> on_one_line()
        enter volume
        enter network
        body
        exit network None
        exit volume None

        When entering the second fails, the body does not run.
        The first is left, with the exception; the second is not, for it was
        never entered:

        >>> try:
        ...     on_one_line(broken=["network"])
        ... except ConnectionError as error:
        ...     print("the caller gets:", error)
        enter volume
        enter network
        exit volume <class 'ConnectionError'>
        the caller gets: network is down
    """
    with Step("volume", broken), Step("network", broken):
        print("body")


def nested() -> None:
    """Say the same with one statement inside the other.

    Examples:
        >>> nested()
        enter volume
        enter network
        body
        exit network None
        exit volume None
    """
    with Step("volume"):
        with Step("network"):
            print("body")


def in_parentheses() -> None:
    """Say the same on several lines, since Python 3.10.

    Examples:
        >>> in_parentheses()
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


def with_one_that_swallows() -> str:
    """Put a manager that swallows between two others.

    Examples:
        Exits run from the inside out.
        Those outside the one that swallows see no exception:

        >>> with_one_that_swallows()
        enter volume
        enter network
        exit network <class 'TimeoutError'>
        exit volume None
        'the line after the block ran'
    """
    with Step("volume"), suppress(TimeoutError), Step("network"):
        raise TimeoutError("no answer")
    return "the line after the block ran"
