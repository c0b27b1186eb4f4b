"""What the checker calls certain, compared with what Python does.

Random functions are checked, and then run with the real helper many times,
each time with other conditions. A line that is reported has to do what the
rule says whenever it runs. The seeds are fixed, so that a failure comes back.
"""

import contextlib
import logging
import random
import types
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from oslo_utils import excutils

from reraise_lint import check

_FUNCTIONS = 150
_RUNS = 12
_HEAD = """\
from oslo_utils import excutils
def run():
    for round in range(2):
        try:
            raise First
        except First as error:
"""


class First(Exception):  # noqa: N818
    """The exception that is being handled."""


class Second(Exception):  # noqa: N818
    """Raised in the body."""


class Program:
    """A random function, line by line."""

    def __init__(self, seed: int) -> None:
        """Make the function of a seed."""
        self.random = random.Random(seed)
        self.lines = _HEAD.splitlines()
        self.helpers = 0
        self.block(" " * 12, 3)
        if self.random.random() < 0.5:
            self.jump(" " * 12, "pass")

    def add(self, indent: str, text: str) -> None:
        """Add a line."""
        self.lines.append(indent + text)

    def jump(self, indent: str, text: str) -> None:
        """Add a statement that tells when it runs."""
        self.add(indent, f"hit({len(self.lines) + 1}); {text}")

    def block(self, indent: str, depth: int) -> None:
        """Add a block that enters a helper."""
        self.helpers += 1
        name = f"c{self.helpers}"
        flag = self.random.choice(["", "", "", "False", "reraise=choose()"])
        call = f"excutils.save_and_reraise_exception({flag})"
        self.add(indent, f"with {call} as {name}:")
        self.suite(indent + "    ", depth, name)

    def suite(self, indent: str, depth: int, name: str) -> None:
        """Add some statements."""
        for _ in range(self.random.randint(1, 3)):
            self.statement(indent, depth, name)

    def statement(self, indent: str, depth: int, name: str) -> None:
        """Add a statement, with others in it or without."""
        pick = self.random.random()
        inner = indent + "    "
        if pick < 0.3 or depth == 0:
            self.simple(indent, name)
        elif pick < 0.5:
            test = self.random.choice(
                ["choose()", "choose()", f"{name}.reraise", "not choose()"]
            )
            self.add(indent, f"if {test}:")
            self.suite(inner, depth - 1, name)
            if self.random.random() < 0.5:
                self.add(indent, "else:")
                self.suite(inner, depth - 1, name)
        elif pick < 0.6:
            loop = self.random.choice(["for _ in range(2)", "while choose()"])
            self.add(indent, f"{loop}:")
            self.suite(inner, depth - 1, name)
        elif pick < 0.8:
            self.add(indent, "try:")
            self.suite(inner, depth - 1, name)
            finish = self.random.random()
            if finish < 0.7:
                caught = self.random.choice(
                    ["Second", "KeyError", "Exception"]
                )
                self.add(indent, f"except {caught}:")
                self.suite(inner, depth - 1, name)
            if finish > 0.5:
                self.add(indent, "finally:")
                self.suite(inner, depth - 1, name)
        elif pick < 0.9:
            caught = self.random.choice(["Second", "KeyError"])
            self.add(indent, f"with suppress({caught}):")
            self.suite(inner, depth - 1, name)
        else:
            self.block(indent, depth - 1)

    def simple(self, indent: str, name: str) -> None:
        """Add a statement that holds no others."""
        text = self.random.choice(
            [
                f"{name}.reraise = False",
                f"{name}.reraise = True",
                f"{name}.reraise = choose()",
                f"setattr({name}, 'reraise', False)",
                f"{name}.reraise |= choose()",
                f"other({name})",
                "may_fail()",
                "return 1",
                "return 1",
                "return",
                "break",
                "continue",
                "raise Second",
                "raise Second()",
                "raise error",
                f"{name}.force_reraise()",
            ]
        )
        self.jump(indent, text)

    def text(self) -> str:
        """Return the function's text."""
        return "\n".join(self.lines) + "\n"


def run(code: types.CodeType, seed: int) -> list[tuple[str, Any, bool]]:
    """Run a function.

    Returns:
        What happened: `hit` and the line; `exit`, whether an exception left
        the body, and whether `reraise` was true; `failed` if a call raised.
    """
    events: list[tuple[str, Any, bool]] = []
    decide = random.Random(seed)

    class Watched(excutils.save_and_reraise_exception):
        def __exit__(self, kind: Any, value: Any, tb: Any) -> Any:
            events.append(("exit", kind is not None, bool(self.reraise)))
            return super().__exit__(kind, value, tb)

    def may_fail() -> None:
        if decide.random() < 0.3:
            events.append(("failed", 0, True))
            raise random.choice([KeyError, Second])

    def other(helper: Any) -> None:
        helper.reraise = decide.random() < 0.5

    space: dict[str, Any] = {
        "hit": lambda line: events.append(("hit", line, True)),
        "choose": lambda: decide.random() < 0.5,
        "may_fail": may_fail,
        "other": other,
        "suppress": contextlib.suppress,
        "First": First,
        "Second": Second,
    }
    exec(code, space)
    space["excutils"] = types.SimpleNamespace(
        save_and_reraise_exception=Watched
    )
    with contextlib.suppress(First, Second, KeyError, RuntimeError):
        space["run"]()
    return events


def broken(
    events: list[tuple[str, Any, bool]], reported: dict[int, str]
) -> Iterator[str]:
    """Yield what a run did although the checker had ruled it out."""
    for at, (kind, line, _) in enumerate(events):
        code = reported.get(line, "") if kind == "hit" else ""
        later = [event for event in events[at:] if event[0] != "hit"]
        if later and later[0][0] == "failed":
            continue  # In a `finally`, another exception took its place.
        if code in ("SRE302", "SRE303") and ("exit", False, True) not in later:
            yield f"line {line} left the body and nothing was re-raised"
        if code in ("SRE201", "SRE202") and ("exit", True, True) not in later:
            yield f"line {line} raised and nothing was logged as dropped"
        if code == "SRE401":
            yield f"line {line} ran"
    if "SRE102" in reported.values() and ("exit", False, True) in events:
        yield "the exception was re-raised"


@pytest.mark.parametrize("part", range(4))
def test_what_is_certain_happens(part: int) -> None:
    """Whenever a line that is reported runs."""
    logging.getLogger("oslo_utils.excutils").disabled = True
    checked: Counter[str] = Counter()
    try:
        for seed in range(part * _FUNCTIONS, (part + 1) * _FUNCTIONS):
            program = Program(seed)
            text = program.text()
            code = _compiled(text)
            if code is None:
                continue
            reported = {
                found.line: found.code
                for found in check(text.encode())
                if program.helpers == 1 or found.code != "SRE102"
            }
            checked.update(reported.values())
            for choice in range(_RUNS):
                problems = list(broken(run(code, choice), reported))
                assert not problems, f"seed {seed}:\n{text}\n{problems}"
    finally:
        logging.getLogger("oslo_utils.excutils").disabled = False
    assert min(checked[f"SRE{n}"] for n in (201, 202, 302, 303, 401)) > 2


def _compiled(text: str) -> types.CodeType | None:
    """Compile a function; None if a jump is where Python allows none."""
    try:
        return compile(text, "random", "exec")
    except SyntaxError:
        return None
