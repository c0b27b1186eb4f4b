"""What a flavor makes Nova ask of placement."""

import ast
from typing import Any
from unittest import mock

import pytest

from examples.nova import flavor_to_host as model
from render.sources.upstream import definition
from tests.nova.deployment import Tracer
from tests.nova.flavor_to_host.scheduler import (
    Scheduler,
    asked,
    no_host,
    run,
    spec,
)
from tests.nova.recording import Row, recorded

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


PLAIN = "2 VCPU, 2048 MiB, 20 GiB"
REQUESTS: list[tuple[str, model.Flavor, bool]] = [
    (PLAIN, model.Flavor(2, 2048, 20), False),
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
    for text, flavor, volume in REQUESTS:
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


def test_each_request_filter_runs_under_a_timer(scheduler: Scheduler) -> None:
    """That is each `with` on the way, below which the database is mocked."""
    request = spec(scheduler, model.Flavor(2, 2048, 20))
    tracer = Tracer()
    with run(scheduler, list(model.cloud())) as select:
        tracer.on = True
        tracer.install()
        try:
            select(request)
        finally:
            tracer.remove()
    assert {(e.function, *e.items) for e in tracer.seen} == {
        ("trace_request_filter.wrapper", "timer")
    }


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
