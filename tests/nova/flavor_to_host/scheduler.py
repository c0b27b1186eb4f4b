"""The model of finding a host does what Nova 34.0.0 itself does.

Two kinds of tests. In this process, Nova's own classes run on the model's
input: `Flavor`, `RequestSpec`, `ResourceRequest`, the request filters, the
filters, the weighers, `HostManager` and `SchedulerManager`. Stood in for is
what lies outside: the database below `HostManager` and below the request
filters, notifications, and placement, for which the model answers.

In a process of its own, a whole Nova with a real placement boots servers on
two hosts like the model's: see `tests/nova/scenarios/flavor_to_host.py`.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

from examples.nova import flavor_to_host as model
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
        manager, hosts, utils, requests: Modules of `nova.scheduler`:
            `manager`, `host_manager`, `utils`, `request_filter`.
        conf: Nova's configuration, with nothing set.
        found: A `HostManager` with the default filters and weighers.
    """

    nova: Nova
    manager: ModuleType
    hosts: ModuleType
    utils: ModuleType
    requests: ModuleType
    conf: Any
    found: Any


@contextmanager
def override(
    scheduler: Scheduler, group: str, **options: object
) -> Iterator[None]:
    """Set options of a group, and forget them afterwards."""
    for name, value in options.items():
        scheduler.conf.set_override(name, value, group=group)
    try:
        yield
    finally:
        for name in options:
            scheduler.conf.clear_override(name, group=group)


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
    with override(scheduler, "pci", alias=[alias]):
        pci_requests = get_pci_requests_from_flavor(asked)
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
    """The names that stand in the option's default."""
    return [type(made).__name__ for made in scheduler.found.enabled_filters]


def where(cls: Any) -> str:
    """A class's file and line."""
    path = Path(inspect.getfile(cls))
    nova = next(p for p in path.parents if p.name == "nova")
    _, line = inspect.getsourcelines(cls)
    return f"{path.relative_to(nova.parent)}:{line}"


def no_host(scheduler: Scheduler) -> Any:
    """What `select_destinations` raises: `NoValidHost` as `exc_info`."""
    return scheduler.manager.messaging.ExpectedException


@dataclass
class Select:
    """The real `select_destinations`, and what it asked of placement.

    Attributes:
        method: The bound method of a `SchedulerManager`.
        context: A request's context.
        wanted: The flavor that the model is asked for.
        claims: Host and answer of each claim.
        dropped: Instances whose claims were taken back.
    """

    method: Any
    context: Any
    wanted: list[model.Flavor]
    claims: list[str]
    dropped: list[str]

    def __call__(
        self, request: Any, uuids: list[str] | None = None
    ) -> list[list[str]]:
        """Call it; the hosts' names for each instance."""
        flavor = request.flavor
        self.wanted[:] = [
            model.Flavor(
                flavor.vcpus,
                flavor.memory_mb,
                flavor.root_gb,
                extra_specs=dict(flavor.extra_specs),
            )
        ]
        lists = self.method(
            self.context,
            spec_obj=request,
            instance_uuids=uuids or [UUID],
            return_objects=True,
            return_alternates=True,
        )
        return [[made.service_host for made in found] for found in lists]


@contextmanager
def run(
    scheduler: Scheduler,
    hosts: list[model.Host] | None = None,
    ask: Callable[[Any, Any], Any] | None = None,
    lost: tuple[str, ...] = (),
    **options: int,
) -> Iterator[Select]:
    """The real `select_destinations`, with placement played by the model.

    Args:
        scheduler: The scheduler.
        hosts: The model's hosts.
        ask: In place of `get_allocation_candidates`.
        lost: Hosts whose claim placement refuses.
        options: Settings of `[scheduler]` and `[filter_scheduler]`.

    Yields:
        What to call.
    """
    hosts = hosts or []
    claims: list[str] = []
    dropped: list[str] = []
    placement = mock.Mock()
    wanted: list[model.Flavor] = []

    def candidates(_: Any, resources: Any) -> Any:
        found = [h for h in hosts if model.is_candidate(h, wanted[0])]
        return (
            [
                {"allocations": {UUIDS[h.name]: {}}, "mappings": {}}
                for h in found
            ],
            {UUIDS[h.name]: {} for h in found},
            "1.36",
        )

    def claim(_: Any, uuid: str, asked: Any, *__: Any, **___: Any) -> bool:
        (host,) = (h for h in hosts if UUIDS[h.name] in asked["allocations"])
        done = host.name not in lost and model.claim(host, wanted[0])
        claims.append(f"{host.name}: {done}")
        return done

    placement.get_allocation_candidates.side_effect = ask or candidates
    placement.claim_resources.side_effect = claim
    placement.delete_allocation_for_instance.side_effect = (
        lambda _, uuid, **__: dropped.append(uuid)
    )

    def states(_: Any, uuids: list[str], __: Any) -> Iterator[Any]:
        return (state(scheduler, h) for h in hosts if UUIDS[h.name] in uuids)

    cls = scheduler.manager.SchedulerManager
    made = cls.__new__(cls)
    made.host_manager = scheduler.found
    made.notifier = mock.Mock()

    select = Select(
        made.select_destinations,
        scheduler.nova.context,
        wanted,
        claims,
        dropped,
    )
    attempts = {n: options.pop(n) for n in ["max_attempts"] if n in options}
    with (
        override(scheduler, "scheduler", **attempts),
        override(scheduler, "filter_scheduler", **options),
        mock.patch.object(
            cls, "placement_client", mock.PropertyMock(return_value=placement)
        ),
        mock.patch.object(scheduler.found, "get_host_states_by_uuids", states),
        mock.patch.object(
            scheduler.manager.compute_utils, "notify_about_scheduler_action"
        ),
        mock.patch.object(
            scheduler.nova.objects.service,
            "get_minimum_version_all_cells",
            return_value=99,
        ),
    ):
        yield select
