"""The model of releasing ports does what Nova 34.0.0 itself does.

What that is, the model's doctests say.
"""

import ast
import logging

import pytest

from examples.case_studies import releasing_ports as model
from render.sources.upstream import excerpt
from tests.nova.conftest import Nova
from tests.nova.exceptions import HELPER
from tests.nova.releasing_ports.compute import (
    FUNCTION,
    LOGGERS,
    NEUTRON,
    Line,
    compute,
    lines,
)

# How often Neutron cannot be reached, whether it fails in another way then,
# and what the database raises.
SCENARIOS: dict[str, tuple[int, bool, str]] = {
    "success": (0, False, ""),
    "unreachable once": (1, False, ""),
    "unreachable for ever": (9, False, ""),
    "another error": (0, True, ""),
    "database down": (0, True, "down"),
    "instance gone": (0, True, "gone"),
}
LOOP = "oslo.service.backend._threading.loopingcall"
Seen = tuple[str, list[int], list[Line]]


def errors(
    name: str, connect: type[Exception], gone: Exception
) -> tuple[model.Neutron, Exception | None]:
    """Neutron's and the database's side of a scenario."""
    times, fails, save = SCENARIOS[name]
    down = {"down": OSError("database down"), "gone": gone}
    raised = [connect(f"refused {number}") for number in range(times)]
    other = [RuntimeError(NEUTRON)] * fails
    return model.Neutron(*raised, *other), down.get(save)


@pytest.fixture
def expected(
    name: str,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> Seen:
    """What the model prints, its sleeps, and what is logged."""
    neutron, down = errors(
        name, model.ConnectFailure, model.InstanceNotFound("vm-1")
    )
    sleeps: list[int] = []
    model.report(
        lambda *to: model.release_with_retry(to[0], to[1], sleeps.append),
        model.Instance(save_error=down),
        neutron,
    )
    found = capsys.readouterr().out, sleeps, lines(caplog.records)
    caplog.clear()
    return found


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("name", SCENARIOS)
def test_the_model_does_what_nova_does(
    nova: Nova,
    expected: Seen,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    plain: bool,
) -> None:
    """To the last log message; a bare `raise` lacks only the "dropped" one."""
    printed, slept, logged = expected
    if plain:
        tree = ast.parse(excerpt(FUNCTION).source)
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler):
                (block,) = node.body
                assert isinstance(block, ast.With)
                node.body = [*block.body, ast.Raise()]
        assert "save_and_reraise_exception" not in ast.unparse(tree)
        nova.replace_method(tree, monkeypatch)
        logged = [line for line in logged if line[1] != HELPER]
    neutron, down = errors(
        name,
        nova.connection.ConnectFailure,
        nova.exception.InstanceNotFound(instance_id="vm-1"),
    )
    with (
        caplog.at_level(logging.INFO),
        compute(nova, down) as (manager, instance, sleeps, saved),
    ):
        network = manager.network_api
        network.deallocate_for_instance = lambda *_, **__: neutron.release()
        instance.saved = saved
        model.report(
            lambda *_: manager._try_deallocate_network(nova.context, instance),
            instance,
            neutron,
        )
    assert (capsys.readouterr().out, sleeps) == (printed, slept)
    assert lines(caplog.records) == logged
    # The message that the model leaves out comes once, before Nova's own.
    raised = "raised: nothing" not in printed
    more = [r for r in caplog.records if r.name not in LOGGERS]
    assert [r.name for r in more] == [LOOP] * raised
    for record in more:
        assert record.getMessage().startswith("Dynamic interval looping call")
        assert record.exc_info
        failed = [r for r in caplog.records if r.levelname == "ERROR"]
        assert failed[0] is record
        assert "INFO" not in [r.levelname for r in caplog.records]
