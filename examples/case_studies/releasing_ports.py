"""A model of how Nova gives an instance's ports back to Neutron.

`release_once` has the shape of `_try_deallocate_network` up to Nova 17,
`release_with_retry` the one since 18.0.0.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from oslo_utils import excutils

LOG = logging.getLogger("model")


class ConnectFailure(Exception):
    """Neutron can't be reached."""


class InstanceNotFound(Exception):
    """The instance has no row in the database any more."""


class Neutron:
    """Fail with each error in turn, then work."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.attempts = 0

    def release(self) -> None:
        self.attempts += 1
        if self.errors:
            raise self.errors.pop(0)


@dataclass
class Instance:
    """An instance in memory, and the states that were saved."""

    vm_state: str = "active"
    saved: list[str] = field(default_factory=list)
    save_error: Exception | None = None

    def save(self) -> None:
        if self.save_error:
            raise self.save_error
        self.saved.append(self.vm_state)


def set_error_state(instance: Instance) -> None:
    """Save the error state, unless the instance is gone.

    Examples:
        `InstanceNotFound` is suppressed, and nothing is saved:

        >>> instance = Instance(save_error=InstanceNotFound("vm-1"))
        >>> set_error_state(instance)
        >>> instance.vm_state, instance.saved
        ('error', [])
    """
    try:
        instance.vm_state = "error"
        instance.save()
    except InstanceNotFound:
        LOG.debug("the instance is gone")


def release_once(instance: Instance, neutron: Neutron) -> None:
    """Release the ports as Nova did up to 17.

    Examples:
        Every error is final, even if a second attempt would have worked:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> neutron = Neutron(ConnectFailure("refused"))
        >>> report(release_once, Instance(), neutron)
        ERROR:model:ports not released: refused
        raised: ConnectFailure('refused')
        context: None
        attempts: 1, in memory: error, saved: ['error']
    """
    try:
        neutron.release()
    except Exception as error:
        with excutils.save_and_reraise_exception():
            LOG.error("ports not released: %s", error)
            set_error_state(instance)


def retry(
    function: Callable[[], None],
    sleep: Callable[[int], None],
) -> None:
    """Call a function again, up to three times, if it can't connect.

    Examples:
        Three sleeps lie between four attempts:

        >>> neutron = Neutron(*[ConnectFailure("refused")] * 9)
        >>> try:
        ...     retry(neutron.release, print)
        ... except ConnectFailure as error:
        ...     print(error, "at attempt", neutron.attempts)
        2
        4
        6
        refused at attempt 4
    """
    for number in 1, 2, 3:
        try:
            return function()
        except ConnectFailure:
            sleep(2 * number)
    return function()


def release_with_retry(
    instance: Instance,
    neutron: Neutron,
    sleep: Callable[[int], None] = lambda n: print("sleep", n),
) -> None:
    """Release the ports as Nova has done since 18.0.0.

    Examples:
        If Neutron works, nothing is logged and nothing is saved:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> report(release_with_retry, Instance(), Neutron())
        raised: nothing
        attempts: 1, in memory: active, saved: []

        One failed connection is retried, and the second attempt works:

        >>> neutron = Neutron(ConnectFailure("refused"))
        >>> report(release_with_retry, Instance(), neutron)
        WARNING:model:no connection, trying again: refused
        sleep 2
        raised: nothing
        attempts: 2, in memory: active, saved: []

        If Neutron stays unreachable, the fourth error is re-raised.
        The last WARNING says "trying again" too, but nothing follows it:

        >>> errors = [ConnectFailure(f"refused {n}") for n in "12345"]
        >>> report(release_with_retry, Instance(), Neutron(*errors))
        WARNING:model:no connection, trying again: refused 1
        sleep 2
        WARNING:model:no connection, trying again: refused 2
        sleep 4
        WARNING:model:no connection, trying again: refused 3
        sleep 6
        WARNING:model:no connection, trying again: refused 4
        ERROR:model:ports not released: refused 4
        raised: ConnectFailure('refused 4')
        context: None
        attempts: 4, in memory: error, saved: ['error']

        Any other error is final at the first attempt, and is re-raised:

        >>> neutron = Neutron(RuntimeError("500 from Neutron"))
        >>> report(release_with_retry, Instance(), neutron)
        ERROR:model:ports not released: 500 from Neutron
        raised: RuntimeError('500 from Neutron')
        context: None
        attempts: 1, in memory: error, saved: ['error']

        If saving the error state fails too, that exception reaches the
        caller, and Neutron's is its `__context__`.
        The middle of the log message, a traceback, is left out here:

        >>> neutron = Neutron(RuntimeError("500 from Neutron"))
        >>> instance = Instance(save_error=OSError("database down"))
        >>> report(  # doctest: +ELLIPSIS
        ...     release_with_retry, instance, neutron)
        ERROR:model:ports not released: 500 from Neutron
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback (most recent call last)...RuntimeError: 500 from Neutron...']
        raised: OSError('database down')
        context: RuntimeError('500 from Neutron')
        attempts: 1, in memory: error, saved: []

        If the instance is gone, Neutron's exception is re-raised:

        >>> neutron = Neutron(RuntimeError("500 from Neutron"))
        >>> instance = Instance(save_error=InstanceNotFound("vm-1"))
        >>> report(release_with_retry, instance, neutron)
        ERROR:model:ports not released: 500 from Neutron
        raised: RuntimeError('500 from Neutron')
        context: None
        attempts: 1, in memory: error, saved: []
    """

    def attempt() -> None:
        try:
            neutron.release()
        except ConnectFailure as error:
            with excutils.save_and_reraise_exception():
                LOG.warning("no connection, trying again: %s", error)

    try:
        retry(attempt, sleep)
    except Exception as error:
        with excutils.save_and_reraise_exception():
            LOG.error("ports not released: %s", error)
            set_error_state(instance)


def report(
    release: Callable[[Instance, Neutron], None],
    instance: Instance,
    neutron: Neutron,
) -> None:
    """Print what reaches the caller, and the instance's states.

    Examples:
        Nothing fails, so nothing is raised or saved:

        >>> report(release_once, Instance(), Neutron())
        raised: nothing
        attempts: 1, in memory: active, saved: []
    """
    try:
        release(instance, neutron)
        print("raised: nothing")
    except Exception as error:
        print("raised:", repr(error))
        print("context:", repr(error.__context__))
    print(
        f"attempts: {neutron.attempts}, "
        f"in memory: {instance.vm_state}, saved: {instance.saved}"
    )
