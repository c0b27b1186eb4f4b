"""Builds that fail, in a whole Nova with two compute hosts.

Each server asks for a port that Nova makes, a port that the user made, a
volume that is to be kept and one that is to be deleted with the server. What
fails is put in at Nova's seams: the hypervisor's driver, Neutron's and
Cinder's client, the write of an instance to the database and the cast to
the conductor. Two methods of Nova's own are replaced, where a refusal would
take a host of another kind: the test of a claim, and the check of a server
group's policy.

On native threads all failures run, on eventlet those of `EVENTLET`.
"""

import ast
import inspect
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from uuid import uuid4

from tests.nova.deployment import main
from tests.nova.exceptions import chain

IMAGE = "155d900f-4e14-4e4c-a73d-069cbf4541e6"
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HOST = re.compile(r"\w+ \(node [\w-]+\)")
# Whose lines are left out: those of start-up and of Nova's fakes, and what
# Nova says of a fake port that was never bound, and of two hosts in one
# process.
FAKES = (
    "nova.network.neutron",
    "nova.tests",
    "nova.thread_pool_factory",
    "nova.virt",
    "stevedore",
)
NOTED = ("instance.create", "compute.exception", "compute_task.")

Make = Callable[[Any, Any], BaseException]


def plain(kind: type[Exception], text: str) -> Make:
    """An error that Nova knows nothing of."""
    return lambda *_: kind(text)


def named(name: str, **words: str) -> Make:
    """One of Nova's exceptions."""

    def make(exception: Any, uuid: str) -> BaseException:
        words.setdefault("instance_uuid", uuid)
        error: BaseException = getattr(exception, name)(**words)
        return error

    return make


@dataclass(frozen=True)
class Failure:
    """What fails in a build.

    Attributes:
        places: Where, and what is raised there.
        times: How many attempts fail.
        attempts: What `[scheduler] max_attempts` says.
        hosts: How many hosts try.
        ends: The server's status at the end; `GONE` when it is deleted.
    """

    places: dict[str, Make]
    times: int = 99
    hosts: int = 1
    attempts: int = 3
    ends: str = "ERROR"


def once(place: str, raised: Make) -> Failure:
    """The first host fails, the second does not."""
    return Failure({place: raised}, times=1, hosts=2, ends="ACTIVE")


disk = plain(OSError, "disk full")
port = plain(RuntimeError, "no port")
release = plain(RuntimeError, "no release")
# The hypervisor's, when it is to clean up, and the message bus's.
busy, lost = plain(OSError, "disk busy"), plain(RuntimeError, "bus down")
NO_MEMORY = named("ComputeResourcesUnavailable", reason="no memory")
AFFINITY = named("GroupAffinityViolation", policy="anti-affinity")
FAILURES = {
    "nothing": Failure({}, ends="ACTIVE"),
    "spawn": once("spawn", disk),
    "every host": Failure({"spawn": disk}, hosts=2),
    "every attempt": Failure({"spawn": disk}, hosts=2, attempts=2),
    "no retries": Failure({"spawn": disk}, attempts=1),
    "claim": once("claim", NO_MEMORY),
    "claim only": Failure({"claim": NO_MEMORY}, attempts=1),
    "policy": once("policy", AFFINITY),
    "policy only": Failure({"policy": AFFINITY}, attempts=1),
    "port": once("create_port", port),
    "binding": once("binding", port),
    "abort": Failure({"spawn": named("BuildAbortException", reason="unfit")}),
    "image": Failure(
        {"spawn": named("ImageUnacceptable", image_id="i", reason="bad")}
    ),
    "vif": Failure({"spawn": named("VirtualInterfaceCreateException")}),
    "volume": Failure({"attach": named("InvalidInput", reason="busy")}),
    "deleted": Failure({"delete": disk}, ends="GONE"),
    "destroy too": Failure({"spawn": disk, "destroy": busy}),
    "release too": Failure({"create_port": port, "release": release}),
    "both too": Failure(
        {"create_port": port, "destroy": busy, "release": release}
    ),
    "after spawn": Failure({"last save": disk}),
    "first save": Failure({"first save": disk}, ends="BUILD"),
    "cast too": Failure({"spawn": disk, "cast": lost}, ends="BUILD"),
}
EVENTLET = ("destroy too", "release too", "both too")


@dataclass
class Build:
    """One server's build, while it runs.

    Attributes:
        uuid: The server.
        hosts: The hosts of the attempts so far.
        results: What each attempt's method returned or raised.
        inner: What propagated from `_build_and_run_instance`: the exception,
            its `__context__`, and so on.
        given_up: Whether the conductor has cleaned up after the last host.
    """

    uuid: str = ""
    hosts: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    inner: list[list[str]] = field(default_factory=list)
    given_up: bool = False


def line(text: str) -> str:
    """A log line; of a traceback in it, only the error.

    Args:
        text: The message, as it was logged.
    """
    text = HOST.sub("HOST (node NODE)", UUID.sub("UUID", text))
    head, _, trace = text.partition("['Traceback")
    if trace:
        last: str = ast.literal_eval(f"['{trace}")[-1]
        return head + last.strip()
    return text


def patches(cloud: Any, failure: Failure, build: Build) -> Iterator[Any]:
    """What is to be replaced, for one build."""
    from nova import exception, objects
    from nova.compute import claims
    from nova.conductor import manager as conductor
    from nova.volume import cinder

    def failing(
        owner: Any, name: str, place: str, when: Any = lambda _: True
    ) -> Any:
        real = getattr(owner, name)
        make = failure.places.get(place)

        def call(*arguments: Any, **words: Any) -> Any:
            if place == "spawn":
                # libvirt's driver reads it as well.
                list(words["network_info"])
            if make and len(build.hosts) <= failure.times and when(words):
                if place == "delete":
                    cloud.api.delete_server(build.uuid)
                else:
                    raise make(exception, build.uuid)
            return real(*arguments, **words)

        # In place of a fixture's mock, no function: it would get a `self`.
        fake = mock.Mock(side_effect=call)
        function = call if inspect.isfunction(real) else fake
        return mock.patch.object(owner, name, function)

    def watched(owner: Any, name: str, told: Callable[..., None]) -> Any:
        real = getattr(owner, name)

        def call(*arguments: Any, **words: Any) -> Any:
            try:
                result = real(*arguments, **words)
            except Exception as error:
                told(None, error)
                raise
            told(result, None)
            return result

        return mock.patch.object(owner, name, call)

    def attempt(manager: Any, name: str) -> Any:
        real = getattr(manager, name)

        def call(*arguments: Any, **words: Any) -> Any:
            build.hosts.append(manager.host)
            return real(*arguments, **words)

        return mock.patch.object(manager, name, call)

    def ended(result: Any, error: Exception | None) -> None:
        raised = f"raised {type(error).__name__}"
        build.results.append(raised if error else result)

    def inner(_: Any, error: Exception | None) -> None:
        if error:
            links = [f"{type(e).__name__}: {e}" for e in chain(error)]
            build.inner.append([UUID.sub("UUID", e) for e in links])

    def given_up(*_: Any) -> None:
        build.given_up = True

    def unbound(*arguments: Any, **words: Any) -> Any:
        port = bind(*arguments, **words)
        if "binding" in failure.places and len(build.hosts) <= failure.times:
            port["port"]["binding:vif_type"] = "binding_failed"
        return port

    bind = cloud.neutron.update_port
    for service in cloud.computes.values():
        manager = service.manager
        yield failing(manager.driver, "spawn", "spawn")
        yield failing(manager.driver, "spawn", "delete")
        yield failing(manager.driver, "destroy", "destroy")
        yield failing(manager, "_validate_instance_group_policy", "policy")
        yield failing(
            manager.network_api, "deallocate_for_instance", "release"
        )
        yield failing(manager.compute_task_api, "build_instances", "cast")
        yield watched(manager, "_build_and_run_instance", inner)
        yield attempt(manager, "_do_build_and_run_instance")
        yield watched(manager, "_do_build_and_run_instance", ended)
    yield failing(claims.Claim, "_claim_test", "claim")
    yield failing(cloud.neutron, "create_port", "create_port")
    if "binding" in failure.places:
        yield mock.patch.object(cloud.neutron, "update_port", unbound)
    yield failing(cinder.API, "attachment_update", "attach")
    for place, state in ("first", "scheduling"), ("last", "spawning"):
        if f"{place} save" in failure.places:
            yield failing(
                objects.Instance,
                "save",
                f"{place} save",
                lambda words, state=state: (
                    state in (words.get("expected_task_state") or ())
                ),
            )
    task = conductor.ComputeTaskManager
    yield watched(task, "_cleanup_when_reschedule_fails", given_up)


def built(cloud: Any, failure: Failure) -> dict[str, Any]:
    """Build a server while something fails.

    Returns:
        What is to be seen of it afterwards.
    """
    from nova import context, objects
    from nova.volume import cinder

    build, deleted = Build(), []
    managers = {n: s.manager for n, s in cloud.computes.items()}
    for manager in managers.values():
        for stats in manager.rt.stats.values():
            stats.build_succeeded()
    cloud.flags(max_attempts=failure.attempts, group="scheduler")
    cloud.notifier.reset()
    network = cloud.neutron.network_1["id"]
    own = cloud.neutron.create_port({"port": {}})["port"]["id"]
    before = set(cloud.neutron._ports)
    volumes = {"kept": str(uuid4()), "deleted": str(uuid4())}
    server = cloud._build_server(networks=[{"uuid": network}, {"port": own}])
    server["block_device_mapping_v2"] = [
        {
            "boot_index": 0,
            "uuid": IMAGE,
            "source_type": "image",
            "destination_type": "local",
        },
        *(
            {
                "uuid": uuid,
                "source_type": "volume",
                "destination_type": "volume",
                "delete_on_termination": name == "deleted",
            }
            for name, uuid in volumes.items()
        ),
    ]

    def delete(_api: Any, _context: Any, volume: str) -> None:
        deleted.append(volume)

    with ExitStack() as stack:
        for patch in patches(cloud, failure, build):
            stack.enter_context(patch)
        stack.enter_context(mock.patch.object(cinder.API, "delete", delete))
        log = stack.enter_context(cloud.logging())
        build.uuid = cloud.admin_api.post_server({"server": server})["id"]
        found = settled(cloud, failure, build)
    uuid = build.uuid
    ports = cloud.neutron._ports
    request = cloud.admin_api.get_instance_actions(uuid)[-1]["request_id"]
    action = f"/servers/{uuid}/os-instance-actions/{request}"
    events = cloud.admin_api.api_get(action).body["instanceAction"]["events"]
    number = {host: str(n) for n, host in enumerate(build.hosts, 1)}
    return {
        "results": build.results,
        "inner": build.inner,
        "status": found.get("status", "GONE"),
        "vm_state": found.get("OS-EXT-STS:vm_state"),
        "task_state": found.get("OS-EXT-STS:task_state"),
        "host": number.get(found.get("OS-EXT-SRV-ATTR:host", "")),
        "node": found.get("OS-EXT-SRV-ATTR:hypervisor_hostname"),
        "fault": UUID.sub("UUID", found.get("fault", {}).get("message", "")),
        "stored": [
            UUID.sub("UUID", fault.message)
            for fault in objects.InstanceFaultList.get_by_instance_uuids(
                context.get_admin_context(), [uuid]
            )
        ],
        "made": [
            number.get(p["binding:host_id"], "?")
            for name, p in ports.items()
            if name not in before and p.get("device_id") == uuid
        ],
        "own": number.get(ports[own].get("binding:host_id"))
        if ports[own].get("device_id") == uuid
        else None,
        "attached": [
            name
            for name, volume in volumes.items()
            if any(
                a["instance_uuid"] == uuid
                for a in cloud.cinder.volume_to_attachment[volume].values()
            )
        ],
        "deleted": [n for n, v in volumes.items() if v in deleted],
        "allocated": len(cloud._get_allocations_by_server_uuid(uuid)),
        "guests": [
            number[name]
            for name in build.hosts
            if uuid in managers[name].driver.instances
        ],
        "failed_builds": [
            sum(s["failed_builds"] for s in managers[name].rt.stats.values())
            for name in build.hosts
        ],
        "notified": [
            n["event_type"]
            for n in cloud.notifier.versioned_notifications
            if n["event_type"].startswith(NOTED)
        ],
        "events": [(e["event"], e["result"]) for e in reversed(events)],
        "log": [
            [level, name, line(text)]
            for level, name, text in log
            if level != "INFO" and not name.startswith(FAKES)
        ],
    }


def settled(cloud: Any, failure: Failure, build: Build) -> dict[str, Any]:
    """Wait until a build has come to its end.

    Returns:
        The server; nothing when it is gone.
    """
    computes = [service.manager for service in cloud.computes.values()]

    def runs() -> bool:
        """Whether a build or a delete is in progress, or is about to."""
        return (
            len(build.results) < failure.hosts
            or (build.results[-1] == "rescheduled" and not build.given_up)
            or any(manager._in_progress_tasks for manager in computes)
        )

    for _ in range(1000):
        time.sleep(0.01)
        if runs():
            continue
        if failure.ends != "GONE":
            found: dict[str, Any] = cloud.admin_api.get_server(build.uuid)
            assert found["status"] == failure.ends, (failure, build, found)
            return found
        left = cloud.api.get_servers(detail=False)
        if build.uuid not in [server["id"] for server in left] and not runs():
            return {}
    raise AssertionError(f"{failure}: {build}")


def failures(cloud: Any) -> object:
    """Build one server for each failure.

    Returns:
        What is to be seen of each, by the failure's name.
    """
    cloud.flags(instances=-1, cores=-1, ram=-1, group="quota")
    cloud._start_compute("second")
    native = os.environ.get("OS_NOVA_DISABLE_EVENTLET_PATCHING")
    wanted = FAILURES if native else EVENTLET
    return {name: built(cloud, FAILURES[name]) for name in wanted}


if __name__ == "__main__":
    main(failures)
