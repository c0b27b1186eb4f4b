"""`capture()` and `force_reraise()`: the helper without a `with`.

Save the exception of one handler and raise it later, after the handler has
ended. `boot` tries several hosts and, when all have failed, raises the first
error. Look at what each method does when there is nothing to save or raise.
"""

from oslo_utils import excutils


def boot(hosts: list[str]) -> str:
    """Try each host; when none works, raise the first host's error.

    Examples:
        >>> boot(["compute-1", "compute-3"])
        'running on compute-3'

        All fail: the first error comes out, not the last.
        Its context is empty, for it is raised outside every handler:

        >>> try:
        ...     boot(["compute-1", "compute-2"])
        ... except ConnectionError as error:
        ...     print(repr(error), "context:", error.__context__)
        ConnectionError('compute-1 does not answer') context: None

        The traceback still ends where it was first raised:

        >>> import traceback
        >>> try:
        ...     boot(["compute-1", "compute-2"])
        ... except ConnectionError as error:
        ...     for entry in traceback.extract_tb(error.__traceback__):
        ...         print(entry.name, "|", entry.line)
        <module> | boot(["compute-1", "compute-2"])
        boot | first.force_reraise()
        force_reraise | raise self.value
        boot | return spawn(host)
        spawn | raise ConnectionError(f"{host} does not answer")
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
    """Do the same with a name instead of the helper.

    Examples:
        >>> import traceback
        >>> try:
        ...     boot_plainly(["compute-1", "compute-2"])
        ... except ConnectionError as error:
        ...     for entry in traceback.extract_tb(error.__traceback__):
        ...         print(entry.name, "|", entry.line)
        <module> | boot_plainly(["compute-1", "compute-2"])
        boot_plainly | raise first
        boot_plainly | return spawn(host)
        spawn | raise ConnectionError(f"{host} does not answer")
    """
    first: Exception = LookupError("no hosts given")
    for host in hosts:
        try:
            return spawn(host)
        except ConnectionError as error:
            if isinstance(first, LookupError):
                first = error
    raise first


def state(hosts: list[str]) -> None:
    """Print what the helper holds before and after it raises.

    Examples:
        `force_reraise()` lets go of the exception and its traceback.
        The type stays:

        >>> state(["compute-1"])
        new: None None
        captured: ConnectionError compute-1 does not answer
        raised: ConnectionError None
    """
    first = excutils.save_and_reraise_exception()
    print("new:", first.type_, first.value)
    try:
        spawn(hosts[0])
    except ConnectionError as error:
        same = first.capture()
        print("captured:", type(error).__name__, same.value)
    try:
        first.force_reraise()
    except ConnectionError as error:
        print("raised:", type(error).__name__, first.value)


def capture_nothing(check: bool) -> None:
    """Call `capture()` where nothing is being handled.

    Examples:
        It refuses:

        >>> capture_nothing(check=True)
        Traceback (most recent call last):
            ...
        RuntimeError: There is no active exception to capture

        Unless it is told not to check, as the `with` form does.
        Then `force_reraise()` refuses:

        >>> capture_nothing(check=False)
        Traceback (most recent call last):
            ...
        RuntimeError: There is no (currently) captured exception to force the reraising of
    """
    helper = excutils.save_and_reraise_exception()
    helper.capture(check=check)
    helper.force_reraise()


def raise_it_twice(host: str) -> str:
    """Force the same helper twice.

    Examples:
        The second time the exception is gone.
        A new one of the same type is made, without its message:

        >>> raise_it_twice("compute-1")
        "ConnectionError('compute-1 does not answer'), then ConnectionError()"
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


def force_in_another_handler(host: str) -> None:
    """Raise the saved exception while another one is handled.

    Examples:
        That other one becomes its context, in place of the one that it had:

        >>> try:
        ...     force_in_another_handler("compute-1")
        ... except ConnectionError as error:
        ...     print("context:", repr(error.__context__))
        ...     print("its context:", error.__context__.__context__)
        context: LookupError('no host')
        context: TimeoutError('no answer')
        its context: None
    """
    helper = excutils.save_and_reraise_exception()
    try:
        try:
            raise LookupError("no host")
        except LookupError:
            spawn(host)
    except ConnectionError as error:
        print("context:", repr(error.__context__))
        helper.capture()
    try:
        raise TimeoutError("no answer")
    except TimeoutError:
        helper.force_reraise()


def spawn(host: str) -> str:
    """Boot on one host; only the third works.

    Examples:
        >>> spawn("compute-3")
        'running on compute-3'
        >>> spawn("compute-1")
        Traceback (most recent call last):
            ...
        ConnectionError: compute-1 does not answer
    """
    if host != "compute-3":
        raise ConnectionError(f"{host} does not answer")
    return f"running on {host}"
