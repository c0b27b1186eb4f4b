"""What `ComputeManager` alone does when a build fails.

A whole Nova says nothing more of this. The claim, the notifications and the
driver are mocks; each test says what else is.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest import mock

import pytest

from render.sources.upstream import excerpt
from tests.nova.conftest import Nova, imported
from tests.nova.exceptions import dropped
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
    for names in clauses():
        became = set()
        for name in names:
            owner, _, kind = name.rpartition(".")
            module = getattr(nova.manager, owner or "exception")
            raised = getattr(module, kind, None) or Exception
            became.add(translated(nova, raised))
        (out,) = became
        last = [name.rpartition(".")[2] for name in names]
        rows.append(
            {
                "raised": "anything else"
                if last == ["Exception"]
                else [f"`{name}`" for name in last],
                "out": "the same object" if out == "same" else f"`{out}`",
            }
        )
    recorded("build_failures_exceptions", rows)


def translated(nova: Nova, kind: type[Exception]) -> str:
    """What comes out of `_build_and_run_instance` for an exception."""
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
    """What comes out of `_build_and_run_instance` for a driver.

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


def resources(
    nova: Nova, body: Exception, **errors: Exception
) -> Exception | None:
    """Run the real `_build_resources` around a body that fails.

    Networks and block devices are mocks, and so are `_shutdown_instance` and
    the request to Cyborg.

    Args:
        nova: The real Nova.
        body: What the body raises.
        errors: What `shutdown` and `cyborg` raise.

    Returns:
        What came out.
    """
    made = nova.manager.compute_utils
    with (
        compute(nova) as (manager, instance),
        mock.patch.multiple(
            manager,
            _get_bound_arq_resources=mock.Mock(return_value=[]),
            _build_networks_for_instance=mock.DEFAULT,
            _default_block_device_names=mock.DEFAULT,
            _prep_block_device=mock.DEFAULT,
            _shutdown_instance=mock.Mock(side_effect=errors.get("shutdown")),
        ),
        mock.patch.object(
            made, "delete_arqs_if_needed", side_effect=errors.get("cyborg")
        ),
    ):
        try:
            with manager._build_resources(
                nova.context, instance, [], [], None, [], {}, ["arq"]
            ):
                raise body
        except Exception as error:
            return error
    return None


def test_a_clean_shutdown_and_a_failing_finally(
    nova: Nova, caplog: pytest.LogCaptureFixture
) -> None:
    """The helper still re-raises then, and says what it drops."""
    spawn, cyborg = OSError("disk full"), RuntimeError("no Cyborg")
    assert resources(nova, spawn, cyborg=cyborg) is cyborg
    assert cyborg.__context__ is spawn
    assert dropped(caplog.records) == ["OSError: disk full"]


def test_a_cyborg_that_fails(
    nova: Nova, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and nothing comes out; the HTTP client is a mock."""
    utils = nova.manager.compute_utils
    client = utils.cyborg._CyborgClient(nova.context)
    client._adapter = mock.Mock()
    client._adapter.delete.side_effect = RuntimeError("no Cyborg")
    instance = mock.MagicMock(uuid="vm-1")
    instance.flavor.extra_specs = {"accel:device_profile": "gpu"}
    with mock.patch.object(utils.cyborg, "get_client", return_value=client):
        utils.delete_arqs_if_needed(nova.context, instance, ["arq"])
    assert client._adapter.delete.call_count == 2
    assert "Failed to delete ARQs arq" in caplog.messages


@pytest.mark.parametrize("deleted", [False, True])
def test_the_flag_decides_about_the_log_line_only(
    nova: Nova,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    deleted: bool,
) -> None:
    """Without `ctxt.reraise = False` the same comes out, and a line more."""
    tree = ast.parse(excerpt(MANAGER + "_build_resources").source)
    flags = [
        node
        for node in ast.walk(tree)
        if ast.unparse(node) == "ctxt.reraise = False"
        and isinstance(node, ast.Assign)
    ]
    assert len(flags) == 1
    if deleted:
        flags[0].value = ast.Constant(True)
    nova.replace_method(tree, monkeypatch)
    spawn, busy = OSError("disk full"), OSError("disk busy")
    out = resources(nova, spawn, shutdown=busy)
    assert isinstance(out, nova.exception.BuildAbortException)
    assert out.__context__ is busy
    assert busy.__context__ is spawn
    assert dropped(caplog.records) == ["OSError: disk full"] * deleted


def run(nova: Nova, error: BaseException) -> Any:
    """Run `build_and_run_instance`, whose work raises an error.

    The lock, the semaphore and the thread pool are stood in for; the pool
    runs the work at once.

    Returns:
        The future of the work, and the manager.
    """
    from concurrent.futures import Future

    futures: list[Future[Any]] = []

    def start(*arguments: Any) -> None:
        _, _, _, _, work, *words = arguments
        future: Future[Any] = Future()
        futures.append(future)
        try:
            future.set_result(work(*words))
        except BaseException as raised:
            future.set_exception(raised)

    with (
        compute(nova) as (manager, instance),
        mock.patch.object(nova.manager.utils, "synchronized") as lock,
        mock.patch.object(manager, "_do_build_and_run_instance") as build,
        mock.patch.object(manager, "_start_recorded_task", start),
    ):
        lock.return_value = lambda function: function
        manager._build_semaphore = nullcontext()
        build.side_effect = error
        assert (
            manager.build_and_run_instance(
                nova.context, instance, {}, None, {}, []
            )
            is None
        )
    (future,) = futures
    return future, manager


def test_the_rpc_decorators_see_nothing(nova: Nova) -> None:
    """The error stays in the future; the method has returned."""
    error = OSError("disk full")
    future, manager = run(nova, error)
    assert future.exception() is error
    assert manager.reportclient.delete_allocation_for_instance.called
    assert manager.rt.build_failed.called


def test_an_exception_that_is_no_exception(nova: Nova) -> None:
    """`result` is not bound then, and the allocations stay."""
    error = SystemExit()
    future, manager = run(nova, error)
    out = future.exception()
    assert type(out) is UnboundLocalError
    assert out.__context__ is error
    assert not manager.reportclient.delete_allocation_for_instance.called


def test_what_victoria_lacks() -> None:
    """Texts that stand in 34.0.0 and not in 22.4.0."""

    def both(name: str) -> tuple[str, str]:
        new = excerpt(MANAGER + name).source
        return new, excerpt(f"victoria {MANAGER}{name}").source

    for name, text in (
        ("build_and_run_instance", "FAILED_BY_POLICY"),
        ("build_and_run_instance", "_start_recorded_task"),
        ("_build_and_run_instance", "GroupAffinityViolation"),
        ("_build_and_run_instance", "VTPMSecretForbidden"),
        ("_build_resources", "exception.ComputeResourcesUnavailable"),
        ("_build_resources", "exception.InstanceUnacceptable"),
        ("_build_resources", "exception.ExternalNetworkAttachForbidden"),
        ("_do_build_and_run_instance", "force=True"),
    ):
        new, old = both(name)
        assert text in new, text
        assert text not in old, text
    # The whole `except` around the `yield`, without Cyborg's part.
    clause, before = (
        source.partition("except Exception as exc:")[2].partition("finally:")
        for source in both("_build_resources")
    )
    assert all(clause)
    assert clause[0] == before[0].replace("six.text_type", "str")
    for flag in "ctxt.reraise = False", "raise exception.BuildAbortException(":
        assert all(flag in source for source in both("_build_resources"))
