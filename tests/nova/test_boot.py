"""The pages on booting, compared with servers that boot in real Nova.

API, conductor, scheduler, compute and placement run as a whole in one process,
see `tests/nova/deployment.py`; databases, message bus, hypervisor and the
other services are Nova's own fixtures. What fails is said in
`tests/nova/scenarios/boot.py`.
"""

import re
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from oslo_config import fixture as conf_fixture

from examples.case_studies import boot as model
from render.blocks import path
from tests.nova.conftest import Nova, imported
from tests.nova.deployment import deployed
from tests.nova.recording import Row, recorded
from tests.project import blocks, page

PAGE = page(Path(model.__file__))
CALLS = PAGE.with_name("boot_calls.md")
TEXT = CALLS.read_text("utf-8")
[SHORT] = [text for _, kind, text in blocks(PAGE) if kind == "path"]
PICTURES = [text for _, kind, text in blocks(CALLS) if kind == "path"]
# What is below the path, as the page says.
BELOW = (
    "nova/db/",
    "nova/objects/",
    "nova/virt/",
    "nova/network/",
    "nova/policy.py",
    "nova/compute/provider_tree.py",
    "nova/scheduler/client/report.py",
    "nova/manager.py",
    "nova/thread_pool_factory.py",
)
BOOTS = ["works", "works in a group"]
FAILS = ["no host", "recheck", "spawn"]
NEVER = {
    "group.obj_alternate_context(context)",
    "self.virtapi.wait_for_instance_event(instance, events, timeout=timeout)",
}


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the whole Nova did, by the request's name."""
    found: dict[str, Any] = deployed("tests.nova.scenarios.boot")["requests"]
    return found


def reached(request: dict[str, Any], api: bool = True) -> list[str]:
    """The lines with `with` that a request reached, each once, in order.

    The test asks for the server's status until it is built; what nova-api
    does for that is left out.
    """
    lines = [
        f"nova/{entered['file']}:{entered['line']}"
        for number, entered in enumerate(request["seen"])
        if entered["thread"] != "MainThread"
        or (api and number < request["answered"])
    ]
    return list(dict.fromkeys(lines))


def shown(picture: str) -> list[tuple[str, path.Step, str]]:
    """The `with` and handlers of a picture: service, step, line."""
    found: list[tuple[str, path.Step, str]] = []

    def visit(step: path.Step, service: str) -> None:
        if step.kind in ("with", "handler"):
            found.extend(
                (service, step, f"{line.file}:{line.line}")
                for line in step.lines
            )
        for inner in step.steps:
            # A service that is called ends with its box.
            inside = inner.text if inner.kind == "service" else service
            visit(inner, inside)

    service = ""
    for top in path.parse(picture):
        service = top.text if top.kind == "service" else service
        visit(top, service)
    return found


def test_the_short_picture_is_a_part_of_the_full_one() -> None:
    """The same services, and functions of the same names, in its order."""

    def names(picture: str) -> list[str]:
        kinds = ("service", "call", "rpc", "cast")
        return [
            step.text
            for top in path.parse(picture)
            for step in top.walk()
            if step.kind in kinds
        ]

    full = iter(names(PICTURES[0]))
    assert all(name in full for name in names(SHORT))


def test_each_with_is_entered(seen: dict[str, Any]) -> None:
    """Those of the first picture, but for two that a boot seldom enters."""
    entered = {line for name in BOOTS for line in reached(seen[name])}
    left = [
        step.lines[0].source
        for _, step, line in shown(PICTURES[0])
        if step.kind == "with" and line not in entered
    ]
    assert set(left) == NEVER


@pytest.mark.parametrize("name", BOOTS + FAILS)
def test_no_with_is_left_out(seen: dict[str, Any], name: str) -> None:
    """Each one that was entered is in a picture, or below the path."""
    lines = {line for text in PICTURES for _, _, line in shown(text)}
    entered = [
        line for line in reached(seen[name]) if not line.startswith(BELOW)
    ]
    assert entered
    assert [line for line in entered if line not in lines] == []


@pytest.mark.parametrize("name", FAILS)
def test_failures_enter_what_the_second_picture_says(
    seen: dict[str, Any], name: str
) -> None:
    """Each failure enters one of its `with`, and a boot in order does not."""
    second = {line for _, _, line in shown(PICTURES[1])}
    assert second & set(reached(seen[name]))
    assert not second & set(reached(seen["works"]))


def test_the_picture_is_in_order(seen: dict[str, Any]) -> None:
    """A finger on the picture meets them as the request does."""
    entered = reached(seen["works"])
    order = [
        line
        for _, step, line in shown(PICTURES[0])
        if step.kind == "with" and line in entered
    ]
    assert [line for line in entered if line in order] == order
    assert len(order) > 15


def test_below_the_path_is_said() -> None:
    """The page names each place that the comparison leaves out."""
    for name in BELOW:
        assert f"`{name.removesuffix('/')}`" in TEXT


def test_the_table_of_with(seen: dict[str, Any]) -> None:
    """Which were entered, and by which request."""
    first, second = (set(reached(seen[name])) for name in BOOTS)
    rows: list[Row] = []
    for service, step, line in shown(PICTURES[0]):
        if step.kind == "with":
            entered = "always" if line in first else "never here"
            if line in second and line not in first:
                entered = "group, host"
            expression = step.lines[0].source
            rows.append(
                {
                    "service": service,
                    "with": f"`{shorten(expression)}`",
                    "line": line,
                    "entered": entered,
                }
            )
    recorded("boot_withs", rows)


def shorten(expression: str) -> str:
    """A context expression, without its arguments when it is long."""
    return (
        expression
        if len(expression) < 50
        else re.sub(r"\(.*\)", "(...)", expression)
    )


CASES: dict[str, tuple[str, dict[str, Exception]]] = {
    "schema": ("nova-api: the body's schema", {"schema": model.Refused(400)}),
    "policy": ("nova-api: the policy", {"policy": model.Refused(403)}),
    "quota": ("nova-api: the quota", {"quota": model.Refused(403)}),
    "image service": ("nova-api: Glance is broken", {"image": OSError("x")}),
    "first cast": (
        "nova-api: the cast to nova-conductor raises",
        {"first_cast": OSError("x")},
    ),
    "no host": (
        "nova-scheduler: no host fits",
        {"no_host": model.NoHost("No valid host was found.")},
    ),
    "scheduler": (
        "nova-scheduler: a filter raises `RuntimeError`",
        {"scheduler": OSError("RuntimeError")},
    ),
    "create": (
        "nova-conductor: the cell's database is down",
        {"create": OSError("x")},
    ),
    "recheck": (
        "nova-conductor: the quota, checked again",
        {
            "recheck": model.OverQuota(
                "Quota exceeded for instances: Requested 1, "
                "but already used 1 of 1 instances"
            )
        },
    ),
    "second cast": (
        "nova-conductor: the cast to nova-compute raises",
        {"second_cast": OSError("x")},
    ),
    "save": (
        "nova-compute: the database is down at the first save",
        {"save": OSError("x")},
    ),
    "claim": (
        "nova-compute: the only host has no room",
        {"claim": OSError("x")},
    ),
    "spawn": (
        "nova-compute: the driver fails on the only host",
        {"spawn": OSError("x")},
    ),
    "first host": (
        "nova-compute: the driver fails on the first of two hosts",
        {"spawn_on_1": OSError("x")},
    ),
    "network": (
        "nova-compute: the network fails",
        {
            "spawn": model.Abort(
                "Build of instance UUID aborted: Failed to allocate the "
                "network(s), not rescheduling."
            )
        },
    ),
    "cleanup": (
        "nova-compute: the driver fails, and its cleanup too",
        {
            "spawn": OSError("Build of instance UUID aborted: broken"),
            "cleanup": OSError("x"),
        },
    ),
}
# The model's words, and Nova's.
WORDS = {
    "retries exhausted": "Exceeded maximum number of retries. Exhausted all "
    "hosts available for retrying build failures for instance UUID."
}
HANDLER = "oslo_messaging.rpc.server"


def test_each_request_has_its_line(seen: dict[str, Any]) -> None:
    """No case is left out of the comparison."""
    assert set(seen) == {*CASES, *BOOTS}


@pytest.mark.parametrize("name", CASES)
def test_the_model_does_what_nova_does(
    seen: dict[str, Any], name: str
) -> None:
    """Answer, status, record, fault, event, room, and the log."""
    real = seen[name]
    _, broken = CASES[name]
    cloud = model.boot(hosts=2 if name == "first host" else 1, **broken)
    left = real["status"] is not None
    fault = cloud.fault and WORDS.get(cloud.fault, cloud.fault)
    logged = any(logger == HANDLER for _, logger, _ in real["log"])
    assert (
        cloud.http,
        cloud.status,
        cloud.record,
        fault,
        bool(cloud.allocated),
        bool(cloud.log),
    ) == (
        real["http"],
        real["status"],
        real["record"] if left else None,
        real["fault"] if left else None,
        bool(real["allocations"]) if left else False,
        logged,
    )
    if left and name != "first host":
        # The two hosts' events have one name, and end in any order.
        assert real["events"] == ([cloud.event] if cloud.event else [])


def test_a_fault_is_stored_and_not_shown(seen: dict[str, Any]) -> None:
    """The API shows none of a server in BUILD."""
    assert seen["save"]["stored"]
    assert seen["save"]["fault"] is None
    assert not [line for line in seen["save"]["log"] if line[1] not in NOISE]


def test_the_room_stays_taken(seen: dict[str, Any]) -> None:
    """After what conductor does not finish, until someone deletes it."""
    kept = {name for name in CASES if seen[name].get("allocations")}
    assert kept == {"recheck", "create", "second cast", "first host"}
    freed = {name for name in CASES if seen[name]["freed"]}
    assert freed == kept - {"first host"}


def test_a_request_that_was_not_sent_is_listed(seen: dict[str, Any]) -> None:
    """The user sees a server that no service will work on."""
    assert seen["first cast"]["listed"]


def test_the_table_of_failures(seen: dict[str, Any]) -> None:
    """Who hears of each."""
    rows: list[Row] = []
    for name, (failed, _) in CASES.items():
        real = seen[name]
        left = real["status"] is not None
        place = f"in {real['record']}" if left and real["record"] else ""
        server = f"{real['status']} {place or 'in no cell'}"
        told = []
        if name != "first host":
            events = real["events"] if left else []
            told += [f'event "{event}"' for event in events]
        told += [f"notification `{n}`" for n in real["notifications"]]
        loggers = {logger for _, logger, _ in real["log"]} - NOISE
        told += [f"log: `{logger}`" for logger in sorted(loggers)]
        rows.append(
            {
                "failed": failed,
                "answer": str(real["http"]),
                "server": server if left else "none",
                "fault": (real["fault"] if left else None) or "none",
                "told": told or ["nothing"],
            }
        )
    recorded("boot_failures", rows)


# Loggers of what is missing in the test's surroundings, not of the request.
# The last is the services' heartbeat, which beats beside the request.
NOISE = {
    "stevedore.extension",
    "nova.api.validation",
    "nova.servicegroup.drivers.db",
}


def test_versioned_notifications_are_off_by_default(nova: Nova) -> None:
    """Also if the notifier has a driver."""
    rpc, conf = imported("nova.rpc"), imported("nova.conf").CONF
    sent: list[str] = []
    send = rpc.if_notifications_enabled(lambda: sent.append("sent"))
    with mock.patch.object(rpc, "NOTIFIER"):  # It says that it is enabled.
        send()
        assert sent == []
        with conf_fixture.Config(conf) as changed:
            changed.config(group="notifications", notification_format="both")
            send()
    assert sent == ["sent"]
