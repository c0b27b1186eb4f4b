"""The model of finding a host does what Nova 34.0.0 itself does.

Two kinds of tests. In this process, Nova's own classes run on the model's
input: `Flavor`, `RequestSpec`, `ResourceRequest`, the request filters, the
filters, the weighers and `HostManager`. Mocked is the database below
`HostManager` and below the request filters.

In a process of its own, a whole Nova with a real placement boots servers on
two hosts like the model's: see `tests/nova/scenarios/flavor_to_host.py`.
"""

import inspect
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

from examples.case_studies import flavor_to_host as model
from tests.nova.conftest import Nova

UUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
CELL = "5e0ad4b6-7dec-11d0-a765-00a0c91e6bf6"
UUIDS = {
    "small": "11111111-7dec-11d0-a765-00a0c91e6bf6",
    "large": "22222222-7dec-11d0-a765-00a0c91e6bf6",
}


@dataclass(frozen=True)
class Scheduler:
    """Nova's scheduler, imported.

    Attributes:
        nova: What the other tests import as well.
        hosts, utils, requests: Modules of `nova.scheduler`: `host_manager`,
            `utils`, `request_filter`.
        conf: Nova's configuration, with nothing set.
        found: A `HostManager` with the default filters and weighers.
    """

    nova: Nova
    hosts: ModuleType
    utils: ModuleType
    requests: ModuleType
    conf: Any
    found: Any


def spec(
    scheduler: Scheduler,
    flavor: model.Flavor,
    volume_backed: bool = False,
    image: dict[str, str] | None = None,
    group: Any = None,
) -> Any:
    """A real request, as the API makes one of a real flavor."""
    from nova.pci.request import get_pci_requests_from_flavor
    from nova.virt.hardware import numa_get_constraints

    objects = scheduler.nova.objects
    properties = {"properties": image or {}}
    asked = objects.Flavor(
        name="flavor",
        flavorid="1",
        vcpus=flavor.vcpus,
        memory_mb=flavor.memory_mb,
        root_gb=flavor.root_gb,
        ephemeral_gb=flavor.ephemeral_gb,
        swap=flavor.swap,
        extra_specs=flavor.extra_specs,
    )
    alias = '{"name": "gpu", "vendor_id": "10de", "product_id": "1eb8"}'
    scheduler.conf.set_override("alias", [alias], "pci")
    try:
        pci_requests = get_pci_requests_from_flavor(asked)
    finally:
        scheduler.conf.clear_override("alias", "pci")
    made = objects.RequestSpec.from_components(
        scheduler.nova.context,
        UUID,
        properties,
        asked,
        numa_topology=numa_get_constraints(
            asked, objects.ImageMeta.from_dict(properties)
        ),
        pci_requests=pci_requests,
        filter_properties={},
        instance_group=group,
        availability_zone=None,
    )
    made.is_bfv = volume_backed
    return made


def state(scheduler: Scheduler, host: model.Host, **more: Any) -> Any:
    """A real `HostState` of a real `ComputeNode`."""
    objects = scheduler.nova.objects
    made = scheduler.hosts.HostState(host.name, host.name, CELL)
    free = host.free
    known = {
        "uuid": UUIDS.get(host.name, UUID),
        "vcpus": free["VCPU"],
        "vcpus_used": 0,
        "memory_mb": free["MEMORY_MB"],
        "free_ram_mb": free["MEMORY_MB"],
        "local_gb": free["DISK_GB"],
        "local_gb_used": 0,
        "free_disk_gb": free["DISK_GB"],
        "disk_available_least": None,
        "updated_at": None,
        "numa_topology": None,
        "pci_device_pools": None,
        "host_ip": "192.0.2.1",
        "hypervisor_hostname": host.name,
        "hypervisor_type": "QEMU",
        "hypervisor_version": 8002000,
        "cpu_info": "{}",
        "supported_hv_specs": [
            objects.HVSpec.from_list(["x86_64", "qemu", "hvm"])
        ],
        "stats": {},
        "metrics": "[]",
        "cpu_allocation_ratio": 1.0,
        "ram_allocation_ratio": 1.0,
        "disk_allocation_ratio": 1.0,
    }
    node = objects.ComputeNode(**(known | host.capabilities | more))
    made.update(node, service(host.up), [], {})
    return made


def service(up: bool) -> dict[str, Any]:
    """A compute service's record; `up` is what monitoring says of it."""
    from oslo_utils import timeutils

    return {
        "host": "host",
        "topic": "compute",
        "disabled": False,
        "forced_down": not up,
        "last_seen_up": timeutils.utcnow(),
    }


def asked(scheduler: Scheduler, request: Any) -> dict[str, str]:
    """The query that placement gets, in which every service is new enough."""
    objects = scheduler.nova.objects
    with mock.patch.object(
        objects.service, "get_minimum_version_all_cells", return_value=99
    ):
        scheduler.requests.process_reqspec(scheduler.nova.context, request)
    resources = scheduler.utils.resources_from_request_spec(
        scheduler.nova.context, request, scheduler.found
    )
    query = parse_qs(resources.to_querystring(), strict_parsing=True)
    return {name: value for name, (value,) in query.items()}


def enabled(scheduler: Scheduler) -> list[str]:
    """The names in the option's default."""
    return [type(made).__name__ for made in scheduler.found.enabled_filters]


def where(cls: Any) -> str:
    """A class's file and line."""
    path = Path(inspect.getfile(cls))
    nova = next(p for p in path.parents if p.name == "nova")
    _, line = inspect.getsourcelines(cls)
    return f"{path.relative_to(nova.parent)}:{line}"
