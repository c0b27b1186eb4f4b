"""What the exits of Nova's context managers do with an exception."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from render.sources.upstream import definition
from tests.nova.conftest import Nova, imported
from tests.nova.context_managers.depends import (
    DEPENDS,
    catch_all,
    claim,
    error_out,
    errors_out,
    remove_volume,
    reporter,
    wait,
)
from tests.nova.context_managers.lab import (
    BODY,
    OTHER,
    UUID,
    Case,
    Left,
    last,
    title,
)
from tests.nova.context_managers.same import (
    IDLE,
    SAME,
    guard,
    notify,
    rbd_volume,
    tempdir,
)
from tests.nova.recording import Row, recorded


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
    """What is raised, and what the exit did, after each kind of end."""
    rows: list[Row] = []
    for name, chosen in DEPENDS.items():
        own: list[str] = []
        if name.endswith("wait_for_instance_event"):
            left = run(chosen, early=["a"])
            own = ["`ExitEarly`: suppressed", *left.steps]
            assert left.out is None
        elif error := special(nova, name):
            left = run(chosen, error)
            own = [f"`{type(error).__name__}`: {left.words}"]
            own += [] if left.steps == ["nothing"] else left.steps
        success = run(chosen)
        failed = run(chosen, RuntimeError(BODY))
        ended = run(chosen, SystemExit(1))
        assert success.out is None
        assert failed.words == ended.words == "propagates"
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


def test_what_catch_all_translates(
    nova: Nova, run: Callable[..., Left]
) -> None:
    """Nine types become one; a conflict propagates; both clear the cache."""
    drops = ["drops its cached tree"]
    conflict = nova.exception.ResourceProviderUpdateConflict(
        uuid=UUID, generation=1, error="e"
    )
    left = run(catch_all, conflict)
    assert (left.words, left.did) == ("propagates", drops)
    name = next(n for n in DEPENDS if n.endswith("catch_all"))
    _, node = definition(name)
    (types,) = (n for n in ast.walk(node) if isinstance(n, ast.Tuple))
    kinds = [ast.unparse(n).rpartition(".")[2] for n in types.elts]
    assert len(kinds) == 9
    for kind in kinds:
        error = getattr(nova.exception, kind)
        left = run(catch_all, error.__new__(error))
        assert isinstance(left.out, nova.exception.ResourceProviderSyncFailed)
        assert left.did == drops


def test_exits_that_do_not(run: Callable[..., Left]) -> None:
    """The same after success, an error and SystemExit; all propagate."""
    rows: list[Row] = []
    for name, chosen in SAME.items():
        success = run(chosen)
        failed = run(chosen, RuntimeError(BODY))
        ended = run(chosen, SystemExit(1))
        assert success.out is None
        assert failed.words == ended.words == "propagates"
        assert success.did == failed.did == ended.did
        assert not failed.dropped + ended.dropped
        row: Row = {"manager": title(name), "did": success.steps}
        if chosen in IDLE:
            assert success.steps != ["nothing"]
            for error in None, RuntimeError(BODY), SystemExit(1):
                idle = run(chosen, error, idle=True)
                assert (idle.out, idle.steps) == (error, ["nothing"])
            row["idle"] = IDLE[chosen]
        rows.append(row)
    recorded("context_managers_same", rows)


def test_exits_that_fail(nova: Nova, run: Callable[..., Left]) -> None:
    """What is raised when the exit itself fails."""
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
    row(claim, "releasing fails", failed, error=down)
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


def test_a_claim_that_fails_late_is_not_given_back(
    nova: Nova, tmp_path: Path
) -> None:
    """`instance_claim` raises before `with` has anything to exit.

    Seams: the tracker's own steps: saving the host, adding up, updating.
    """
    kind = imported("nova.compute.resource_tracker").ResourceTracker
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
