"""Which hosts `select_destinations` returns."""

import ast
from typing import Any
from unittest import mock

import pytest

from examples.nova import flavor_to_host as model
from render.sources.upstream import definition, excerpt
from tests.nova.flavor_to_host.scheduler import (
    UUID,
    UUIDS,
    Scheduler,
    no_host,
    override,
    run,
    spec,
)

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


def test_the_scheduler_has_no_with_of_its_own() -> None:
    """None in its manager's module, in 22.4.0 none in its driver's either."""
    for name in (
        "nova.scheduler.manager:",
        "victoria nova.scheduler.manager:",
        "victoria nova.scheduler.filter_scheduler:",
    ):
        _, tree = definition(name)
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.With)]


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
