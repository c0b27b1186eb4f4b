"""What a bare `raise` changes, and what the helper costs.

`ratios` compares the times of the two forms; run this module to print them.
"""

import logging
import timeit
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger("oslo_utils.excutils")

CleanUp = Callable[[], object]
Way = Callable[[CleanUp], None]


def return_in_body(bound: bool) -> None:
    """End the body early, so that the rest of it is skipped.

    Examples:
        A port that isn't bound needs no rollback:

        >>> outcome(return_in_body, bound=True)
        rolled back
        caught ConnectionError('Neutron is down')
        >>> outcome(return_in_body, bound=False)
        caught ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            if not bound:
                return
            print("rolled back")


def keep_condition(bound: bool) -> None:
    """Do the same with `raise`: the opposite condition guards the rest.

    Examples:
        The same is printed and raised:

        >>> outcome(keep_condition, bound=True)
        rolled back
        caught ConnectionError('Neutron is down')
        >>> outcome(keep_condition, bound=False)
        caught ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        if bound:
            print("rolled back")
        raise


def outcome(way: Callable[[bool], None], bound: bool) -> None:
    """Print what a form does, and what a caller catches.

    Examples:
        >>> outcome(keep_condition, bound=False)
        caught ConnectionError('Neutron is down')
    """
    try:
        way(bound)
    except ConnectionError as error:
        print("caught", repr(error))


def helper(clean_up: CleanUp) -> None:
    """Clean up and re-raise: the helper.

    Examples:
        >>> try:
        ...     helper(lambda: print("cleaned up"))
        ... except ConnectionError as error:
        ...     print("caught", repr(error))
        cleaned up
        caught ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            clean_up()


def plain(clean_up: CleanUp) -> None:
    """Clean up and re-raise: a bare `raise`.

    Examples:
        >>> try:
        ...     plain(lambda: print("cleaned up"))
        ... except ConnectionError as error:
        ...     print("caught", repr(error))
        cleaned up
        caught ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        clean_up()
        raise


def ratios(number: int = 5000, repeat: int = 9) -> dict[str, float]:
    """How many times as long the helper takes.

    Args:
        number: How often each form runs in one measurement.
        repeat: How many measurements are made. The shortest counts:
            other programs have disturbed it least.

    Examples:
        The numbers differ between machines; the helper is slower on each:

        >>> for name, ratio in ratios(number=2000, repeat=9).items():
        ...     print(name, ratio > 1)
        body works True
        body fails True
        body fails, logging off True
    """

    def fail() -> None:
        raise OSError("the database is down")

    def ratio(clean_up: CleanUp) -> float:
        return seconds(helper, clean_up) / seconds(plain, clean_up)

    def seconds(way: Way, clean_up: CleanUp) -> float:
        def once() -> None:
            try:
                way(clean_up)
            except OSError:
                return

        return min(timeit.repeat(once, number=number, repeat=repeat))

    kept = LOG.handlers[:], LOG.propagate, LOG.disabled
    LOG.handlers[:], LOG.propagate = [logging.NullHandler()], False
    try:
        found = {"body works": ratio(int), "body fails": ratio(fail)}
        LOG.disabled = True
        found["body fails, logging off"] = ratio(fail)
    finally:
        LOG.handlers[:], LOG.propagate, LOG.disabled = kept
    return found


if __name__ == "__main__":
    for name, value in ratios().items():
        print(f"{name}: {value:.1f}")
