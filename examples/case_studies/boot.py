"""A model of a boot request in Nova: who hears of an exception?

Four services, with queues in between. Look at what the user was answered, at
what the server's record says at the end, and at what the log alone knows.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from oslo_utils import excutils


class Refused(Exception):
    """The API says no; the first argument is the HTTP status."""


class NoHost(Exception):
    """The scheduler found no host."""


class OverQuota(Exception):
    """Another request was faster."""


class Abort(Exception):
    """Another host would not do better."""


@dataclass
class Cloud:
    """Four services, one server, and what is out of order.

    Attributes:
        broken: What fails at which step.
        hosts: What the scheduler can choose from.
        queue: Casts that nobody has taken yet.
        status: The server's status.
        record: The database that has the server.
        fault: Why its status is ERROR.
        event: How the action ended that "server action list" shows.
        allocated: Whether placement keeps room for it on a host.
        claimed: Whether the host itself counts it.
        log: Exceptions that left a message's handler.
        answer: The HTTP status.
    """

    broken: dict[str, Exception]
    hosts: list[str]
    queue: deque[Callable[[], None]] = field(default_factory=deque)
    status: str | None = None
    record: str | None = None
    fault: str | None = None
    event: str | None = None
    allocated: bool = False
    claimed: bool = False
    log: list[str] = field(default_factory=list)
    answer: int = 202

    def step(self, name: str) -> None:
        if name in self.broken:
            raise self.broken[name]

    def cast(self, name: str, handler: Callable[[], None]) -> None:
        """Send a message. Only the sending itself can fail here."""
        self.step(name)
        self.queue.append(handler)

    def call(self, handler: Callable[[], list[str]]) -> list[str]:
        """Send a message and wait. The same exception comes back."""
        try:
            return handler()
        except NoHost:
            raise  # Expected, so not logged.
        except Exception as error:
            self.log.append(repr(error))
            raise

    def give_up(self, record: str, fault: object) -> None:
        self.status, self.record = "ERROR", record
        self.fault = str(fault)


def boot(hosts: int = 1, **broken: Exception) -> Cloud:
    """Send a request, then let the services empty their queues.

    Examples:
        Nothing fails, and all is well after the answer:

        >>> told(boot())
        202, ACTIVE in cell1, event Success

        In the API, the user is answered with the error.
        One that is not foreseen is a 500:

        >>> told(boot(quota=Refused(403)))
        403
        >>> told(boot(image=OSError("no route")))
        500

        When sending the message raises, the answer is 500 as well, and the
        request for a server is left behind:

        >>> told(boot(first_cast=OSError("not sent")))
        500, BUILD in no cell

        After the first cast the answer is always 202. Without a host, the
        server is written down in cell0:

        >>> told(boot(no_host=NoHost("no host")))
        202, ERROR in cell0: no host, event Error
        >>> told(boot(scheduler=OSError("bug")))
        202, ERROR in cell0: bug, event Error, log: OSError('bug')

        Some of conductor's code writes the error down and re-raises it, the
        rest lets it go to the log. The room on the host stays taken:

        >>> told(boot(recheck=OverQuota("quota")))
        202, ERROR in cell1: quota, allocated, log: OverQuota('quota')
        >>> told(boot(create=OSError("down")))
        202, BUILD in no cell, allocated, log: OSError('down')
        >>> told(boot(second_cast=OSError("not sent")))
        202, BUILD in cell1, allocated, log: OSError('not sent')

        Compute hands most errors to another host, until there is none.
        Its event says Success, as no exception leaves it:

        >>> told(boot(spawn=OSError("disk")))
        202, ERROR in cell1: retries exhausted, event Success
        >>> told(boot(hosts=2, spawn_on_1=OSError("disk")))
        202, ACTIVE in cell1, event Success

        It gives up at once where another host would not help, or where the
        cleanup failed as well:

        >>> told(boot(spawn=Abort("no port")))
        202, ERROR in cell1: no port, event Success
        >>> told(boot(spawn=OSError("disk"), cleanup=OSError("locked")))
        202, ERROR in cell1: disk, event Success

        An exception that leaves the build is not logged; the event has it:

        >>> told(boot(save=OSError("database down")))
        202, BUILD in cell1, event Error
    """
    cloud = Cloud(broken, [str(n + 1) for n in range(hosts)])
    try:
        with _answered():
            _api(cloud)
    except Refused as refused:
        cloud.answer = refused.args[0]
    while cloud.queue:
        handler = cloud.queue.popleft()
        try:
            handler()
        except Exception as error:
            cloud.log.append(repr(error))
    return cloud


@contextmanager
def _answered() -> Iterator[None]:
    """Make an answer of any exception, as the API does."""
    try:
        yield
    except Refused:
        raise
    except Exception:
        raise Refused(500) from None


def _api(cloud: Cloud) -> None:
    """Check a request, keep it, and send it on."""
    for name in "schema", "policy", "quota", "image":
        cloud.step(name)
    cloud.status = "BUILD"
    cloud.cast("first_cast", lambda: _schedule(cloud))


def _schedule(cloud: Cloud) -> None:
    """Conductor: find a host, then write the server into its cell."""
    try:
        hosts = cloud.call(lambda: _select(cloud))
    except Exception as error:
        cloud.event = "Error"
        cloud.give_up("cell0", error)
        return
    cloud.step("create")
    cloud.record = "cell1"
    try:
        cloud.step("recheck")
    except OverQuota as error:
        with excutils.save_and_reraise_exception():
            cloud.give_up("cell1", error)
    cloud.cast("second_cast", lambda: _start(cloud, hosts))


def _select(cloud: Cloud) -> list[str]:
    """Scheduler: choose hosts, and take room on the first one."""
    for name in "no_host", "scheduler":
        cloud.step(name)
    cloud.allocated = True
    return cloud.hosts


def _submit(work: Callable[[], None]) -> None:
    """Work in a thread pool: a Future has the exception."""
    future: Future[None] = Future()
    try:
        work()
        future.set_result(None)
    except Exception as error:
        future.set_exception(error)  # Nobody asks for it.


def _start(cloud: Cloud, hosts: list[str]) -> None:
    """Compute: hand the build to the pool, and be done."""
    _submit(lambda: _build(cloud, hosts))


def _build(cloud: Cloud, hosts: list[str]) -> None:
    """Compute: try one host."""
    host, *others = hosts
    try:
        with _event(cloud):
            cloud.step("save")
            try:
                with _claim(cloud), _resources(cloud):
                    for name in "spawn", f"spawn_on_{host}":
                        cloud.step(name)
                cloud.status = "ACTIVE"
            except Abort as error:
                cloud.allocated = False
                cloud.give_up("cell1", error)
            except Exception:
                cloud.allocated = False
                cloud.cast("next", lambda: _again(cloud, others))
    except Exception:
        cloud.allocated = False
        raise


def _again(cloud: Cloud, hosts: list[str]) -> None:
    """Conductor: hand the build to the next host, if there is one."""
    if not hosts:
        return cloud.give_up("cell1", "retries exhausted")
    cloud.allocated = True
    cloud.cast("last", lambda: _start(cloud, hosts))


@contextmanager
def _event(cloud: Cloud) -> Iterator[None]:
    """Write down how the body ended."""
    try:
        yield
    except Exception:
        cloud.event = "Error"
        raise
    cloud.event = "Success"


@contextmanager
def _claim(cloud: Cloud) -> Iterator[None]:
    """Count the server; on an exception, no longer."""
    cloud.step("claim")
    cloud.claimed = True
    try:
        yield
    except Exception:
        cloud.claimed = False
        raise


@contextmanager
def _resources(cloud: Cloud) -> Iterator[None]:
    """Networks and disks; on an exception, they go."""
    try:
        yield
    except Exception as error:
        try:
            cloud.step("cleanup")
        except Exception:
            raise Abort(*error.args) from error
        raise


def told(cloud: Cloud) -> None:
    """Print what can be known of a request.

    Examples:
        >>> told(Cloud({}, [], answer=403))
        403
    """
    words = [str(cloud.answer)]
    if cloud.status:
        fault = f": {cloud.fault}" if cloud.fault else ""
        record = cloud.record or "no cell"
        words.append(f"{cloud.status} in {record}{fault}")
    if cloud.event:
        words.append(f"event {cloud.event}")
    if cloud.allocated and cloud.status != "ACTIVE":
        words.append("allocated")
    words += [f"log: {line}" for line in cloud.log]
    print(", ".join(words))
