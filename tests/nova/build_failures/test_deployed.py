"""What becomes of a build that fails, in a whole Nova and in the model.

Nova has two compute hosts; `tests/nova/scenarios/build_failures.py` says what
is mocked.
"""

import json
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from examples.case_studies import build_failures as model
from tests.nova.deployment import deployed
from tests.nova.exceptions import chain
from tests.nova.recording import Row, recorded

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
    "port": "Neutron, creating a port",
    "binding": "the binding of a port, `PortBindingFailed`",
    "abort": "`driver.spawn` raises `BuildAbortException`",
    "image": "`driver.spawn` raises `ImageUnacceptable`",
    "vif": "`driver.spawn` raises `VirtualInterfaceCreateException`",
    "volume": "Cinder, attaching a volume",
    "deleted": "nothing, but the user deletes the server",
    "destroy too": "`driver.spawn`, then `driver.destroy`",
    "release too": "Neutron, creating a port, then releasing it",
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


# Results, the state at the end, the attempt on whose host the instance is,
# whether it has ports, and the exceptions that left each attempt.
Compared = tuple[list[str], str, str | None, bool, list[list[str]]]
FULL = OSError("disk full")
IMAGE = "ImageUnacceptable"
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
    """Call a function of the model and write down what it raises."""

    def call(*arguments: Any, **words: Any) -> Any:
        try:
            result = function(*arguments, **words)
        except Exception as error:
            results.append(f"raised {type(error).__name__}")
            chains.append([type(link).__name__ for link in chain(error)])
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
    state, host = instance.vm_state, instance.host
    return (results, state, host, instance.ports, chains), instance.fault


@pytest.mark.parametrize("name", MODEL)
def test_the_model_does_what_nova_does(name: str) -> None:
    """The same results, states and chains of exceptions."""
    (results, state, host, ports, chains), fault = in_model(name)
    real = on("threading")[name]
    names = [[e.partition(":")[0] for e in c] for c in real["inner"]]
    if name == "deleted":
        # Below it, Nova's has the database's; the compute keeps the host
        # until the delete, which waits for the lock, has come to its end.
        assert names == [[*chains[0], "NoRowsMatched"]]
        assert real["results"] == results == ["failed"]
        assert not ports
        return
    # Of the model's, one is Python's own.
    ours = json.loads(json.dumps(chains).replace("ValueError", IMAGE))
    done = real["results"], real["vm_state"], real["host"], bool(real["made"])
    assert (*done, names) == (results, state, host, ports, ours)
    if name == "every host":
        assert fault == "no host left"
        assert "Exhausted all hosts" in real["fault"]
    else:
        assert real["fault"].endswith(fault)
        assert bool(real["fault"]) == bool(fault)
