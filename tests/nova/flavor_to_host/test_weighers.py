"""In which order the weighers of Nova's scheduler put hosts."""

from typing import Any

from examples.case_studies import flavor_to_host as model
from tests.nova.flavor_to_host.scheduler import Scheduler, spec, state, where
from tests.nova.recording import Row, recorded


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
