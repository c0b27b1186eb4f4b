"""Which hosts the filters of Nova's scheduler let pass."""

from dataclasses import dataclass
from typing import Any

from examples.case_studies import flavor_to_host as model
from tests.nova.flavor_to_host.scheduler import (
    CELL,
    UUID,
    UUIDS,
    Scheduler,
    enabled,
    spec,
    state,
    where,
)
from tests.nova.recording import Row, recorded


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
