"""Managers that `contextlib` already has, each on one small task.

`closing` closes, `suppress` swallows what you name, `nullcontext` does
nothing, and `ExitStack` collects exits while the program runs. Look at
`attach`: `pop_all()` is how to say "undo everything unless all went well".
"""

from contextlib import ExitStack, closing, nullcontext, suppress


class Image:
    """A stream of bytes that must be closed."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self) -> bytes:
        if not self.data:
            raise OSError("the image is empty")
        return self.data

    def close(self) -> None:
        print("closed")


def download(image: Image) -> int:
    """Close an object that has `close` but is no context manager.

    Examples:
        >>> download(Image(b"qcow2"))
        closed
        5

        It is closed when the body fails as well:

        >>> try:
        ...     download(Image(b""))
        ... except OSError as error:
        ...     print("the caller gets:", error)
        closed
        the caller gets: the image is empty
    """
    with closing(image):
        return len(image.read())


def forget(ports: dict[str, str], name: str) -> None:
    """Delete a port that may be gone already.

    Examples:
        >>> ports = {"eth0": "up", "eth1": "up"}
        >>> forget(ports, "eth0")
        >>> forget(ports, "eth0")
        >>> ports
        {'eth1': 'up'}

        `suppress` swallows what you name and its subclasses.
        Any other exception goes on:

        >>> forget(None, "eth1")
        Traceback (most recent call last):
            ...
        TypeError: 'NoneType' object does not support item deletion
    """
    with suppress(KeyError):
        del ports[name]


def show(data: bytes, source: Image | None = None) -> int:
    """Use a manager where there is one, and none where there is not.

    Examples:
        >>> show(b"raw")
        3
        >>> show(b"raw", source=Image(b"raw"))
        closed
        3
    """
    with closing(source) if source else nullcontext():
        return len(data)


def attach(steps: list[str], broken: str = "") -> str:
    """Do several steps; undo those that were done when a later one fails.

    Examples:
        When all went well, `pop_all` takes the undo steps off the stack, and
        leaving the block undoes nothing:

        >>> attach(["reserve", "connect", "mount"])
        do reserve
        do connect
        do mount
        'attached'

        When one fails, leaving the block undoes the others, last one first:

        >>> try:
        ...     attach(["reserve", "connect", "mount"], broken="mount")
        ... except OSError as error:
        ...     print("the caller gets:", error)
        do reserve
        do connect
        undo connect
        undo reserve
        the caller gets: mount failed
    """
    with ExitStack() as undo:
        for step in steps:
            if step == broken:
                raise OSError(f"{step} failed")
            print("do", step)
            undo.callback(print, "undo", step)
        undo.pop_all()
    return "attached"
