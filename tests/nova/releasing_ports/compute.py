"""A real ComputeManager that releases ports, and what it logs.

Nova's `ComputeManager._try_deallocate_network` runs for real, and so does all
that it calls inside Nova and oslo.service. What lies outside is mocked:

- `network_api.deallocate_for_instance`, the call to Neutron, except in the
  test that replaces only the HTTP request below it;
- `Instance.save`, the write to the database: the instance is a real
  `nova.objects.Instance`;
- sleeping: the method by which oslo.service waits between two attempts, and
  `time.sleep` in the test of HTTP requests;
- `ComputeManager.__init__`, which would connect to a hypervisor.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from tests.nova.conftest import Nova
from tests.nova.exceptions import HELPER, dropped

FUNCTION = "nova.compute.manager:ComputeManager._try_deallocate_network"
# Who logs: the function itself (the model's logger and Nova's are one here),
# or the helper.
OWN = "own"
LOGGERS = {"model": OWN, "nova.compute.manager": OWN, HELPER: HELPER}
Line = tuple[str, str, str]
NEUTRON = "500 from Neutron"
FAILED: Line = ("ERROR", OWN, NEUTRON)


def lines(records: list[logging.LogRecord]) -> list[Line]:
    """The function's lines and the helper's, in order."""
    found = []
    for record in records:
        if record.name in LOGGERS and record.levelname != "INFO":
            [text] = dropped([record]) or [record.getMessage()]
            text = text.rpartition(": ")[2]
            found.append((record.levelname, LOGGERS[record.name], text))
    return found


@contextmanager
def compute(
    nova: Nova, save_error: Exception | None = None
) -> Iterator[tuple[Any, Any, list[int], list[str]]]:
    """A real ComputeManager with a real instance, and nothing outside them.

    Args:
        nova: The real Nova.
        save_error: What the database raises.

    Yields:
        The manager, the instance, the list of sleeps, and the list of states
        that were saved.
    """
    sleeps: list[int] = []
    saved: list[str] = []

    def save(instance: Any, *_: object, **__: object) -> None:
        if save_error:
            raise save_error
        saved.append(instance.vm_state)

    manager = nova.compute_manager()
    manager.network_api = mock.Mock()
    instance = nova.objects.Instance(
        nova.context,
        uuid="f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        vm_state="active",
        task_state="deleting",
    )
    with (
        mock.patch.object(nova.objects.Instance, "save", save),
        mock.patch.object(
            nova.looping, "_sleep", lambda _, seconds: sleeps.append(seconds)
        ),
    ):
        yield manager, instance, sleeps, saved
