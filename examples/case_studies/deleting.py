"""A model of a delete in nova-compute: who sees the exception, in order.

`terminate` wears the decorators of Nova's `terminate_instance`, in Nova's
order and by Nova's names. Each handler prints that it sees the exception, and
below it what it saves. Look at the order, and at what comes out when a handler
cannot save what it wants to.
"""

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass

from oslo_utils import excutils

LOG = logging.getLogger("model")


class ConnectFailure(Exception):
    """Neutron cannot be reached."""


class InstanceNotFound(Exception):
    """The instance has no row in the database any more."""


@dataclass
class Nova:
    """What fails in a scenario.

    Attributes:
        neutron: What Neutron raises.
        gone: Whether the instance has no row any more.
        refused: What the database refuses to save.
    """

    neutron: Exception | None = None
    gone: bool = False
    refused: tuple[str, ...] = ()

    def save(self, what: str, value: str | None) -> None:
        if what in self.refused:
            raise OSError(f"cannot save {what}")
        if self.gone and what == "vm_state":
            raise InstanceNotFound("vm-1")
        print(f"    saves {what}: {value}")


Deletion = Callable[[Nova], None]


class Lock:
    """A lock that prints when it is released by an exception."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: object, _: object) -> None:
        if error:
            sees(self.name, error)


class EventReporter:
    """Saves how the event ended, whatever happened, and lets go on."""

    def __init__(self, nova: Nova) -> None:
        self.nova = nova

    def __enter__(self) -> None:
        self.nova.save("event", "started")

    def __exit__(self, kind: object, error: object, _: object) -> None:
        if error:
            sees("EventReporter", error)
        self.nova.save("result", "Error" if error else "Success")


def wrap_exception(function: Deletion) -> Deletion:
    """Send notifications.

    Examples:
        >>> nova = Nova(ConnectFailure("refused"))
        >>> outcome(wrap_exception(release), nova)
        release sees ConnectFailure
            saves vm_state: error
        wrap_exception sees ConnectFailure
            notifies: ConnectFailure
        out: ConnectFailure
    """

    @functools.wraps(function)
    def wrapped(nova: Nova) -> None:
        try:
            return function(nova)
        except Exception as error:
            with excutils.save_and_reraise_exception():
                sees("wrap_exception", error)
                print("    notifies:", type(error).__name__)

    return wrapped


def reverts_task_state(function: Deletion) -> Deletion:
    """Save that no task is running; do not mind if that fails.

    Examples:
        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> neutron = ConnectFailure("refused")
        >>> nova = Nova(neutron, refused=("task_state",))
        >>> outcome(reverts_task_state(release), nova)
        release sees ConnectFailure
            saves vm_state: error
        reverts_task_state sees ConnectFailure
        WARNING:model:cannot save task_state
        out: ConnectFailure
    """

    @functools.wraps(function)
    def decorated(nova: Nova) -> None:
        try:
            return function(nova)
        except Exception as error:
            with excutils.save_and_reraise_exception():
                sees("reverts_task_state", error)
                try:
                    nova.save("task_state", None)
                except InstanceNotFound:
                    pass
                except Exception as second:
                    LOG.warning("%s", second)

    return decorated


def wrap_instance_event(function: Deletion) -> Deletion:
    """Save that the event began, and how it ended.

    Examples:
        >>> outcome(wrap_instance_event(release), Nova())
            saves event: started
            saves result: Success
        out: nothing
    """

    @functools.wraps(function)
    def decorated(nova: Nova) -> None:
        with EventReporter(nova):
            return function(nova)

    return decorated


def wrap_instance_fault(function: Deletion) -> Deletion:
    """Save the fault that the user will read.

    Examples:
        An instance that is gone gets none:

        >>> outcome(wrap_instance_fault(delete), Nova(gone=True))
        volume locks sees InstanceNotFound
        out: InstanceNotFound
    """

    @functools.wraps(function)
    def decorated(nova: Nova) -> None:
        try:
            return function(nova)
        except InstanceNotFound:
            raise
        except Exception as error:
            with excutils.save_and_reraise_exception():
                sees("wrap_instance_fault", error)
                nova.save("fault", type(error).__name__)

    return decorated


@wrap_exception
@reverts_task_state
@wrap_instance_event
@wrap_instance_fault
def terminate(nova: Nova) -> None:
    r"""Delete an instance, as nova-compute is asked to.

    Examples:
        >>> outcome(terminate, Nova())
            saves event: started
            saves vm_state: deleted
            saves result: Success
        out: nothing

        Neutron is down.
        The exception passes everything from the inside out:

        >>> outcome(terminate, Nova(ConnectFailure("refused")))
            saves event: started
        release sees ConnectFailure
            saves vm_state: error
        volume locks sees ConnectFailure
        terminate sees ConnectFailure
            saves vm_state: error
        instance lock sees ConnectFailure
        wrap_instance_fault sees ConnectFailure
            saves fault: ConnectFailure
        EventReporter sees ConnectFailure
            saves result: Error
        reverts_task_state sees ConnectFailure
            saves task_state: None
        wrap_exception sees ConnectFailure
            notifies: ConnectFailure
        out: ConnectFailure

        The instance is gone already, which is no failure of a delete:

        >>> outcome(terminate, Nova(gone=True))
            saves event: started
        volume locks sees InstanceNotFound
            saves result: Success
        out: nothing

        Neutron is down, and the fault cannot be saved.
        From there outward, everyone sees the database's error:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> neutron = ConnectFailure("refused")
        >>> outcome(  # doctest: +ELLIPSIS
        ...     terminate, Nova(neutron, refused=("fault",)))
            saves event: started
        release sees ConnectFailure
            saves vm_state: error
        volume locks sees ConnectFailure
        terminate sees ConnectFailure
            saves vm_state: error
        instance lock sees ConnectFailure
        wrap_instance_fault sees ConnectFailure
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...ConnectFailure: refused\n']
        EventReporter sees OSError
            saves result: Error
        reverts_task_state sees OSError
            saves task_state: None
        wrap_exception sees OSError
            notifies: OSError
        out: OSError < ConnectFailure

        Nothing can be saved any more.
        Three handlers drop what they hold, and `EventReporter` does so
        without a word:

        >>> words = "vm_state", "fault", "result", "task_state"
        >>> outcome(  # doctest: +ELLIPSIS
        ...     terminate, Nova(neutron, refused=words))
            saves event: started
        release sees ConnectFailure
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...ConnectFailure: refused\n']
        volume locks sees OSError
        terminate sees OSError
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...OSError: cannot save vm_state\n']
        instance lock sees OSError
        wrap_instance_fault sees OSError
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...OSError: cannot save vm_state\n']
        EventReporter sees OSError
        reverts_task_state sees OSError
        WARNING:model:cannot save task_state
        wrap_exception sees OSError
            notifies: OSError
        out: OSError < OSError < OSError < OSError < ConnectFailure
    """

    def do_terminate() -> None:
        try:
            delete(nova)
        except InstanceNotFound:
            LOG.info("the instance is gone")
        except Exception as error:
            with excutils.save_and_reraise_exception():
                sees("terminate", error)
                nova.save("vm_state", "error")

    with Lock("instance lock"):
        do_terminate()


def delete(nova: Nova) -> None:
    """Give back what the instance has, then save that it is deleted.

    Examples:
        >>> outcome(delete, Nova())
            saves vm_state: deleted
        out: nothing
    """
    with Lock("volume locks"):
        release(nova)
        nova.save("vm_state", "deleted")


def release(nova: Nova) -> None:
    """Release the ports, in one attempt where Nova makes several.

    Examples:
        >>> outcome(release, Nova(ConnectFailure("refused")))
        release sees ConnectFailure
            saves vm_state: error
        out: ConnectFailure
    """
    try:
        if nova.neutron:
            raise nova.neutron
    except Exception as error:
        with excutils.save_and_reraise_exception():
            sees("release", error)
            nova.save("vm_state", "error")


def sees(who: str, error: object) -> None:
    """Print that an exception has arrived somewhere.

    Examples:
        >>> sees("release", ConnectFailure("refused"))
        release sees ConnectFailure
    """
    print(who, "sees", type(error).__name__)


def outcome(function: Deletion, nova: Nova) -> None:
    """Delete, and print what comes out, with its context behind it.

    Examples:
        >>> outcome(delete, Nova(ConnectFailure("refused")))
        release sees ConnectFailure
            saves vm_state: error
        volume locks sees ConnectFailure
        out: ConnectFailure
    """
    names = []
    try:
        function(nova)
    except Exception as error:
        link: BaseException | None = error
        while link:
            names.append(type(link).__name__)
            link = link.__context__
    print("out:", " < ".join(names) or "nothing")
