"""A real `terminate_instance`; what lies outside nova-compute is mocked."""

from collections.abc import Callable
from typing import Any
from unittest import mock

from tests.nova.conftest import Nova

WITH = "with excutils.save_and_reraise_exception("
Patch = Callable[..., Any]


def seams(
    nova: Nova,
    patch: Patch,
    save: Callable[[str, object], None] = lambda *_: None,
    lines: list[str] | None = None,
) -> None:
    """Stand in for what lies outside nova-compute.

    Args:
        nova: The real Nova.
        patch: Patches an attribute.
        save: Is told what is saved, and may refuse it.
        lines: Where notifications are written down.
    """
    notified = [] if lines is None else lines

    def saves(instance: Any, *_: object, **__: object) -> None:
        reverted = "task_state" in instance.obj_what_changed()
        deleted = instance.vm_state == "deleted"
        what = "task_state" if reverted and not deleted else "vm_state"
        save(what, instance[what])
        instance.obj_reset_changes()

    def begins(*_: object, **__: object) -> None:
        save("event", "started")

    def ends(*_: object, exc_val: object, **__: object) -> None:
        save("result", "Error" if exc_val else "Success")

    def faults(made: Any) -> None:
        save("fault", made.message)

    def notifies(_: object, error: object, *__: object) -> None:
        notified.append(f"notifies: {type(error).__name__}")

    objects, manager = nova.objects, nova.manager
    patch(objects.Instance, "save", saves)
    patch(objects.Instance, "destroy")
    patch(objects.InstanceFault, "create", faults)
    patch(objects.InstanceActionEvent, "event_start", begins)
    patch(objects.InstanceActionEvent, "event_finish_with_failure", ends)
    wrapper = manager.exception_wrapper
    patch(wrapper, "_emit_versioned_exception_notification")
    patch(wrapper, "_emit_legacy_exception_notification", notifies)
    for name in (
        "notify_about_instance_usage",
        "notify_about_instance_action",
        "delete_arqs_if_needed",
    ):
        patch(manager.compute_utils, name)
    patch(nova.looping, "_sleep")


def terminate(
    nova: Nova,
    patch: Patch,
    neutron: Callable[[str], Exception] | None,
) -> Callable[[], object]:
    """A call of the real `terminate_instance`.

    Args:
        nova: The real Nova.
        patch: Patches an attribute.
        neutron: Makes the exception that Neutron raises.

    Returns:
        The call.
    """
    manager = nova.compute_manager()
    manager.host = "compute"
    for name in "network_api", "driver", "notifier", "instance_events":
        setattr(manager, name, mock.Mock())
    manager.instance_events.clear_events_for_instance.return_value = None
    manager.share_manager = mock.Mock()
    manager.share_manager.get_share_info.return_value = []
    patch(manager, "_get_instance_block_device_info")
    patch(manager, "_update_resource_tracker")
    patch(manager, "_complete_deletion")
    if neutron:
        release = manager.network_api.deallocate_for_instance
        # Each attempt raises one of its own.
        release.side_effect = [neutron("refused") for _ in range(4)]
    info = nova.neutron.network_model.NetworkInfo()
    instance = nova.objects.Instance(
        nova.context,
        uuid="f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        vm_state="active",
        task_state="deleting",
        system_metadata={},
        info_cache=nova.objects.InstanceInfoCache(network_info=info),
    )
    instance.obj_reset_changes()
    context = mock.Mock()
    context.elevated.return_value = nova.context
    return lambda: manager.terminate_instance(context, instance, [])


def helpers(entries: list[list[str]]) -> tuple[int, int, int]:
    """Count helpers, their entries, and all entries of a traceback."""
    lines = [code for _, _, code in entries if code.startswith(WITH)]
    inside = [file for file, _, _ in entries if file.endswith("excutils.py")]
    return len(lines), len(lines) + len(inside), len(entries)
