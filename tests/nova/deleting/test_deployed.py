"""Deletes that fail in a whole Nova, asked for by HTTP.

`tests/nova/scenarios/deleting.py` says what is mocked there.
"""

import datetime
import itertools
import json
import logging
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from oslo_utils import timeutils

from examples.case_studies import deleting as model
from render.blocks import path as paths
from tests.nova.conftest import Nova, imported
from tests.nova.deleting.printed import common, modelled
from tests.nova.deployment import deployed
from tests.nova.recording import Row, recorded
from tests.project import blocks, page

PAGE = page(Path(model.__file__))
SCENARIO = "tests.nova.scenarios.deleting"
WITH = "with excutils.save_and_reraise_exception("
Entry = dict[str, str]


def ran(name: str) -> Any:
    """What a scenario of the whole Nova wrote down."""
    return deployed(SCENARIO)["deleting"][name]


def in_order(entries: list[Entry]) -> list[Entry]:
    """The diary of nova-api, then that of nova-compute."""
    api = [e for e in entries if e["thread"] == "MainThread"]
    return api + [e for e in entries if e["thread"] != "MainThread"]


def short(function: str) -> str:
    """What a page calls a function: a decorator by its own name."""
    parts = function.split(".")
    inner = "decorated_function", "wrapped", "_tracked", "_func", "inner"
    name = parts[0] if parts[-1] in inner else parts[-1]
    return f"`{name}`"


def who(entry: Entry) -> str:
    """Who gets an exception, or does something."""
    place = short(entry["function"])
    if entry["kind"] != "sees":
        return place
    what, _, _ = entry["what"].partition(" ")
    words = {
        "helper": f"handler in {place}",
        "except": f"`except` in {place}",
        "lock.__exit__": f"lock of {place}",
    }
    return words.get(what, f"`{what}` in {place}")


# What is done where nothing can be seen of it.
SILENT = {
    "StopWatch.__exit__": "stops its watch",
    "FairLockGuard.__exit__": "releases the locks of shared volumes",
    "lock.__exit__": "releases the lock of the instance",
    "except": "counts the request as ended",
}


def quiet(entry: Entry) -> bool:
    """Whether an entry says only that an exception was caught."""
    return entry["kind"] == "sees" and entry["what"].startswith("helper ")


def does(entry: Entry) -> str:
    """An entry as words."""
    kind, what = entry["kind"], entry["what"]
    if kind == "sees":
        return SILENT.get(what.split(" ")[0], "")
    if kind == "logs":
        level, _, rest = what.partition(" ")
        logger, _, message = rest.partition(": ")
        # Names as long as a line have their beginning left out.
        message = re.sub(r"'\w+(\.[\w<>]+){4,}\.(\w+)'", r"'...\2'", message)
        return f"logs {level}: {message} ({logger})"
    if kind == "notifies":
        level, name, form = what.split(" ")
        return f"notifies {level}: {name} {form}"
    if kind == "answers":
        return f"answers {what}"
    if kind == "asks":
        return f"hypervisor's driver: {what}"
    if kind in ("leaves", "waits"):
        return what if kind == "leaves" else f"waits {what}"
    return f"{kind} {what}"


def gathered(entries: list[Entry]) -> list[tuple[Entry, list[Entry]]]:
    """Whoever acts, with what it does; what is done again comes once."""
    found: list[tuple[Entry, list[Entry]]] = []
    for entry in entries:
        last = found[-1] if found else None
        inside = (
            last
            and entry["kind"] != "sees"
            and (
                entry["function"] == last[0]["function"]
                or "oslo_utils/" in entry["where"]
                or (last[0]["kind"] == "sees" and entry["kind"] == "saves")
            )
        )
        if inside and last:
            last[1].append(entry)
        else:
            found.append((entry, [] if quiet(entry) else [entry]))
    return found


def timeline(entries: list[Entry]) -> list[Row]:
    """The rows of a table."""
    rows: dict[tuple[str, str], list[list[str]]] = {}
    for entry, acts in gathered(in_order(entries)):
        key = who(entry), entry["where"]
        rows.setdefault(key, []).append([does(act) for act in acts])
    return [
        {
            "who": [
                f"{number}. {name}"
                + (f", {len(times)} times" if len(times) > 1 else ""),
                where,
            ],
            "what": [
                text if count in (1, len(times)) else f"{text}, {count} times"
                for text, count in Counter(itertools.chain(*times)).items()
                if text
            ],
        }
        for number, ((name, where), times) in enumerate(rows.items(), 1)
    ]


def test_the_order_of_the_handlers() -> None:
    """Everything that can be seen of a delete while Neutron is down."""
    found = ran("neutron down")
    kinds = [who(e) for e in found["entries"] if e["kind"] == "sees"]
    assert kinds[-1] == "`except` in `_TrackingEndpointWrapper`"
    assert found["chain"] == ["ConnectFailure"]
    rows = timeline([e for e in found["entries"] if e["where"]])
    recorded("deleting", rows)


def test_the_answer_does_not_wait() -> None:
    """nova-api sees no exception: its part is the same either way."""
    parts = [
        [
            (e["where"], e["what"])
            for e in ran(name)["entries"]
            if e["thread"] == "MainThread"
        ]
        for name in ("neutron down", "again")
    ]
    assert parts[0] == parts[1]
    assert parts[0][-1] == ("", "204")


def helpers(entries: list[list[str]]) -> tuple[int, int, int]:
    """Count helpers, their entries, and all entries of a traceback."""
    lines = [code for _, _, code in entries if code.startswith(WITH)]
    inside = [file for file, _, _ in entries if file.endswith("excutils.py")]
    return len(lines), len(lines) + len(inside), len(entries)


def test_a_helper_adds_three_entries() -> None:
    """Six of Nova's and one of oslo.service's: 21 of 43 entries."""
    traced = ran("neutron down")["tracebacks"]
    last = traced["Exception during message handling"]
    assert helpers(last) == (7, 21, 43)
    assert helpers(traced["Setting instance vm_state to ERROR"]) == (3, 9, 21)
    names = [name for file, name, _ in last if file.endswith("excutils.py")]
    assert names == ["__exit__", "force_reraise"] * 7
    at = [n for n, entry in enumerate(last) if entry[2].startswith(WITH)]
    for number in at:
        # The function again, now at the line that raised.
        assert last[number + 3][:2] == last[number][:2]
    own = [e for e in last if e[0].startswith("nova/")]
    lowest = [e for e in own if "/tests/" not in e[0]][-1]
    assert lowest[2] == "data = neutron.list_ports(**search_opts)"
    files = [last[number][0] for number in at]
    assert files.count("oslo_service/backend/_common/loopingcall.py") == 1
    # Those around each attempt wait for `ConnectFailure` only.
    final = ran("final")["tracebacks"]["Exception during message handling"]
    assert helpers(final)[:2] == (5, 15)


def stored(text: str) -> str:
    """A traceback that is stored, as words."""
    traced = re.findall(r'^  File "(.*)", line \d+, in (\w+)$', text, re.M)
    inside = [file for file, _ in traced if file.endswith("excutils.py")]
    return f"is there, with {len(inside) // 2} helpers in it"


def test_what_clients_read() -> None:
    """The user reads the type of the exception, the administrator where."""
    found = ran("neutron down")
    columns = []
    for client in "user", "admin":
        seen = found[client]
        fault, action = seen["fault"], seen["action"]
        [event] = seen["events"]
        state = seen["task_state"]
        details = fault.get("details")
        columns.append(
            [
                [
                    f"`status` {seen['status']}",
                    f"`OS-EXT-STS:vm_state` {seen['vm_state']}",
                    f"`OS-EXT-STS:task_state` {json.dumps(state)}",
                    f"`fault.code` {fault['code']}",
                    f"`fault.message` {fault['message']}",
                    "`fault.details` "
                    + (stored(details) if details else "is left out"),
                ],
                [
                    f"`action` {action['action']}",
                    f"`message` {action['message']}",
                ],
                [
                    f"`event` {event['event']}",
                    f"`result` {event['result']}",
                    f"`details` {event.get('details', 'is left out')}",
                    "`traceback` "
                    + (
                        stored(event["traceback"])
                        if "traceback" in event
                        else "is left out"
                    ),
                ],
            ]
        )
    requests = [
        "`GET /servers/{id}`",
        "`GET /servers/{id}/os-instance-actions`",
        "`GET /servers/{id}/os-instance-actions/{request_id}`",
    ]
    rows: list[Row] = [
        {"request": request, "user": user, "admin": admin}
        for request, user, admin in zip(requests, *columns, strict=True)
    ]
    recorded("deleting_read", rows)


def test_delete_again() -> None:
    """Neutron is back: the second request ends what the first began."""
    found = ran("again")
    assert found["user"] == {"code": 404}
    ends = [e["what"] for e in found["entries"] if e["kind"] == "saves"]
    assert "instance: vm_state deleted, task_state None" in ends
    assert ends[-1] == "event compute_terminate_instance: Success"
    assert not [e for e in found["entries"] if e["kind"] == "sees"]
    assert asked("again") == ["destroys the guest"]


def test_two_things_fail() -> None:
    """Who sees which exception when the database fails as well."""
    columns: list[dict[str, list[str]]] = []
    for name in "no fault", "database down":
        column: dict[str, list[str]] = {}
        for entry, acts in gathered(in_order(ran(name)["entries"])):
            if entry["kind"] == "sees":
                seen = entry["what"].partition(" ")[2]
                column[who(entry)] = [f"gets {seen}"]
                for act in acts:
                    if "being dropped" in act["what"]:
                        column[who(entry)] += [
                            'logs "Original exception being dropped"'
                        ]
        columns.append(column)
    fault, everything = columns
    assert list(fault) == list(everything)
    after = list(fault).index("handler in `_try_deallocate_network`")
    rows: list[Row] = [
        {"who": name, "fault": fault[name], "everything": everything[name]}
        for name in list(fault)[after:]
    ]
    recorded("deleting_twice", rows)


def asked(name: str) -> list[str]:
    """What nova-compute asked the hypervisor for."""
    entries = ran(name)["entries"]
    return [e["what"] for e in entries if e["kind"] == "asks"]


def test_without_a_port_in_the_cache_the_guest_goes_on() -> None:
    """Nova asks Neutron for the ports first, and nobody saves that."""
    assert asked("neutron down") == ["destroys the guest"]
    assert asked("no ports") == []
    seen = [who(e) for e in ran("no ports")["entries"] if e["kind"] == "sees"]
    release = "handler in `_try_deallocate_network`"
    first, *_ = seen
    assert first == "`FairLockGuard.__exit__` in `_delete_instance`"
    before = [e for e in ran("neutron down")["entries"] if e["kind"] == "sees"]
    inside = [who(e) for e in before]
    # From there outwards, both are the same.
    assert inside[inside.index(release) + 1 :] == seen


def state(name: str) -> Row:
    """What a user reads of a server after a scenario."""
    seen = ran(name)["user"]
    if seen["code"] == 404:
        return {"server": "gone: 404"}
    fault, event = seen["fault"], seen["events"][0]
    result = event["result"] or "not ended"
    return {
        "server": f"{seen['status']}, task {json.dumps(seen['task_state'])}",
        "fault": fault["message"] if fault else "none",
        "event": result if "terminate" in event["event"] else "none",
    }


def test_what_becomes_of_the_server() -> None:
    """Where nobody can clear the task, later requests are ignored."""
    ignored = (
        "INFO nova.compute.api: "
        "Instance is already in deleting state, ignoring this request"
    )
    rows: list[Row] = []
    for name, text in {
        "neutron down": "Neutron is down",
        "again": "then Neutron works, and the user deletes again",
        "no ports": "Neutron is down, and the server has no port",
        "no fault": "Neutron is down, the fault cannot be saved",
        "database down": "Neutron is down, nothing can be saved",
        "ignored": "then both work, and the user deletes again",
        "restarted": "then nova-compute is started again",
        "local fails": "nova-compute and Neutron are down",
        "local ignored": "then both work, and the user deletes again",
        "reset": "then the state is reset, and the user deletes again",
    }.items():
        found = ran(name)
        [answer, *_] = found.get("answer", ["204"])
        if name == "restarted":
            answer = "no request"
        logged = [e["what"] for e in found["entries"] if e["kind"] == "logs"]
        note = ", ignored" if ignored in logged else ""
        guest = "called" if asked(name) else "not called"
        row = {"case": text, "answer": f"{answer}{note}", "guest": guest}
        rows.append({**row, **state(name)})
    recorded("deleting_after", rows)


def test_a_local_delete_says_that_it_ended() -> None:
    """Both notifications are sent, though the server is still there."""
    entries = ran("local fails")["entries"]
    sent = [
        e["what"].split(" ")[1] for e in entries if e["kind"] == "notifies"
    ]
    assert sent == [
        "compute.instance.delete.start",
        "instance.delete.start",
        "compute.instance.delete.end",
        "instance.delete.end",
    ]
    code, body = ran("local fails")["answer"]
    assert code == body["code"] == 500
    assert "ConnectFailure" in body["message"]
    assert ran("local fails")["states"] == {
        "instance.delete.start": "active",
        "instance.delete.end": "active",
    }
    assert not any(ran("local fails")["deleted"].values())


@pytest.mark.parametrize(
    ("name", "state"), [("again", "deleted"), ("no host", "building")]
)
def test_what_says_that_it_is_deleted(name: str, state: str) -> None:
    """`deleted_at` does, and `state` only where the server had a host."""
    found = ran(name)
    assert found["user"] == {"code": 404}
    assert found["states"]["instance.delete.end"] == state
    assert found["deleted"]["instance.delete.end"]
    assert not found["deleted"]["instance.delete.start"]


# What the database refuses to save, besides what Neutron does.
_ALL = ("vm_state", "fault", "result", "task_state")
_DOWN = model.ConnectFailure("refused")
MODEL = {
    "again": model.Nova(),
    "neutron down": model.Nova(_DOWN),
    "gone": model.Nova(gone=True),
    "no fault": model.Nova(_DOWN, refused=("fault",)),
    "database down": model.Nova(_DOWN, refused=_ALL),
}


@pytest.mark.parametrize("name", MODEL)
def test_the_model_does_what_nova_does(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everyone sees the same, in the same order, and saves the same."""
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, force=True)
    model.report(model.terminate, MODEL[name])
    ours = common(capsys.readouterr().out.splitlines())
    assert len(ours) > 3
    assert common(modelled(ran(name)["entries"], ran(name)["chain"])) == ours


# Transactions of the database, and locks inside data structures.
NOT_DRAWN = {
    "db/main/api.py",
    "compute/provider_tree.py",
    "thread_pool_factory.py",
}


@cache
def drawn() -> set[tuple[str, int]]:
    """File and line of each `with` in the page's picture."""
    tree = PAGE.with_name("deleting_calls.md")
    [source] = [text for _, kind, text in blocks(tree) if kind == "path"]
    return {
        (line.file.removeprefix("nova/"), line.line)
        for step in paths.parse(source)
        for inner in step.walk()
        if inner.kind in ("with", "handler")
        for line in inner.lines
    }


def reached() -> dict[tuple[str, int], str]:
    """Each `with` that a failed and a successful delete came by."""
    return {
        (found["file"], found["line"]): found["function"]
        for name in ("neutron down", "again")
        for found in ran(name)["seen"]
        if found["file"] not in NOT_DRAWN
    }


def test_every_with_is_in_the_picture() -> None:
    """What two real deletes came by, they came by in the picture."""
    found = reached()
    assert len(found) > 15
    assert not {p: found[p] for p in set(found) - drawn()}


def test_what_the_picture_has_beside_that() -> None:
    """The page says of each why a delete does not come by."""
    lines = {
        line: path.removesuffix(".py").rpartition("/")[2]
        for path, line in drawn() - set(reached())
    }
    assert Counter(lines.values()) == NOT_REACHED


# For each file, how many: the API's own deletes; a task that was preempted
# and the two of a driver that fails; EventReporter's; placement's others.
NOT_REACHED = {"api": 6, "manager": 3, "utils": 1, "report": 4}


def test_when_nova_compute_counts_as_down(nova: Nova) -> None:
    """By the age of its last report or an operator, not by its process."""
    driver = imported("nova.servicegroup.drivers.db").DbDriver()
    seconds = imported("nova.conf").CONF.service_down_time
    assert seconds == 60
    assert "`service_down_time`, 60 seconds" in PAGE.read_text("utf-8")
    now = timeutils.utcnow()
    for age, up in (seconds - 5, True), (seconds + 5, False):
        seen = now - datetime.timedelta(seconds=age)
        assert driver.is_up({"last_seen_up": seen}) == up
    group = imported("nova.servicegroup").API()
    assert not group.service_is_up({"last_seen_up": now, "forced_down": True})
