"""What the claim on the chosen host looks at."""

import ast
from typing import Any
from unittest import mock

import pytest

from examples.nova import flavor_to_host as model
from render.sources.upstream import definition
from tests.nova.flavor_to_host.scheduler import (
    UUID,
    Scheduler,
    spec,
)


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
