"""Log messages of `save_and_reraise_exception()` that say "dropped"."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from render.sources.upstream import excerpt
from tests.nova.conftest import Nova, imported
from tests.nova.context_managers.depends import build_resources
from tests.nova.context_managers.lab import (
    BODY,
    OTHER,
    UUID,
    Lab,
    Left,
    logged,
    title,
)
from tests.nova.exceptions import dropped
from tests.nova.recording import Row, recorded

CLAUSE = "nova.compute.manager:ComputeManager._build_resources"


def edited(change: Callable[[list[ast.stmt]], None]) -> ast.Module:
    """`_build_resources` with its last `except` clause changed.

    Args:
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
    return tree


def test_the_order_in_build_resources(
    nova: Nova, run: Callable[..., Left], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place of `ctxt.reraise = False` decides whether it is logged."""
    changes: dict[str, Callable[[list[ast.stmt]], None]] = {
        "unchanged": lambda body: None,
        "after `LOG.warning`": lambda body: body.insert(1, body.pop(0)),
        "after `raise`, so it never runs": lambda body: body.append(
            body.pop(0)
        ),
        "removed": lambda body: body.__delitem__(0),
    }
    rows: list[Row] = []
    for words, change in changes.items():
        nova.replace_method(edited(change), monkeypatch)
        left = run(
            build_resources, RuntimeError(BODY), error=OSError("disk busy")
        )
        assert str(left.out) == f"Build of instance {UUID} aborted: {BODY}"
        assert isinstance(left.out, nova.exception.BuildAbortException)
        assert left.out.__cause__ is None
        rows.append({"where": words, "out": left.chain, "log": left.did[2:]})
    recorded("context_managers_order", rows)


def test_cyborg_fails_after_the_error(run: Callable[..., Left]) -> None:
    """In the `finally` clause, the original exception is logged as dropped."""
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
    name = f"`{type(caught.value).__name__}` is raised"
    return Left(caught.value, name, logged(caplog), dropped(caplog.records))


@pytest.fixture
def tasks(nova: Nova, tmp_path: Path) -> Iterator[Any]:
    """The module of the two tasks; their rollback's seams are stood in for.

    `Migration.save`, reading the request's specification, and setting the
    instance's state with a notification.
    """
    lab = Lab(nova, tmp_path)
    module = imported("nova.conductor.tasks.cross_cell_migrate")
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


def ironic(nova: Nova) -> Any:
    """Rebuild a server whose configuration drive cannot be made.

    Seams: Ironic's node, the instance's `save`, and the drive.
    """
    module = imported("nova.virt.ironic.driver")
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
    nova: Nova, tasks: Any, caplog: pytest.LogCaptureFixture
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
        "nova.virt.ironic.driver:IronicDriver.rebuild": (lambda: ironic(nova)),
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


def test_one_helper_would_do(
    nova: Nova, tasks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """With a rollback that does not raise, no line says "dropped"."""
    for kind in tasks.ConfirmResizeTask, tasks.RevertResizeTask:
        made_task = task(nova, kind)
        made_task.rollback = mock.Mock()
        left = dropped_line(made_task.execute, caplog)
        assert (str(left.out), left.dropped) == (BODY, [])
