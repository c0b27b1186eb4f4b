"""What the page says of builds that fail, compared with Nova 34.0.0.

Most of it comes from a whole Nova with two compute hosts, see
`tests.nova.scenarios.build_failures` for what is stood in for. Where a
whole Nova says nothing more, `ComputeManager` runs alone; then the claim,
the notifications and the driver are mocks, and each test says what else.
"""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any
from unittest import mock

import pytest

from examples.nova import build_failures as model
from render.sources.upstream import excerpt
from tests.nova.conftest import Nova
from tests.nova.deployment import deployed
from tests.nova.recording import Row, recorded

MANAGER = "nova.compute.manager:ComputeManager."
SCENARIOS = "tests.nova.scenarios.build_failures"

# What fails, as the tables call it.
FAILS = {
    "nothing": "nothing",
    "spawn": "`driver.spawn` on one host, `OSError`",
    "every host": "`driver.spawn` on every host",
    "every attempt": "`driver.spawn` on two hosts, with `max_attempts = 2`",
    "no retries": "`driver.spawn`, with `max_attempts = 1`",
    "claim": "the claim, `ComputeResourcesUnavailable`",
    "claim only": "the claim, with `max_attempts = 1`",
    "policy": "the server group's policy",
    "policy only": "the server group's policy, with `max_attempts = 1`",
    "port": "Neutron, when it is to make a port",
    "binding": "the binding of a port, `PortBindingFailed`",
    "abort": "`driver.spawn`, `BuildAbortException`",
    "image": "`driver.spawn`, `ImageUnacceptable`",
    "vif": "`driver.spawn`, `VirtualInterfaceCreateException`",
    "volume": "Cinder, when it is to attach",
    "deleted": "nothing, but the user deletes the server",
    "destroy too": "`driver.spawn`, then `driver.destroy`",
    "release too": "Neutron, when it is to make a port, then to release",
    "both too": "the same, and `driver.destroy` in between",
    "after spawn": "the database, after `driver.spawn`",
    "first save": "the database, at the first `save`",
    "cast too": "`driver.spawn`, then the cast to the conductor",
}


def on(backend: str) -> dict[str, dict[str, Any]]:
    """What came of each failure in a whole Nova."""
    found: dict[str, Any] = deployed(SCENARIOS, backend)["failures"]
    return found


def short(text: str) -> str:
    """A message without the instance."""
    return text.replace("instance UUID", "instance …").replace("UUID", "…")


def code(lines: list[str]) -> list[str]:
    """Names as code, and what an exception says behind its name."""
    return [
        f"`{name}`{colon}{text}"
        for name, colon, text in (short(li).partition(": ") for li in lines)
    ]


def outcome(result: str) -> str:
    """What an attempt came to, its names as code."""
    word, _, error = result.partition("raised ")
    return f"raises `{error}`" if error else f"`{word}`"


def cut(text: str) -> str:
    """A log line that fits a table."""
    for start in "Error from last host: ", "Dynamic interval looping call ":
        if text.startswith(start):
            return f"{start}…"
    return short(text)


def grouped(rows: list[Row]) -> list[Row]:
    """Rows that differ only in what fails, as one."""
    found: list[Row] = []
    for each in rows:
        rest = {key: value for key, value in each.items() if key != "fails"}
        for row in found:
            if rest.items() <= row.items():
                row["fails"] = [*row["fails"], str(each["fails"])]
                break
        else:
            found.append({"fails": [str(each["fails"])], **rest})
    return found


def test_each_failure_is_told() -> None:
    """The tables leave none out."""
    assert list(on("threading")) == list(FAILS)


def test_what_becomes_of_the_server() -> None:
    """The first table, and what the page says of all its rows."""
    rows: list[Row] = []
    for name, seen in on("threading").items():
        stays = seen["status"] == "BUILD"
        rows.append(
            {
                "fails": FAILS[name],
                "result": [outcome(text) for text in seen["results"]],
                "state": "gone"
                if seen["status"] == "GONE"
                else f"`{seen['vm_state']}`",
                "fault": short(seen["fault"]) or "none",
            }
        )
        assert seen["task_state"] is None
        if seen["status"] == "ACTIVE":
            last = str(len(seen["results"]))
            assert seen["host"] == seen["own"] == last
            assert seen["made"] == seen["guests"] == [last]
            assert seen["allocated"] == 1
            assert seen["attached"] == ["kept", "deleted"]
        else:
            assert seen["host"] is seen["node"] is seen["own"] is None
            assert not seen["made"]
            # `failed_by_policy` leaves it.
            assert seen["allocated"] == (name == "policy only")
            assert stays == seen["results"][-1].startswith("raised ")
    recorded("build_failures", grouped(rows))


def test_what_is_left() -> None:
    """Volumes, the guest, and the count of failed builds."""
    rows: list[Row] = []
    for name, seen in on("threading").items():
        if seen["attached"]:
            assert seen["attached"] == ["kept", "deleted"]
            volumes = "attached"
        elif seen["deleted"]:
            assert seen["deleted"] == ["deleted"]
            volumes = "detached, one deleted"
        else:
            volumes = "detached"
        rows.append(
            {
                "fails": FAILS[name],
                "volumes": volumes,
                "guest": "runs" if seen["guests"] else "none",
                "counter": " ".join(f"+{n}" for n in seen["failed_builds"])
                if any(seen["failed_builds"])
                else "0",
            }
        )
    recorded("build_failures_left", grouped(rows))


def test_what_is_logged() -> None:
    """Lines from level WARNING up, and notifications."""
    rows: list[Row] = []
    notified: list[Row] = []
    for name, seen in on("threading").items():
        if name == "nothing":
            assert not seen["log"]
            continue
        rows.append(
            {
                "fails": FAILS[name],
                "log": [f"{level} {cut(t)}" for level, _, t in seen["log"]]
                or ["nothing"],
            }
        )
        notified.append(
            {"fails": FAILS[name], "notified": code(seen["notified"])}
        )
        assert not seen["fault"] or [seen["fault"]] == seen["stored"]
        # An RPC method that raises leaves a line of oslo.messaging.
        names = {logger for _, logger, _ in seen["log"]}
        assert not [n for n in names if n.startswith("oslo_messaging")]
    recorded("build_failures_log", grouped(rows))
    recorded("build_failures_notified", grouped(notified))


def test_what_the_decorators_see() -> None:
    """A result, unless something fails outside or inside of a handler."""
    rows: list[Row] = []
    for name in "spawn", "no retries", "abort", "after spawn":
        (event, result), *_ = on("threading")[name]["events"]
        assert event == "compute__do_build_and_run_instance"
        rows.append(row(name, result))
        assert "compute.exception" not in on("threading")[name]["notified"]
    for name in "first save", "cast too":
        ((_, result),) = on("threading")[name]["events"]
        rows.append(row(name, result))
        assert "compute.exception" in on("threading")[name]["notified"]
    # What they see is in no line of the log.
    assert on("threading")["first save"]["log"] == []
    lines = on("threading")["no retries"]["log"]
    assert on("threading")["cast too"]["log"] == lines
    recorded("build_failures_decorators", rows)


def row(name: str, event: str) -> Row:
    """A line of the table of decorators."""
    result = on("threading")[name]["results"][0]
    stored = on("threading")[name]["stored"]
    word, _, error = result.partition("raised ")
    return {
        "fails": FAILS[name],
        "out": f"raises `{error}`" if error else f"returns `{word}`",
        "event": f"`{event}`",
        "fault": [short(text) for text in stored] or "none",
    }


def test_the_second_attempts_event_is_never_finished() -> None:
    """Both attempts have an event; the first one's is finished twice."""
    for name in "spawn", "every host", "every attempt":
        events = [result for _, result in on("threading")[name]["events"]]
        assert events == ["Success", None]


def test_two_failures_at_once() -> None:
    """The chain of exceptions, on threads and on eventlet."""
    rows: list[Row] = []
    for name in on("eventlet"):
        threads, green = on("threading")[name], on("eventlet")[name]
        for key in set(threads) - {"inner", "log"}:
            assert threads[key] == green[key], key
        assert [t for *_, t in threads["log"]] == [t for *_, t in green["log"]]
        dropped = [
            text.removeprefix("Original exception being dropped: ")
            for *_, text in threads["log"]
            if text.startswith("Original exception being dropped")
        ]
        rows.append(
            {
                "fails": FAILS[name],
                "threads": code(*threads["inner"]),
                "eventlet": code(*green["inner"]),
                "dropped": code(dropped) or ["none"],
            }
        )
    recorded("build_failures_two", rows)


def test_the_second_error_comes_from_another_greenthread() -> None:
    """Its context is None there, and the driver's error only in the log."""
    threads = on("threading")["both too"]["inner"][0]
    (green,) = on("eventlet")["both too"]["inner"]
    assert green == threads[:2]
    driver = "OSError: disk busy"
    assert driver in threads
    lines = [text for *_, text in on("eventlet")["both too"]["log"]]
    assert [text for text in lines if "disk busy" in text] == [
        f"Original exception being dropped: {driver}"
    ]


@dataclass
class Compared:
    """What the model and Nova are compared in.

    Attributes:
        results: What each attempt came to.
        vm_state: The state at the end.
        host: The attempt on whose host the instance is.
        ports: Whether it has ports.
        chains: The exceptions that came out of each attempt, inside.
    """

    results: list[str]
    vm_state: str
    host: str | None
    ports: bool
    chains: list[list[str]]


FULL = OSError("disk full")
MODEL: dict[str, tuple[dict[str, Exception], bool]] = {
    "nothing": ({}, True),
    "spawn": ({"spawn": FULL}, True),
    "every host": ({"spawn": FULL}, True),
    "no retries": ({"spawn": FULL}, False),
    "abort": ({"spawn": model.BuildAbortException("unfit")}, True),
    "image": ({"spawn": ValueError("bad")}, True),
    "deleted": ({"spawn": model.UnexpectedDeletingTaskStateError()}, True),
    "destroy too": ({"spawn": FULL, "destroy": OSError("disk busy")}, True),
    "cast too": ({"spawn": FULL, "cast": RuntimeError("bus down")}, True),
}


def recorder(
    function: Callable[..., Any], results: list[str], chains: list[list[str]]
) -> Any:
    """Call a function of the model and write down what comes out."""

    def call(*arguments: Any, **words: Any) -> Any:
        try:
            result = function(*arguments, **words)
        except Exception as error:
            results.append(f"raised {type(error).__name__}")
            chains.append([])
            out: BaseException | None = error
            while out:
                chains[-1].append(type(out).__name__)
                out = out.__context__
            raise
        results.append(result)
        return result

    return mock.patch.object(model, function.__name__, call)


def in_model(name: str) -> tuple[Compared, str]:
    """Build in the model.

    Returns:
        What is compared, and the fault.
    """
    errors, retry = MODEL[name]
    bad = model.Host("1", **errors)
    hosts = [bad, bad if name == "every host" else model.Host("2")]
    results: list[str] = []
    chains: list[list[str]] = []
    instance = model.Instance()
    with (
        recorder(model.build_once, [], chains),
        recorder(model.build, results, []),
        mock.patch.object(model, "Instance", return_value=instance),
    ):
        if name == "cast too":
            with pytest.raises(RuntimeError, match="bus down"):
                model.boot(*hosts, retry=retry)
        else:
            assert model.boot(*hosts, retry=retry) is instance
    seen = Compared(
        results, instance.vm_state, instance.host, instance.ports, chains
    )
    return seen, instance.fault


@pytest.mark.parametrize("name", MODEL)
def test_the_model_does_what_nova_does(name: str) -> None:
    """The same results, states and chains of exceptions."""
    seen, fault = in_model(name)
    real = on("threading")[name]
    names = [[e.partition(":")[0] for e in c] for c in real["inner"]]
    if name == "deleted":
        # Below it, Nova's has the database's; the compute keeps the host
        # until the delete, which waits for the lock, has come to its end.
        assert names == [[*seen.chains[0], "NoRowsMatched"]]
        assert real["results"] == seen.results == ["failed"]
        assert not seen.ports
        return
    chains = [
        ["ImageUnacceptable" if e == "ValueError" else e for e in c]
        for c in seen.chains
    ]
    assert Compared(
        real["results"],
        real["vm_state"],
        real["host"],
        bool(real["made"]),
        names,
    ) == Compared(seen.results, seen.vm_state, seen.host, seen.ports, chains)
    if name == "every host":
        assert fault == "no host left"
        assert "Exhausted all hosts" in real["fault"]
    else:
        assert real["fault"].endswith(fault)
        assert bool(real["fault"]) == bool(fault)


@contextmanager
def compute(nova: Nova) -> Iterator[tuple[Any, Any]]:
    """A real ComputeManager with nothing outside it.

    Yields:
        The manager, and a mock of an instance.
    """
    manager = nova.manager.ComputeManager.__new__(nova.manager.ComputeManager)
    for name in (
        "_notify_about_instance_usage",
        "compute_task_api",
        "driver",
        "network_api",
        "reportclient",
        "rt",
    ):
        setattr(manager, name, mock.MagicMock())
    manager.rt.instance_claim.return_value = nullcontext()
    manager.host = "host"
    instance = mock.MagicMock(trusted_certs=None, uuid="vm-1")
    with mock.patch.object(
        nova.manager.compute_utils, "notify_about_instance_create"
    ):
        yield manager, instance


def clauses() -> list[list[str]]:
    """The exceptions of each `except` around the claim, as Nova names them."""
    tree = ast.parse(excerpt(MANAGER + "_build_and_run_instance").source)
    (found,) = (
        node.handlers
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        and "self.rt.instance_claim(" in ast.unparse(node.body)  # type: ignore[arg-type]  # A list will do.
    )
    return [
        [
            ast.unparse(kind)
            for kind in (
                handler.type.elts
                if isinstance(handler.type, ast.Tuple)
                else [handler.type]
            )
        ]
        for handler in found
        if handler.type is not None
    ]


def test_which_exception_becomes_which(nova: Nova) -> None:
    """Each exception that an `except` names, raised by `driver.spawn`.

    `_build_resources` is a mock as well: it lets the exception through.
    """
    rows: list[Row] = []
    for names in clauses():
        became = set()
        for name in names:
            owner, _, kind = name.rpartition(".")
            module = getattr(nova.manager, owner or "exception")
            raised = getattr(module, kind, None) or Exception
            became.add(translated(nova, raised))
        (out,) = became
        last = [name.rpartition(".")[2] for name in names]
        rows.append(
            {
                "raised": "anything else"
                if last == ["Exception"]
                else [f"`{name}`" for name in last],
                "out": "the same object" if out == "same" else f"`{out}`",
            }
        )
    recorded("build_failures_exceptions", rows)


def translated(nova: Nova, kind: type[Exception]) -> str:
    """What comes out of `_build_and_run_instance` for an exception."""
    try:
        error = kind("text", reason="text")  # type: ignore[call-arg]  # Nova's.
    except TypeError:
        error = kind("text")
    with compute(nova) as (manager, instance):
        manager.driver.spawn.side_effect = error
        resources = mock.MagicMock()
        resources.return_value.__exit__.return_value = False
        out: Exception | None = None
        with (
            mock.patch.object(manager, "_build_resources", resources),
            mock.patch.object(manager, "_validate_instance_group_policy"),
        ):
            try:
                manager._build_and_run_instance(
                    nova.context,
                    instance,
                    {},
                    [],
                    "",
                    [],
                    [],
                    [],
                    "node",
                    {},
                    {},
                )
            except Exception as raised:
                out = raised
    if out is error:
        return "same"
    assert out is not None
    assert out.__context__ is error
    assert out.__cause__ is None
    return type(out).__name__


def resources(
    nova: Nova, body: Exception, **errors: Exception
) -> Exception | None:
    """Run the real `_build_resources` around a body that fails.

    Networks and block devices are mocks, and so are `_shutdown_instance` and
    the request to Cyborg.

    Args:
        nova: The real Nova.
        body: What the body raises.
        errors: What `shutdown` and `cyborg` raise.

    Returns:
        What came out.
    """
    made = nova.manager.compute_utils
    with (
        compute(nova) as (manager, instance),
        mock.patch.multiple(
            manager,
            _get_bound_arq_resources=mock.Mock(return_value=[]),
            _build_networks_for_instance=mock.DEFAULT,
            _default_block_device_names=mock.DEFAULT,
            _prep_block_device=mock.DEFAULT,
            _shutdown_instance=mock.Mock(side_effect=errors.get("shutdown")),
        ),
        mock.patch.object(
            made, "delete_arqs_if_needed", side_effect=errors.get("cyborg")
        ),
    ):
        try:
            with manager._build_resources(
                nova.context, instance, [], [], None, [], {}, ["arq"]
            ):
                raise body
        except Exception as error:
            return error
    return None


def dropped(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The errors in the helper's lines."""
    lines = [r for r in caplog.records if r.name == "oslo_utils.excutils"]
    assert all(r.msg == "Original exception being dropped: %s" for r in lines)
    return [
        str(ast.literal_eval(r.getMessage().partition(": ")[2])[-1]).strip()
        for r in lines
    ]


def test_a_clean_shutdown_and_a_failing_finally(
    nova: Nova, caplog: pytest.LogCaptureFixture
) -> None:
    """The helper still re-raises then, and says what it drops."""
    spawn, cyborg = OSError("disk full"), RuntimeError("no Cyborg")
    assert resources(nova, spawn, cyborg=cyborg) is cyborg
    assert cyborg.__context__ is spawn
    assert dropped(caplog) == ["OSError: disk full"]


def test_a_cyborg_that_fails(
    nova: Nova, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, and nothing comes out; the HTTP client is a mock."""
    utils = nova.manager.compute_utils
    client = utils.cyborg._CyborgClient(nova.context)
    client._adapter = mock.Mock()
    client._adapter.delete.side_effect = RuntimeError("no Cyborg")
    instance = mock.MagicMock(uuid="vm-1")
    instance.flavor.extra_specs = {"accel:device_profile": "gpu"}
    with mock.patch.object(utils.cyborg, "get_client", return_value=client):
        utils.delete_arqs_if_needed(nova.context, instance, ["arq"])
    assert client._adapter.delete.call_count == 2
    assert "Failed to delete ARQs arq" in caplog.messages


@pytest.mark.parametrize("deleted", [False, True])
def test_the_flag_decides_about_the_log_line_only(
    nova: Nova,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    deleted: bool,
) -> None:
    """Without `ctxt.reraise = False` the same comes out, and a line more."""
    tree = ast.parse(excerpt(MANAGER + "_build_resources").source)
    flags = [
        node
        for node in ast.walk(tree)
        if ast.unparse(node) == "ctxt.reraise = False"
        and isinstance(node, ast.Assign)
    ]
    assert len(flags) == 1
    if deleted:
        flags[0].value = ast.Constant(True)
    names = dict(vars(nova.manager))
    exec(compile(ast.fix_missing_locations(tree), "edited", "exec"), names)
    monkeypatch.setattr(
        nova.manager.ComputeManager,
        "_build_resources",
        names["_build_resources"],
    )
    spawn, busy = OSError("disk full"), OSError("disk busy")
    out = resources(nova, spawn, shutdown=busy)
    assert isinstance(out, nova.exception.BuildAbortException)
    assert out.__context__ is busy
    assert busy.__context__ is spawn
    assert dropped(caplog) == ["OSError: disk full"] * deleted


def run(nova: Nova, error: BaseException) -> Any:
    """Run `build_and_run_instance`, whose work raises an error.

    The lock, the semaphore and the thread pool are stood in for; the pool
    runs the work at once.

    Returns:
        The future of the work, and the manager.
    """
    from concurrent.futures import Future

    futures: list[Future[Any]] = []

    def start(*arguments: Any) -> None:
        _, _, _, _, work, *words = arguments
        future: Future[Any] = Future()
        futures.append(future)
        try:
            future.set_result(work(*words))
        except BaseException as raised:
            future.set_exception(raised)

    with (
        compute(nova) as (manager, instance),
        mock.patch.object(nova.manager.utils, "synchronized") as lock,
        mock.patch.object(manager, "_do_build_and_run_instance") as build,
        mock.patch.object(manager, "_start_recorded_task", start),
    ):
        lock.return_value = lambda function: function
        manager._build_semaphore = nullcontext()
        build.side_effect = error
        assert (
            manager.build_and_run_instance(
                nova.context, instance, {}, None, {}, []
            )
            is None
        )
    (future,) = futures
    return future, manager


def test_the_rpc_decorators_see_nothing(nova: Nova) -> None:
    """The error stays in the future; the method has returned."""
    error = OSError("disk full")
    future, manager = run(nova, error)
    assert future.exception() is error
    assert manager.reportclient.delete_allocation_for_instance.called
    assert manager.rt.build_failed.called


def test_an_exception_that_is_no_exception(nova: Nova) -> None:
    """`result` is not bound then, and the allocations stay."""
    error = SystemExit()
    future, manager = run(nova, error)
    out = future.exception()
    assert type(out) is UnboundLocalError
    assert out.__context__ is error
    assert not manager.reportclient.delete_allocation_for_instance.called


def test_what_victoria_lacks() -> None:
    """Texts that stand in 34.0.0 and not in 22.4.0."""

    def both(name: str) -> tuple[str, str]:
        new = excerpt(MANAGER + name).source
        return new, excerpt(f"victoria {MANAGER}{name}").source

    for name, text in (
        ("build_and_run_instance", "FAILED_BY_POLICY"),
        ("build_and_run_instance", "_start_recorded_task"),
        ("_build_and_run_instance", "GroupAffinityViolation"),
        ("_build_and_run_instance", "VTPMSecretForbidden"),
        ("_build_resources", "exception.ComputeResourcesUnavailable"),
        ("_build_resources", "exception.InstanceUnacceptable"),
        ("_build_resources", "exception.ExternalNetworkAttachForbidden"),
        ("_do_build_and_run_instance", "force=True"),
    ):
        new, old = both(name)
        assert text in new, text
        assert text not in old, text
    # The whole `except` around the `yield`, without Cyborg's part.
    clause, before = (
        source.partition("except Exception as exc:")[2].partition("finally:")
        for source in both("_build_resources")
    )
    assert all(clause)
    assert clause[0] == before[0].replace("six.text_type", "str")
    for flag in "ctxt.reraise = False", "raise exception.BuildAbortException(":
        assert all(flag in source for source in both("_build_resources"))
