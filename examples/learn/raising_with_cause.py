"""`raise_with_cause()` and `CausedByException`, compared to `raise ... from`.

Both set the `__cause__` of the new exception. `raise_with_cause()` also passes
it to the class as `cause=`, and `CausedByException` names it in its message.
"""

import traceback
from collections.abc import Callable
from typing import Any

from oslo_utils import excutils


class BootError(excutils.CausedByException):
    """An instance did not start."""


class PortError(excutils.CausedByException):
    """There is no port."""


class QuotaError(Exception):
    """An exception class like most: it takes no `cause`."""


def boot() -> None:
    """Fail because of a port, which fails because of Neutron.

    Examples:
        The cause is in the attribute `cause` and in `__cause__`:

        >>> try:
        ...     boot()
        ... except BootError as error:
        ...     print(repr(error))
        ...     print(repr(error.cause), error.cause is error.__cause__)
        BootError('vm-1 not started')
        PortError('no port') True

        Its error message has a row for each cause:

        >>> try:
        ...     boot()
        ... except BootError as error:
        ...     print(error)
        vm-1 not started
          PortError: no port
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
        `__cause__` is set as well, but the message doesn't name the cause:

        >>> try:
        ...     boot_plainly()
        ... except RuntimeError as error:
        ...     print(error)
        ...     print(repr(error.__cause__))
        ...     print(repr(error.__cause__.__cause__))
        vm-1 not started
        LookupError('no port')
        ConnectionError('Neutron is down')

        `raise_with_cause()` adds an entry at the end of the traceback:

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


def link(exc_cls: type[Exception]) -> None:
    """Raise a class in a handler, and print what reaches the caller.

    Examples:
        A `CausedByException` accepts it:

        >>> link(PortError)
        PortError('no port') cause: ConnectionError('down')

        Most classes don't:

        >>> link(ValueError)
        TypeError('ValueError() takes no keyword arguments') cause: None
        >>> link(QuotaError)
        TypeError('QuotaError() takes no keyword arguments') cause: None

        Outside a handler no cause is passed, so a test may not find this:

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
            excutils.raise_with_cause(exc_cls, "no port")
    except Exception as error:
        print(repr(error), "cause:", repr(error.__cause__))


def name_cause(cause: Exception | None) -> None:
    """Name the cause in the call.

    Examples:
        The `KeyError` is used, not the active exception:

        >>> name_cause(KeyError("eth0"))
        cause: KeyError('eth0')
        context: ConnectionError('down')
        traceback shows the context: False

        `cause=None` does what `raise ... from None` does:

        >>> name_cause(None)
        cause: None
        context: ConnectionError('down')
        traceback shows the context: False
    """
    try:
        try:
            raise ConnectionError("down")
        except ConnectionError:
            excutils.raise_with_cause(PortError, "no port", cause=cause)
    except PortError as error:
        text = "".join(traceback.format_exception(error))
        print("cause:", repr(error.__cause__))
        print("context:", repr(error.__context__))
        print("traceback shows the context:", "ConnectionError" in text)


def check(quota: int) -> None:
    """Raise an exception that no other one led to.

    Examples:
        The `ConnectionError` isn't what led to the `PortError`:

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
    """Print the result of `pformat()`.

    Examples:
        A cause that isn't a `CausedByException` is named with its module,
        unless that is `builtins`. `show_root_class` names the class on the
        first line, too:

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

        A cause that isn't a `CausedByException` ends the message. Its notes
        are shown, its own causes are not:

        >>> unknown.cause = unknown.__cause__ = OSError("no route")
        >>> unknown.add_note("asked for: neutron.example.org")
        >>> show(PortError("eth0", unknown))
        eth0
          socket.gaierror: name not known
          asked for: neutron.example.org

        A reference cycle is followed once, so the first exception appears
        twice:

        >>> first = PortError("first")
        >>> first.cause = PortError("second", first)
        >>> show(first)
        first
          PortError: second
            PortError: first

        A message that isn't a `str` fails when it is printed, not before:

        >>> error = PortError(404)
        >>> repr(error)
        'PortError(404)'
        >>> show(error)
        Traceback (most recent call last):
            ...
        TypeError: string argument expected, got 'int'

        `bytes()` returns the same in UTF-8:

        >>> try:
        ...     boot()
        ... except BootError as error:
        ...     bytes(error).splitlines()
        [b'vm-1 not started', b'  PortError: no port', b'    ConnectionError: Neutron is down']

        A printed traceback names the first cause three times: by itself,
        and in the messages of the two exceptions that it led to:

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
    print(error.pformat(**options))


def entries(way: Callable[[], None]) -> list[str]:
    """Name the functions in the traceback of what reaches the caller.

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
