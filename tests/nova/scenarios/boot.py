"""Servers that boot, and servers that do not, in a whole Nova.

What the page on the boot path says of each `with`, and of who hears of an
exception, is compared with what these scenarios return.

A failure is made where Nova ends or begins: in what the database, the message
bus, the image service, a scheduler filter or the hypervisor's driver answers.
The second look at the quota, a claim and the first save of a build have no
such place; there Nova's own method raises.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from tests.nova.deployment import main

Patch = AbstractContextManager[Any]
# The first words of the log line for an exception that leaves a message's
# handler.
LOST = "Exception during message handling"
# What conductor sends when it sets a server to ERROR.
GIVEN_UP = "compute_task.build_instances.error"


@dataclass
class Case:
    """A request, and what is out of order while it runs.

    Attributes:
        request: The body of `POST /servers`.
        patches: What is out of order.
        until: How it ends: `answer` with the HTTP answer, `status` when the
            server is ACTIVE or ERROR and its events have ended, `active`,
            `lost` with the log line LOST, `event` when an event says so.
        told: The notification that comes last.
        trace: Whether each `with` is written down.
    """

    request: Any
    patches: list[Patch] = field(default_factory=list)
    until: str = "status"
    told: str | None = None
    trace: bool = False


def requests(cloud: Any) -> dict[str, Any]:
    """Boot a server in order, then with one thing out of order at a time.

    Returns:
        What was seen of each, by its name.
    """
    # Some servers that failed do not fit the API's own response schemas. By
    # default the API warns of that; Nova's tests make it an error.
    cloud.flags(response_validation="warn", group="api")
    cloud.flags(ram=-1, instances=-1, cores=-1, group="quota")
    found = {}
    for name, case in cases(cloud):
        if not case.trace:
            cloud._tracer.remove()
        for patch in case.patches:
            patch.__enter__()
        try:
            found[name] = run(cloud, case)
        finally:
            for patch in reversed(case.patches):
                patch.__exit__(None, None, None)
    return found


def cases(cloud: Any) -> Iterator[tuple[str, Case]]:
    """The requests, by their names."""
    from nova import exception, objects
    from nova.compute import claims
    from nova.conductor.manager import ComputeTaskManager
    from nova.image import glance
    from nova.scheduler.filters.compute_filter import ComputeFilter
    from nova.virt.fake import FakeDriver
    from oslo_db.exception import DBConnectionError
    from oslo_messaging import MessageDeliveryFailure

    def server(**more: Any) -> Any:
        given = {"networks": "none", "flavor_id": "1", **more}
        return {"server": cloud._build_server(**given)}

    def fail(owner: Any, name: str, error: Exception) -> Patch:
        return mock.patch.object(owner, name, side_effect=error)

    yield "works", Case(server(networks="auto"), trace=True)
    yield "works in a group", Case(grouped(cloud, server()), trace=True)
    # The other traced ones: tracing makes all slow until it is removed.
    broken = RuntimeError("broken")
    big = cloud._create_flavor(memory_mb=10**6)
    yield "no host", Case(server(flavor_id=big), told=GIVEN_UP, trace=True)
    over = exception.TooManyInstances(
        overs="instances", req=1, used=1, allowed=1
    )
    recheck = fail(ComputeTaskManager, "_recheck_quota", over)
    yield "recheck", Case(server(), [recheck], until="lost", trace=True)
    spawn = fail(FakeDriver, "spawn", broken)
    yield (
        "spawn",
        Case(server(networks="auto"), [spawn], told=GIVEN_UP, trace=True),
    )
    # In nova-api.
    yield "schema", Case({"server": {"name": ""}}, until="answer")
    yield "policy", Case(server(az="nova:compute"), until="answer")
    yield "quota", Case(server(), [no_quota(cloud)], until="answer")
    yield (
        "image service",
        Case(server(), [fail(glance.API, "get", broken)], until="answer"),
    )
    broker = MessageDeliveryFailure("broker down")
    lost = lose("schedule_and_build_instances", broker)
    yield "first cast", Case(server(), [lost], until="answer")
    # In nova-conductor and nova-scheduler.
    filters = fail(ComputeFilter, "host_passes", broken)
    yield "scheduler", Case(server(), [filters], told=GIVEN_UP)
    down = DBConnectionError("database down")
    create = fail(objects.Instance, "create", down)
    yield "create", Case(server(), [create], until="lost")
    lost = lose("build_and_run_instance", broker)
    yield "second cast", Case(server(), [lost], until="lost")
    # In nova-compute.
    yield "save", Case(server(), [first_save_fails(down)], until="event")
    full = exception.ComputeResourcesUnavailable(reason="no room")
    claim = fail(claims.Claim, "_claim_test", full)
    yield "claim", Case(server(), [claim], told=GIVEN_UP)
    port = exception.VirtualInterfaceCreateException()
    yield "network", Case(server(), [fail(FakeDriver, "spawn", port)])
    spawn = fail(FakeDriver, "spawn", broken)
    destroy = fail(FakeDriver, "destroy", RuntimeError("locked"))
    yield "cleanup", Case(server(), [spawn, destroy])
    cloud._start_compute("second")
    yield (
        "first host",
        Case(server(), [first_spawn_fails(broken)], until="active"),
    )


def grouped(cloud: Any, request: Any) -> Any:
    """A server group, and a host and node of one's choice, in a request."""
    group = {"name": "group", "policy": "affinity"}
    hint = cloud.api.post_server_groups(group)["id"]
    (node,) = cloud.compute.manager.driver.get_available_nodes()
    request["server"] |= {"host": "compute", "hypervisor_hostname": node}
    return {**request, "os:scheduler_hints": {"group": hint}}


def lose(method: str, error: Exception) -> Patch:
    """Let the message bus refuse a cast."""
    from oslo_messaging.rpc import client

    cast = client._CallContext.cast

    def lost(self: Any, context: Any, name: str, **more: Any) -> Any:
        if name == method:
            raise error
        return cast(self, context, name, **more)

    return mock.patch.object(client._CallContext, "cast", lost)


def first_save_fails(error: Exception) -> Patch:
    """Let the database refuse what a build saves first."""
    from nova import objects

    save = objects.Instance.save

    def fail(self: Any, *given: Any, **more: Any) -> Any:
        if "scheduling" in (more.get("expected_task_state") or ()):
            raise error
        return save(self, *given, **more)

    return mock.patch.object(objects.Instance, "save", fail)


def first_spawn_fails(error: Exception) -> Patch:
    """Let the first host's driver fail, and no other."""
    from nova.virt.fake import FakeDriver

    spawn = FakeDriver.spawn
    left = [error]

    def fail(self: Any, *given: Any, **more: Any) -> Any:
        if left:
            raise left.pop()
        return spawn(self, *given, **more)

    return mock.patch.object(FakeDriver, "spawn", fail)


@contextmanager
def no_quota(cloud: Any) -> Iterator[None]:
    """Allow no instance."""
    cloud.flags(instances=0, group="quota")
    try:
        yield
    finally:
        cloud.flags(instances=-1, group="quota")


def run(cloud: Any, case: Case) -> dict[str, Any]:
    """Send a request, wait until nothing happens any more, and look."""
    from nova.tests.functional.api.client import OpenStackApiException

    cloud.notifier.reset()
    # Only an administrator may choose a host.
    chosen = "host" in case.request["server"]
    api = cloud.admin_api if chosen else cloud.api
    cloud._tracer.seen.clear()
    cloud._tracer.on = case.trace
    with cloud.logging() as log:
        try:
            uuid = api.post_server(case.request)["id"]
            status = 202
        except OpenStackApiException as error:
            status = error.response.status_code
            uuid = forgotten()
        answered = len(cloud._tracer.seen)
        wait(cloud, uuid, case.until, log)
        if case.trace and uuid and look(cloud, uuid)["status"] == "ACTIVE":
            cloud.known_to_scheduler(uuid)
        if case.told:
            cloud.notifier.wait_for_versioned_notifications(case.told)
    cloud._tracer.on = False
    seen = [vars(entered) for entered in cloud._tracer.seen]
    return {
        "http": status,
        **(look(cloud, uuid) if uuid else {"status": None}),
        "notifications": sorted(
            {
                note["event_type"]
                for note in cloud.notifier.versioned_notifications
                if note["priority"] == "ERROR"
            }
        ),
        "log": [line for line in log if line[0] == "ERROR"],
        "listed": uuid in [server["id"] for server in cloud.api.get_servers()],
        "freed": case.until == "lost" and freed(cloud, uuid),
        "seen": seen,
        "answered": answered,
    }


def freed(cloud: Any, uuid: str | None) -> bool:
    """Whether placement keeps no room any more once a server is deleted."""
    cloud.admin_api.delete_server(uuid)
    for _ in range(50):
        kept = cloud.placement.get(f"/allocations/{uuid}").body["allocations"]
        if not kept:
            return True
        time.sleep(0.2)
    return False


def forgotten() -> str | None:
    """The server of a request that failed, if it was left behind."""
    from nova import context, objects

    left = objects.BuildRequestList.get_all(context.get_admin_context())
    return next((request.instance_uuid for request in left), None)


def wait(cloud: Any, uuid: str | None, until: str, log: Any) -> None:
    """Wait until nothing happens to a server any more."""
    conditions: dict[str, Callable[[], bool]] = {
        "answer": lambda: True,
        "status": lambda: settled(cloud, uuid),
        "active": lambda: status(cloud, uuid) == "ACTIVE",
        "lost": lambda: any(line[2].startswith(LOST) for line in log),
        "event": lambda: "Error" in look(cloud, uuid)["events"],
    }
    for _ in range(200):
        if conditions[until]():
            return
        time.sleep(0.2)
    raise AssertionError(f"Never came to {until}: {look(cloud, uuid)}")


def settled(cloud: Any, uuid: str | None) -> bool:
    """Whether a server is built or given up."""
    if status(cloud, uuid) not in ("ACTIVE", "ERROR"):
        return False
    found = look(cloud, uuid)
    done = not found["task"] and not found["request"]
    return done and None not in found["events"]


def status(cloud: Any, uuid: str | None) -> str:
    """A server's status in the database, without a request to the API."""
    from nova import context, exception, objects

    admin = context.get_admin_context()
    mapping = objects.InstanceMapping.get_by_instance_uuid(admin, uuid)
    if not mapping.cell_mapping:
        return "BUILD"
    with context.target_cell(admin, mapping.cell_mapping) as cell:
        try:
            found = objects.Instance.get_by_uuid(cell, uuid)
        except exception.InstanceNotFound:
            return "BUILD"
    return str(found.vm_state).upper()


def look(cloud: Any, uuid: str | None) -> dict[str, Any]:
    """What the user, and the administrator, see of a server."""
    from nova import context, exception, objects

    server = cloud.admin_api.get_server(uuid)
    admin = context.get_admin_context()
    mapping = objects.InstanceMapping.get_by_instance_uuid(admin, uuid)
    try:
        objects.BuildRequest.get_by_instance_uuid(admin, uuid)
        request = True
    except exception.BuildRequestNotFound:
        request = False
    actions = cloud.admin_api.get_instance_actions(uuid) if not request else []
    events = [
        event["result"]
        for action in actions
        for event in cloud.admin_api.api_get(
            f"/servers/{uuid}/os-instance-actions/{action['request_id']}"
        ).body["instanceAction"]["events"]
    ]
    fault = server.get("fault", {}).get("message")
    stored = False
    if mapping.cell_mapping:
        with context.target_cell(admin, mapping.cell_mapping) as cell:
            faults = objects.InstanceFaultList.get_by_instance_uuids
            stored = bool(faults(cell, [uuid]))
    kept = cloud.placement.get(f"/allocations/{uuid}").body["allocations"]
    return {
        "status": server["status"],
        "task": server["OS-EXT-STS:task_state"],
        "record": mapping.cell_mapping and mapping.cell_mapping.name,
        "request": request,
        "fault": fault and fault.replace(uuid, "UUID").strip(),
        "stored": stored,
        "events": events,
        "allocations": len(kept),
    }


if __name__ == "__main__":
    main(requests, trace=True)
