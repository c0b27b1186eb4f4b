"""The context managers whose exit does the same, however the body ended."""

import contextlib
import threading
import types
from collections.abc import Iterator
from typing import Any
from unittest import mock

from tests.nova.conftest import imported
from tests.nova.context_managers.lab import OTHER, Case, Lab, Steps, case

SAME: dict[str, Case] = {}


@case(SAME, "compute.utils:notify_about_instance_delete")
def notify(lab: Lab, error: Exception | None = None, at: str = "") -> Steps:
    """Seam: the two functions that send notifications."""
    utils = imported("nova.compute.utils")

    def usage(_: object, __: object, ___: object, event: str) -> None:
        lab.did.append(f"sends {event}")
        if event == at and error:
            raise error

    lab.patch(utils, "notify_about_instance_usage", usage)
    lab.patch(utils, "notify_about_instance_action", mock.Mock())
    yield utils.notify_about_instance_delete(
        mock.Mock(), lab.nova.context, lab.instance()
    )


@case(SAME, "conductor.manager:obj_target_cell")
def obj_target_cell(lab: Lab) -> Steps:
    """No seam: the cell's database is not asked."""
    instance = lab.instance()
    before = instance._context
    yield imported("nova.conductor.manager").obj_target_cell(
        instance, cell(lab)
    )
    assert instance._context is not before
    assert instance._context.cell_uuid == OTHER
    yield
    assert instance._context is before
    lab.did.append("puts the object's own context back")


def cell(lab: Lab) -> Any:
    """A cell without a message bus; Nova's cache of cells stays clean."""
    lab.patch(imported("nova.context"), "CELL_CACHE", {})
    return lab.nova.objects.CellMapping(
        uuid=OTHER,
        transport_url="none://",
        database_connection="sqlite://",
    )


@case(SAME, "objects.base:NovaObject.obj_alternate_context")
def alternate(lab: Lab) -> Steps:
    """No seam."""
    instance, other = lab.instance(), mock.Mock()
    yield instance.obj_alternate_context(other)
    assert instance._context is other
    yield
    assert instance._context is lab.nova.context
    lab.did.append("puts the object's own context back")


@case(SAME, "objects.instance:Instance.mutated_migration_context")
def mutated(lab: Lab, idle: bool = False) -> Steps:
    """No seam.

    Args:
        lab: Where it runs.
        idle: Whether the instance has no migration context.
    """
    objects = lab.nova.objects
    if idle:
        yield lab.instance(migration_context=None).mutated_migration_context()
        return
    old, new = objects.InstanceNUMATopology(), objects.InstanceNUMATopology()
    instance = lab.instance(
        numa_topology=old, pci_requests=None, pci_devices=None, resources=None
    )
    instance.migration_context = objects.MigrationContext(
        new_numa_topology=new
    )
    yield instance.mutated_migration_context()
    assert instance.numa_topology is new
    yield
    assert instance.numa_topology is old
    lab.did.append("restores four fields of the instance")


@case(SAME, "utils:temporary_mutation")
def mutation(lab: Lab) -> Steps:
    """No seam."""
    thing = types.SimpleNamespace(kept=1)
    yield imported("nova.utils").temporary_mutation(thing, kept=2, added=3)
    assert vars(thing) == {"kept": 2, "added": 3}
    yield
    assert vars(thing) == {"kept": 1}
    lab.did.append("sets the old values, deletes what was not there")


@case(SAME, "utils:tempdir")
def tempdir(lab: Lab, error: Exception | None = None) -> Steps:
    """No seam, but `shutil.rmtree` where it is to fail."""
    utils = imported("nova.utils")
    if error:
        lab.patch(utils.shutil, "rmtree", mock.Mock(side_effect=error))
    yield utils.tempdir(dir=str(lab.folder))
    assert len(list(lab.folder.iterdir())) == 1
    yield
    left = list(lab.folder.iterdir())
    lab.did.append("leaves the folder" if left else "removes the folder")


@case(SAME, "utils:nested_contexts")
def nested(lab: Lab) -> Steps:
    """No seam; the two managers inside are the test's own."""

    @contextlib.contextmanager
    def inner(name: str) -> Iterator[None]:
        try:
            yield
        finally:
            lab.did.append(f"exits the {name}")

    yield imported("nova.utils").nested_contexts(
        inner("first"), inner("second")
    )


@case(SAME, "utils:FairLockGuard")
def guard(lab: Lab, error: Exception | None = None) -> Steps:
    """No seam, but the lock's method where it is to fail."""
    locks = imported("nova.utils").FairLockGuard(["test-b", "test-a"])
    held: list[Any] = []
    yield locks
    assert locks.is_locked()
    if error:
        for lock in locks.locks:
            undo = lock.release_write_lock
            lab.stack.callback(undo)
            lab.patch(lock, "release_write_lock", mock.Mock(side_effect=error))
            held.append(lock)
    yield
    still = [lock for lock in held if lock.is_writer()]
    lab.did.append(
        f"leaves {len(still)} locks held" if still else "releases the locks"
    )
    assert not locks.is_locked()


@case(SAME, "compute.manager:ComputeManager.syncs_in_progress")
def syncs(lab: Lab) -> Steps:
    """No seam."""
    manager = lab.manager()
    lock = manager._syncs_in_progress_lock = threading.Lock()
    manager._syncs_in_progress = set()
    yield from releases(lab, lock, manager.syncs_in_progress())


def releases(lab: Lab, lock: Any, manager: Any) -> Steps:
    """Whether a lock is held inside, and free after the exit."""
    yield manager
    assert lock.locked()
    yield
    assert not lock.locked()
    lab.did.append("releases the lock")


@case(SAME, "virt.libvirt.volume.mount:_HostMountState._get_locked")
def mount_point(lab: Lab) -> Steps:
    """Seam: the list of guests."""
    state = imported("nova.virt.libvirt.volume.mount")._HostMountState(
        mock.Mock(list_guests=mock.Mock(return_value=[])), 0
    )
    lock = state.mountpoints["/mnt"].lock
    yield from releases(lab, lock, state._get_locked("/mnt"))


@case(SAME, "virt.libvirt.volume.mount:_HostMountStateManager.get_state")
def mount_state(lab: Lab) -> Steps:
    """No seam; the state itself is not used."""
    states = imported(
        "nova.virt.libvirt.volume.mount"
    )._HostMountStateManager()
    states.state = mock.Mock(generation=0)
    yield states.get_state()
    assert states.use_count == 1
    yield
    assert states.use_count == 0
    lab.did.append("decrements its count of uses")


@case(SAME, "virt.libvirt.driver:LibvirtDriver._lxc_disk_handler")
def lxc(lab: Lab, idle: bool = False) -> Steps:
    """Seams: both steps of the disks.

    Args:
        lab: Where it runs.
        idle: Whether libvirt runs KVM, and not LXC.
    """
    libvirt = imported("nova.virt.libvirt.driver")
    driver = libvirt.LibvirtDriver.__new__(libvirt.LibvirtDriver)
    driver._create_domain_setup_lxc = mock.Mock()
    driver._create_domain_cleanup_lxc = lab.act("`_create_domain_cleanup_lxc`")
    libvirt.CONF.set_override("virt_type", "kvm" if idle else "lxc", "libvirt")
    lab.stack.callback(
        libvirt.CONF.clear_override, "virt_type", group="libvirt"
    )
    yield driver._lxc_disk_handler(None, None, None, None)


def ceph(lab: Lab, error: Exception | None = None) -> tuple[Any, Any]:
    """Seam: librbd, and connecting to the cluster."""
    module = imported("nova.storage.rbd_utils")
    rbd = mock.Mock()
    rbd.ImageNotFound = rbd.Error = OSError
    rbd.Image.return_value.close = lab.act("closes the image", error)
    lab.patch(module, "rbd", rbd)
    driver = mock.Mock()
    driver._connect_to_rados.return_value = mock.Mock(), mock.Mock()
    driver._disconnect_from_rados = lab.act("disconnects")
    return module, driver


@case(SAME, "storage.rbd_utils:RBDVolumeProxy")
def rbd_volume(lab: Lab, error: Exception | None = None) -> Steps:
    """See `ceph`."""
    module, driver = ceph(lab, error)
    yield module.RBDVolumeProxy(driver, "volume")


@case(SAME, "storage.rbd_utils:RADOSClient")
def rados(lab: Lab) -> Steps:
    """See `ceph`."""
    module, driver = ceph(lab)
    yield module.RADOSClient(driver)


@case(SAME, "cmd.manage:locked_instance")
def locked(lab: Lab, idle: bool = False) -> Steps:
    """Seam: the compute API.

    Args:
        lab: Where it runs.
        idle: Whether the instance was locked before.
    """
    manage = imported("nova.cmd.manage")
    api = mock.Mock()
    api.unlock = lab.act("unlocks the instance")
    lab.patch(manage.api, "API", lambda: api)
    yield manage.locked_instance(None, mock.Mock(locked=idle), "reason")


@case(SAME, "compute.claims:NopClaim")
def no_claim(lab: Lab) -> Steps:
    """No seam."""
    yield imported("nova.compute.claims").NopClaim()


@case(SAME, "compute.utils:UnlimitedSemaphore")
def unlimited(lab: Lab) -> Steps:
    """No seam."""
    yield imported("nova.compute.utils").UnlimitedSemaphore()


@case(SAME, "context:target_cell")
def target_cell(lab: Lab) -> Steps:
    """No seam: the cell's database is not asked."""
    yield imported("nova.context").target_cell(lab.nova.context, cell(lab))


@case(SAME, "conductor.manager:try_target_cell")
def try_target_cell(lab: Lab) -> Steps:
    """No seam: the cell's database is not asked."""
    yield imported("nova.conductor.manager").try_target_cell(
        lab.nova.context, cell(lab)
    )


@case(SAME, "virt.fake:FakeVirtAPI.wait_for_instance_event")
def fake_wait(lab: Lab) -> Steps:
    """No seam."""
    api = imported("nova.virt.fake").FakeVirtAPI()
    yield api.wait_for_instance_event(None, [])


# When the exit of a case does nothing; `idle=True` makes it so.
IDLE = {
    mutated: "the instance's `migration_context` is None",
    lxc: "`[libvirt] virt_type` is not `lxc`",
    locked: "the instance was locked before",
}
