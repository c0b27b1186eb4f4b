"""What a `with` statement calls, in which order, and with what.

`Port` prints a line at each step. The arguments of `__exit__` are `None`
unless the body raised.
"""

import traceback
from types import TracebackType


class Port:
    """A network port that is open while the body runs.

    Examples:
        The output shows the order:

        >>> with Port("eth0") as device:
        ...     print("body:", device)
        enter eth0
        body: device of eth0
        exit eth0 None None
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> str:
        print("enter", self.name)
        return f"device of {self.name}"

    def __exit__(
        self, exc_type: object, exc_value: object, exc_tb: object
    ) -> None:
        print("exit", self.name, exc_type, exc_value)


class HalfPort:
    """A port that lacks `__exit__`.

    Examples:
        The `with` statement fails before it calls `__enter__`:

        >>> try:
        ...     with HalfPort():
        ...         print("body")
        ... except TypeError as error:
        ...     print("caller:", type(error))
        caller: <class 'TypeError'>
    """

    def __enter__(self) -> None:
        print("enter")


def keep(devices: list[str]) -> None:
    """Bind the result of `__enter__` to the first item of a list.

    Examples:
        >>> keep(["none"])
        enter eth0
        body: device of eth0
        exit eth0 None None

        An empty list has no first item, so the assignment fails. The body
        doesn't run, and `__exit__` is called:

        >>> try:
        ...     keep([])
        ... except IndexError as error:
        ...     print("caller:", type(error))
        enter eth0
        exit eth0 <class 'IndexError'> list assignment index out of range
        caller: <class 'IndexError'>
    """
    with Port("eth0") as devices[0]:
        print("body:", devices[0])


def send(message: str) -> str:
    """Send one message through a port.

    Examples:
        `__exit__` runs before the function returns:

        >>> send("hello")
        enter eth0
        exit eth0 None None
        'hello sent'

        If the body raises, `__exit__` receives the exception, which then
        propagates to the caller:

        >>> try:
        ...     send("")
        ... except ValueError as error:
        ...     print("caller:", repr(error))
        enter eth0
        exit eth0 <class 'ValueError'> nothing to send
        caller: ValueError('nothing to send')
    """
    with Port("eth0"):
        if not message:
            raise ValueError("nothing to send")
        return f"{message} sent"


def clean_up() -> str:
    """Use a `with` inside an `except` block.

    Examples:
        A `LookupError` is being handled, but the body raises nothing:

        >>> clean_up()
        enter eth1
        exit eth1 None None
        'cleaned up after no host'
    """
    try:
        raise LookupError("no host")
    except LookupError as error:
        with Port("eth1"):
            return f"cleaned up after {error}"


class TracedPort(Port):
    """Print the functions in the traceback that `__exit__` is given.

    Examples:
        >>> def receive() -> None:
        ...     with TracedPort("eth0"):
        ...         raise OSError("no cable")
        >>> try:
        ...     receive()
        ... except OSError as error:
        ...     print("caller:", repr(error))
        enter eth0
        traceback: ['receive']
        caller: OSError('no cable')
    """

    def __exit__(
        self, exc_type: object, exc_value: object, exc_tb: object
    ) -> None:
        if isinstance(exc_tb, TracebackType):
            rows = traceback.extract_tb(exc_tb)
            print("traceback:", [row.name for row in rows])
