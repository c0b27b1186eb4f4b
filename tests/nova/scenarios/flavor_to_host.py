"""Servers of some flavors, on a whole Nova with the model's two hosts.

Placement, the scheduler, the conductor and the API are the real ones. Stood in
for is the hypervisor, whose two drivers report the sizes of the model's hosts;
and, where another server was quicker, the answer of placement to the claim.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from unittest import mock

from examples.case_studies import flavor_to_host as model
from tests.nova.deployment import main


def case(
    vcpus: int = 2,
    specs: dict[str, str] | None = None,
    down: tuple[str, ...] = (),
    lost: tuple[str, ...] = (),
) -> tuple[model.Flavor, tuple[str, ...], tuple[str, ...]]:
    """A flavor, the hosts that are down, those that another server takes."""
    return model.Flavor(vcpus, 2048, 20, extra_specs=specs or {}), down, lost


CASES = {
    "ordinary": case(),
    "too big": case(vcpus=16),
    "trait required": case(specs={"trait:CUSTOM_SSD": "required"}),
    "trait misspelt": case(specs={"trait:CUSTOM_SDD": "required"}),
    "host down": case(vcpus=8, down=("large",)),
    "all claims lost": case(lost=("small", "large")),
    "trait forbidden": case(specs={"trait:CUSTOM_SSD": "forbidden"}),
    "capability": case(specs={"capabilities:hypervisor_type": "QEMU"}),
    "no such capability": case(specs={"capabilities:hypervisor_type": "Xen"}),
    "claim lost": case(lost=("large",)),
    "emptier host down": case(down=("large",)),
    "no host up": case(down=("small", "large")),
}

# Extra specs that are offered to the API.
SPECS = {
    "trait:CUSTOM_SDD": "required",
    "trait:HW_CPU_X86_AVX9": "required",
    "resources:CUSTOM_GPU": "1",
    "resources:VPCU": "1",
    "capabilities:hypervisor": "QEMU",
    "hypervisor": "QEMU",
    "hw:cpu_polcy": "dedicated",
    "hardware:cpu_policy": "dedicated",
}


def flavors(cloud: Any) -> object:
    """A server for each case, and the answers to extra specs."""
    uuids = start(cloud)
    return {
        "servers": {
            name: boot(cloud, flavor, down, {uuids[host] for host in lost})
            for name, (flavor, down, lost) in CASES.items()
        },
        "specs": {
            name: offer(cloud, {name: value}) for name, value in SPECS.items()
        },
        "rare": rare(cloud),
    }


def rare(cloud: Any) -> dict[str, dict[str, Any]]:
    """A server of each kind that few readers meet."""
    from keystoneauth1.exceptions import ConnectFailure
    from nova.scheduler.client.report import SchedulerReportClient

    def plain(**specs: str) -> dict[str, Any]:
        flavor, *_ = case(specs=specs)
        return boot(cloud, flavor, (), set())

    found = {"pinned": plain(**{"hw:cpu_policy": "dedicated"})}
    lost = mock.patch.object(
        SchedulerReportClient, "get", side_effect=ConnectFailure("")
    )
    with lost:
        found["placement down"] = plain()
    cloud.flags(max_attempts=1, group="scheduler")
    found["one attempt"] = plain()
    cloud.flags(
        limit_tenants_to_placement_aggregate=True,
        placement_aggregate_required_for_tenants=True,
        group="scheduler",
    )
    found["no aggregate"] = plain()
    return found


def start(cloud: Any) -> dict[str, str]:
    """Start the model's hosts, and disable the one that is there.

    Returns:
        The hosts' providers in placement, by name.
    """
    from nova.virt import fake

    cloud.flags(initial_cpu_allocation_ratio=1.0, reserved_host_memory_mb=0)
    (service,) = cloud.admin_api.get_services(binary="nova-compute")
    cloud.admin_api.put_service(service["id"], {"status": "disabled"})
    uuids = {}
    for host in model.cloud():
        name = f"{host.name.title()}Driver"
        setattr(fake, name, type(name, (fake.FakeDriver,), driver(host)))
        cloud.flags(compute_driver=f"fake.{name}")
        cloud._start_compute(host.name)
        uuids[host.name] = cloud._get_provider_uuid_by_host(host.name)
        for trait in host.traits:
            cloud._create_trait(trait)
            traits = cloud._get_provider_traits(uuids[host.name])
            cloud._set_provider_traits(uuids[host.name], [*traits, trait])
    return uuids


def driver(host: model.Host) -> dict[str, Any]:
    """What the class of a host's hypervisor has of its own."""
    from nova.virt.fake import FakeDriver

    def resource(self: Any, node: str) -> Any:
        found = FakeDriver.get_available_resource(self, node)
        return {**found, **host.capabilities, "disk_available_least": None}

    return {
        "vcpus": host.free["VCPU"],
        "memory_mb": host.free["MEMORY_MB"],
        "local_gb": host.free["DISK_GB"],
        "get_available_resource": resource,
    }


def boot(
    cloud: Any, flavor: model.Flavor, down: tuple[str, ...], lost: set[str]
) -> dict[str, Any]:
    """Boot one server, look at it, and delete it."""
    made = cloud._create_flavor(
        vcpu=flavor.vcpus,
        memory_mb=flavor.memory_mb,
        disk=flavor.root_gb,
        ephemeral=flavor.ephemeral_gb,
        extra_spec=flavor.extra_specs,
    )
    request = {"server": cloud._build_server(flavor_id=made, networks="none")}
    found: dict[str, Any] = {"queries": [], "selected": None}
    force(cloud, down, True)
    with ExitStack() as stack:
        for patch in watches(found, lost):
            stack.enter_context(patch)
        log = stack.enter_context(cloud.logging())
        answer = cloud.api.api_post("/servers", request)
        uuid = answer.body["server"]["id"]
        server = wait(lambda: settled(cloud, uuid))
        if server["status"] == "ACTIVE":
            cloud.known_to_scheduler(uuid)
    force(cloud, down, False)
    found["http"] = answer.status
    found["status"] = server["status"]
    found["host"] = server["OS-EXT-SRV-ATTR:host"]
    found["fault"] = cloud.api.get_server(uuid).get("fault")
    found["details"] = server.get("fault", {}).get("details")
    services = "nova.scheduler", "nova.filters", "nova.conductor"
    found["log"] = [line for line in log if line[1].startswith(services)]
    cloud.api.delete_server(uuid)
    wait(lambda: uuid not in {s["id"] for s in cloud.api.get_servers()})
    return found


def watches(found: dict[str, Any], lost: set[str]) -> list[Any]:
    """Patches that write down what is asked and what is answered."""
    from nova.conductor.manager import ComputeTaskManager
    from nova.scheduler.client.report import SchedulerReportClient

    claim = SchedulerReportClient.claim_resources
    ask = SchedulerReportClient.get_allocation_candidates
    schedule = ComputeTaskManager._schedule_instances

    def claims(self: Any, *more: Any, **named: Any) -> Any:
        _, _, wanted, *_ = more
        if lost & set(wanted["allocations"]):
            return False
        return claim(self, *more, **named)

    def asks(self: Any, context: Any, resources: Any) -> Any:
        found["queries"].append(resources.to_querystring())
        return ask(self, context, resources)

    def schedules(self: Any, *more: Any, **named: Any) -> Any:
        lists = schedule(self, *more, **named)
        ((first, *others),) = lists
        found["selected"] = [s.service_host for s in (first, *others)]
        found["request"] = first.allocation_request
        found["limits"] = first.limits.to_dict()
        return lists

    return [
        mock.patch.object(SchedulerReportClient, "claim_resources", claims),
        mock.patch.object(
            SchedulerReportClient, "get_allocation_candidates", asks
        ),
        mock.patch.object(
            ComputeTaskManager, "_schedule_instances", schedules
        ),
    ]


def force(cloud: Any, hosts: tuple[str, ...], down: bool) -> None:
    """Say that hosts are down, or are back, as monitoring does."""
    for service in cloud.admin_api.get_services(binary="nova-compute"):
        if service["host"] in hosts:
            cloud.admin_api.put_service(service["id"], {"forced_down": down})


def settled(cloud: Any, uuid: str) -> Any:
    """The server, when it is built or has failed."""
    server = cloud.admin_api.get_server(uuid)
    return server if server["status"] != "BUILD" else None


def wait(ready: Callable[[], Any]) -> Any:
    """Ask again and again, for at most 20 seconds."""
    for _ in range(200):
        if found := ready():
            return found
        time.sleep(0.1)
    raise TimeoutError(ready)


def offer(cloud: Any, specs: dict[str, str]) -> str:
    """What the API says of extra specs of a flavor."""
    from nova.tests.functional.api.client import OpenStackApiException

    made = cloud._create_flavor()
    try:
        cloud.admin_api.post_extra_spec(made, {"extra_specs": specs})
    except OpenStackApiException as error:
        return str(error.response.json()["badRequest"]["message"])
    return "accepted"


if __name__ == "__main__":
    main(flavors)
