"""What `ComputeManager` alone does when a build fails.

A whole Nova says nothing more of this. The claim, the notifications and the
driver are mocks; each test says what else is.
"""

import ast
import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest import mock

import pytest

from render.sources.upstream import excerpt
from tests.nova.conftest import Nova, imported
from tests.nova.recording import Row, recorded

MANAGER = "nova.compute.manager:ComputeManager."


@contextmanager
def compute(nova: Nova) -> Iterator[tuple[Any, Any]]:
    """A real ComputeManager with nothing outside it.

    Yields:
        The manager, and a mock of an instance.
    """
    manager = nova.compute_manager()
    for name in (
        "_notify_about_instance_usage",
        "compute_task_api",
        "driver",
        "network_api",
        "reportclient",
        "rt",
    ):
        setattr(manager, name, mock.MagicMock())
    manager.rt.instance_claim.return_value = nullcontext()
    manager.host = "host"
    manager.send_instance_updates = False
    instance = mock.MagicMock(trusted_certs=None, uuid="vm-1")
    with mock.patch.object(
        nova.manager.compute_utils, "notify_about_instance_create"
    ):
        yield manager, instance


def clauses() -> list[list[str]]:
    """The exceptions of each `except` around the claim, as Nova names them."""
    tree = ast.parse(excerpt(MANAGER + "_build_and_run_instance").source)
    (found,) = (
        node.handlers
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        and "self.rt.instance_claim(" in ast.unparse(node.body)  # type: ignore[arg-type]  # A list will do.
    )
    return [
        [
            ast.unparse(kind)
            for kind in (
                handler.type.elts
                if isinstance(handler.type, ast.Tuple)
                else [handler.type]
            )
        ]
        for handler in found
        if handler.type is not None
    ]


def test_which_exception_becomes_which(nova: Nova) -> None:
    """Each exception that an `except` names, raised by `driver.spawn`.

    `_build_resources` is a mock as well: it lets the exception through.
    """
    rows: list[Row] = []
    for name in itertools.chain.from_iterable(clauses()):
        owner, _, kind = name.rpartition(".")
        module = getattr(nova.manager, owner or "exception")
        raised = getattr(module, kind, None) or Exception
        out = translated(nova, raised)
        rows.append(
            {
                "raised": "anything else"
                if kind == "Exception"
                else f"`{kind}`",
                "out": "the same object" if out == "same" else f"`{out}`",
            }
        )
    recorded("build_failures_exceptions", rows)


def translated(nova: Nova, kind: type[Exception]) -> str:
    """What is raised by `_build_and_run_instance` for an exception."""
    try:
        error = kind("text", reason="text")  # type: ignore[call-arg]  # Nova's.
    except TypeError:
        error = kind("text")
    out = spawned(nova, error)
    if out is error:
        return "same"
    assert out is not None
    assert out.__context__ is error
    assert out.__cause__ is None
    return type(out).__name__


def spawned(nova: Nova, effect: object) -> Exception | None:
    """What is raised by `_build_and_run_instance` for a driver.

    Args:
        nova: The real Nova.
        effect: What `driver.spawn` raises, or a function in its place.
    """
    with compute(nova) as (manager, instance):
        manager.driver.spawn.side_effect = effect
        resources = mock.MagicMock()
        resources.return_value.__exit__.return_value = False
        with (
            mock.patch.object(manager, "_build_resources", resources),
            mock.patch.object(manager, "_validate_instance_group_policy"),
        ):
            try:
                manager._build_and_run_instance(
                    nova.context,
                    instance,
                    {},
                    [],
                    "",
                    [],
                    [],
                    [],
                    "node",
                    {},
                    {},
                )
            except Exception as raised:
                return raised
    return None


@pytest.mark.parametrize(
    ("fails", "dropped"),
    [
        ("ComputeResourcesUnavailable", True),
        ("InstanceNotFound", True),
        ("OverQuota", False),
        ("OSError", False),
    ],
)
def test_cleanup_that_fails_is_rescheduled(
    nova: Nova, caplog: pytest.LogCaptureFixture, fails: str, dropped: bool
) -> None:
    """Preparing block devices fails, and the cleanup raises PortNotFound.

    Only two of the handlers of `_build_resources` use the helper here, and
    log the original exception as dropped.
    """
    known = imported("nova.exception")
    kind = getattr(known, fails, None) or OSError
    with compute(nova) as (manager, instance):
        error = known.PortNotFound(port_id="eth0")
        manager.driver.failed_spawn_cleanup.side_effect = error
        with (
            mock.patch.object(manager, "_build_networks_for_instance"),
            mock.patch.object(manager, "_default_block_device_names"),
            mock.patch.object(
                manager, "_prep_block_device", side_effect=kind("first")
            ),
            mock.patch.object(manager, "_validate_instance_group_policy"),
            pytest.raises(known.RescheduledException) as caught,
        ):
            manager._build_and_run_instance(
                *(nova.context, instance, {}, [], "", [], [], []),
                *("node", {}, {}),
            )
    assert caught.value.__context__ is error
    assert isinstance(error.__context__, kind)
    logged = "Original exception being dropped" in caplog.text
    assert logged == dropped


@pytest.mark.parametrize("fatal", [True, False])
def test_libvirt_decides_about_a_port_that_is_not_plugged(
    nova: Nova, fatal: bool
) -> None:
    """A `with` of the driver's can end a build, by a timeout on its exit.

    Mocked are the waiting, and what the driver asks of libvirt and the disks.
    """
    module = imported("nova.virt.libvirt.driver")
    driver = module.LibvirtDriver.__new__(module.LibvirtDriver)
    guest = mock.Mock()
    steps = "plug_vifs", "_create_guest", "_cleanup", "_host", "virtapi"
    for name in steps:
        setattr(driver, name, mock.Mock())
    driver._create_guest.return_value = guest

    @contextmanager
    def wait(*_: object, **options: object) -> Iterator[None]:
        yield
        raise nova.exception.InstanceEventTimeout()

    driver.virtapi.wait_for_instance_event = wait

    def spawn(*_: object, **__: object) -> None:
        driver._create_guest_with_network(
            nova.context, "<domain/>", mock.Mock(), [], {}, external_events=[1]
        )

    conf = module.CONF
    assert conf.vif_plugging_is_fatal
    conf.set_override("vif_plugging_is_fatal", fatal)
    try:
        out = spawned(nova, spawn)
    finally:
        conf.clear_override("vif_plugging_is_fatal")
    assert driver._create_guest.called
    if fatal:
        assert isinstance(out, nova.exception.BuildAbortException)
        cause = nova.exception.VirtualInterfaceCreateException
        assert isinstance(out.__context__, cause)
    else:
        assert out is None
    assert guest.resume.called != fatal


def test_an_exception_that_is_no_exception(nova: Nova) -> None:
    """`result` is not bound then, and the allocations stay.

    The lock, the semaphore and the thread pool are mocked.
    """
    error, started = SystemExit(), mock.Mock()
    with (
        compute(nova) as (manager, instance),
        mock.patch.object(nova.manager.utils, "synchronized") as lock,
        mock.patch.object(
            manager, "_do_build_and_run_instance", side_effect=error
        ),
        mock.patch.object(manager, "_start_recorded_task", started),
    ):
        lock.return_value = lambda function: function
        manager._build_semaphore = nullcontext()
        manager.build_and_run_instance(
            nova.context, instance, {}, None, {}, []
        )
        _, _, _, _, work, *words = started.call_args.args
        with pytest.raises(UnboundLocalError) as caught:
            work(*words)
    assert caught.value.__context__ is error
    assert not manager.reportclient.delete_allocation_for_instance.called
