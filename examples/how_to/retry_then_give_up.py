"""Retry a few times, then raise the last or the first error.

`wait` is an argument, so that nothing here really sleeps: it is `time.sleep` in
a service, and a list's `append` in a test.
"""

import logging
from collections.abc import Callable, Iterator

from oslo_utils import excutils

LOG = logging.getLogger("nova.network.neutron")

Ask = Callable[[], str]
Wait = Callable[[float], object]
Way = Callable[[Ask, Wait], str]
PAUSES = 1, 2


def last_error(ask: Ask, wait: Wait) -> str:
    """Retry in a loop, and make the last attempt after it.

    Examples:
        The second attempt works, after one pause:

        >>> waits: list[float] = []
        >>> last_error(neutron("504", "port 7"), waits.append), waits
        ('port 7', [1])

        If all three attempts fail, the caller gets the last exception,
        without a context:

        >>> waits = []
        >>> outcome(last_error, neutron("504", "504", "409"), waits.append)
        caught ConnectionError('409'), context None
        >>> waits
        [1, 2]
    """
    for pause in PAUSES:
        try:
            return ask()
        except ConnectionError:
            wait(pause)
    return ask()


def first_error(ask: Ask, wait: Wait) -> str:
    """Keep the errors, and raise the first one with notes on the others.

    Examples:
        The notes name the later errors:

        >>> outcome(first_error, neutron("504", "502", "409"), print)
        1
        2
        caught ConnectionError('504'), context None
        note: then: 502
        note: then: 409
    """
    errors: list[ConnectionError] = []
    for pause in (*PAUSES, None):
        try:
            return ask()
        except ConnectionError as error:
            errors.append(error)
        if pause is not None:
            wait(pause)
    for later in errors[1:]:
        errors[0].add_note(f"then: {later}")
    raise errors[0]


def with_helper(ask: Ask, wait: Wait) -> str:
    """Log each attempt; re-raise the last error only.

    Examples:
        Each attempt is logged, and the last error reaches the caller:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(with_helper, neutron("504", "502", "409"), print)
        WARNING:nova.network.neutron:attempt 1: 504
        1
        WARNING:nova.network.neutron:attempt 2: 502
        2
        WARNING:nova.network.neutron:attempt 3: 409
        caught ConnectionError('409'), context None

        A shutdown during the wait ends the loop:

        >>> outcome(with_helper, neutron("504", "port 7"), shut_down)
        WARNING:nova.network.neutron:attempt 1: 504
        caught SystemExit('stop'), context ConnectionError('504')
    """
    for attempt, pause in enumerate((*PAUSES, None), 1):
        try:
            return ask()
        except ConnectionError as error:
            with excutils.save_and_reraise_exception() as ctxt:
                LOG.warning("attempt %s: %s", attempt, error)
                ctxt.reraise = pause is None
                if pause is not None:
                    wait(pause)
    raise AssertionError("unreachable")


def neutron(*results: str) -> Ask:
    """Return a call with these results; those of three digits fail.

    Examples:
        >>> ask = neutron("504", "port 7")
        >>> try:
        ...     ask()
        ... except ConnectionError as error:
        ...     print(repr(error), ask())
        ConnectionError('504') port 7
    """
    left: Iterator[str] = iter(results)

    def ask() -> str:
        if (result := next(left)).isdigit():
            raise ConnectionError(result)
        return result

    return ask


def shut_down(_: float) -> None:
    """Raise `SystemExit`, as in a service that is stopped while it waits.

    Examples:
        >>> try:
        ...     shut_down(1)
        ... except SystemExit as error:
        ...     print(repr(error))
        SystemExit('stop')
    """
    raise SystemExit("stop")


def outcome(way: Way, ask: Ask, wait: Wait) -> None:
    """Print what a caller of one of the forms catches.

    Examples:
        >>> outcome(last_error, neutron("504", "504", "504"), print)
        1
        2
        caught ConnectionError('504'), context None
    """
    try:
        way(ask, wait)
    except BaseException as error:
        print(f"caught {error!r}, context {error.__context__!r}")
        for note in getattr(error, "__notes__", []):
            print("note:", note)
