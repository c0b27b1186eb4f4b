"""`raise_with_cause` and `CausedByException` beside `raise ... from`.

Both link an exception to the one that led to it. Look at what the library's
way adds: an attribute `cause`, and a text of several lines with all causes in
it. Look also at which exception it picks up, and for which classes it fails.
"""

import traceback
from collections.abc import Callable
from typing import Any

from oslo_utils import excutils


class BootError(excutils.CausedByException):
    """An instance did not start."""


class PortError(excutils.CausedByException):
    """A port could not be had."""


class QuotaError(Exception):
    """An exception class like most: it takes no `cause`."""


def boot() -> None:
    """Fail because of a port, which fails because of Neutron.

    Examples:
        The cause is an attribute and also Python's own `__cause__`:

        >>> try:
        ...     boot()
        ... except BootError as error:
        ...     print(repr(error))
        ...     print(repr(error.cause), error.cause is error.__cause__)
        BootError('vm-1 not started')
        PortError('no port') True

        The text of the exception has a line for each cause:

        >>> try:
        ...     boot()
        ... except BootError as error:
        ...     print(error)
        vm-1 not started
          PortError: no port
            ConnectionError: Neutron is down

        `bytes()` gives the same as UTF-8:

        >>> try:
        ...     boot()
        ... except BootError as error:
        ...     bytes(error).splitlines()
        [b'vm-1 not started', b'  PortError: no port', b'    ConnectionError: Neutron is down']

        A printed traceback names the first cause three times: by itself,
        and in the text of the two that it led to:

        >>> try:
        ...     boot()
        ... except BootError as error:
        ...     for text in traceback.format_exception(error):
        ...         for line in text.splitlines():
        ...             if "ConnectionError: " in line:
        ...                 print(line)
        ConnectionError: Neutron is down
          ConnectionError: Neutron is down
            ConnectionError: Neutron is down
    """
    try:
        try:
            raise ConnectionError("Neutron is down")
        except ConnectionError:
            excutils.raise_with_cause(PortError, "no port")
    except PortError:
        excutils.raise_with_cause(BootError, "vm-1 not started")


def boot_plainly() -> None:
    """Do the same in plain Python.

    Examples:
        The exceptions are linked alike, and the text is the message:

        >>> try:
        ...     boot_plainly()
        ... except RuntimeError as error:
        ...     print(error)
        ...     print(repr(error.__cause__))
        ...     print(repr(error.__cause__.__cause__))
        vm-1 not started
        LookupError('no port')
        ConnectionError('Neutron is down')

        The last traceback entry is the line that raises.
        The library's way adds one of its own below it:

        >>> entries(boot_plainly), entries(boot)
        (['boot_plainly'], ['boot', 'raise_with_cause'])
    """
    try:
        try:
            raise ConnectionError("Neutron is down")
        except ConnectionError as error:
            raise LookupError("no port") from error
    except LookupError as error:
        raise RuntimeError("vm-1 not started") from error


def link(exc_cls: type[Exception], **options: object) -> None:
    """Raise a class in a handler, and print what came out.

    Examples:
        >>> link(PortError)
        PortError('no port') cause: ConnectionError('down')

        A class that takes no `cause` gives a `TypeError` in its place:

        >>> link(ValueError)
        TypeError('ValueError() takes no keyword arguments') cause: None
        >>> link(QuotaError)
        TypeError('QuotaError() takes no keyword arguments') cause: None

        `cause=` in the call goes before the active exception:

        >>> link(PortError, cause=KeyError("eth0"))
        PortError('no port') cause: KeyError('eth0')

        `cause=None` is `raise ... from None`, which also hides the active
        exception from the traceback:

        >>> link(PortError, cause=None)
        PortError('no port') cause: None
        >>> try:
        ...     try:
        ...         raise ConnectionError("down")
        ...     except ConnectionError:
        ...         excutils.raise_with_cause(PortError, "no port", cause=None)
        ... except PortError as error:
        ...     print("shown:", "ConnectionError" in "".join(
        ...         traceback.format_exception(error)))
        ...     print("context:", repr(error.__context__))
        shown: False
        context: ConnectionError('down')

        Outside a handler no cause is passed, and any class works:

        >>> try:
        ...     excutils.raise_with_cause(QuotaError, "no ports left")
        ... except QuotaError as error:
        ...     print(repr(error), "cause:", error.__cause__)
        QuotaError('no ports left') cause: None
    """
    try:
        try:
            raise ConnectionError("down")
        except ConnectionError:
            excutils.raise_with_cause(exc_cls, "no port", **options)
    except Exception as error:
        print(repr(error), "cause:", repr(error.__cause__))


def check(quota: int) -> None:
    """Refuse, without a thought of who is calling.

    Examples:
        The active exception may belong to a caller's handler.
        It becomes the cause, whether or not it led to this error:

        >>> try:
        ...     raise ConnectionError("Nova is down")
        ... except ConnectionError:
        ...     try:
        ...         check(0)
        ...     except PortError as error:
        ...         print(error)
        no ports left
          ConnectionError: Nova is down
    """
    if not quota:
        excutils.raise_with_cause(PortError, "no ports left")


def show(error: excutils.CausedByException, **options: Any) -> None:
    """Print an exception as told to.

    Examples:
        Causes may be passed by hand.
        A class of another kind is named with its module.
        `show_root_class` names the class on the first line, too:

        >>> import socket
        >>> unknown = socket.gaierror("name not known")
        >>> port = PortError("eth0", PortError("bridge", unknown))
        >>> error = BootError("vm-1", port)
        >>> show(error, show_root_class=True)
        BootError: vm-1
          PortError: eth0
            PortError: bridge
              socket.gaierror: name not known

        Each level is indented by `indent` more, in units of `indent_text`:

        >>> show(error, indent=1, indent_text="> ")
        vm-1
        > PortError: eth0
        > > PortError: bridge
        > > > socket.gaierror: name not known
        >>> show(error, indent=0)
        vm-1
        PortError: eth0
        PortError: bridge
        socket.gaierror: name not known
        >>> show(error, indent=-1)
        Traceback (most recent call last):
            ...
        ValueError: Provided 'indent' must be greater than or equal to zero instead of -1

        A cause passed by hand is not Python's `__cause__`, and a
        `__cause__` is not in the text:

        >>> print(error.__cause__)
        None
        >>> bridge = PortError("bridge")
        >>> bridge.__cause__ = OSError("no route")
        >>> show(bridge)
        bridge
        >>> show(PortError("eth0", bridge))
        eth0
          PortError: bridge

        A cause of another kind ends the text.
        Its notes are shown, and its own causes are not:

        >>> unknown.cause = unknown.__cause__ = OSError("no route")
        >>> unknown.add_note("asked for: neutron.example.org")
        >>> show(PortError("eth0", unknown))
        eth0
          socket.gaierror: name not known
          asked for: neutron.example.org

        A circle is walked once, so that the first one stands there twice:

        >>> first = PortError("first")
        >>> first.cause = PortError("second", first)
        >>> show(first)
        first
          PortError: second
            PortError: first

        A message that is no text fails when it is printed, and not before:

        >>> error = PortError(404)
        >>> repr(error)
        'PortError(404)'
        >>> show(error)
        Traceback (most recent call last):
            ...
        TypeError: string argument expected, got 'int'
    """
    print(error.pformat(**options))


def entries(way: Callable[[], None]) -> list[str]:
    """Name the functions in the traceback of what comes out.

    Examples:
        >>> entries(boot_plainly)
        ['boot_plainly']
    """
    try:
        way()
    except Exception as error:
        stack = traceback.extract_tb(error.__traceback__)
        return [entry.name for entry in stack][1:]
    return []
