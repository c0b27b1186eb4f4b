"""A model of a boot request in Nova: where an exception becomes visible.

Four services with queues between them.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field

from oslo_utils import excutils


class Refused(Exception):
    """The API refuses; the first argument is the HTTP status code."""


class NoHost(Exception):
    """The scheduler found no host."""


class OverQuota(Exception):
    """Another request took the last of the quota."""


class Abort(Exception):
    """The build would fail on any other host too."""


@dataclass
class Cloud:
    """The state of four services and of one server.

    Attributes:
        broken: The exception that each named step raises.
        hosts: What the scheduler can choose from.
        queue: Casts that no service has received yet.
        status: The server's status.
        record: The database that has the server.
        fault: Why its status is ERROR.
        event: The result that "server action list" shows.
        allocated: Whether placement reserves room for it on a host.
        claimed: Whether the host itself counts it.
        log: Exceptions that left a message's handler.
        http: The status code of the response.
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
    http: int = 202

    def step(self, name: str) -> None:
        if name in self.broken:
            raise self.broken[name]

    def cast(self, name: str, handler: Callable[[], None]) -> None:
        """Put a message into the queue; only that can fail here."""
        self.step(name)
        self.queue.append(handler)

    def call(self, handler: Callable[[], list[str]]) -> list[str]:
        """Send a message and wait; the exception reaches the sender."""
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
        If nothing fails, the server is ACTIVE some time after the 202:

        >>> report(boot())
        202, ACTIVE in cell1, event Success
    """
    cloud = Cloud(broken, [str(n + 1) for n in range(hosts)])
    try:
        with _response():
            api(cloud)
    except Refused as refused:
        cloud.http = refused.args[0]
    while cloud.queue:
        handler = cloud.queue.popleft()
        try:
            handler()
        except Exception as error:
            cloud.log.append(repr(error))
    return cloud


@contextmanager
def _response() -> Iterator[None]:
    """Turn any exception into a response, as the API does."""
    try:
        yield
    except Refused:
        raise
    except Exception:
        raise Refused(500) from None


def api(cloud: Cloud) -> None:
    """Check a request, store it, and cast it to the conductor.

    Examples:
        An exception here becomes the response; an unexpected one is a 500:

        >>> report(boot(quota=Refused(403)))
        403
        >>> report(boot(image=OSError("no route")))
        500

        If the cast itself raises, the request is already stored:

        >>> report(boot(first_cast=OSError("not sent")))
        500, BUILD in no cell
    """
    for name in "schema", "policy", "quota", "image":
        cloud.step(name)
    cloud.status = "BUILD"
    cloud.cast("first_cast", lambda: schedule(cloud))


def schedule(cloud: Cloud) -> None:
    """Find a host, then write the server into its cell.

    Examples:
        Without a host, or after a bug in the scheduler, the server is stored
        in cell0 with a fault:

        >>> report(boot(no_host=NoHost("no host")))
        202, ERROR in cell0: no host, event Error
        >>> report(boot(scheduler=OSError("bug")))
        202, ERROR in cell0: bug, event Error, log: OSError('bug')

        The quota's handler saves ERROR and re-raises. Any other exception
        is only logged. In each case, the room on the host stays reserved:

        >>> report(boot(recheck=OverQuota("quota")))
        202, ERROR in cell1: quota, allocated, log: OverQuota('quota')
        >>> report(boot(create=OSError("down")))
        202, BUILD in no cell, allocated, log: OSError('down')
        >>> report(boot(second_cast=OSError("not sent")))
        202, BUILD in cell1, allocated, log: OSError('not sent')
    """
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
    """Scheduler: choose hosts, and reserve room on the first one."""
    for name in "no_host", "scheduler":
        cloud.step(name)
    cloud.allocated = True
    return cloud.hosts


def _submit(work: Callable[[], None]) -> None:
    """Work in a thread pool: the Future holds the exception."""
    future: Future[None] = Future()
    try:
        work()
        future.set_result(None)
    except Exception as error:
        future.set_exception(error)  # Nothing reads it.


def _start(cloud: Cloud, hosts: list[str]) -> None:
    """Compute: hand the build to the pool, and return."""
    _submit(lambda: build(cloud, hosts))


def build(cloud: Cloud, hosts: list[str]) -> None:
    """Try to build the server on one host.

    Examples:
        Most errors send the build to another host, until none is left.
        The event says Success, because no exception leaves its body:

        >>> report(boot(spawn=OSError("disk")))
        202, ERROR in cell1: retries exhausted, event Success
        >>> report(boot(hosts=2, spawn_on_1=OSError("disk")))
        202, ACTIVE in cell1, event Success

        The build is aborted if another host would not help, or if the
        cleanup failed as well:

        >>> report(boot(spawn=Abort("no port")))
        202, ERROR in cell1: no port, event Success
        >>> report(boot(spawn=OSError("disk"), cleanup=OSError("locked")))
        202, ERROR in cell1: disk, event Success

        An exception that leaves the build isn't logged; the event says
        Error:

        >>> report(boot(save=OSError("database down")))
        202, BUILD in cell1, event Error
    """
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
    """Store whether the body raised."""
    try:
        yield
    except Exception:
        cloud.event = "Error"
        raise
    cloud.event = "Success"


@contextmanager
def _claim(cloud: Cloud) -> Iterator[None]:
    """Count the server; on an exception, stop counting it."""
    cloud.step("claim")
    cloud.claimed = True
    try:
        yield
    except Exception:
        cloud.claimed = False
        raise


@contextmanager
def _resources(cloud: Cloud) -> Iterator[None]:
    """Networks and disks; on an exception, remove them."""
    try:
        yield
    except Exception as error:
        try:
            cloud.step("cleanup")
        except Exception:
            raise Abort(*error.args) from error
        raise


def report(cloud: Cloud) -> None:
    """Print the response, the server's state, and what was logged.

    Examples:
        A refused request leaves nothing but its response:

        >>> report(Cloud({}, [], http=403))
        403
    """
    words = [str(cloud.http)]
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
