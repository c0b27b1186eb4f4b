"""What a `with` statement calls, in which order, and with what.

`Port` prints a line at each step. Follow the order: the context expression,
`__enter__`, the body, `__exit__`. Look at the three arguments of `__exit__`:
they are `None` unless an exception left the body.
"""

from types import TracebackType


class Port:
    """A network port that is open while the body runs."""

    def __init__(self, name: str) -> None:
        print("expression: the port is made")
        self.name = name

    def __enter__(self) -> str:
        print("enter: the port opens")
        return f"device of {self.name}"

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        print(f"exit: the port closes, exc_type={exc_type}")
        print(f"      exc_value={exc_value!r}")
        print(f"      traceback given: {traceback is not None}")


def send(port: Port, message: str) -> None:
    """Send one message through a port.

    Examples:
        `as` binds what `__enter__` returned, here a string, not the port:

        >>> with Port("eth0") as device:
        ...     print("body:", repr(device))
        expression: the port is made
        enter: the port opens
        body: 'device of eth0'
        exit: the port closes, exc_type=None
              exc_value=None
              traceback given: False

        An exception in the body is given to `__exit__`.
        It goes on afterwards:

        >>> port = Port("eth1")
        expression: the port is made
        >>> try:
        ...     send(port, "")
        ... except ValueError as error:
        ...     print("the caller gets:", error)
        enter: the port opens
        exit: the port closes, exc_type=<class 'ValueError'>
              exc_value=ValueError('nothing to send')
              traceback given: True
        the caller gets: nothing to send

        A `return` in the body leaves by way of `__exit__` as well:

        >>> send(port, "hello")
        enter: the port opens
        body: hello
        exit: the port closes, exc_type=None
              exc_value=None
              traceback given: False

        The arguments are about the body.
        An exception that is being handled around the `with` is not in them:

        >>> try:
        ...     raise LookupError("no host")
        ... except LookupError:
        ...     send(Port("eth2"), "cleanup")
        expression: the port is made
        enter: the port opens
        body: cleanup
        exit: the port closes, exc_type=None
              exc_value=None
              traceback given: False
    """
    with port:
        if not message:
            raise ValueError("nothing to send")
        print("body:", message)
        return
