"""The model of releasing ports does what Nova 34.0.0 itself does.

Nova's `ComputeManager._try_deallocate_network` runs for real, and so does all
that it calls inside Nova and oslo.service. Stood in for is what lies outside:

- `network_api.deallocate_for_instance`, the call to Neutron, except in the
  test that replaces only the HTTP request below it;
- `Instance.save`, the write to the database: the instance is a real
  `nova.objects.Instance`;
- sleeping: the method by which oslo.service waits between two attempts, and
  `time.sleep` in the test of HTTP requests;
- `ComputeManager.__init__`, which would connect to a hypervisor.
"""

import ast
import inspect
import logging
import pkgutil
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from examples.nova import releasing_ports as model
from render.sources.upstream import excerpt
from tests.nova.conftest import Nova
from tests.project import blocks, page

PAGE = page(Path(model.__file__))
FUNCTION = "nova.compute.manager:ComputeManager._try_deallocate_network"
SHUTDOWN = "nova.compute.manager:ComputeManager._shutdown_instance"

# Who logs: the function itself (the model's logger and Nova's are one here),
# or the helper.
OWN, HELPER = "own", "oslo_utils.excutils"
LOGGERS = {"model": OWN, "nova.compute.manager": OWN, HELPER: HELPER}

Line = tuple[str, str, str]


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


NEUTRON = "500 from Neutron"
FAILED: Line = ("ERROR", OWN, NEUTRON)

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


def lines(records: list[logging.LogRecord]) -> list[Line]:
    """The function's lines and the helper's, in order."""
    found = []
    for record in records:
        if record.name in LOGGERS and record.levelname != "INFO":
            text = record.getMessage().rpartition(": ")[2]
            if record.name == HELPER:
                assert record.msg == "Original exception being dropped: %s"
                text = text.removesuffix("\\n']")
            found.append((record.levelname, LOGGERS[record.name], text))
    return found


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

    manager = nova.manager.ComputeManager.__new__(nova.manager.ComputeManager)
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


def test_a_port_that_stays_bound(
    nova: Nova, caplog: pytest.LogCaptureFixture
) -> None:
    """Neutron's refusal to unbind is a line of the log; its client is a mock.

    The user's port comes before those that Nova made.
    """
    neutron = mock.Mock()
    neutron.list_ports.return_value = {"ports": [{"id": "made"}]}
    neutron.update_port.side_effect = RuntimeError(NEUTRON)
    instance = mock.Mock(uuid="vm-1")
    network = nova.neutron
    with (
        mock.patch.object(network, "get_client", return_value=neutron),
        mock.patch.object(network.objects, "VirtualInterface"),
        mock.patch.object(network, "update_instance_cache_with_nw_info"),
        mock.patch.multiple(
            network.API,
            _get_preexisting_port_ids=mock.Mock(return_value=["own"]),
            _show_port=mock.Mock(return_value={}),
            has_dns_extension=mock.Mock(return_value=False),
            _reset_port_dns_name=mock.DEFAULT,
        ),
    ):
        network.API().deallocate_for_instance(nova.context, instance)
    called = [name for name, *_ in neutron.method_calls]
    assert called.index("update_port") < called.index("delete_port")
    assert "Unable to clear device ID for port 'own'" in caplog.messages


def test_the_task_state_stays(nova: Nova) -> None:
    """The function changes `vm_state` only."""
    with compute(nova) as (manager, instance, _, _):
        network = manager.network_api
        network.deallocate_for_instance.side_effect = RuntimeError(NEUTRON)
        with pytest.raises(RuntimeError):
            manager._try_deallocate_network(nova.context, instance)
    assert (instance.vm_state, instance.task_state) == ("error", "deleting")


@pytest.mark.parametrize("name", ["ConnectTimeout", "SSLError"])
def test_only_connect_failure_is_tried_again(nova: Nova, name: str) -> None:
    """Its siblings, a timeout among them, are final."""
    error = getattr(nova.connection, name)
    with compute(nova) as (manager, instance, sleeps, _):
        release = manager.network_api.deallocate_for_instance
        release.side_effect = error("gone")
        with pytest.raises(error):
            manager._try_deallocate_network(nova.context, instance)
    assert (release.call_count, sleeps) == (1, [])


@pytest.mark.parametrize(
    ("raised", "out", "attempts", "requested", "slept"),
    [
        ("ConnectionError", "ConnectFailure", 4, 16, 26),
        ("Timeout", "ConnectTimeout", 1, 4, 3.5),
    ],
)
def test_an_unreachable_neutron_takes_26_seconds(
    nova: Nova,
    raised: str,
    out: str,
    attempts: int,
    requested: int,
    slept: float,
) -> None:
    """Under each attempt, the HTTP client makes four requests."""
    import requests
    from keystoneauth1.session import Session
    from keystoneauth1.token_endpoint import Token

    done: list[object] = []

    def request(*_: object, **__: object) -> None:
        done.append("request")
        raise getattr(requests.exceptions, raised)("no answer")

    token = Token("http://neutron.invalid:9696", "token")
    network = nova.neutron
    with (
        compute(nova) as (manager, instance, sleeps, _),
        mock.patch.object(requests.Session, "request", request),
        mock.patch.object(time, "sleep", done.append),
        mock.patch.object(network, "_get_auth_plugin", return_value=token),
        mock.patch.object(
            network.service_auth,
            "get_service_auth_session",
            return_value=Session(auth=token),
        ),
    ):
        manager.network_api = network.API()
        with pytest.raises(getattr(nova.connection, out)):
            manager._try_deallocate_network(nova.context, instance)
    attempt = ["request", 0.5, "request", 1.0, "request", 2.0, "request"]
    assert done == attempt * attempts
    assert sleeps == [2, 4, 6][: attempts - 1]
    seconds = [n for n in done if isinstance(n, float)]
    assert done.count("request") == requested
    assert sum(seconds) + sum(sleeps) == slept


def test_a_decorated_function_keeps_its_count(nova: Nova) -> None:
    """Why the decorated function is defined anew at each call."""
    calls: list[str] = []

    def fail() -> None:
        calls.append("call")
        raise OSError("refused")

    retry = nova.manager.loopingcall.RetryDecorator(
        max_retry_count=3, inc_sleep_time=2, exceptions=(OSError,)
    )(fail)
    with compute(nova):
        for expected in 4, 5:
            with pytest.raises(OSError, match="refused"):
                retry()
            assert len(calls) == expected


def shut_down(
    nova: Nova, destroy: Exception, release: Exception | None
) -> tuple[Exception | None, int]:
    """Run the real `_shutdown_instance`.

    Args:
        nova: The real Nova.
        destroy: What the hypervisor's driver raises.
        release: What Neutron raises.

    Returns:
        What came out, and how often Neutron was asked.
    """
    with compute(nova) as (manager, instance, _, _):
        manager.driver = mock.Mock()
        manager.driver.destroy.side_effect = destroy
        manager.share_manager = mock.Mock()
        instance.info_cache = nova.objects.InstanceInfoCache(
            network_info=nova.neutron.network_model.NetworkInfo()
        )
        network = manager.network_api
        network.deallocate_for_instance.side_effect = release
        context = mock.Mock()
        context.elevated.return_value = nova.context
        out = None
        with mock.patch.object(manager, "_get_instance_block_device_info"):
            try:
                manager._shutdown_instance(context, instance, [], notify=False)
            except Exception as error:
                out = error
    return out, network.deallocate_for_instance.call_count


def test_no_release_while_the_instance_runs(nova: Nova) -> None:
    """Where power-off failed, the ports stay; after other errors they go."""
    power = nova.exception.InstancePowerOffFailure(reason="timed out")
    assert shut_down(nova, power, None) == (power, 0)
    other = OSError("disk busy")
    assert shut_down(nova, other, None) == (other, 1)


def put(nova: Nova, tree: ast.Module, patch: pytest.MonkeyPatch) -> None:
    """Put an edited method into ComputeManager, for one test."""
    names = dict(vars(nova.manager))
    exec(compile(ast.fix_missing_locations(tree), "edited", "exec"), names)
    (method,) = tree.body
    assert isinstance(method, ast.FunctionDef)
    patch.setattr(nova.manager.ComputeManager, method.name, names[method.name])


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
    put(nova, tree, monkeypatch)
    expected = SCENARIOS[name].seen
    left = [line for line in expected.log if line[1] != HELPER]
    assert in_nova(nova, SCENARIOS[name], caplog) == replace(
        expected, log=left
    )


def test_the_clause_with_pass_keeps_the_ports(
    nova: Nova, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it they go; with a bare `raise` in it they stay."""
    power = nova.exception.InstancePowerOffFailure(reason="timed out")

    def outcome(body: list[ast.stmt]) -> tuple[Exception | None, int]:
        tree = ast.parse(excerpt(SHUTDOWN).source)
        clauses = next(
            node.handlers
            for node in ast.walk(tree)
            if isinstance(node, ast.Try)
            and "self.driver.destroy(" in ast.unparse(node)
        )
        assert ast.unparse(clauses[0]) == (
            "except exception.InstancePowerOffFailure:\n"
            "    with excutils.save_and_reraise_exception():\n"
            "        pass"
        )
        if body:
            clauses[0].body = body
        else:
            del clauses[0]
        put(nova, tree, monkeypatch)
        return shut_down(nova, power, None)

    assert outcome([]) == (power, 1)
    assert outcome([ast.Raise()]) == (power, 0)


def test_a_failed_release_displaces_the_drivers_error(
    nova: Nova, caplog: pytest.LogCaptureFixture
) -> None:
    """One handler stands inside the other: the driver's error is dropped."""
    driver, neutron = OSError("disk busy"), RuntimeError(NEUTRON)
    error, _ = shut_down(nova, driver, neutron)
    assert error is neutron
    assert error.__context__ is driver
    assert lines(caplog.records) == [FAILED, ("ERROR", HELPER, "disk busy")]


EXCERPTS = [text for _, kind, text in blocks(PAGE) if kind == "upstream"]


def test_the_page_shows_the_function() -> None:
    """The excerpts compared below are there."""
    assert FUNCTION in EXCERPTS


@pytest.mark.parametrize("name", EXCERPTS)
def test_what_the_page_shows_is_what_runs(nova: Nova, name: str) -> None:
    """The excerpt is the source of the imported function."""
    del nova  # It is imported.
    real = inspect.getsource(pkgutil.resolve_name(name))
    assert excerpt(name).source == textwrap.dedent(real).rstrip()


def test_the_page_names_the_decorators_arguments() -> None:
    """Three numbers, as they stand in the installed source."""
    (call,) = (
        node
        for node in ast.walk(ast.parse(excerpt(FUNCTION).source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "loopingcall.RetryDecorator"
    )
    given = {k.arg: ast.unparse(k.value) for k in call.keywords}
    assert given == {
        "max_retry_count": "3",
        "inc_sleep_time": "2",
        "max_sleep_time": "12",
        "exceptions": "(keystone_exception.connection.ConnectFailure,)",
    }
    text = PAGE.read_text("utf-8")
    for name in "max_retry_count", "inc_sleep_time", "max_sleep_time":
        assert f"`{name}={given[name]}`" in text
