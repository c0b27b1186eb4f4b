"""`capture()` and `force_reraise()`: the helper without a `with`.

`capture()` saves the active exception in one handler. `force_reraise()` raises
it later, after the handler has ended.
"""

import traceback

from oslo_utils import excutils


def boot(hosts: list[str]) -> str:
    """Try each host; if none works, raise the first host's exception.

    Examples:
        The second host works, so nothing is raised:

        >>> boot(["compute-1", "compute-3"])
        'running on compute-3'

        If no host works, the caller gets the first exception:

        >>> try:
        ...     boot(["compute-1", "compute-2"])
        ... except ConnectionError as error:
        ...     print(repr(error), "context:", error.__context__)
        ConnectionError('no answer from compute-1') context: None
    """
    first = excutils.save_and_reraise_exception()
    for host in hosts:
        try:
            return spawn(host)
        except ConnectionError:
            if first.value is None:
                first.capture()
    first.force_reraise()


def boot_plainly(hosts: list[str]) -> str:
    """Keep the first exception in a variable, without the helper.

    Examples:
        The caller gets the same exception:

        >>> boot_plainly(["compute-1", "compute-2"])
        Traceback (most recent call last):
            ...
        ConnectionError: no answer from compute-1
    """
    first: Exception = LookupError("no hosts given")
    for host in hosts:
        try:
            return spawn(host)
        except ConnectionError as error:
            if isinstance(first, LookupError):
                first = error
    raise first


def print_tracebacks(hosts: list[str]) -> None:
    """Print the traceback entries of both ways.

    Examples:
        The helper adds one entry, `force_reraise`:

        >>> print_tracebacks(["compute-1", "compute-2"])
        boot | first.force_reraise()
        force_reraise | raise self.value
        boot | return spawn(host)
        spawn | raise ConnectionError(f"no answer from {host}")
        ---
        boot_plainly | raise first
        boot_plainly | return spawn(host)
        spawn | raise ConnectionError(f"no answer from {host}")
        ---
    """
    for way in boot, boot_plainly:
        try:
            way(hosts)
        except ConnectionError as error:
            for entry in traceback.extract_tb(error.__traceback__)[1:]:
                print(entry.name, "|", entry.line)
            print("---")


def capture_nothing(check: bool) -> None:
    """Call both methods while no exception is active.

    Examples:
        `capture()` raises:

        >>> capture_nothing(check=True)
        Traceback (most recent call last):
            ...
        RuntimeError: There is no active exception to capture

        With `check=False`, `capture()` returns, and `force_reraise()` raises:

        >>> capture_nothing(check=False)
        Traceback (most recent call last):
            ...
        RuntimeError: There is no (currently) captured exception to force the reraising of
    """
    helper = excutils.save_and_reraise_exception()
    helper.capture(check=check)
    helper.force_reraise()


def raise_it_twice(host: str) -> str:
    """Call `force_reraise()` of one object twice.

    Examples:
        The second exception is a new one, without the message:

        >>> raise_it_twice("compute-1")
        "ConnectionError('no answer from compute-1'), then ConnectionError()"
    """
    helper = excutils.save_and_reraise_exception()
    try:
        spawn(host)
    except ConnectionError:
        helper.capture()
    raised = []
    for _ in range(2):
        try:
            helper.force_reraise()
        except ConnectionError as error:
            raised.append(repr(error))
    return ", then ".join(raised)


def state(host: str) -> None:
    """Print what the object holds before and after it raises.

    Examples:
        `capture()` saves the exception, and `force_reraise()` releases it:

        >>> state("compute-1")
        new: None None
        captured: ConnectionError no answer from compute-1
        raised: ConnectionError None
    """
    first = excutils.save_and_reraise_exception()
    print("new:", first.type_, first.value)
    try:
        spawn(host)
    except ConnectionError as error:
        same = first.capture()
        print("captured:", type(error).__name__, same.value)
    try:
        first.force_reraise()
    except ConnectionError as error:
        print("raised:", type(error).__name__, first.value)


def force_in_another_handler(host: str) -> None:
    """Raise the saved exception while a different one is handled.

    Examples:
        The `TimeoutError` replaces the `LookupError` as its context:

        >>> try:
        ...     force_in_another_handler("compute-1")
        ... except ConnectionError as error:
        ...     print("context after:", repr(error.__context__))
        ...     print("its context:", error.__context__.__context__)
        context before: LookupError('no host')
        context after: TimeoutError('no answer')
        its context: None
    """
    helper = excutils.save_and_reraise_exception()
    try:
        try:
            raise LookupError("no host")
        except LookupError:
            spawn(host)
    except ConnectionError as error:
        print("context before:", repr(error.__context__))
        helper.capture()
    try:
        raise TimeoutError("no answer")
    except TimeoutError:
        helper.force_reraise()


def spawn(host: str) -> str:
    """Boot on one host; only the third works.

    Examples:
        On any other host, it raises an exception:

        >>> spawn("compute-3")
        'running on compute-3'
        >>> spawn("compute-1")
        Traceback (most recent call last):
            ...
        ConnectionError: no answer from compute-1
    """
    if host != "compute-3":
        raise ConnectionError(f"no answer from {host}")
    return f"running on {host}"
