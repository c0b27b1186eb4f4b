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
        block = f"with PortLock({locked}, {port!r})"
        words = (
            trial.say(
                "{block}: the body raises {error!r}", block=block, error=first
            )
            if first
            else trial.say("{block}: the body succeeds", block=block)
        )
        out = trial.attempt(_hold, lock, locked, port, body, words=words)
        if not seen:
            return trial.say(
                "{outcome}, and the body did not run.", outcome=out
            )
        if first and out.error is None:
            return trial.say(
                "The body raised {first!r}, and nothing reached the caller.",
                first=first,
            )
        if first is None and out.error is not None:
            return trial.say(
                "{outcome}; nothing should reach the caller.", outcome=out
            )
        if out.error is not first:
            return trial.say(
                "{outcome}; {wanted!r} should reach the caller.",
                outcome=out,
                wanted=first,
            )
        if seen != [{port, "eth9"}]:
            return trial.say(
                "{port} was not locked while the body ran.", port=port
            )
        if locked != {"eth9"}:
            return trial.say(
                "After the body {locked} were locked; {wanted} was to be "
                "left.",
                locked=trial.shown(locked),
                wanted={"eth9"},
            )
    for locked, told in ({"eth0"}, True), (set(), False):
        words = f"PortLock({locked}, 'eth0').unlock()"
        out = trial.attempt(
            lambda x: lock(x, "eth0").unlock(), locked, words=words
        )
        if out.error or out.returned is not told:
            return trial.say(
                "`unlock`: {outcome}; {wanted} was to be returned.",
                outcome=out,
                wanted=told,
            )
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
