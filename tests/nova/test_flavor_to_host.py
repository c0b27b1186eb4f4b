"""The model of finding a host does what Nova 34.0.0 itself does.

Two kinds of tests. In this process, Nova's own classes run on the model's
input: `Flavor`, `RequestSpec`, `ResourceRequest`, the request filters, the
filters, the weighers, `HostManager` and `SchedulerManager`. Stood in for is
what lies outside: the database below `HostManager` and below the request
filters, notifications, and placement, for which the model answers.

In a process of its own, a whole Nova with a real placement boots servers on
two hosts like the model's: see `tests/nova/scenarios/flavor_to_host.py`.
"""

import ast
import inspect
import json
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

import pytest

from examples.nova import flavor_to_host as model
from render.sources.upstream import definition, excerpt
from tests.nova.conftest import Nova
from tests.nova.deployment import deployed
from tests.nova.recording import Row, recorded
from tests.nova.scenarios.flavor_to_host import CASES
from tests.project import page

PAGE = page(Path(model.__file__))
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


@pytest.fixture(scope="module")
def scheduler(nova: Nova) -> Scheduler:
    """Import the scheduler; its `HostManager` finds an empty database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nova import conf
        from nova.scheduler import (
            host_manager,
            manager,
            request_filter,
            utils,
        )

        objects = nova.objects
        cells = objects.CellMappingList(objects=[])
        groups = objects.AggregateList(objects=[])
        cls = host_manager.HostManager
        with (
            mock.patch.object(
                objects.CellMappingList, "get_all", return_value=cells
            ),
            mock.patch.object(
                objects.AggregateList, "get_all", return_value=groups
            ),
            mock.patch.object(cls, "_init_instance_info"),
        ):
            found = cls()
    return Scheduler(
        nova, manager, host_manager, utils, request_filter, conf.CONF, found
    )


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


# What a flavor asks for --------------------------------------------------


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


FLAVORS = {
    "plain": (model.Flavor(2, 2048, 20), False),
    "swap": (model.Flavor(2, 2048, 20, ephemeral_gb=5, swap=512), False),
    "volume": (model.Flavor(2, 2048, 20, ephemeral_gb=5, swap=512), True),
    "volume only": (model.Flavor(2, 2048, 20), True),
    "diskless": (model.Flavor(2, 2048, 0), False),
    "swap of 1 GiB": (model.Flavor(2, 2048, 0, swap=1024), False),
    "swap of 1 GiB and more": (model.Flavor(2, 2048, 0, swap=1025), False),
    **{
        str(specs): (model.Flavor(2, 2048, 20, extra_specs=specs), False)
        for specs in [
            {"resources:VCPU": "0", "resources:CUSTOM_GPU": "1"},
            {"resources:DISK_GB": "50"},
            {"trait:CUSTOM_SSD": "required", "trait:CUSTOM_B": "forbidden"},
            {"capabilities:hypervisor_type": "QEMU"},
        ]
    },
}


@pytest.mark.parametrize("name", FLAVORS)
def test_the_model_asks_for_what_nova_asks_for(
    scheduler: Scheduler, name: str
) -> None:
    """The same amounts and traits."""
    flavor, volume = FLAVORS[name]
    query = asked(scheduler, spec(scheduler, flavor, volume))
    amounts = dict(part.split(":") for part in query["resources"].split(","))
    assert {name: int(n) for name, n in amounts.items()} == model.resources(
        flavor, volume
    )
    traits = {
        name if kind == "required" else f"!{name}"
        for name, kind in model.scoped("trait", flavor)
    }
    assert set(query.get("required", "").split(",")) - {""} == traits


_PLAIN = "2 VCPU, 2048 MiB, 20 GiB"
_REQUESTS: list[tuple[str, model.Flavor, bool]] = [
    (_PLAIN, model.Flavor(2, 2048, 20), False),
    (
        "… 5 GiB ephemeral, 512 MiB swap",
        model.Flavor(2, 2048, 20, 5, 512),
        False,
    ),
    ("… the same, from a volume", model.Flavor(2, 2048, 20, 5, 512), True),
    *(
        (
            "… " + ", ".join(f"`{k}={v}`" for k, v in specs.items()),
            model.Flavor(2, 2048, 20, extra_specs=specs),
            False,
        )
        for specs in [
            {"resources:DISK_GB": "50"},
            {"resources:VCPU": "0", "resources:CUSTOM_GPU": "1"},
            {"resources1:VGPU": "1", "trait1:CUSTOM_A": "required"},
            {"trait:CUSTOM_SSD": "required"},
            {"trait:CUSTOM_SSD": "forbidden"},
            {"hw:cpu_policy": "dedicated"},
            {"os:secure_boot": "required"},
            {"capabilities:hypervisor_type": "QEMU"},
            {"aggregate_instance_extra_specs:ssd": "true"},
            {"hw:numa_nodes": "2"},
            {"pci_passthrough:alias": "gpu:1"},
            {"quota:cpu_shares": "512"},
        ]
    ),
]


def test_requests_are_recorded(scheduler: Scheduler) -> None:
    """For some flavors, what placement is asked."""
    always = "OWNER_NOVA,!COMPUTE_STATUS_DISABLED"
    rows: list[Row] = []
    plain = ""
    for text, flavor, volume in _REQUESTS:
        query = asked(scheduler, spec(scheduler, flavor, volume))
        assert query.pop("limit") == "1000"
        assert query.pop("root_required") == always
        plain = plain or query["resources"]
        if rows and query["resources"] == plain:
            del query["resources"]
        lines = [f"`{name}={query[name]}`" for name in sorted(query)]
        rows.append({"flavor": text, "query": lines or ["nothing else"]})
    recorded("flavor_to_host_requests", rows)
    assert [row["query"] for row in rows[-5:]] == [["nothing else"]] * 5


def test_an_old_nova_compute_delays_the_owner(scheduler: Scheduler) -> None:
    """The trait is asked for once all of them report it."""
    oldest = scheduler.requests.MIN_COMPUTE_VERSION_OWNER_TRAIT
    for version, found in (oldest - 1, False), (oldest, True):
        request = spec(scheduler, model.Flavor(2, 2048, 20))
        with mock.patch.object(
            scheduler.nova.objects.service,
            "get_minimum_version_all_cells",
            return_value=version,
        ):
            scheduler.requests.owner_nova_filter(
                scheduler.nova.context, request
            )
        assert ("OWNER_NOVA" in request.root_required) == found


def test_pinned_servers_are_asked_for_twice(scheduler: Scheduler) -> None:
    """With VCPU again, for hosts that do not report PCPU."""
    specs = {"hw:cpu_policy": "dedicated"}
    request = spec(scheduler, model.Flavor(2, 2048, 20, extra_specs=specs))
    queries: list[str] = []

    def ask(_: Any, resources: Any) -> None:
        queries.append(resources.to_querystring())

    with run(scheduler, ask=ask) as select, pytest.raises(no_host(scheduler)):
        select(request)
    first, second = queries
    assert first.replace("PCPU%3A2", "VCPU%3A2") == second != first


# Filters ------------------------------------------------------------------


def enabled(scheduler: Scheduler) -> list[str]:
    """The names that stand in the option's default."""
    return [type(made).__name__ for made in scheduler.found.enabled_filters]


HOSTS = {
    "up": model.Host("small", model.cloud()[0].free, up=True),
    "down": model.Host("small", model.cloud()[0].free, up=False),
    **{host.name: host for host in model.cloud()},
}


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    "specs",
    [
        {},
        {"capabilities:hypervisor_type": "QEMU"},
        {"trait:CUSTOM_SSD": "required"},
        {"quota:cpu_shares": "512"},
    ],
)
def test_the_model_passes_what_nova_passes(
    scheduler: Scheduler, host: str, specs: dict[str, str]
) -> None:
    """The default filters and the model's give the same answer."""
    ours = HOSTS[host]
    if not ours.capabilities:
        ours.capabilities["hypervisor_type"] = "QEMU"
    flavor = model.Flavor(99, 2048, 20, extra_specs=specs)
    left = scheduler.found.get_filtered_hosts(
        [state(scheduler, ours)], spec(scheduler, flavor)
    )
    assert bool(left) == model.passes(ours, flavor)


@dataclass
class Filtering:
    """A filter, a host that passes and one that does not.

    Attributes:
        name: The filter's class.
        passes, fails: What a host is like, in words.
        good, bad: The same as a flavor's extra specs, an image's properties,
            a server group, and attributes of the host.
    """

    name: str
    passes: str
    good: dict[str, Any]
    fails: str
    bad: dict[str, Any]


QEMU = {"capabilities:hypervisor_type": "QEMU"}
SSD = {"aggregate_instance_extra_specs:ssd": "true"}
FILTERS = [
    Filtering(
        "ComputeFilter",
        "its service is up",
        {},
        "it is forced down",
        {"up": False},
    ),
    Filtering(
        "ComputeCapabilitiesFilter",
        "`hypervisor_type=QEMU` is asked for, and it is so",
        {"specs": QEMU},
        "… and it is VMware",
        {"specs": QEMU, "node": {"hypervisor_type": "VMware"}},
    ),
    Filtering(
        "ImagePropertiesFilter",
        "the image is for x86_64, and so is it",
        {"image": {"hw_architecture": "x86_64"}},
        "the image is for aarch64",
        {"image": {"hw_architecture": "aarch64"}},
    ),
    Filtering(
        "ServerGroupAntiAffinityFilter",
        "it has no server of the group",
        {"policy": "anti-affinity", "host": {"instances": {UUID: None}}},
        "it has one",
        {"policy": "anti-affinity", "host": {"instances": {CELL: None}}},
    ),
    Filtering(
        "ServerGroupAffinityFilter",
        "the group's servers are on it",
        {"policy": "affinity", "hosts": ["small"]},
        "they are on another host",
        {"policy": "affinity", "hosts": ["large"]},
    ),
    Filtering(
        "AggregateInstanceExtraSpecsFilter",
        "`ssd=true` is asked for, and its aggregate has it",
        {"specs": SSD, "ssd": "true"},
        "… and its aggregate has `ssd=false`",
        {"specs": SSD, "ssd": "false"},
    ),
    Filtering(
        "NumInstancesFilter",
        "49 servers",
        {"host": {"num_instances": 49}},
        "50 servers",
        {"host": {"num_instances": 50}},
    ),
    Filtering(
        "IoOpsFilter",
        "7 servers that build, resize, …",
        {"host": {"num_io_ops": 7}},
        "8 of them",
        {"host": {"num_io_ops": 8}},
    ),
]


def passes(scheduler: Scheduler, name: str, case: dict[str, Any]) -> bool:
    """What the real filter says."""
    objects = scheduler.nova.objects
    group = None
    if policy := case.get("policy"):
        group = objects.InstanceGroup(
            uuid=UUID,
            policy=policy,
            policies=[policy],
            members=[CELL],
            hosts=case.get("hosts", []),
        )
    request = spec(
        scheduler,
        model.Flavor(2, 2048, 20, extra_specs=case.get("specs", {})),
        image=case.get("image"),
        group=group,
    )
    request.instance_uuid = UUIDS["large"]
    free = model.cloud()[0].free
    host = model.Host("small", free, up=case.get("up", True))
    found = state(scheduler, host, **case.get("node", {}))
    for attribute, value in case.get("host", {}).items():
        setattr(found, attribute, value)
    if "ssd" in case:
        found.aggregates = [objects.Aggregate(metadata={"ssd": case["ssd"]})]
    made = scheduler.found.filter_cls_map[name]()
    return list(made.filter_all([found], request)) == [found]


def test_filters_are_recorded(scheduler: Scheduler) -> None:
    """Each filter with a host that passes and one that does not."""
    rows: list[Row] = []
    for case in FILTERS:
        assert passes(scheduler, case.name, case.good), case
        assert not passes(scheduler, case.name, case.bad), case
        cls = scheduler.found.filter_cls_map[case.name]
        rows.append(
            {
                "filter": [f"`{case.name}`", where(cls)],
                "default": "yes" if case.name in enabled(scheduler) else "no",
                "passes": case.passes,
                "fails": case.fails,
            }
        )
    recorded("flavor_to_host_filters", rows)
    assert [case.name for case in FILTERS][:5] == enabled(scheduler)


def where(cls: Any) -> str:
    """A class's file and line."""
    path = Path(inspect.getfile(cls))
    nova = next(p for p in path.parents if p.name == "nova")
    _, line = inspect.getsourcelines(cls)
    return f"{path.relative_to(nova.parent)}:{line}"


def default_filters(release: str) -> list[str]:
    """The default of `enabled_filters`, read from a release's source."""
    _, tree = definition(f"{release}nova.conf.scheduler:")
    (call,) = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and node.args[0].value == "enabled_filters"
    )
    (default,) = (k.value for k in call.keywords if k.arg == "default")
    found: list[str] = ast.literal_eval(default)
    return found


@pytest.mark.parametrize(("release", "count"), [("", 13), ("victoria ", 10)])
def test_weighers_became_more(release: str, count: int) -> None:
    """Three more than in Victoria; all of them are enabled by default."""
    source, _ = definition(f"{release}nova.scheduler.weights.ram:")
    classes = [
        node
        for path in source.path.parent.glob("[a-z]*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert len(classes) == count


@pytest.mark.parametrize(("release", "count"), [("", 14), ("victoria ", 7)])
def test_request_filters_became_more(release: str, count: int) -> None:
    """Twice as many as in Victoria."""
    _, tree = definition(f"{release}nova.scheduler.request_filter:")
    (names,) = (
        node.value.elts
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.List)
        and ast.unparse(node.targets[0]) == "ALL_REQUEST_FILTERS"
    )
    assert len(names) == count


def test_victoria_enables_one_filter_more(scheduler: Scheduler) -> None:
    """For availability zones, which placement looks at now."""
    assert default_filters("") == enabled(scheduler)
    assert default_filters("victoria ") == [
        "AvailabilityZoneFilter",
        *enabled(scheduler),
    ]
    assert "AvailabilityZoneFilter" not in scheduler.found.filter_cls_map


@pytest.mark.parametrize("release", ["", "victoria "])
@pytest.mark.parametrize("name", ["core", "ram", "disk", "retry"])
def test_no_filter_looks_at_amounts(release: str, name: str) -> None:
    """Neither release has such a file."""
    source, _ = definition(f"{release}nova.scheduler.filters.compute_filter:")
    folder = source.path.parent
    assert not (folder / f"{name}_filter.py").exists()


def test_a_filter_that_is_gone_stops_the_scheduler(
    scheduler: Scheduler,
) -> None:
    """It is looked for when the service starts."""
    gone = scheduler.nova.exception.SchedulerHostFilterNotFound
    with pytest.raises(gone, match="RamFilter"):
        scheduler.found._choose_host_filters(["ComputeFilter", "RamFilter"])


@pytest.mark.parametrize(
    "name", ["NUMATopologyFilter", "PciPassthroughFilter"]
)
def test_some_extra_specs_need_a_filter(
    scheduler: Scheduler, name: str
) -> None:
    """The filter is there, and not enabled."""
    assert name in scheduler.found.filter_cls_map
    assert name not in enabled(scheduler)


# Weighers -----------------------------------------------------------------


def test_the_model_weighs_as_nova_does(scheduler: Scheduler) -> None:
    """The same order with all weighers of the default."""
    half = model.Host("half", {"VCPU": 8, "MEMORY_MB": 8192, "DISK_GB": 200})
    fast = model.Host("fast", {"VCPU": 7, "MEMORY_MB": 16384, "DISK_GB": 190})
    ours = [*model.cloud(), half, fast]
    request = spec(scheduler, model.Flavor(2, 2048, 20))
    states = [state(scheduler, host) for host in ours]
    weighed = scheduler.found.get_weighed_hosts(states, request)
    names = [found.obj.host for found in weighed]
    assert names == [host.name for host in model.weigh(ours)]
    assert names == ["large", "fast", "half", "small"]


def test_weights_are_recorded(scheduler: Scheduler) -> None:
    """Two hosts that differ in one thing: who is first, by how much."""
    free = model.cloud()[1].free
    request = spec(scheduler, model.Flavor(2, 2048, 20))
    rows: list[Row] = []
    differences: list[tuple[str, str, dict[str, Any]]] = [
        ("half as much memory free", "RAMWeigher", {"free_ram_mb": 8192}),
        ("half of its 8 VCPU used", "CPUWeigher", {"vcpus_used": 4}),
        ("half as much disk free", "DiskWeigher", {"free_disk_gb": 100}),
        (
            "an older hypervisor",
            "HypervisorVersionWeigher",
            {"hypervisor_version": 8001000},
        ),
        (
            "one server that builds, resizes, …",
            "IoOpsWeigher",
            {"stats": {"io_workload": "1"}},
        ),
        (
            "ten more servers",
            "NumInstancesWeigher",
            {"stats": {"num_instances": "10"}},
        ),
        (
            "one failed build",
            "BuildFailureWeigher",
            {"stats": {"failed_builds": "1"}},
        ),
    ]
    for text, name, more in differences:
        plain = state(scheduler, model.Host("plain", free))
        other = state(scheduler, model.Host("other", free), **more)
        weighed = scheduler.found.get_weighed_hosts([plain, other], request)
        weights = {found.obj.host: found.weight for found in weighed}
        (weigher,) = (
            w for w in scheduler.found.weighers if type(w).__name__ == name
        )
        multiplier = weigher.weight_multiplier(other)
        rows.append(
            {
                "difference": text,
                "weigher": [f"`{name}`", where(type(weigher))],
                "multiplier": f"{multiplier:g}".replace("e+06", "000000"),
                "weight": f"{weights['other'] - weights['plain']:g}".replace(
                    "e+06", "000000"
                ),
            }
        )
    recorded("flavor_to_host_weights", rows)


def test_failed_builds_are_counted_in_memory(nova: Nova) -> None:
    """A new tracker, as after a restart, reports none to the scheduler."""
    from nova.compute.resource_tracker import ResourceTracker

    def reported(tracker: Any) -> object:
        node = mock.Mock()
        tracker._copy_resources(node, {"hypervisor_hostname": "node"})
        return node.stats["failed_builds"]

    old, new = (
        ResourceTracker("host", mock.Mock(), mock.Mock()) for _ in range(2)
    )
    old.build_failed("node")
    assert (reported(old), reported(new)) == (1, 0)
    old.build_succeeded("node")
    assert reported(old) == 0


# The scheduler's method ----------------------------------------------------


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


CHOICES = {
    "ordinary": ({}, ()),
    "trait required": ({"trait:CUSTOM_SSD": "required"}, ()),
    "trait forbidden": ({"trait:CUSTOM_SSD": "forbidden"}, ()),
    "capability": ({"capabilities:hypervisor_type": "QEMU"}, ()),
    "no such capability": ({"capabilities:hypervisor_type": "Xen"}, ()),
    "no such trait": ({"trait:CUSTOM_B": "required"}, ()),
    "claim lost": ({}, ("large",)),
    "all claims lost": ({}, ("small", "large")),
}


@pytest.mark.parametrize("down", [(), ("small",), ("small", "large")])
@pytest.mark.parametrize("name", CHOICES)
def test_the_model_chooses_what_nova_chooses(
    scheduler: Scheduler, name: str, down: tuple[str, ...]
) -> None:
    """Hosts, order and text are the same."""
    specs, lost = CHOICES[name]
    flavor = model.Flavor(2, 2048, 20, extra_specs=specs)

    def hosts() -> list[model.Host]:
        made = list(model.cloud())
        for host in made:
            host.up = host.name not in down
        return made

    def claim(host: model.Host, flavor: model.Flavor) -> bool:
        return host.name not in lost and model.claim(host, flavor)

    def in_nova() -> object:
        with run(scheduler, hosts(), lost=lost) as select:
            try:
                (found,) = select(spec(scheduler, flavor))
            except no_host(scheduler) as error:
                _, raised, _ = error.exc_info
                return type(raised).__name__, str(raised)
            return found

    def in_model() -> object:
        try:
            return model.select_destinations(flavor, hosts(), claim)
        except model.NoValidHost as error:
            return "NoValidHost", str(error)

    assert in_nova() == in_model()


def test_attempts_limit_the_alternates(scheduler: Scheduler) -> None:
    """`max_attempts` counts the first host as well."""
    request = spec(scheduler, model.Flavor(2, 2048, 20))
    assert scheduler.conf.scheduler.max_attempts == 3
    for attempts, expected in (1, ["large"]), (2, ["large", "small"]):
        with run(
            scheduler, list(model.cloud()), max_attempts=attempts
        ) as select:
            assert select(request) == [expected]


def test_a_subset_is_shuffled(scheduler: Scheduler) -> None:
    """Of two hosts, either may be the first; by default the best one is."""
    request = spec(scheduler, model.Flavor(2, 2048, 20))
    assert scheduler.conf.filter_scheduler.host_subset_size == 1
    for choice, first in (max, "small"), (min, "large"):

        def choose(hosts: list[Any], choice: Any = choice) -> Any:
            return hosts[choice(range(len(hosts)))]

        with (
            run(scheduler, list(model.cloud()), host_subset_size=2) as select,
            mock.patch.object(scheduler.manager.random, "choice", choose),
        ):
            assert select(request)[0][0] == first


def test_two_servers_need_room_for_both(scheduler: Scheduler) -> None:
    """Where the second finds none, the first one's claim is taken back."""
    _, large = model.cloud()
    request = spec(scheduler, model.Flavor(6, 2048, 20))
    other = UUIDS["small"]
    with (
        run(scheduler, [large]) as select,
        pytest.raises(no_host(scheduler)) as caught,
    ):
        select(request, [UUID, other])
    assert "not enough hosts" in str(caught.value.exc_info[1])
    assert select.claims == ["large: True", "large: False"]
    assert select.dropped == [UUID]


def test_other_texts(scheduler: Scheduler) -> None:
    """A request filter that fails, and a host that nobody knows."""
    objects = scheduler.nova.objects
    tenants = {
        "limit_tenants_to_placement_aggregate": True,
        "placement_aggregate_required_for_tenants": True,
    }
    groups = objects.AggregateList(objects=[])
    nodes = objects.ComputeNodeList(objects=[])
    plain = spec(scheduler, model.Flavor(2, 2048, 20))
    forced = spec(scheduler, model.Flavor(2, 2048, 20))
    forced.force_hosts = ["nowhere"]
    texts = []
    for request, options in (plain, tenants), (forced, {}):
        with (
            run(scheduler, list(model.cloud())) as select,
            override(scheduler, "scheduler", **options),
            mock.patch.object(
                objects.AggregateList, "get_by_metadata", return_value=groups
            ),
            mock.patch.object(
                scheduler.found,
                "get_compute_nodes_by_host_or_node",
                return_value=nodes,
            ),
            pytest.raises(no_host(scheduler)) as caught,
        ):
            select(request)
        texts.append(str(caught.value.exc_info[1]).strip())
    assert texts == [
        "No valid host was found. Scheduling failed: "
        "No hosts available for tenant",
        "No valid host was found. No such host - host: nowhere node: None",
    ]


def test_a_silent_placement_looks_like_a_full_cloud(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    """The client's decorator logs the error and answers None."""
    from keystoneauth1.exceptions import ConnectFailure
    from nova.scheduler.client.report import SchedulerReportClient

    client = SchedulerReportClient.__new__(SchedulerReportClient)

    def ask(context: Any, resources: Any) -> Any:
        with mock.patch.object(client, "get", side_effect=ConnectFailure("")):
            return client.get_allocation_candidates(context, resources)

    request = spec(scheduler, model.Flavor(2, 2048, 20))
    with (
        run(scheduler, ask=ask) as select,
        pytest.raises(no_host(scheduler)) as caught,
    ):
        select(request)
    assert str(caught.value.exc_info[1]) == "No valid host was found. "
    level, text = "WARNING", "Placement API service is not responding."
    assert (level, text) in [(r.levelname, r.message) for r in caplog.records]


# Where `with` stands -------------------------------------------------------


def test_the_scheduler_has_no_with_of_its_own() -> None:
    """None in its manager's module, in 22.4.0 none in its driver's either."""
    for name in (
        "nova.scheduler.manager:",
        "victoria nova.scheduler.manager:",
        "victoria nova.scheduler.filter_scheduler:",
    ):
        _, tree = definition(name)
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.With)]


def test_each_request_filter_runs_under_a_timer(scheduler: Scheduler) -> None:
    """That is each `with` on the way, below which the database is mocked."""
    root = str(Path(str(scheduler.nova.manager.__file__)).parents[1])
    seen: set[tuple[str, str]] = set()
    withs: dict[str, dict[int, str]] = {}

    def step(frame: FrameType, event: str, _: object) -> Any:
        path = frame.f_code.co_filename
        if path not in withs:
            withs[path] = {
                n.lineno: ", ".join(ast.unparse(i) for i in n.items)
                for n in ast.walk(ast.parse(Path(path).read_text("utf-8")))
                if isinstance(n, ast.With)
            }
        if event == "line" and frame.f_lineno in withs[path]:
            code = frame.f_code.co_qualname.replace(".<locals>", "")
            seen.add((code, withs[path][frame.f_lineno]))
        return step

    def called(frame: FrameType, *_: object) -> Any:
        path = frame.f_code.co_filename
        return step if path.startswith(root) else None

    request = spec(scheduler, model.Flavor(2, 2048, 20))
    before = sys.gettrace()
    with run(scheduler, list(model.cloud())) as select:
        sys.settrace(called)
        try:
            select(request)
        finally:
            sys.settrace(before)
    assert seen == {("trace_request_filter.wrapper", "timer")}


def test_a_failed_request_filter_is_not_timed(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    """The line is written only where the filter returned True."""
    caplog.set_level("DEBUG", "nova.scheduler.request_filter")

    def lines(answer: object) -> int:
        caplog.clear()

        def some_filter(*_: object) -> object:
            if isinstance(answer, Exception):
                raise answer
            return answer

        timed = scheduler.requests.trace_request_filter(some_filter)
        if isinstance(answer, Exception):
            with pytest.raises(type(answer)):
                timed(None, None)
        else:
            timed(None, None)
        return len(caplog.records)

    assert [lines(answer) for answer in (True, False, OSError())] == [1, 0, 0]


# Names and methods that lock by this decorator.
LOCKED = {
    "HostState.update._locked_update": "utils.synchronized(self._lock_name)",
    "HostState.consume_from_request._locked": (
        "utils.synchronized(self._lock_name)"
    ),
    "HostManager.update_instance_info": (
        "utils.synchronized(HOST_INSTANCE_SEMAPHORE)"
    ),
}


@pytest.mark.parametrize("name", LOCKED)
def test_the_scheduler_locks_by_decorator(name: str) -> None:
    """On its hosts' records."""
    _, node = definition(f"nova.scheduler.host_manager:{name}")
    assert isinstance(node, ast.FunctionDef)
    assert LOCKED[name] in [ast.unparse(d) for d in node.decorator_list]


def test_a_claim_on_a_full_host_succeeds(scheduler: Scheduler) -> None:
    """Where nothing is free, only NUMA is a reason to refuse."""
    from nova.compute import claims

    objects = scheduler.nova.objects
    cell = objects.NUMACell(
        id=0,
        cpuset={0, 1},
        pcpuset=set(),
        memory=2048,
        cpu_usage=2,
        memory_usage=2048,
        pinned_cpus=set(),
        siblings=[],
        mempages=[],
        socket=0,
    )
    full = objects.ComputeNode(
        free_ram_mb=0,
        free_disk_gb=0,
        vcpus=2,
        vcpus_used=2,
        numa_topology=objects.NUMATopology(cells=[cell])._to_json(),
    )
    tracker = mock.Mock()

    def claim(specs: dict[str, str]) -> Any:
        request = spec(scheduler, model.Flavor(2, 2048, 20, extra_specs=specs))
        instance = objects.Instance(
            uuid=UUID, flavor=request.flavor, system_metadata={}
        )
        instance.numa_topology = request.numa_topology
        return claims.Claim(
            scheduler.nova.context,
            instance,
            "node",
            tracker,
            full,
            request.pci_requests,
        )

    def build() -> None:
        with claim({}):
            raise OSError("disk broken")

    with pytest.raises(OSError, match="disk broken"):
        build()
    tracker.abort_instance_claim.assert_called_once()
    refused = scheduler.nova.exception.ComputeResourcesUnavailable
    with pytest.raises(refused, match="NUMA topology cannot fit"):
        claim({"hw:numa_nodes": "2"})


@pytest.mark.parametrize("release", ["", "victoria "])
def test_the_claim_on_the_host_tests_two_things(release: str) -> None:
    """NUMA and PCI; memory, disk and VCPU are placement's."""
    _, node = definition(f"{release}nova.compute.claims:Claim._claim_test")
    called = {
        n.func.attr
        for n in ast.walk(node)
        if isinstance(n, ast.Call)
        and isinstance(n.func, ast.Attribute)
        and n.func.attr.startswith("_test")
    }
    assert called == {"_test_numa_topology", "_test_pci"}


@pytest.mark.parametrize(
    ("function", "same"),
    [
        ("nova.scheduler.request_filter:trace_request_filter", True),
        (
            "nova.conductor.manager:ComputeTaskManager._schedule_instances",
            True,
        ),
        ("nova.compute.claims:NopClaim.__exit__", True),
        ("nova.scheduler.filters.compute_filter:ComputeFilter", True),
        ("nova.scheduler.manager:SchedulerManager.select_destinations", False),
    ],
)
def test_what_victoria_has_alike(function: str, same: bool) -> None:
    """The page says which functions are the same, letter for letter."""
    ours, theirs = (excerpt(r + function).source for r in ("", "victoria "))
    assert (ours == theirs) == same


# A whole Nova --------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """What the scenarios returned."""
    found = deployed("tests.nova.scenarios.flavor_to_host")["flavors"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_whole_nova_does_what_the_model_does(
    whole: dict[str, Any], name: str
) -> None:
    """What the user is told, and which hosts are named."""
    flavor, down, lost = CASES[name]
    hosts = model.cloud()
    for host in hosts:
        host.up = host.name not in down

    def claim(host: model.Host, flavor: model.Flavor) -> bool:
        return host.name not in lost and model.claim(host, flavor)

    seen = whole["servers"][name]
    told = [f"{seen['http']} Accepted"]
    if seen["status"] == "ACTIVE":
        told.append(f"ACTIVE on {seen['host']}")
        expected = model.select_destinations(flavor, hosts, claim)
        assert seen["selected"] == expected
    else:
        told.append(f"{seen['status']}: {seen['fault']['message']!r}")
    with mock.patch.object(
        model, "select_destinations", _bound(claim, model.select_destinations)
    ):
        fresh = model.cloud()
        for host in fresh:
            host.up = host.name not in down
        assert told == list(model.boot(flavor, fresh))


def _bound(claim: Any, select: Any) -> Any:
    return lambda flavor, hosts: select(flavor, hosts, claim)


def test_missing_hosts_are_recorded(whole: dict[str, Any]) -> None:
    """What the user sees, where it was raised, and the scheduler's log."""
    rows: list[Row] = []
    for text, name in [
        ("no host has the amounts", "too big"),
        ("a `trait:` names a trait that placement lacks", "trait misspelt"),
        ("a filter refuses every candidate", "host down"),
        ("other servers take every candidate first", "all claims lost"),
    ]:
        seen = whole["servers"][name]
        assert (seen["http"], seen["status"]) == (202, "ERROR")
        fault = seen["fault"]
        assert (fault["code"], "details" in fault) == (500, False)
        assert seen["details"].endswith(
            f"nova.exception.NoValidHost: {fault['message']}\n"
        )
        *_, (path, line, function) = re.findall(
            r'/(nova/scheduler/[\w/]+\.py)", line (\d+), in (\w+)',
            seen["details"],
        )
        rows.append(
            {
                "case": text,
                "message": f"`{fault['message'].rstrip()}`",
                "raised": [f"`{function}`", f"{path}:{line}"],
                "log": _log(seen["log"]) or ["nothing"],
            }
        )
        levels = [line[:2] for line in seen["log"]]
        assert ["ERROR", "nova.conductor.manager"] in levels
    recorded("flavor_to_host_missing", rows)


def _log(lines: list[list[str]]) -> list[str]:
    """The scheduler's lines, to the end of their first sentence."""
    found = []
    scheduling = re.compile(
        r"INFO nova\.(scheduler\.manager|filters)$"
        r"|WARNING nova\.scheduler\.filters\."
        r"|ERROR nova\.scheduler\."
    )
    for level, name, message in lines:
        if not scheduling.match(f"{level} {name}"):
            continue
        text = re.split(r"\. | API for| for the| has not", message)[0]
        text = re.sub(r"^\(.*$", "… has not been heard from in a while", text)
        found.append(f"{level} `{text}`")
    return found


def test_extra_specs_are_looked_at_by_the_api(whole: dict[str, Any]) -> None:
    """A misspelt name is refused, unless it may be somebody's own."""
    accepted = {n for n, said in whole["specs"].items() if said == "accepted"}
    assert accepted == {
        "trait:CUSTOM_SDD",
        "resources:CUSTOM_GPU",
        "hypervisor",
        "hardware:cpu_policy",
    }
    for name in whole["specs"].keys() - accepted:
        said = "does not appear to be a valid extra spec."
        assert whole["specs"][name].endswith(f"'{name}' {said}")


def test_the_selection_holds_the_claim(whole: dict[str, Any]) -> None:
    """The amounts for placement; no limits, which filters used to set."""
    seen = whole["servers"]["ordinary"]
    (claimed,) = json.loads(seen["request"])["allocations"].values()
    flavor, *_ = CASES["ordinary"]
    assert claimed["resources"] == model.resources(flavor)
    assert seen["limits"] == {}


def test_a_whole_nova_asks_what_the_table_says(
    whole: dict[str, Any], scheduler: Scheduler
) -> None:
    """The query without a service in between, and once for each server."""
    for name, (flavor, *_) in CASES.items():
        (query,) = whole["servers"][name]["queries"]
        expected = asked(scheduler, spec(scheduler, flavor))
        assert {k: v for k, (v,) in parse_qs(query).items()} == expected
