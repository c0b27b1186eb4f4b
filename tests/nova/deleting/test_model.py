"""The model of a delete that fails does what nova-compute does.

`ComputeManager.terminate_instance` of Nova 34.0.0 runs for real, with its
decorators and with all that it calls inside Nova. Mocked is what lies outside:

- the database: `Instance.save` and `destroy`, `InstanceFault.create`, start
  and end of `InstanceActionEvent`;
- `network_api`, `driver` and `share_manager`: Neutron, the hypervisor, Manila;
- placement, below `_update_resource_tracker` and `_complete_deletion`;
- the notifications, and sleeping between attempts.
"""

import logging
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from oslo_utils import excutils

from examples.nova import deleting as model
from tests.nova.conftest import Nova
from tests.nova.deleting.compute import Patch, helpers, seams, terminate
from tests.nova.exceptions import HELPER, chain, dropped

# What each side is to do, by what fails: Neutron, a row that is gone, and
# what the database refuses to save.
SCENARIOS: dict[str, tuple[bool, bool, tuple[str, ...]]] = {
    "works": (False, False, ()),
    "neutron down": (True, False, ()),
    "gone": (False, True, ()),
    "no fault": (True, False, ("fault",)),
    "no result": (True, False, ("result",)),
    "no task state": (True, False, ("task_state",)),
    "database down": (
        True,
        False,
        ("vm_state", "fault", "result", "task_state"),
    ),
}
# The model's names for functions of Nova.
NAMES = {
    "ComputeManager._try_deallocate_network": "release",
    "ComputeManager._delete_instance": "volume locks",
    "ComputeManager.terminate_instance.do_terminate_instance": "terminate",
    "synchronized.wrap.inner": "instance lock",
    "wrap_instance_fault.decorated_function": "wrap_instance_fault",
    "wrap_instance_event.helper.decorated_function": "EventReporter",
    "reverts_task_state.decorated_function": "reverts_task_state",
    "wrap_exception.inner.wrapped": "wrap_exception",
}
# What the model leaves out: the attempts, and a stop watch around each.
LEFT_OUT = {
    "ComputeManager._deallocate_network",
    "ComputeManager._try_deallocate_network._deallocate_network_with_retries",
    "RetryDecorator.__call__._func",
}
GONE = "the instance is gone", "Instance disappeared during terminate"


class Spoken(logging.Handler):
    """Turns log lines into the lines of the scenario."""

    def __init__(self, lines: list[str]) -> None:
        """Remember the list."""
        super().__init__(logging.INFO)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what the model logs as well."""
        text = record.getMessage()
        if record.name == HELPER:
            [last] = dropped([record])
            name = last.partition(":")[0].rpartition(".")[2]
            self.lines.append(f"dropped {name}")
        elif text in GONE:
            self.lines.append("logs that the instance is gone")
        elif record.levelname == "WARNING" and "cannot save" in text:
            self.lines.append(f"WARNING {text.rpartition(': ')[2]}")


@contextmanager
def spoken(lines: list[str]) -> Iterator[None]:
    """Put log lines into a list."""
    handler, root = Spoken(lines), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def outcome(call: Callable[[], object]) -> str:
    """What comes out of a call, with its context behind it."""
    try:
        call()
    except Exception as error:
        return " < ".join(type(link).__name__ for link in chain(error))
    return "nothing"


def in_model(name: str) -> tuple[list[str], str]:
    """Run a scenario in the model."""
    down, gone, refused = SCENARIOS[name]
    neutron = model.ConnectFailure("refused") if down else None
    lines: list[str] = []

    def write(*words: object) -> None:
        lines.append(" ".join(map(str, words)).strip())

    with mock.patch.object(model, "print", write, create=True), spoken(lines):
        made = model.Nova(neutron, gone, refused)
        return lines, outcome(lambda: model.terminate(made))


def in_nova(nova: Nova, patch: Patch, name: str) -> tuple[list[str], str]:
    """Run a scenario in Nova."""
    down, gone, refused = SCENARIOS[name]
    lines: list[str] = []

    def save(what: str, value: object) -> None:
        if what in refused:
            raise OSError(f"cannot save {what}")
        if gone and what == "vm_state":
            raise nova.exception.InstanceNotFound(instance_id="vm-1")
        lines.append(f"saves {what}: {value}")

    seams(nova, patch, save, lines)
    with (
        _watched(nova.manager.utils.FairLockGuard, lines),
        _watched(nova.manager.compute_utils.EventReporter, lines),
        _watched_helper(lines),
        _watched_lock(lines),
        spoken(lines),
    ):
        error = nova.connection.ConnectFailure if down else None
        return lines, outcome(terminate(nova, patch, error))


def _sees(lines: list[str], function: str, kind: type | None) -> None:
    if kind and function not in LEFT_OUT:
        lines.append(f"{NAMES[function]} sees {kind.__name__}")


def _caller(depth: int) -> str:
    name = sys._getframe(depth + 1).f_code.co_qualname
    return name.replace(".<locals>", "")


def _watched(kind: Any, lines: list[str]) -> Any:
    """Write down which exceptions a context manager sees."""
    real = kind.__exit__

    def leave(manager: Any, *raised: Any) -> Any:
        _sees(lines, _caller(1), raised[0])
        return real(manager, *raised)

    return mock.patch.object(kind, "__exit__", leave)


def _watched_helper(lines: list[str]) -> Any:
    """Write down which exceptions the helper keeps."""
    helper = excutils.save_and_reraise_exception
    real = helper.__enter__

    def enter(used: Any) -> Any:
        found = real(used)
        _sees(lines, _caller(1), used.type_)
        return found

    return mock.patch.object(helper, "__enter__", enter)


def _watched_lock(lines: list[str]) -> Any:
    """Write down which exceptions the lock of an instance sees."""
    from oslo_concurrency import lockutils

    real = lockutils.lock

    class Lock:
        def __init__(self, *arguments: Any, **named: Any) -> None:
            self.lock = real(*arguments, **named)

        def __enter__(self) -> Any:
            return self.lock.__enter__()

        def __exit__(self, *raised: Any) -> Any:
            _sees(lines, _caller(1), raised[0])
            return self.lock.__exit__(*raised)

    return mock.patch.object(lockutils, "lock", Lock)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_model_does_what_nova_does(
    nova: Nova, patch: Patch, name: str
) -> None:
    """Everyone sees the same, in the same order, and saves the same."""
    lines, out = in_model(name)
    assert lines
    assert in_nova(nova, patch, name) == (lines, out)


@pytest.mark.parametrize(("kind", "count"), [("tried", 7), ("final", 5)])
def test_fewer_helpers_see_an_error_that_is_final(
    nova: Nova, patch: Patch, kind: str, count: int
) -> None:
    """Those around each attempt wait for `ConnectFailure` only."""
    seams(nova, patch)
    refused = nova.connection.ConnectFailure
    call = terminate(nova, patch, refused if kind == "tried" else OSError)
    with pytest.raises((refused, OSError)) as caught:
        call()
    traced = [
        [entry.filename, entry.name, str(entry.line)]
        for entry in traceback.extract_tb(caught.value.__traceback__)
    ]
    assert helpers(traced)[:2] == (count, 3 * count)
