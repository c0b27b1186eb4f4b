"""What Nova's own context managers do with an exception, on real Nova 34.0.0.

Every context manager that Nova defines outside its tests runs for real. Stood
in for is what lies outside, one seam each, named in the cases below: the
database under Nova's objects (`save`, `nova.db.main.api`), the hypervisor's
driver, `_shutdown_instance` and the steps before a spawn, notifications,
librbd, LVM, placement's answers, and the two steps of libvirt's LXC disks.
"""

import ast
import contextlib
import copy
import importlib
import logging
import re
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from examples.nova import context_managers as model
from render.sources.upstream import definition, excerpt
from render.sources.upstream import line as upstream_line
from tests.nova.conftest import Nova
from tests.nova.recording import Row, recorded
from tests.project import page

PAGE = page(Path(model.__file__))
HELPER = "oslo_utils.excutils"
DROPPED = "Original exception being dropped: %s"
UUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
OTHER = "0c91e6bf-7dec-11d0-a765-00a0f81d4fae"


@dataclass
class Lab:
    """What one case works with.

    Attributes:
        nova: The real Nova.
        folder: For temporary files.
        stack: Undoes the case's patches.
        did: What the exit did, in words of the page.
        inside: Called by the body, before it raises.
        after: Called after the exit, to see what it left.
    """

    nova: Nova
    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)
    did: list[str] = field(default_factory=list)
    inside: Callable[[], object] = lambda: None
    after: Callable[[], object] = lambda: None

    def module(self, name: str) -> Any:
        """Import a module of Nova; only there are warnings silent.

        The commands' modules choose a backend; the fixture has done so.
        """
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            patch.setattr("nova.monkey_patch.patch", lambda **_: None)
            warnings.simplefilter("ignore")
            return importlib.import_module(f"nova.{name}")

    def patch(self, target: Any, name: str, value: Any) -> None:
        """Put a stand-in in place of an attribute, for this case."""
        self.stack.enter_context(mock.patch.object(target, name, value))

    def act(
        self, words: str, error: BaseException | None = None
    ) -> Callable[..., None]:
        """A stand-in that writes down that it was called, then may fail."""

        def stand_in(*_: object, **__: object) -> None:
            self.did.append(words)
            if error:
                raise error

        return stand_in

    def manager(self) -> Any:
        """A real ComputeManager without a connection to a hypervisor."""
        made = self.nova.manager.ComputeManager.__new__(
            self.nova.manager.ComputeManager
        )
        made.driver, made.rt, made.host = mock.Mock(), mock.Mock(), "host"
        return made

    def instance(self, **values: Any) -> Any:
        """A real Instance that was read from the database."""
        made = self.nova.objects.Instance(
            self.nova.context, uuid=UUID, host="other", **values
        )
        made.obj_reset_changes()
        return made


Manager = AbstractContextManager[Any]
Case = Callable[[Lab], Manager]

# The case of each context manager, by its name in Nova: those whose exit
# depends on how the body ended, and those whose exit does not.
DEPENDS: dict[str, Case] = {}
SAME: dict[str, Case] = {}


def case(group: dict[str, Case], name: str) -> Callable[[Case], Case]:
    """Register a case under the name of its context manager."""

    def register(function: Case) -> Case:
        group[f"nova.{name}"] = function
        return function

    return register


@case(DEPENDS, "compute.claims:Claim")
def claim(lab: Lab, error: Exception | None = None) -> Manager:
    """Seam: the resource tracker."""
    objects = lab.nova.objects
    tracker = mock.Mock()
    tracker.abort_instance_claim = lab.act("`abort_instance_claim`", error)
    made = lab.module("compute.claims").Claim(
        lab.nova.context,
        lab.instance(numa_topology=None),
        "node",
        tracker,
        objects.ComputeNode(),
        objects.InstancePCIRequests(requests=[]),
    )
    assert isinstance(made, AbstractContextManager)
    return made


@case(DEPENDS, "compute.claims:MoveClaim")
def move_claim(lab: Lab) -> Manager:
    """Seams: the resource tracker, and dropping the migration context."""
    objects = lab.nova.objects
    tracker = mock.Mock()
    tracker.drop_move_claim = lab.act("`drop_move_claim`")
    lab.patch(
        objects.Instance,
        "drop_migration_context",
        lab.act("`drop_migration_context`"),
    )
    made = lab.module("compute.claims").MoveClaim(
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
    assert isinstance(made, AbstractContextManager)
    return made


@case(DEPENDS, "compute.manager:errors_out_migration_ctxt")
def errors_out(lab: Lab, error: Exception | None = None) -> Manager:
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
    return made(lab.nova.manager.errors_out_migration_ctxt(migration))


@case(
    DEPENDS, "compute.manager:ComputeManager._error_out_instance_on_exception"
)
def error_out(
    lab: Lab,
    error: Exception | None = None,
    memory: list[str] | None = None,
    **given: str,
) -> Manager:
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
    lab.after = lambda: (memory if memory is not None else []).append(
        states(instance)
    )
    return made(
        lab.manager()._error_out_instance_on_exception(
            lab.nova.context, instance, **given
        )
    )


def states(instance: Any) -> str:
    """An instance's two states, as tables show them."""
    return f"`{instance.vm_state}`, `{instance.task_state}`"


@case(DEPENDS, "compute.manager:ComputeManager._build_resources")
def build_resources(
    lab: Lab,
    error: Exception | None = None,
    arqs: Exception | None = None,
) -> Manager:
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
        lab.module("compute.utils"),
        "delete_arqs_if_needed",
        lab.act("`delete_arqs_if_needed`", arqs),
    )
    return made(
        manager._build_resources(
            lab.nova.context,
            lab.instance(),
            *[None] * 5,
            accel_uuids=[OTHER] if arqs else None,
        )
    )


@case(DEPENDS, "virt.libvirt.imagebackend:Lvm.remove_volume_on_error")
def remove_volume(lab: Lab, error: Exception | None = None) -> Manager:
    """Seam: LVM."""
    lvm = lab.module("virt.libvirt.imagebackend").Lvm
    image = lvm.__new__(lvm)
    image.ephemeral_key_uuid = None
    lab.patch(
        lab.module("virt.libvirt.storage.lvm"),
        "remove_volumes",
        lab.act("removes the volume", error),
    )
    return made(image.remove_volume_on_error("/dev/vg/lv"))


@case(DEPENDS, "compute.utils:EventReporter")
def reporter(
    lab: Lab,
    error: Exception | None = None,
    uuids: tuple[str, ...] = (UUID,),
    graceful: bool = False,
) -> Manager:
    """Seam: the two functions of `nova.db.main.api` for events."""
    db = lab.module("db.main.api")

    def finish(_: object, values: dict[str, str]) -> None:
        if error and values["instance_uuid"] == UUID:
            lab.did.append("`action_event_finish` fails")
            raise error
        lab.did.append(f"saves the event's result, {values['result']}")

    lab.patch(db, "action_event_start", mock.Mock())
    lab.patch(db, "action_event_finish", finish)
    return made(
        lab.module("compute.utils").EventReporter(
            lab.nova.context, "event", "h", *uuids, graceful_exit=graceful
        )
    )


@case(SAME, "compute.utils:notify_about_instance_delete")
def notify(lab: Lab, error: Exception | None = None, at: str = "") -> Manager:
    """Seam: the two functions that send notifications."""
    utils = lab.module("compute.utils")

    def usage(_: object, __: object, ___: object, event: str) -> None:
        lab.did.append(f"sends {event}")
        if event == at and error:
            raise error

    lab.patch(utils, "notify_about_instance_usage", usage)
    lab.patch(utils, "notify_about_instance_action", mock.Mock())
    return made(
        utils.notify_about_instance_delete(
            mock.Mock(), lab.nova.context, lab.instance()
        )
    )


@case(SAME, "conductor.manager:obj_target_cell")
def obj_target_cell(lab: Lab) -> Manager:
    """No seam: the cell's database is not asked."""
    instance = lab.instance()
    before = instance._context

    def after() -> None:
        assert instance._context is before
        lab.did.append("gives the object its context back")

    def inside() -> None:
        assert instance._context is not before
        assert instance._context.cell_uuid == OTHER

    lab.after, lab.inside = after, inside
    return made(
        lab.module("conductor.manager").obj_target_cell(instance, cell(lab))
    )


def cell(lab: Lab) -> Any:
    """A cell without a message bus; Nova's cache of cells stays clean."""
    lab.patch(lab.module("context"), "CELL_CACHE", {})
    return lab.nova.objects.CellMapping(
        uuid=OTHER,
        transport_url="none://",
        database_connection="sqlite://",
    )


@case(SAME, "objects.base:NovaObject.obj_alternate_context")
def alternate(lab: Lab) -> Manager:
    """No seam."""
    instance, other = lab.instance(), mock.Mock()

    def inside() -> None:
        assert instance._context is other

    def after() -> None:
        assert instance._context is lab.nova.context
        lab.did.append("gives the object its context back")

    lab.inside, lab.after = inside, after
    return made(instance.obj_alternate_context(other))


@case(SAME, "objects.instance:Instance.mutated_migration_context")
def mutated(lab: Lab) -> Manager:
    """No seam."""
    objects = lab.nova.objects
    old, new = objects.InstanceNUMATopology(), objects.InstanceNUMATopology()
    instance = lab.instance(
        numa_topology=old, pci_requests=None, pci_devices=None, resources=None
    )
    instance.migration_context = objects.MigrationContext(
        new_numa_topology=new
    )

    def inside() -> None:
        assert instance.numa_topology is new

    def after() -> None:
        assert instance.numa_topology is old
        lab.did.append("gives the instance its four fields back")

    lab.inside, lab.after = inside, after
    return made(instance.mutated_migration_context())


@case(SAME, "utils:temporary_mutation")
def mutation(lab: Lab) -> Manager:
    """No seam."""
    thing = types.SimpleNamespace(kept=1)

    def inside() -> None:
        assert vars(thing) == {"kept": 2, "added": 3}

    def after() -> None:
        assert vars(thing) == {"kept": 1}
        lab.did.append("sets the old values, deletes what was not there")

    lab.inside, lab.after = inside, after
    return made(lab.module("utils").temporary_mutation(thing, kept=2, added=3))


@case(SAME, "utils:tempdir")
def tempdir(lab: Lab, error: Exception | None = None) -> Manager:
    """No seam, but `shutil.rmtree` where it is to fail."""
    utils = lab.module("utils")
    if error:
        lab.patch(utils.shutil, "rmtree", mock.Mock(side_effect=error))

    def inside() -> None:
        assert len(list(lab.folder.iterdir())) == 1

    def after() -> None:
        left = list(lab.folder.iterdir())
        lab.did.append("leaves the folder" if left else "removes the folder")

    lab.inside, lab.after = inside, after
    return made(utils.tempdir(dir=str(lab.folder)))


@case(SAME, "utils:nested_contexts")
def nested(lab: Lab) -> Manager:
    """No seam; the two managers inside are the test's own."""

    @contextlib.contextmanager
    def inner(name: str) -> Iterator[None]:
        try:
            yield
        finally:
            lab.did.append(f"exits the {name}")

    return made(
        lab.module("utils").nested_contexts(inner("first"), inner("second"))
    )


@case(SAME, "utils:FairLockGuard")
def guard(lab: Lab, error: Exception | None = None) -> Manager:
    """No seam, but the lock's method where it is to fail."""
    made_guard = lab.module("utils").FairLockGuard(["test-b", "test-a"])

    def inside() -> None:
        assert made_guard.is_locked()
        if error:
            for lock in made_guard.locks:
                undo = lock.release_write_lock
                lab.stack.callback(undo)
                lab.patch(
                    lock, "release_write_lock", mock.Mock(side_effect=error)
                )
                held.append(lock)

    def after() -> None:
        still = [lock for lock in held if lock.is_writer()]
        lab.did.append(
            f"leaves {len(still)} locks held"
            if still
            else "releases the locks"
        )
        assert not made_guard.is_locked()

    held: list[Any] = []
    lab.inside, lab.after = inside, after
    return made(made_guard)


@case(SAME, "compute.manager:ComputeManager.syncs_in_progress")
def syncs(lab: Lab) -> Manager:
    """No seam."""
    manager = lab.manager()
    lock = manager._syncs_in_progress_lock = threading.Lock()
    manager._syncs_in_progress = set()
    lab.after = released(lab, lock)
    return made(manager.syncs_in_progress())


def released(lab: Lab, lock: Any) -> Callable[[], None]:
    """Look whether a lock is free after the exit; it is held inside."""

    def inside() -> None:
        assert lock.locked()

    def after() -> None:
        assert not lock.locked()
        lab.did.append("releases the lock")

    lab.inside = inside
    return after


@case(SAME, "virt.libvirt.volume.mount:_HostMountState._get_locked")
def mount_point(lab: Lab) -> Manager:
    """Seam: the list of guests."""
    state = lab.module("virt.libvirt.volume.mount")._HostMountState(
        mock.Mock(list_guests=mock.Mock(return_value=[])), 0
    )
    lab.after = released(lab, state.mountpoints["/mnt"].lock)
    return made(state._get_locked("/mnt"))


@case(SAME, "virt.libvirt.volume.mount:_HostMountStateManager.get_state")
def mount_state(lab: Lab) -> Manager:
    """No seam; the state itself is not used."""
    states = lab.module("virt.libvirt.volume.mount")._HostMountStateManager()
    states.state = mock.Mock(generation=0)

    def inside() -> None:
        assert states.use_count == 1

    def after() -> None:
        assert states.use_count == 0
        lab.did.append("counts one use less")

    lab.inside, lab.after = inside, after
    return made(states.get_state())


@case(SAME, "virt.libvirt.driver:LibvirtDriver._lxc_disk_handler")
def lxc(lab: Lab) -> Manager:
    """Seams: both steps of the disks."""
    libvirt = lab.module("virt.libvirt.driver")
    driver = libvirt.LibvirtDriver.__new__(libvirt.LibvirtDriver)
    driver._create_domain_setup_lxc = mock.Mock()
    driver._create_domain_cleanup_lxc = lab.act("`_create_domain_cleanup_lxc`")
    libvirt.CONF.set_override("virt_type", "lxc", "libvirt")
    lab.stack.callback(
        libvirt.CONF.clear_override, "virt_type", group="libvirt"
    )
    return made(driver._lxc_disk_handler(None, None, None, None))


def ceph(lab: Lab, error: Exception | None = None) -> tuple[Any, Any]:
    """Seam: librbd, and connecting to the cluster."""
    module = lab.module("storage.rbd_utils")
    rbd = mock.Mock()
    rbd.ImageNotFound = rbd.Error = OSError
    rbd.Image.return_value.close = lab.act("closes the image", error)
    lab.patch(module, "rbd", rbd)
    driver = mock.Mock()
    driver._connect_to_rados.return_value = mock.Mock(), mock.Mock()
    driver._disconnect_from_rados = lab.act("disconnects")
    return module, driver


@case(SAME, "storage.rbd_utils:RBDVolumeProxy")
def rbd_volume(lab: Lab, error: Exception | None = None) -> Manager:
    """See `ceph`."""
    module, driver = ceph(lab, error)
    return made(module.RBDVolumeProxy(driver, "volume"))


@case(SAME, "storage.rbd_utils:RADOSClient")
def rados(lab: Lab) -> Manager:
    """See `ceph`."""
    module, driver = ceph(lab)
    return made(module.RADOSClient(driver))


@case(SAME, "cmd.manage:locked_instance")
def locked(lab: Lab) -> Manager:
    """Seam: the compute API."""
    manage = lab.module("cmd.manage")
    api = mock.Mock()
    api.unlock = lab.act("unlocks the instance")
    lab.patch(manage.api, "API", lambda: api)
    return made(
        manage.locked_instance(None, mock.Mock(locked=False), "reason")
    )


@case(DEPENDS, "compute.manager:ComputeVirtAPI.wait_for_instance_event")
def wait(
    lab: Lab,
    status: str | None = "completed",
    early: list[str] | None = None,
) -> Manager:
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

    def inside() -> None:
        pending.update(manager.instance_events._events[UUID])
        for name, tag in names:
            if status and tag not in (early or []):
                event = objects.InstanceExternalEvent(
                    instance_uuid=UUID, name=name, tag=tag, status=status
                )
                manager.instance_events.pop_instance_event(
                    instance, event
                ).set(event)
        if early:
            api.exit_wait_early([(names[0][0], tag) for tag in early])

    def after() -> None:
        left = manager.instance_events._events.get(UUID, {})
        if left:
            s = "s" * (len(left) > 1)
            lab.did.append(f"leaves {len(left)} event{s} registered")

    lab.patch(lab.nova.manager.ThreadingEventWithResult, "wait", spy)
    lab.inside, lab.after = inside, after
    return made(api.wait_for_instance_event(instance, names, timeout=9))


@case(DEPENDS, "virt.configdrive:ConfigDriveBuilder")
def config_drive(lab: Lab) -> Manager:
    """No seam."""
    builder = lab.module("virt.configdrive").ConfigDriveBuilder()
    image = lab.folder / "drive.iso"
    image.touch()
    builder.imagefile = str(image)

    def after() -> None:
        if not image.exists():
            lab.did.append("deletes `imagefile`")

    lab.after = after
    return made(builder)


@case(SAME, "compute.claims:NopClaim")
def no_claim(lab: Lab) -> Manager:
    """No seam."""
    return made(lab.module("compute.claims").NopClaim())


@case(SAME, "compute.utils:UnlimitedSemaphore")
def unlimited(lab: Lab) -> Manager:
    """No seam."""
    return made(lab.module("compute.utils").UnlimitedSemaphore())


@case(SAME, "context:target_cell")
def target_cell(lab: Lab) -> Manager:
    """No seam: the cell's database is not asked."""
    return made(lab.module("context").target_cell(lab.nova.context, cell(lab)))


@case(SAME, "conductor.manager:try_target_cell")
def try_target_cell(lab: Lab) -> Manager:
    """No seam: the cell's database is not asked."""
    return made(
        lab.module("conductor.manager").try_target_cell(
            lab.nova.context, cell(lab)
        )
    )


@case(SAME, "virt.fake:FakeVirtAPI.wait_for_instance_event")
def fake_wait(lab: Lab) -> Manager:
    """No seam."""
    api = lab.module("virt.fake").FakeVirtAPI()
    return made(api.wait_for_instance_event(None, []))


@case(DEPENDS, "api.openstack.wsgi:ResourceExceptionHandler")
def handler(lab: Lab) -> Manager:
    """No seam."""
    return made(lab.module("api.openstack.wsgi").ResourceExceptionHandler())


@case(
    DEPENDS,
    "scheduler.client.report:"
    "SchedulerReportClient.update_from_provider_tree.catch_all",
)
def catch_all(lab: Lab) -> Manager:
    """The real method; the body is its call to placement.

    Seam: `_ensure_resource_provider`, which runs the test's body.
    """
    report = lab.module("scheduler.client.report")
    client = report.SchedulerReportClient.__new__(report.SchedulerReportClient)
    tree = lab.module("compute.provider_tree").ProviderTree
    client._provider_tree = tree()
    wanted = tree()
    wanted.new_root("node", UUID)
    client._clear_provider_cache_for_tree = lab.act("forgets its cached tree")
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

    return run()


def made(manager: Any) -> Manager:
    """A value of Nova's, which has no types, as a context manager."""
    assert isinstance(manager, AbstractContextManager)
    return manager


# In no table: the first never runs, as every driver's own replaces it.
ABSTRACT = "nova.virt.virtapi:VirtAPI.wait_for_instance_event"
# Inherit the methods of NopClaim.
HEIRS = ["nova.compute.claims:Claim", "nova.compute.claims:MoveClaim"]


@dataclass
class Left:
    """What is to be seen of one body and the exit after it.

    Attributes:
        out: What came out.
        words: The same in a word or two.
        did: What the exit did, and what it logged at INFO or above.
        dropped: The error in the helper's line, one for each line.
    """

    out: BaseException | None
    words: str
    did: list[str]
    dropped: list[str]

    @property
    def steps(self) -> list[str]:
        """What the exit did, apart from logging."""
        did = [step for step in self.did if not step.startswith("logs ")]
        return did or ["nothing"]

    @property
    def chain(self) -> list[str]:
        """What came out, and what it was raised after."""
        found = [self.words]
        error = self.out
        while error and error.__context__:
            error = error.__context__
            found.append(f"context: `{type(error).__name__}`")
        return found


@pytest.fixture
def run(
    nova: Nova, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Callable[..., Left]:
    """Run a case with a body that may raise."""
    count = iter(range(999))

    def run(
        chosen: Case, error: BaseException | None = None, /, **options: Any
    ) -> Left:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        lab = Lab(nova, folder)
        caught = None
        with lab.stack, caplog.at_level(logging.INFO):
            manager = chosen(lab, **options)
            caplog.clear()
            try:
                with manager:
                    lab.did.clear()
                    caplog.clear()
                    lab.inside()
                    if error:
                        raise error
            except BaseException as raised:
                caught = raised
            lab.after()
        if caught is error:
            words = "goes on" if error else ""
        elif caught is None:
            words = "swallowed"
        else:
            words = f"`{type(caught).__name__}` comes out"
        return Left(caught, words, lab.did + logged(caplog), dropped(caplog))

    return run


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What Nova and the helper logged; of the helper's line, the beginning."""
    return [
        f"logs {r.levelname} `{message(r)}`"
        for r in caplog.records
        if r.name.startswith("nova.") or r.name == HELPER
    ]


def message(record: logging.LogRecord) -> str:
    """A record's text, without a traceback or a list of states."""
    if record.name == HELPER:
        return record.msg.removesuffix(": %s")
    first, _, rest = record.getMessage().partition(" [")
    return f"{first} ..." if rest else first


def dropped(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The last line of each traceback that the helper logged."""
    found = [r for r in caplog.records if r.name == HELPER]
    assert all(r.msg == DROPPED and r.levelname == "ERROR" for r in found)
    return [r.getMessage().rpartition("\\n', '")[2][:-4] for r in found]


BODY = "body failed"


def title(name: str) -> list[str]:
    """A context manager's name, and where it begins."""
    found = upstream_line(name, last(name))
    return [f"`{last(name)}`", f"{found.file}:{found.line}"]


def last(name: str) -> str:
    """The last part of a name."""
    return re.split(r"[.:]", name)[-1]


def special(nova: Nova, name: str) -> BaseException | None:
    """An exception that a context manager treats in its own way."""
    error = nova.exception
    return {
        "_error_out_instance_on_exception": error.InstanceFaultRollback(
            inner_exception=ValueError("inner")
        ),
        "_build_resources": error.InstanceNotFound(instance_id="vm-1"),
        "ResourceExceptionHandler": error.Forbidden(),
        "catch_all": error.TraitCreationFailed(name="t", error="e"),
    }.get(last(name))


def test_exits_that_depend_on_the_body(
    nova: Nova, run: Callable[..., Left]
) -> None:
    """What comes out, and what the exit did, after each kind of end."""
    rows: list[Row] = []
    for name, chosen in DEPENDS.items():
        own: list[str] = []
        if name.endswith("wait_for_instance_event"):
            left = run(chosen, early=["a"])
            own = ["`ExitEarly`: swallowed", *left.steps]
            assert left.out is None
        elif error := special(nova, name):
            left = run(chosen, error)
            own = [f"`{type(error).__name__}`: {left.words}"]
            own += [] if left.steps == ["nothing"] else left.steps
        success = run(chosen)
        failed = run(chosen, RuntimeError(BODY))
        ended = run(chosen, SystemExit(1))
        assert success.out is None
        assert failed.words == ended.words == "goes on"
        assert ended.did in ([], failed.did)
        assert own or not success.did == failed.did == ended.did
        assert not failed.dropped + ended.dropped
        rows.append(
            {
                "manager": title(name),
                "success": success.steps,
                "failed": failed.steps,
                "ended": "the same" if ended.did == failed.did else "nothing",
                "special": own,
            }
        )
    recorded("context_managers", rows)


def test_nested_contexts_swallow_what_one_inside_does(nova: Nova) -> None:
    """The exits in it decide."""
    nested = importlib.import_module("nova.utils").nested_contexts
    with nested(contextlib.suppress(RuntimeError), contextlib.nullcontext()):
        raise RuntimeError(BODY)
    with (
        pytest.raises(OSError, match=BODY),
        nested(contextlib.suppress(RuntimeError)),
    ):
        raise OSError(BODY)


def test_what_catch_all_translates(
    nova: Nova, run: Callable[..., Left]
) -> None:
    """Nine types become one; a conflict goes on; both clear the cache."""
    forgets = ["forgets its cached tree"]
    conflict = nova.exception.ResourceProviderUpdateConflict(
        uuid=UUID, generation=1, error="e"
    )
    left = run(catch_all, conflict)
    assert (left.words, left.did) == ("goes on", forgets)
    name = next(n for n in DEPENDS if n.endswith("catch_all"))
    _, node = definition(name)
    (types,) = (n for n in ast.walk(node) if isinstance(n, ast.Tuple))
    kinds = [ast.unparse(n).rpartition(".")[2] for n in types.elts]
    assert len(kinds) == 9
    for kind in kinds:
        error = getattr(nova.exception, kind)
        left = run(catch_all, error.__new__(error))
        assert isinstance(left.out, nova.exception.ResourceProviderSyncFailed)
        assert left.did == forgets


def test_exits_that_do_not(run: Callable[..., Left]) -> None:
    """The same after success, an error and SystemExit; all goes on."""
    rows: list[Row] = []
    for name, chosen in SAME.items():
        success = run(chosen)
        failed = run(chosen, RuntimeError(BODY))
        ended = run(chosen, SystemExit(1))
        assert success.out is None
        assert failed.words == ended.words == "goes on"
        assert success.did == failed.did == ended.did
        assert not failed.dropped + ended.dropped
        rows.append({"manager": title(name), "did": success.steps})
    recorded("context_managers_same", rows)


@cache
def found(release: str = "") -> set[str]:
    """Every context manager that Nova defines outside its tests."""
    source, _ = definition(f"{release}nova.utils:")
    names = set()
    for path in sorted(source.path.parent.rglob("*.py")):
        inside = path.relative_to(source.path.parent.parent)
        if "tests" in inside.parts:
            continue
        module = ".".join(inside.with_suffix("").parts)
        text = path.read_text("utf-8")
        if "contextmanager" not in text and "exit__" not in text:
            continue
        _, tree = definition(f"{release}{module}:")
        names |= {f"{module}:{name}" for name in defined(tree, [])}
    return names


def defined(node: ast.AST, outer: list[str]) -> Iterator[str]:
    """Classes with an exit, and functions under `contextmanager`."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield from defined(child, outer)
            continue
        name = [*outer, child.name]
        yield from defined(child, name)
        if isinstance(child, ast.ClassDef):
            methods = [getattr(n, "name", None) for n in child.body]
            if "__exit__" in methods or "__aexit__" in methods:
                yield ".".join(name)
        elif any(
            ast.unparse(d).endswith("contextmanager")
            for d in child.decorator_list
        ):
            yield ".".join(name)


def test_the_page_counts_them() -> None:
    """34.0.0 has one more than 22.4.0, and all but three run here."""
    now, before = found(), found("victoria ")
    in_tests = {name for name in now if name.startswith("nova.test:")}
    assert (len(now), len(in_tests), len(before)) == (32, 2, 31)
    assert {*DEPENDS, *SAME} == now - in_tests - {ABSTRACT} | {*HEIRS}
    assert len(DEPENDS) + len(SAME) == 31
    assert now - before == {
        "nova.cmd.manage:locked_instance",
        "nova.compute.manager:ComputeManager.syncs_in_progress",
        "nova.utils:FairLockGuard",
    }
    text = PAGE.read_text("utf-8")
    assert "Nova 34.0.0 defines 32" in text
    assert "The other 29 are in" in text
    assert "22.4.0 has 31" in text


def test_nothing_sets_the_image_file() -> None:
    """Outside its `__init__`, ConfigDriveBuilder has no file to delete."""
    source, _ = definition("nova.utils:")
    root = source.path.parent
    hits = [
        (path.relative_to(root).as_posix(), line.strip())
        for path in sorted(root.rglob("*.py"))
        if "tests" not in path.relative_to(root).parts
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"imagefile\b", line)
    ]
    assert hits == [
        ("virt/configdrive.py", "self.imagefile = None"),
        ("virt/configdrive.py", "if self.imagefile:"),
        (
            "virt/configdrive.py",
            "fileutils.delete_if_exists(self.imagefile)",
        ),
    ]


def test_exits_that_fail(nova: Nova, run: Callable[..., Left]) -> None:
    """What comes out when the exit itself meets an error."""
    rows: list[Row] = []
    gone = nova.exception.InstanceActionNotFound(
        request_id="req", instance_uuid=UUID
    )
    down = OSError("database down")

    def row(
        chosen: Case,
        what: str,
        body: BaseException | None = None,
        **options: Any,
    ) -> None:
        name = next(n for n, c in {**DEPENDS, **SAME}.items() if c is chosen)
        left = run(chosen, body, **options)
        ends = [f"body: `{type(body).__name__}`"] if body else []
        rows.append(
            {
                "manager": title(name),
                "what": [what, *ends],
                "out": left.chain if left.words else ["nothing"],
                "did": left.did,
            }
        )

    failed, ended = RuntimeError(BODY), SystemExit(1)
    row(reporter, "the action's row is gone", None, error=gone)
    row(reporter, "the action's row is gone", failed, error=gone)
    graceful = "it is gone, and `graceful_exit=True`"
    row(reporter, graceful, None, error=gone, graceful=True)
    row(reporter, graceful, failed, error=gone, graceful=True)
    row(reporter, graceful, ended, error=gone, graceful=True)
    row(
        reporter,
        "it is gone, and there for a second instance; `graceful_exit=True`",
        failed,
        error=gone,
        graceful=True,
        uuids=(UUID, OTHER),
    )
    row(
        reporter,
        "the database is down; `graceful_exit=True`",
        failed,
        error=down,
        graceful=True,
    )
    row(claim, "giving back fails", failed, error=down)
    row(errors_out, "saving fails", failed, error=down)
    row(remove_volume, "removing fails", failed, error=OSError("busy"))
    row(
        notify,
        "the end's notification fails",
        failed,
        error=OSError("bus down"),
        at="delete.end",
    )
    row(
        notify,
        "the start's notification fails; the body never runs",
        error=OSError("bus down"),
        at="delete.start",
    )
    row(wait, "an event arrives with status failed", status="failed")
    row(wait, "no event arrives in time", status=None)
    row(wait, "the body fails before the events", failed, status=None)
    row(tempdir, "removing fails", failed, error=OSError("busy"))
    row(guard, "releasing a lock fails", failed, error=OSError("lost"))
    row(rbd_volume, "closing fails", failed, error=OSError("timed out"))
    recorded("context_managers_exits", rows)


def test_an_event_that_nobody_waits_for(nova: Nova) -> None:
    """It stays registered until it arrives, or the instance leaves."""
    events = nova.manager.InstanceEvents()
    instance = nova.objects.Instance(nova.context, uuid=UUID)
    event = nova.objects.InstanceExternalEvent(name="network-changed", tag="a")
    events.prepare_for_instance_event(instance, event.name, event.tag)
    assert list(events._events) == [UUID]
    assert events.pop_instance_event(instance, event)
    assert not events._events
    events.prepare_for_instance_event(instance, event.name, event.tag)
    assert events.clear_events_for_instance(instance)
    assert not events._events


def test_the_error_state(nova: Nova, run: Callable[..., Left]) -> None:
    """`_error_out_instance_on_exception`, by what the body raises."""
    rows: list[Row] = []

    def row(
        what: str,
        body: BaseException | None,
        error: Exception | None = None,
        **given: str,
    ) -> None:
        memory: list[str] = []
        left = run(error_out, body, error=error, memory=memory, **given)
        rows.append(
            {
                "what": [what, *(f"`{k}={v}`" for k, v in given.items())],
                "memory": memory,
                "out": left.chain if left.words else ["nothing"],
                "did": left.did,
            }
        )

    other, missing = RuntimeError(BODY), NotImplementedError("driver")
    rollback = nova.exception.InstanceFaultRollback(
        inner_exception=ValueError("inner")
    )
    gone = nova.exception.InstanceNotFound(instance_id="vm-1")
    down = OSError("database down")
    row("nothing", None)
    row("`RuntimeError`", other)
    row("`RuntimeError`", other, instance_state="stopped")
    row("`InstanceNotFound`, and saving raises it as well", gone, gone)
    row("`NotImplementedError`", missing)
    row("`NotImplementedError`", missing, instance_state="stopped")
    row("`InstanceFaultRollback` with `ValueError` in it", rollback)
    row(
        "`InstanceFaultRollback` with `ValueError` in it",
        rollback,
        instance_state="stopped",
    )
    row("`SystemExit`", SystemExit(1))
    row("`RuntimeError`, and saving raises `InstanceNotFound`", other, gone)
    row("`RuntimeError`, and saving raises `OSError`", other, down)
    row("`NotImplementedError`, and saving raises `OSError`", missing, down)
    recorded("error_out", rows)


CLAUSE = "nova.compute.manager:ComputeManager._build_resources"


def edited(nova: Nova, change: Callable[[list[ast.stmt]], None]) -> Any:
    """`_build_resources` with its last `except` clause changed.

    Args:
        nova: The real Nova.
        change: Changes the three statements of the clause, in place.
    """
    tree = ast.parse(excerpt(CLAUSE).source)
    (clause,) = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and node.name == "exc2"
    )
    flag, warning, error = clause.body
    assert ast.unparse(flag) == "ctxt.reraise = False"
    assert ast.unparse(warning).startswith("LOG.warning(")
    assert ast.unparse(error).startswith("raise exception.BuildAbort")
    change(clause.body)
    names = dict(vars(nova.manager))
    exec(compile(ast.fix_missing_locations(tree), "edited", "exec"), names)
    return names["_build_resources"]


def test_the_order_in_build_resources(
    nova: Nova, run: Callable[..., Left], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where `ctxt.reraise = False` stands decides about the dropped line."""
    changes: dict[str, Callable[[list[ast.stmt]], None]] = {
        "as it stands": lambda body: None,
        "after `LOG.warning`": lambda body: body.insert(1, body.pop(0)),
        "after `raise`, where nothing runs": lambda body: body.append(
            body.pop(0)
        ),
        "taken away": lambda body: body.__delitem__(0),
    }
    rows: list[Row] = []
    for words, change in changes.items():
        monkeypatch.setattr(
            nova.manager.ComputeManager,
            "_build_resources",
            edited(nova, change),
        )
        left = run(
            build_resources, RuntimeError(BODY), error=OSError("disk busy")
        )
        assert str(left.out) == f"Build of instance {UUID} aborted: {BODY}"
        assert isinstance(left.out, nova.exception.BuildAbortException)
        assert left.out.__cause__ is None
        rows.append({"where": words, "out": left.chain, "log": left.did[2:]})
    recorded("context_managers_order", rows)


def test_cyborg_fails_after_the_error(run: Callable[..., Left]) -> None:
    """In the `finally` clause the helper still re-raises: a dropped line."""
    down = ConnectionError("Cyborg is down")
    left = run(build_resources, RuntimeError(BODY), arqs=down)
    assert left.out is down
    assert left.dropped == [f"RuntimeError: {BODY}"]


def dropped_line(
    call: Callable[[], object], caplog: pytest.LogCaptureFixture
) -> Left:
    """Make a call that raises; see what it logs."""
    caplog.clear()
    with pytest.raises(Exception) as caught:  # noqa: PT011  # Any.
        call()
    name = f"`{type(caught.value).__name__}` comes out"
    return Left(caught.value, name, logged(caplog), dropped(caplog))


@pytest.fixture
def tasks(nova: Nova, tmp_path: Path) -> Iterator[Any]:
    """The module of the two tasks; their rollback's seams are stood in for.

    `Migration.save`, reading the request's specification, and setting the
    instance's state with a notification.
    """
    lab = Lab(nova, tmp_path)
    module = lab.module("conductor.tasks.cross_cell_migrate")
    with lab.stack:
        lab.patch(nova.objects.Migration, "save", mock.Mock())
        lab.patch(
            nova.objects.RequestSpec, "get_by_instance_uuid", mock.Mock()
        )
        lab.patch(
            module.scheduler_utils, "set_vm_state_and_notify", mock.Mock()
        )
        yield module


def task(nova: Nova, kind: Any) -> Any:
    """A real task, which fails when it is executed."""
    context = nova.context
    migration = nova.objects.Migration(
        context, source_compute="a", dest_compute="b"
    )
    instance = nova.objects.Instance(context, uuid=UUID)
    made_task = kind(context, instance, migration, mock.Mock(), mock.Mock())
    made_task._execute = mock.Mock(side_effect=RuntimeError(BODY))
    return made_task


def ironic(nova: Nova, folder: Path) -> Any:
    """Rebuild a server whose configuration drive cannot be made.

    Seams: Ironic's node, the instance's `save`, and the drive.
    """
    lab = Lab(nova, folder)
    module = lab.module("virt.ironic.driver")
    driver = module.IronicDriver.__new__(module.IronicDriver)
    for name in (
        "_get_node",
        "get_instance_driver_metadata",
        "_add_instance_info_to_node",
    ):
        setattr(driver, name, mock.Mock())
    driver._generate_configdrive = mock.Mock(side_effect=RuntimeError(BODY))
    instance = nova.objects.Instance(
        nova.context, uuid=UUID, image_ref="", config_drive="True", node=OTHER
    )
    instance.flavor = nova.objects.Flavor()
    instance.system_metadata = {}
    with mock.patch.object(nova.objects.Instance, "save"):
        driver.rebuild(
            nova.context, instance, None, [], None, {}, [], None, None
        )


def test_lines_that_say_dropped(
    nova: Nova, tasks: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The line is there, and nothing was dropped, or something else came."""
    rows: list[Row] = []
    for name, call in {
        "nova.conductor.tasks.cross_cell_migrate:ConfirmResizeTask.rollback": (
            task(nova, tasks.ConfirmResizeTask).execute
        ),
        "nova.conductor.tasks.cross_cell_migrate:RevertResizeTask.rollback": (
            task(nova, tasks.RevertResizeTask).execute
        ),
        "nova.virt.ironic.driver:IronicDriver.rebuild": (
            lambda: ironic(nova, tmp_path)
        ),
    }.items():
        left = dropped_line(call, caplog)
        owner, _, method = name.rpartition(":")[2].rpartition(".")
        rows.append(
            {
                "function": [f"`{owner}.{method}`", title(name)[1]],
                "out": left.chain,
                "dropped": [f"`{text}`" for text in left.dropped],
            }
        )
    recorded("context_managers_dropped", rows)


def test_rollback_runs_inside_a_handler(nova: Nova, tasks: Any) -> None:
    """`execute` calls it there; called by itself, its helper has nothing."""
    for kind in tasks.ConfirmResizeTask, tasks.RevertResizeTask:
        with pytest.raises(RuntimeError, match=r"no .*captured exception"):
            task(nova, kind).rollback(ValueError("handed over"))


def test_one_helper_would_do(
    nova: Nova, tasks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """With a rollback that does not raise, no line says "dropped"."""
    for kind in tasks.ConfirmResizeTask, tasks.RevertResizeTask:
        made_task = task(nova, kind)
        made_task.rollback = mock.Mock()
        left = dropped_line(made_task.execute, caplog)
        assert (str(left.out), left.dropped) == (BODY, [])


def test_revert_swallows_its_tasks_error(
    nova: Nova, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The one method with `graceful_exit=True`, through its decorators.

    Seams: the mapping of the instance, the task, and the events' rows.
    """
    lab = Lab(nova, tmp_path)
    manager = lab.module("conductor.manager").ComputeTaskManager
    made_manager = manager.__new__(manager)
    made_manager.notifier = made_manager.compute_rpcapi = mock.Mock()
    gone = nova.exception.InstanceActionNotFound(
        request_id="req", instance_uuid=UUID
    )
    execute = mock.Mock(side_effect=RuntimeError(BODY))
    db = lab.module("db.main.api")
    with lab.stack:
        lab.patch(
            nova.objects.InstanceMapping,
            "get_by_instance_uuid",
            mock.Mock(
                side_effect=nova.exception.InstanceMappingNotFound(uuid=UUID)
            ),
        )
        tasks = lab.module("conductor.tasks.cross_cell_migrate")
        lab.patch(tasks.RevertResizeTask, "execute", execute)
        lab.patch(db, "action_event_start", mock.Mock())
        finish = mock.Mock()
        lab.patch(db, "action_event_finish", finish)
        arguments = nova.context, lab.instance(), mock.Mock()
        with pytest.raises(RuntimeError, match=BODY):
            made_manager.revert_snapshot_based_resize(*arguments)
        finish.side_effect = gone
        made_manager.revert_snapshot_based_resize(*arguments)
    assert execute.call_count == 2


def test_a_claim_that_fails_late_is_not_given_back(
    nova: Nova, tmp_path: Path
) -> None:
    """`instance_claim` raises before `with` has anything to exit.

    Seams: the tracker's own steps: saving the host, adding up, updating.
    """
    lab = Lab(nova, tmp_path)
    kind = lab.module("compute.resource_tracker").ResourceTracker
    tracker = kind.__new__(kind)
    tracker.compute_nodes = {"node": nova.objects.ComputeNode()}
    tracker.pci_tracker = None
    for name in (
        "disabled",
        "_set_instance_host_and_node",
        "_claim_resources",
        "_invalidate_pci_in_placement_cached_rps",
        "_update_usage_from_instance",
        "abort_instance_claim",
        "_update",
    ):
        setattr(tracker, name, mock.Mock(return_value=None))
    context = mock.Mock()

    def use(error: Exception | None) -> None:
        instance = nova.objects.Instance(
            nova.context,
            uuid=UUID,
            host=None,
            node=None,
            numa_topology=None,
            pci_requests=nova.objects.InstancePCIRequests(requests=[]),
        )
        tracker._update.side_effect = error
        with tracker.instance_claim(context, instance, "node", {}):
            raise RuntimeError(BODY)

    with pytest.raises(OSError, match="database down"):
        use(OSError("database down"))
    assert tracker._update_usage_from_instance.call_count == 1
    assert not tracker.abort_instance_claim.called
    with pytest.raises(RuntimeError, match=BODY):
        use(None)
    assert tracker.abort_instance_claim.call_count == 1


# What the model prints, and what the same step is called in Nova's tables.
STEPS = {
    "claim given back": "`abort_instance_claim`",
    f"reported: {RuntimeError(BODY)!r}": "saves the event's result, Error",
    f"reported: {SystemExit(1)!r}": "saves the event's result, Error",
    "reported: success": "saves the event's result, Success",
    "shut down": "`_shutdown_instance`",
    "delete.end": "sends delete.end",
}


@pytest.mark.parametrize(
    "body", [None, RuntimeError(BODY), SystemExit(1)], ids=repr
)
@pytest.mark.parametrize(
    "name", ["claim", "reporter", "gone", "graceful", "build", "abort", "end"]
)
def test_the_model_does_what_nova_does(
    nova: Nova,
    run: Callable[..., Left],
    capsys: pytest.CaptureFixture[str],
    name: str,
    body: BaseException | None,
) -> None:
    """The same comes out of both, after the same steps and the same line."""
    gone = nova.exception.InstanceActionNotFound(
        request_id="req", instance_uuid=UUID
    )
    busy = OSError("disk busy")
    pairs: dict[str, tuple[Manager, Case, dict[str, Any]]] = {
        "claim": (model.Claim(), claim, {}),
        "reporter": (model.Reporter(graceful=True), reporter, {}),
        "gone": (model.Reporter(gone=True), reporter, {"error": gone}),
        "graceful": (
            model.Reporter(graceful=True, gone=True),
            reporter,
            {"error": gone, "graceful": True},
        ),
        "build": (model.build(), build_resources, {}),
        "abort": (
            model.build(busy=True),
            build_resources,
            {"error": busy},
        ),
        "end": (model.notify(), notify, {}),
    }
    ours, theirs, options = pairs[name]
    renamed = {
        "ActionNotFound": "InstanceActionNotFound",
        "BuildAborted": "BuildAbortException",
    }
    left = run(theirs, body, **options)
    capsys.readouterr()
    model.outcome(ours, body)
    printed = capsys.readouterr().out.splitlines()
    out = [
        line.partition(": ")[2].partition("(")[0]
        for line in printed
        if line.startswith(("out: ", "context: "))
    ]
    if body:
        body.__context__ = None
    chain = [] if left.out is None else [type(left.out).__name__]
    chain += [re.findall("`(.*)`", text)[0] for text in left.chain[1:]]
    assert [renamed.get(text, text) for text in out] == (chain or ["nothing"])
    steps = [STEPS[line] for line in printed if line in STEPS]
    failing = name == "abort" and isinstance(body, Exception)
    assert steps + ["`_shutdown_instance`"] * failing == [
        step for step in left.did if step in STEPS.values()
    ]
    assert not left.dropped


def same(name: str) -> bool:
    """Whether 22.4.0 has the same code, apart from texts in it."""

    def code(release: str) -> str:
        node = copy.deepcopy(definition(f"{release}{name}")[1])
        for inner in ast.walk(node):
            if (
                isinstance(inner, ast.ClassDef | ast.FunctionDef)
                and ast.get_docstring(inner) is not None
            ):
                del inner.body[0]
        return ast.unparse(node)

    return code("") == code("victoria ")


DIFFERENT = {
    "wait_for_instance_event",
    "_build_resources",
    "catch_all",
    "ConfigDriveBuilder",
    "RBDVolumeProxy",
    "FairLockGuard",
    "syncs_in_progress",
    "locked_instance",
}


def test_what_victoria_has_differently() -> None:
    """Those that 22.4.0 has in other words, or not at all."""
    now, before = {*DEPENDS, *SAME} - {*HEIRS}, found("victoria ")
    differ = {n for n in now if n not in before or not same(n)}
    assert {last(n) for n in differ} == DIFFERENT
    text = PAGE.read_text("utf-8")
    assert f"Of the {len(now)} in the tables, {len(now - differ)} have" in text
