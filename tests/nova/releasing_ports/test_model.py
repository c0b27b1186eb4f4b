"""The model of releasing ports does what Nova 34.0.0 itself does."""

import ast
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from examples.nova import releasing_ports as model
from render.sources.upstream import excerpt
from tests.nova.conftest import Nova
from tests.nova.exceptions import HELPER
from tests.nova.releasing_ports.compute import (
    FAILED,
    FUNCTION,
    LOGGERS,
    NEUTRON,
    OWN,
    Line,
    compute,
    lines,
)


@dataclass
class Seen:
    """What can be seen of one call, in the model or in Nova.

    Attributes:
        attempts: How often Neutron was asked.
        sleeps: The seconds slept between the attempts.
        vm_state: The instance's state in memory, at the end.
        saved: The states that were written to the database.
        log: Level, logger and error of each line: at the end of the message,
            or of the dropped traceback.
        out: Type and text of what came out.
        last: Whether that is the object that Neutron raised last.
        context: The type of its `__context__`.
    """

    attempts: int
    sleeps: list[int] = field(default_factory=list)
    vm_state: str = "active"
    saved: list[str] = field(default_factory=list)
    log: list[Line] = field(default_factory=list)
    out: tuple[str, str] | None = None
    last: bool = False
    context: str | None = None


@dataclass
class Scenario:
    """What Neutron and the database answer, and what is to be seen then.

    Attributes:
        errors: What Neutron raises, one name for each attempt.
        seen: What both sides are to do.
        save: What the database raises, or nothing.
    """

    errors: list[str]
    seen: Seen
    save: str | None = None


SCENARIOS = {
    "success": Scenario([], Seen(attempts=1)),
    "unreachable once": Scenario(
        ["connect"],
        Seen(attempts=2, sleeps=[2], log=[("WARNING", OWN, "refused 1")]),
    ),
    "unreachable for ever": Scenario(
        ["connect"] * 9,
        Seen(
            attempts=4,
            sleeps=[2, 4, 6],
            vm_state="error",
            saved=["error"],
            log=[
                ("WARNING", OWN, "refused 1"),
                ("WARNING", OWN, "refused 2"),
                ("WARNING", OWN, "refused 3"),
                ("WARNING", OWN, "refused 4"),
                ("ERROR", OWN, "refused 4"),
            ],
            out=("ConnectFailure", "refused 4"),
            last=True,
        ),
    ),
    "another error": Scenario(
        ["other"] * 9,
        Seen(
            attempts=1,
            vm_state="error",
            saved=["error"],
            log=[FAILED],
            out=("RuntimeError", NEUTRON),
            last=True,
        ),
    ),
    "database down": Scenario(
        ["other"] * 9,
        Seen(
            attempts=1,
            vm_state="error",
            log=[FAILED, ("ERROR", HELPER, NEUTRON)],
            out=("OSError", "database down"),
            context="RuntimeError",
        ),
        save="down",
    ),
    "instance gone": Scenario(
        ["other"] * 9,
        Seen(
            attempts=1,
            vm_state="error",
            log=[FAILED],
            out=("RuntimeError", NEUTRON),
            last=True,
        ),
        save="gone",
    ),
}


class Answers:
    """Neutron's side of a scenario: raises the errors in turn, then works."""

    def __init__(
        self, names: list[str], connect: Callable[[str], Exception]
    ) -> None:
        """Prepare the errors.

        Args:
            names: `connect` or `other`, for each attempt that fails.
            connect: Makes the error of a connection that failed.
        """
        self.attempts = 0
        self.errors = [
            connect(f"refused {number}")
            if name == "connect"
            else RuntimeError(NEUTRON)
            for number, name in enumerate(names, 1)
        ]

    def release(self, *_: object, **__: object) -> None:
        """Answer one attempt."""
        self.attempts += 1
        if self.attempts <= len(self.errors):
            raise self.errors[self.attempts - 1]

    @property
    def last(self) -> Exception | None:
        """The error that was raised last."""
        raised = self.errors[: self.attempts]
        return raised[-1] if raised else None


def seen(
    call: Callable[[], object],
    answers: Answers,
    sleeps: list[int],
    state: Callable[[], str],
    saved: list[str],
    caplog: pytest.LogCaptureFixture,
) -> Seen:
    """Make one call and write down what is to be seen of it."""
    caplog.clear()
    caught: Exception | None = None
    with caplog.at_level(logging.INFO):
        try:
            call()
        except Exception as error:
            caught = error
    context = caught and caught.__context__
    return Seen(
        answers.attempts,
        sleeps,
        state(),
        saved,
        lines(caplog.records),
        (type(caught).__name__, str(caught)) if caught else None,
        caught is not None and caught is answers.last,
        type(context).__name__ if context else None,
    )


def in_model(scenario: Scenario, caplog: pytest.LogCaptureFixture) -> Seen:
    """Run a scenario in the model."""
    failures = {
        None: None,
        "down": OSError("database down"),
        "gone": model.InstanceNotFound("vm-1"),
    }
    answers = Answers(scenario.errors, model.ConnectFailure)
    instance = model.Instance(save_error=failures[scenario.save])
    neutron = model.Neutron()
    neutron.release = answers.release  # type: ignore[method-assign]  # Faked.
    sleeps: list[int] = []
    return seen(
        lambda: model.release_with_retry(instance, neutron, sleeps.append),
        answers,
        sleeps,
        lambda: instance.vm_state,
        instance.saved,
        caplog,
    )


def in_nova(
    nova: Nova, scenario: Scenario, caplog: pytest.LogCaptureFixture
) -> Seen:
    """Run a scenario in Nova."""
    failures = {
        None: None,
        "down": OSError("database down"),
        "gone": nova.exception.InstanceNotFound(instance_id="vm-1"),
    }
    answers = Answers(scenario.errors, nova.connection.ConnectFailure)
    with compute(nova, failures[scenario.save]) as made:
        manager, instance, sleeps, saved = made
        manager.network_api.deallocate_for_instance = answers.release
        return seen(
            lambda: manager._try_deallocate_network(nova.context, instance),
            answers,
            sleeps,
            lambda: str(instance.vm_state),
            saved,
            caplog,
        )


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_model_does_what_nova_does(
    nova: Nova, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """Both do what the page says, to the last log line."""
    scenario = SCENARIOS[name]
    assert in_model(scenario, caplog) == scenario.seen
    assert in_nova(nova, scenario, caplog) == scenario.seen


@pytest.mark.parametrize("name", SCENARIOS)
def test_oslo_service_logs_the_error_too(
    nova: Nova, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """The line that the model leaves out comes once, before Nova's own.

    From level INFO up there is no other.
    """
    scenario = SCENARIOS[name]
    in_nova(nova, scenario, caplog)
    errors = [r for r in caplog.records if r.levelname == "ERROR"]
    if scenario.seen.out is None:
        assert not errors
        return
    first, second, *_ = errors
    assert first.name == "oslo.service.backend._threading.loopingcall"
    assert first.getMessage().startswith("Dynamic interval looping call ")
    assert first.exc_info
    assert second.name == "nova.compute.manager"
    assert [r for r in caplog.records if r.name not in LOGGERS] == [first]
    assert "INFO" not in [r.levelname for r in caplog.records]


@pytest.mark.parametrize("name", SCENARIOS)
def test_plain_raise_lacks_only_the_dropped_line(
    nova: Nova,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """Nova's function with `raise` in place of both helpers."""
    tree = ast.parse(excerpt(FUNCTION).source)
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            (block,) = node.body
            assert isinstance(block, ast.With)
            node.body = [*block.body, ast.Raise()]
    assert "save_and_reraise_exception" not in ast.unparse(tree)
    nova.replace_method(tree, monkeypatch)
    expected = SCENARIOS[name].seen
    left = [line for line in expected.log if line[1] != HELPER]
    assert in_nova(nova, SCENARIOS[name], caplog) == replace(
        expected, log=left
    )
