"""A whole Nova chooses hosts as the model does."""

import json
import re
from functools import partial
from typing import Any
from unittest import mock
from urllib.parse import parse_qs

import pytest

from examples.case_studies import flavor_to_host as model
from tests.nova.deployment import deployed
from tests.nova.flavor_to_host.scheduler import Scheduler, asked, spec
from tests.nova.recording import Row, recorded
from tests.nova.scenarios.flavor_to_host import CASES


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """What the scenarios returned."""
    found = deployed("tests.nova.scenarios.flavor_to_host")["flavors"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_whole_nova_does_what_the_model_does(
    whole: dict[str, Any], name: str
) -> None:
    """What the user is told, and which hosts are named."""
    flavor, down, lost = CASES[name]
    hosts = model.cloud()
    for host in hosts:
        host.up = host.name not in down

    def claim(host: model.Host, flavor: model.Flavor) -> bool:
        return host.name not in lost and model.claim(host, flavor)

    seen = whole["servers"][name]
    told = [f"{seen['http']} Accepted"]
    if seen["status"] == "ACTIVE":
        told.append(f"ACTIVE on {seen['host']}")
        expected = model.select_destinations(flavor, hosts, claim)
        assert seen["selected"] == expected
    else:
        told.append(f"{seen['status']}: {seen['fault']['message']!r}")
    with mock.patch.object(
        model,
        "select_destinations",
        partial(model.select_destinations, claim=claim),
    ):
        fresh = model.cloud()
        for host in fresh:
            host.up = host.name not in down
        assert told == list(model.boot(flavor, fresh))


def test_missing_hosts_are_recorded(whole: dict[str, Any]) -> None:
    """What the user sees, where it was raised, and the scheduler's log."""
    rows: list[Row] = []
    for text, name in [
        ("no host has the amounts", "too big"),
        ("a `trait:` names a trait that placement lacks", "trait misspelt"),
        ("a filter refuses every candidate", "host down"),
        ("other servers take every candidate first", "all claims lost"),
    ]:
        seen = whole["servers"][name]
        assert (seen["http"], seen["status"]) == (202, "ERROR")
        fault = seen["fault"]
        assert (fault["code"], "details" in fault) == (500, False)
        assert seen["details"].endswith(
            f"nova.exception.NoValidHost: {fault['message']}\n"
        )
        *_, (path, line, function) = re.findall(
            r'/(nova/scheduler/[\w/]+\.py)", line (\d+), in (\w+)',
            seen["details"],
        )
        rows.append(
            {
                "case": text,
                "message": f"`{fault['message'].rstrip()}`",
                "raised": [f"`{function}`", f"{path}:{line}"],
                "log": logged(seen["log"]) or ["nothing"],
            }
        )
        levels = [line[:2] for line in seen["log"]]
        assert ["ERROR", "nova.conductor.manager"] in levels
    recorded("flavor_to_host_missing", rows)


def logged(lines: list[list[str]]) -> list[str]:
    """The scheduler's lines, to the end of their first sentence."""
    found = []
    scheduling = re.compile(
        r"INFO nova\.(scheduler\.manager|filters)$"
        r"|WARNING nova\.scheduler\.filters\."
        r"|ERROR nova\.scheduler\."
    )
    for level, name, message in lines:
        if not scheduling.match(f"{level} {name}"):
            continue
        text = re.split(r"\. | API for| for the| has not", message)[0]
        text = re.sub(r"^\(.*$", "… has not been heard from in a while", text)
        found.append(f"{level} `{text}`")
    return found


def test_extra_specs_are_looked_at_by_the_api(whole: dict[str, Any]) -> None:
    """A misspelt name is refused, unless it may be somebody's own."""
    accepted = {n for n, said in whole["specs"].items() if said == "accepted"}
    assert accepted == {
        "trait:CUSTOM_SDD",
        "resources:CUSTOM_GPU",
        "hypervisor",
        "hardware:cpu_policy",
    }
    for name in whole["specs"].keys() - accepted:
        said = "does not appear to be a valid extra spec."
        assert whole["specs"][name].endswith(f"'{name}' {said}")


def test_the_selection_holds_the_claim(whole: dict[str, Any]) -> None:
    """The amounts for placement; no limits, which filters used to set."""
    seen = whole["servers"]["ordinary"]
    (claimed,) = json.loads(seen["request"])["allocations"].values()
    flavor, *_ = CASES["ordinary"]
    assert claimed["resources"] == model.resources(flavor)
    assert seen["limits"] == {}


def test_a_whole_nova_asks_what_the_table_says(
    whole: dict[str, Any], scheduler: Scheduler
) -> None:
    """The query without a service in between, and once for each server."""
    for name, (flavor, *_) in CASES.items():
        (query,) = whole["servers"][name]["queries"]
        expected = asked(scheduler, spec(scheduler, flavor))
        assert {k: v for k, (v,) in parse_qs(query).items()} == expected


def test_rare_requests(whole: dict[str, Any]) -> None:
    """What else the page says of queries, alternates and texts."""
    rare = whole["rare"]
    first, second = rare["pinned"]["queries"]
    assert first.replace("PCPU%3A2", "VCPU%3A2") == second != first
    assert rare["one attempt"]["selected"] == ["large"]
    texts = {
        name: rare[name]["fault"]["message"].rstrip()
        for name in ("placement down", "no aggregate")
    }
    assert texts == {
        "placement down": "No valid host was found.",
        "no aggregate": "No valid host was found. Scheduling failed: "
        "No hosts available for tenant",
    }
    warned = [text for _, _, text in rare["placement down"]["log"]]
    assert "Placement API service is not responding." in warned
