"""What Nova's own context managers do with an exception, on real Nova 34.0.0.

Every context manager that Nova defines outside its tests runs for real. What
lies outside is mocked, one seam each, named by each case in `depends.py` and
`same.py`: the database under Nova's objects (`save`, `nova.db.main.api`), the
hypervisor's driver, `_shutdown_instance` and the steps before a spawn,
notifications, librbd, LVM, placement's answers, and the two steps of libvirt's
LXC disks.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from render.sources.upstream import line as upstream_line
from tests.nova.conftest import Nova
from tests.nova.exceptions import HELPER, chain

UUID = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
OTHER = "0c91e6bf-7dec-11d0-a765-00a0f81d4fae"
BODY = "body failed"


@dataclass
class Lab:
    """What one case works with.

    Attributes:
        nova: The real Nova.
        folder: For temporary files.
        stack: Undoes the case's patches.
        did: What the exit did, in words of the page.
    """

    nova: Nova
    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)
    did: list[str] = field(default_factory=list)

    def patch(self, target: Any, name: str, value: Any) -> None:
        """Put a stand-in in place of an attribute, for this case."""
        self.stack.enter_context(mock.patch.object(target, name, value))

    def act(
        self, words: str, error: BaseException | None = None
    ) -> Callable[..., None]:
        """A stand-in that writes down that it was called, then may fail."""

        def stand_in(*_: object, **__: object) -> None:
            self.did.append(words)
            if error:
                raise error

        return stand_in

    def manager(self) -> Any:
        """A real ComputeManager without a connection to a hypervisor."""
        made = self.nova.compute_manager()
        made.driver, made.rt, made.host = mock.Mock(), mock.Mock(), "host"
        return made

    def instance(self, **values: Any) -> Any:
        """A real Instance that was read from the database."""
        made = self.nova.objects.Instance(
            self.nova.context, uuid=UUID, host="other", **values
        )
        made.obj_reset_changes()
        return made


# A case yields a context manager. It continues in the body, which raises what
# it yields next, and then after the exit, to see what that left.
Steps = Iterator[Any]
Case = Callable[[Lab], Steps]


def case(group: dict[str, Case], name: str) -> Callable[[Case], Case]:
    """Register a case under the name of its context manager."""

    def register(function: Case) -> Case:
        group[f"nova.{name}"] = function
        return function

    return register


@dataclass
class Left:
    """What is to be seen of one body and the exit after it.

    Attributes:
        out: What was raised.
        words: The same in a word or two.
        did: What the exit did, and what it logged at INFO or above.
        dropped: The error in each "dropped" message of the helper.
    """

    out: BaseException | None
    words: str
    did: list[str]
    dropped: list[str]

    @property
    def steps(self) -> list[str]:
        """What the exit did, apart from logging."""
        did = [step for step in self.did if not step.startswith("logs ")]
        return did or ["nothing"]

    @property
    def chain(self) -> list[str]:
        """What was raised, and its contexts."""
        contexts = [*chain(self.out)][1:]
        return [
            self.words,
            *(f"context: `{type(error).__name__}`" for error in contexts),
        ]


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What Nova and the helper logged; of the helper's line, the beginning."""
    return [
        f"logs {r.levelname} `{message(r)}`"
        for r in caplog.records
        if r.name.startswith("nova.") or r.name == HELPER
    ]


def message(record: logging.LogRecord) -> str:
    """A record's text, without a traceback or a list of states."""
    if record.name == HELPER:
        return record.msg.removesuffix(": %s")
    first, _, rest = record.getMessage().partition(" [")
    return f"{first} ..." if rest else first


def title(name: str) -> list[str]:
    """A context manager's name, and where it begins."""
    found = upstream_line(name, last(name))
    return [f"`{last(name)}`", f"{found.file}:{found.line}"]


def last(name: str) -> str:
    """The last part of a name."""
    return re.split(r"[.:]", name)[-1]
