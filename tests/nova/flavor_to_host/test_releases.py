"""What the sources of Nova 34.0.0 and 22.4.0 hold for the scheduler."""

import ast
from typing import Any
from unittest import mock

import pytest

from examples.case_studies import flavor_to_host as model
from render.sources.upstream import definition, excerpt
from tests.nova.flavor_to_host.scheduler import UUID, Scheduler, enabled, spec


def listed(module: str, name: str) -> list[str]:
    """The strings or names of a list, an option's default or a constant's."""
    for node in ast.walk(definition(f"{module}:")[1]):
        found: Any = None
        if isinstance(node, ast.Call) and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and first.value == name:
                keywords = {k.arg: k.value for k in node.keywords}
                found = keywords.get("default")
        elif isinstance(node, ast.Assign) and name in map(
            ast.unparse, node.targets
        ):
            found = node.value
        if isinstance(found, ast.List):
            return [ast.unparse(one).strip("'") for one in found.elts]
    raise AssertionError(f"{module} has no list {name}")


def test_victoria_enables_one_filter_more(scheduler: Scheduler) -> None:
    """For availability zones, which placement looks at now."""
    conf, option = "nova.conf.scheduler", "enabled_filters"
    assert listed(conf, option) == enabled(scheduler)
    before = ["AvailabilityZoneFilter", *enabled(scheduler)]
    assert listed(f"victoria {conf}", option) == before
    assert "AvailabilityZoneFilter" not in scheduler.found.filter_cls_map


@pytest.mark.parametrize(
    ("release", "filters", "weighers"), [("", 14, 13), ("victoria ", 7, 10)]
)
def test_request_filters_and_weighers(
    release: str, filters: int, weighers: int
) -> None:
    """How many there are; none of the filters of hosts counts amounts."""
    names = f"{release}nova.scheduler.request_filter", "ALL_REQUEST_FILTERS"
    assert len(listed(*names)) == filters
    folder = definition(f"{release}nova.scheduler.weights.ram:")[0].path.parent
    classes = [
        node
        for path in folder.glob("[a-z]*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert len(classes) == weighers
    for name in "core", "ram", "disk", "retry":
        assert not (folder.parent / f"filters/{name}_filter.py").exists()


def test_the_scheduler_has_no_with_of_its_own() -> None:
    """None in its manager's module, in 22.4.0 none in its driver's either."""
    for name in (
        "nova.scheduler.manager:",
        "victoria nova.scheduler.manager:",
        "victoria nova.scheduler.filter_scheduler:",
    ):
        _, tree = definition(name)
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.With)]


def test_the_text_for_a_host_that_nobody_knows() -> None:
    """Beside the line that the page links to."""
    name = "nova.scheduler.utils:resources_from_request_spec"
    assert "No such host - host: " in excerpt(name).source


def test_a_claim_on_a_full_host_succeeds(scheduler: Scheduler) -> None:
    """Only NUMA and PCI are tested there, in both releases."""
    from nova.compute import claims

    objects, flavor = scheduler.nova.objects, model.Flavor(2, 2048, 20)
    request = spec(scheduler, flavor)
    full = {"free_ram_mb": 0, "free_disk_gb": 0, "vcpus": 2, "vcpus_used": 2}
    made = claims.Claim(
        scheduler.nova.context,
        objects.Instance(
            uuid=UUID,
            flavor=request.flavor,
            system_metadata={},
            numa_topology=None,
        ),
        "node",
        mock.Mock(),
        objects.ComputeNode(**full, numa_topology=None),
        request.pci_requests,
    )
    assert made.claimed_numa_topology is None
    name = "nova.compute.claims:Claim._claim_test"
    for source in excerpt(name).source, excerpt(f"victoria {name}").source:
        tests = source.partition("reasons = [")[2].partition("]")[0]
        assert tests.count("self._test_") == 2
