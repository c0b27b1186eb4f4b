"""A model of a delete in nova-compute: which handlers run, in order.

`terminate` has the decorators of Nova's `terminate_instance`, in Nova's order
and with Nova's names. Each handler prints which exception it gets, and what
it saves.
"""

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass

from oslo_utils import excutils

LOG = logging.getLogger("model")


class ConnectFailure(Exception):
    """Neutron can't be reached."""


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
            got(self.name, error)


class EventReporter:
    """Saves whether the body raised; the exception propagates."""

    def __init__(self, nova: Nova) -> None:
        self.nova = nova

    def __enter__(self) -> None:
        self.nova.save("event", "started")

    def __exit__(self, kind: object, error: object, _: object) -> None:
        if error:
            got("EventReporter", error)
        self.nova.save("result", "Error" if error else "Success")


def wrap_exception(function: Deletion) -> Deletion:
    """Send notifications.

    Examples:
        The handler sends them and re-raises:

        >>> nova = Nova(ConnectFailure("refused"))
        >>> report(wrap_exception(release), nova)
        release gets ConnectFailure
            saves vm_state: error
        wrap_exception gets ConnectFailure
            notifies: ConnectFailure
        raised: ConnectFailure
    """

    @functools.wraps(function)
    def wrapped(nova: Nova) -> None:
        try:
            return function(nova)
        except Exception as error:
            with excutils.save_and_reraise_exception():
                got("wrap_exception", error)
                print("    notifies:", type(error).__name__)

    return wrapped


def reverts_task_state(function: Deletion) -> Deletion:
    """Save that no task is running; if that fails, only log it.

    Examples:
        The failed save becomes a WARNING, and Neutron's exception is
        re-raised:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> neutron = ConnectFailure("refused")
        >>> nova = Nova(neutron, refused=("task_state",))
        >>> report(reverts_task_state(release), nova)
        release gets ConnectFailure
            saves vm_state: error
        reverts_task_state gets ConnectFailure
        WARNING:model:cannot save task_state
        raised: ConnectFailure
    """

    @functools.wraps(function)
    def decorated(nova: Nova) -> None:
        try:
            return function(nova)
        except Exception as error:
            with excutils.save_and_reraise_exception():
                got("reverts_task_state", error)
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
        Nothing fails, so the result is Success:

        >>> report(wrap_instance_event(release), Nova())
            saves event: started
            saves result: Success
        raised: nothing
    """

    @functools.wraps(function)
    def decorated(nova: Nova) -> None:
        with EventReporter(nova):
            return function(nova)

    return decorated


def wrap_instance_fault(function: Deletion) -> Deletion:
    r"""Save the fault that the user will read.

    Examples:
        No fault is saved for an instance that is gone:

        >>> report(wrap_instance_fault(delete), Nova(gone=True))
        volume locks gets InstanceNotFound
        raised: InstanceNotFound

        If Neutron is down and the fault can't be saved, the database's
        error replaces Neutron's from here outward:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> neutron = ConnectFailure("refused")
        >>> report(  # doctest: +ELLIPSIS
        ...     terminate, Nova(neutron, refused=("fault",)))
            saves event: started
        release gets ConnectFailure
            saves vm_state: error
        volume locks gets ConnectFailure
        terminate gets ConnectFailure
            saves vm_state: error
        instance lock gets ConnectFailure
        wrap_instance_fault gets ConnectFailure
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...ConnectFailure: refused\n']
        EventReporter gets OSError
            saves result: Error
        reverts_task_state gets OSError
            saves task_state: None
        wrap_exception gets OSError
            notifies: OSError
        raised: OSError < ConnectFailure
    """

    @functools.wraps(function)
    def decorated(nova: Nova) -> None:
        try:
            return function(nova)
        except InstanceNotFound:
            raise
        except Exception as error:
            with excutils.save_and_reraise_exception():
                got("wrap_instance_fault", error)
                nova.save("fault", type(error).__name__)

    return decorated


@wrap_exception
@reverts_task_state
@wrap_instance_event
@wrap_instance_fault
def terminate(nova: Nova) -> None:
    r"""Delete an instance, as nova-compute does for an RPC request.

    Examples:
        Nothing fails:

        >>> report(terminate, Nova())
            saves event: started
            saves vm_state: deleted
            saves result: Success
        raised: nothing

        Neutron is down. Each handler runs, from the inside out, and
        re-raises:

        >>> report(terminate, Nova(ConnectFailure("refused")))
            saves event: started
        release gets ConnectFailure
            saves vm_state: error
        volume locks gets ConnectFailure
        terminate gets ConnectFailure
            saves vm_state: error
        instance lock gets ConnectFailure
        wrap_instance_fault gets ConnectFailure
            saves fault: ConnectFailure
        EventReporter gets ConnectFailure
            saves result: Error
        reverts_task_state gets ConnectFailure
            saves task_state: None
        wrap_exception gets ConnectFailure
            notifies: ConnectFailure
        raised: ConnectFailure

        An instance that is already gone isn't an error of a delete:

        >>> report(terminate, Nova(gone=True))
            saves event: started
        volume locks gets InstanceNotFound
            saves result: Success
        raised: nothing

        Nothing can be saved after the start. Three handlers log the exception
        that they drop; `EventReporter` drops one without a log message:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> neutron = ConnectFailure("refused")
        >>> words = "vm_state", "fault", "result", "task_state"
        >>> report(  # doctest: +ELLIPSIS
        ...     terminate, Nova(neutron, refused=words))
            saves event: started
        release gets ConnectFailure
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...ConnectFailure: refused\n']
        volume locks gets OSError
        terminate gets OSError
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...OSError: cannot save vm_state\n']
        instance lock gets OSError
        wrap_instance_fault gets OSError
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...OSError: cannot save vm_state\n']
        EventReporter gets OSError
        reverts_task_state gets OSError
        WARNING:model:cannot save task_state
        wrap_exception gets OSError
            notifies: OSError
        raised: OSError < OSError < OSError < OSError < ConnectFailure
    """

    def do_terminate() -> None:
        try:
            delete(nova)
        except InstanceNotFound:
            LOG.info("the instance is gone")
        except Exception as error:
            with excutils.save_and_reraise_exception():
                got("terminate", error)
                nova.save("vm_state", "error")

    with Lock("instance lock"):
        do_terminate()


def delete(nova: Nova) -> None:
    """Release what the instance has, then save that it is deleted.

    Examples:
        Nothing fails:

        >>> report(delete, Nova())
            saves vm_state: deleted
        raised: nothing
    """
    with Lock("volume locks"):
        release(nova)
        nova.save("vm_state", "deleted")


def release(nova: Nova) -> None:
    """Release the ports, in one attempt; Nova makes several.

    Examples:
        The handler saves ERROR and re-raises:

        >>> report(release, Nova(ConnectFailure("refused")))
        release gets ConnectFailure
            saves vm_state: error
        raised: ConnectFailure
    """
    try:
        if nova.neutron:
            raise nova.neutron
    except Exception as error:
        with excutils.save_and_reraise_exception():
            got("release", error)
            nova.save("vm_state", "error")


def got(who: str, error: object) -> None:
    """Print who gets an exception.

    Examples:
        The message isn't printed, only the type:

        >>> got("release", ConnectFailure("refused"))
        release gets ConnectFailure
    """
    print(who, "gets", type(error).__name__)


def report(function: Deletion, nova: Nova) -> None:
    """Delete, and print what is raised, followed by its contexts.

    Examples:
        The last line has no context if the exception has none:

        >>> report(delete, Nova(ConnectFailure("refused")))
        release gets ConnectFailure
            saves vm_state: error
        volume locks gets ConnectFailure
        raised: ConnectFailure
    """
    names = []
    try:
        function(nova)
    except Exception as error:
        link: BaseException | None = error
        while link:
            names.append(type(link).__name__)
            link = link.__context__
    print("raised:", " < ".join(names) or "nothing")
