"""Exceptions leave the body, and the port is unlocked."""

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    lock = trial.find(answer, "PortLock")
    for port, first in (
        ("eth0", LookupError("no host")),
        ("eth1", KeyboardInterrupt()),
        ("eth2", None),
    ):
        locked = {"eth9"}
        seen: list[set[str]] = []
        body = partial(_body, first, locked, seen)
        out = trial.attempt(_hold, lock, locked, port, body)
        if not seen:
            return f"{out}, and the body did not run."
        if first and out.error is None:
            return f"The body raised {first!r}, and nothing came out."
        if out.error is not first:
            wanted = f"{first!r} was" if first else "nothing was"
            return f"{out}; {wanted} to come out."
        if seen != [{port, "eth9"}]:
            return f"{port} was not locked while the body ran."
        if locked != {"eth9"}:
            return (
                f"After the body {trial.shown(locked)} were locked; "
                "{'eth9'} was to be left."
            )
    for locked, told in ({"eth0"}, True), (set(), False):
        out = trial.attempt(lambda x: lock(x, "eth0").unlock(), locked)
        if out.error or out.returned is not told:
            return f"`unlock`: {out}; {told} was to be returned."
    return ""


def _hold(
    lock: Any, locked: set[str], port: str, body: Callable[[], None]
) -> None:
    with lock(locked, port):
        body()


def _body(
    first: BaseException | None, locked: set[str], seen: list[set[str]]
) -> None:
    seen.append(set(locked))
    if first:
        raise first
