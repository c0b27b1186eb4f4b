"""Context managers of `contextlib`, each on one small task.

`suppress` ignores an error, `closing` closes an object, `nullcontext` does
nothing, and `ExitStack` collects undo steps while the program runs.
"""

from contextlib import ExitStack, closing, nullcontext, suppress


def forget(ports: dict[str, str], name: str) -> str:
    """Delete a port that may be gone already.

    Examples:
        >>> ports = {"eth0": "up", "eth1": "up"}
        >>> forget(ports, "eth0")
        'forgotten'
        >>> forget(ports, "eth0")
        'forgotten'

        Any other exception propagates:

        >>> forget(None, "eth1")
        Traceback (most recent call last):
            ...
        TypeError: 'NoneType' object does not support item deletion
    """
    with suppress(KeyError):
        del ports[name]
    return "forgotten"


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

        It is closed if the body raises, too:

        >>> try:
        ...     download(Image(b""))
        ... except OSError as error:
        ...     print("caller:", error)
        closed
        caller: the image is empty
    """
    with closing(image):
        return len(image.read())


def show(data: bytes, source: Image | None = None) -> int:
    """Close the source, if there is one.

    Examples:
        >>> show(b"raw", source=Image(b"raw"))
        closed
        3
        >>> show(b"raw")
        3
    """
    with closing(source) if source else nullcontext():
        return len(data)


def attach(steps: list[str], broken: str = "") -> str:
    """Do several steps; undo those that were done if a later one fails.

    Examples:
        When a step fails, the undo steps run, the last one first, and the
        exception propagates:

        >>> try:
        ...     attach(["reserve", "connect", "mount"], broken="mount")
        ... except OSError as error:
        ...     print("caller:", error)
        do reserve
        do connect
        undo connect
        undo reserve
        caller: mount failed

        When all steps succeed, nothing is undone:

        >>> attach(["reserve", "connect", "mount"])
        do reserve
        do connect
        do mount
        'attached'
    """
    with ExitStack() as undo:
        for step in steps:
            if step == broken:
                raise OSError(f"{step} failed")
            print("do", step)
            undo.callback(print, "undo", step)
        undo.pop_all()
    return "attached"
