"""The context managers whose exit depends on how the body ended."""

import contextlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

from tests.nova.conftest import imported
from tests.nova.context_managers.lab import OTHER, UUID, Case, Lab, Steps, case

# The case of each context manager, by its name in Nova: those whose exit
# depends on how the body ended, and those whose exit does not.
DEPENDS: dict[str, Case] = {}


@case(DEPENDS, "compute.claims:Claim")
def claim(lab: Lab, error: Exception | None = None) -> Steps:
    """Seam: the resource tracker."""
    objects = lab.nova.objects
    tracker = mock.Mock()
    tracker.abort_instance_claim = lab.act("`abort_instance_claim`", error)
    yield imported("nova.compute.claims").Claim(
        lab.nova.context,
        lab.instance(numa_topology=None),
        "node",
        tracker,
        objects.ComputeNode(),
        objects.InstancePCIRequests(requests=[]),
    )


@case(DEPENDS, "compute.claims:MoveClaim")
def move_claim(lab: Lab) -> Steps:
    """Seams: the resource tracker, and dropping the migration context."""
    objects = lab.nova.objects
    tracker = mock.Mock()
    tracker.drop_move_claim = lab.act("`drop_move_claim`")
    lab.patch(
        objects.Instance,
        "drop_migration_context",
        lab.act("`drop_migration_context`"),
    )
    yield imported("nova.compute.claims").MoveClaim(
        lab.nova.context,
        lab.instance(numa_topology=None),
        "node",
        objects.Flavor(extra_specs={}, vcpus=1),
        objects.ImageMeta(properties=objects.ImageMetaProps()),
        tracker,
        objects.ComputeNode(),
        objects.InstancePCIRequests(requests=[]),
        objects.Migration(migration_type="resize"),
    )


@case(DEPENDS, "compute.manager:errors_out_migration_ctxt")
def errors_out(lab: Lab, error: Exception | None = None) -> Steps:
    """Seam: `Migration.save`."""
    migration = lab.nova.objects.Migration(
        status="pre-migrating", instance_uuid=UUID
    )

    def save(self: Any) -> None:
        verb = "fails to save" if error else "saves"
        lab.did.append(f"{verb} `status` {self.status}")
        if error:
            raise error

    lab.patch(lab.nova.objects.Migration, "save", save)
    yield lab.nova.manager.errors_out_migration_ctxt(migration)


@case(
    DEPENDS, "compute.manager:ComputeManager._error_out_instance_on_exception"
)
def error_out(
    lab: Lab,
    error: Exception | None = None,
    memory: list[str] | None = None,
    **given: str,
) -> Steps:
    """Seams: `Instance.save`, and the resource tracker.

    Args:
        lab: Where it runs.
        error: What saving raises.
        memory: Takes the instance's states in memory, at the end.
        given: The argument `instance_state`, or nothing.
    """
    instance = lab.instance(vm_state="stopped", task_state="resize_prep")

    def save(self: Any, *_: object, **__: object) -> None:
        assert self is instance
        verb = "fails to save" if error else "saves"
        lab.did.append(f"{verb} {states(instance)}")
        if error:
            raise error

    lab.patch(lab.nova.objects.Instance, "save", save)
    yield lab.manager()._error_out_instance_on_exception(
        lab.nova.context, instance, **given
    )
    yield
    if memory is not None:
        memory.append(states(instance))


def states(instance: Any) -> str:
    """An instance's two states, as tables show them."""
    return f"`{instance.vm_state}`, `{instance.task_state}`"


@case(DEPENDS, "compute.manager:ComputeManager._build_resources")
def build_resources(
    lab: Lab,
    error: Exception | None = None,
    arqs: Exception | None = None,
) -> Steps:
    """Seams: the driver, Neutron, the steps before, shutting down, Cyborg."""
    manager = lab.manager()
    network = mock.MagicMock()
    network.wait = lab.act("waits for the network")
    steps: dict[str, Any] = {
        "_build_networks_for_instance": lambda *_: network,
        "_default_block_device_names": lambda *_: None,
        "_prep_block_device": lambda *_: {},
        "_get_bound_arq_resources": lambda *_: [],
        "_split_network_arqs": lambda *_: ({}, {}),
        "_shutdown_instance": lab.act("`_shutdown_instance`", error),
    }
    for name, value in steps.items():
        setattr(manager, name, value)
    lab.patch(lab.nova.objects.Instance, "save", lambda *_, **__: None)
    lab.patch(
        imported("nova.compute.utils"),
        "delete_arqs_if_needed",
        lab.act("`delete_arqs_if_needed`", arqs),
    )
    yield manager._build_resources(
        lab.nova.context,
        lab.instance(),
        *[None] * 5,
        accel_uuids=[OTHER] if arqs else None,
    )


@case(DEPENDS, "virt.libvirt.imagebackend:Lvm.remove_volume_on_error")
def remove_volume(lab: Lab, error: Exception | None = None) -> Steps:
    """Seam: LVM."""
    lvm = imported("nova.virt.libvirt.imagebackend").Lvm
    image = lvm.__new__(lvm)
    image.ephemeral_key_uuid = None
    lab.patch(
        imported("nova.virt.libvirt.storage.lvm"),
        "remove_volumes",
        lab.act("removes the volume", error),
    )
    yield image.remove_volume_on_error("/dev/vg/lv")


@case(DEPENDS, "compute.utils:EventReporter")
def reporter(
    lab: Lab,
    error: Exception | None = None,
    uuids: tuple[str, ...] = (UUID,),
    graceful: bool = False,
) -> Steps:
    """Seam: the two functions of `nova.db.main.api` for events."""
    db = imported("nova.db.main.api")

    def finish(_: object, values: dict[str, str]) -> None:
        if error and values["instance_uuid"] == UUID:
            lab.did.append("`action_event_finish` fails")
            raise error
        lab.did.append(f"saves the event's result, {values['result']}")

    lab.patch(db, "action_event_start", mock.Mock())
    lab.patch(db, "action_event_finish", finish)
    yield imported("nova.compute.utils").EventReporter(
        lab.nova.context, "event", "h", *uuids, graceful_exit=graceful
    )


@case(DEPENDS, "compute.manager:ComputeVirtAPI.wait_for_instance_event")
def wait(
    lab: Lab,
    status: str | None = "completed",
    early: list[str] | None = None,
) -> Steps:
    """Seam: Neutron, which sends two events while the body runs.

    Args:
        lab: Where it runs.
        status: The events' status; None where none arrives.
        early: The events that the body does not want to wait for.
    """
    objects = lab.nova.objects
    manager = lab.manager()
    manager.reportclient = mock.Mock()
    manager.instance_events = lab.nova.manager.InstanceEvents()
    api = lab.nova.manager.ComputeVirtAPI(manager)
    instance = lab.instance(vm_state="building", task_state="spawning")
    names = [("network-vif-plugged", "a"), ("network-vif-plugged", "b")]
    waited = lab.nova.manager.ThreadingEventWithResult.wait

    def spy(self: Any, timeout: float) -> Any:
        tags = {event: tag for (_, tag), event in pending.items()}
        lab.did.append(f"waits for event {tags[self]}")
        return waited(self, 0 if status is None else timeout)

    pending: dict[tuple[str, str], Any] = {}

    lab.patch(lab.nova.manager.ThreadingEventWithResult, "wait", spy)
    yield api.wait_for_instance_event(instance, names, timeout=9)
    registered = manager.instance_events._events
    pending.update(registered[UUID])
    for name, tag in names:
        if status and tag not in (early or []):
            event = objects.InstanceExternalEvent(
                instance_uuid=UUID, name=name, tag=tag, status=status
            )
            found = manager.instance_events.pop_instance_event(instance, event)
            found.set(event)
    try:
        if early:
            api.exit_wait_early([(names[0][0], tag) for tag in early])
    except api._exit_early_exc as error:
        yield error
    else:
        yield
    if left := registered.get(UUID, {}):
        s = "s" * (len(left) > 1)
        lab.did.append(f"leaves {len(left)} event{s} registered")


@case(DEPENDS, "virt.configdrive:ConfigDriveBuilder")
def config_drive(lab: Lab) -> Steps:
    """No seam."""
    builder = imported("nova.virt.configdrive").ConfigDriveBuilder()
    image = lab.folder / "drive.iso"
    image.touch()
    builder.imagefile = str(image)

    yield builder
    yield
    if not image.exists():
        lab.did.append("deletes `imagefile`")


@case(DEPENDS, "api.openstack.wsgi:ResourceExceptionHandler")
def handler(lab: Lab) -> Steps:
    """No seam."""
    yield imported("nova.api.openstack.wsgi").ResourceExceptionHandler()


@case(
    DEPENDS,
    "scheduler.client.report:"
    "SchedulerReportClient.update_from_provider_tree.catch_all",
)
def catch_all(lab: Lab) -> Steps:
    """The real method; the body is its call to placement.

    Seam: `_ensure_resource_provider`, which runs the test's body.
    """
    report = imported("nova.scheduler.client.report")
    client = report.SchedulerReportClient.__new__(report.SchedulerReportClient)
    tree = imported("nova.compute.provider_tree").ProviderTree
    client._provider_tree = tree()
    wanted = tree()
    wanted.new_root("node", UUID)
    client._clear_provider_cache_for_tree = lab.act("drops its cached tree")
    client.set_inventory_for_provider = mock.Mock()
    client.set_aggregates_for_provider = mock.Mock()
    client.set_traits_for_provider = mock.Mock()

    @contextlib.contextmanager
    def run() -> Iterator[None]:
        # The body is the code after this yield: put there, and run by Nova.
        sent: list[BaseException] = []
        try:
            yield
        except BaseException as error:
            sent.append(error)

        def ensure(*_: object, **__: object) -> None:
            client._provider_tree.new_root("node", UUID)
            for error in sent:
                raise error

        client._ensure_resource_provider = ensure
        client.update_from_provider_tree(lab.nova.context, wanted)

    yield run()
