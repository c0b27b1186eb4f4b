"""A delete that fails, in the model, in nova-compute, and in a whole Nova.

`ComputeManager.terminate_instance` of Nova 34.0.0 runs for real, with its
decorators and with all that it calls inside Nova. Stood in for is what lies
outside:

- the database: `Instance.save` and `destroy`, `InstanceFault.create`, start
  and end of `InstanceActionEvent`;
- `network_api`, `driver` and `share_manager`: Neutron, the hypervisor, Manila;
- placement, below `_update_resource_tracker` and `_complete_deletion`;
- the notifications, and sleeping between attempts.

The same deletes are then asked for by HTTP of a whole Nova; the module of the
scenarios says what is stood in for there.
"""

import itertools
import json
import logging
import re
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from oslo_utils import excutils

from examples.nova import deleting as model
from render.blocks import path as paths
from render.sources.upstream import excerpt
from tests.nova.conftest import Nova
from tests.nova.deployment import deployed
from tests.nova.recording import Row, recorded
from tests.project import blocks, page

PAGE = page(Path(model.__file__))
HELPER = "with excutils.save_and_reraise_exception("

# What each side is to do, by what fails: Neutron, a row that is gone, and
# what the database refuses to save.
SCENARIOS: dict[str, tuple[bool, bool, tuple[str, ...]]] = {
    "works": (False, False, ()),
    "neutron down": (True, False, ()),
    "gone": (False, True, ()),
    "no fault": (True, False, ("fault",)),
    "no result": (True, False, ("result",)),
    "no task state": (True, False, ("task_state",)),
    "database down": (
        True,
        False,
        ("vm_state", "fault", "result", "task_state"),
    ),
}

# The model's names for functions of Nova.
NAMES = {
    "ComputeManager._try_deallocate_network": "release",
    "ComputeManager._delete_instance": "volume locks",
    "ComputeManager.terminate_instance.do_terminate_instance": "terminate",
    "synchronized.wrap.inner": "instance lock",
    "wrap_instance_fault.decorated_function": "wrap_instance_fault",
    "wrap_instance_event.helper.decorated_function": "EventReporter",
    "reverts_task_state.decorated_function": "reverts_task_state",
    "wrap_exception.inner.wrapped": "wrap_exception",
}
# What the model leaves out: the attempts, and a stop watch around each.
LEFT_OUT = {
    "ComputeManager._deallocate_network",
    "ComputeManager._try_deallocate_network._deallocate_network_with_retries",
    "RetryDecorator.__call__._func",
}
GONE = "the instance is gone", "Instance disappeared during terminate"


class Spoken(logging.Handler):
    """Turns log lines into the lines of the scenario."""

    def __init__(self, lines: list[str]) -> None:
        """Remember the list."""
        super().__init__(logging.INFO)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what the model logs as well."""
        text = record.getMessage()
        if record.name == "oslo_utils.excutils":
            last = text.removesuffix("\\n']").rpartition(", '")[2]
            name = last.partition(":")[0].rpartition(".")[2]
            self.lines.append(f"dropped {name}")
        elif text in GONE:
            self.lines.append("logs that the instance is gone")
        elif record.levelname == "WARNING" and "cannot save" in text:
            self.lines.append(f"WARNING {text.rpartition(': ')[2]}")


@contextmanager
def spoken(lines: list[str]) -> Iterator[None]:
    """Put log lines into a list."""
    handler, root = Spoken(lines), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)


def chain(call: Callable[[], object]) -> str:
    """What comes out of a call, with its context behind it."""
    names = []
    try:
        call()
    except Exception as error:
        link: BaseException | None = error
        while link:
            names.append(type(link).__name__)
            link = link.__context__
    return " < ".join(names) or "nothing"


def in_model(name: str) -> tuple[list[str], str]:
    """Run a scenario in the model."""
    down, gone, refused = SCENARIOS[name]
    neutron = model.ConnectFailure("refused") if down else None
    lines: list[str] = []

    def write(*words: object) -> None:
        lines.append(" ".join(map(str, words)).strip())

    with mock.patch.object(model, "print", write, create=True), spoken(lines):
        made = model.Nova(neutron, gone, refused)
        return lines, chain(lambda: model.terminate(made))


def in_nova(nova: Nova, name: str) -> tuple[list[str], str]:
    """Run a scenario in Nova."""
    down, gone, refused = SCENARIOS[name]
    lines: list[str] = []

    def save(what: str, value: object) -> None:
        if what in refused:
            raise OSError(f"cannot save {what}")
        if gone and what == "vm_state":
            raise nova.exception.InstanceNotFound(instance_id="vm-1")
        lines.append(f"saves {what}: {value}")

    with ExitStack() as stack:

        def patch(owner: Any, name: str, new: Any = mock.DEFAULT) -> Any:
            return stack.enter_context(mock.patch.object(owner, name, new))

        seams(nova, patch, save, lines)
        utils, compute_utils = nova.manager.utils, nova.manager.compute_utils
        stack.enter_context(_watched(utils.FairLockGuard, lines))
        stack.enter_context(_watched(compute_utils.EventReporter, lines))
        stack.enter_context(_watched_helper(lines))
        stack.enter_context(_watched_lock(lines))
        stack.enter_context(spoken(lines))
        error = nova.connection.ConnectFailure if down else None
        return lines, chain(terminate(nova, patch, error))


def seams(
    nova: Nova,
    patch: Callable[..., Any],
    save: Callable[[str, object], None] = lambda *_: None,
    lines: list[str] | None = None,
) -> None:
    """Stand in for what lies outside nova-compute.

    Args:
        nova: The real Nova.
        patch: Patches an attribute.
        save: Is told what is saved, and may refuse it.
        lines: Where notifications are written down.
    """
    notified = [] if lines is None else lines

    def saves(instance: Any, *_: object, **__: object) -> None:
        reverted = "task_state" in instance.obj_what_changed()
        deleted = instance.vm_state == "deleted"
        what = "task_state" if reverted and not deleted else "vm_state"
        save(what, instance[what])
        instance.obj_reset_changes()

    def begins(*_: object, **__: object) -> None:
        save("event", "started")

    def ends(*_: object, exc_val: object, **__: object) -> None:
        save("result", "Error" if exc_val else "Success")

    def faults(made: Any) -> None:
        save("fault", made.message)

    def notifies(_: object, error: object, *__: object) -> None:
        notified.append(f"notifies: {type(error).__name__}")

    objects, manager = nova.objects, nova.manager
    patch(objects.Instance, "save", saves)
    patch(objects.Instance, "destroy")
    patch(objects.InstanceFault, "create", faults)
    patch(objects.InstanceActionEvent, "event_start", begins)
    patch(objects.InstanceActionEvent, "event_finish_with_failure", ends)
    wrapper = manager.exception_wrapper
    patch(wrapper, "_emit_versioned_exception_notification")
    patch(wrapper, "_emit_legacy_exception_notification", notifies)
    for name in (
        "notify_about_instance_usage",
        "notify_about_instance_action",
        "delete_arqs_if_needed",
    ):
        patch(manager.compute_utils, name)
    patch(nova.looping, "_sleep")


def terminate(
    nova: Nova,
    patch: Callable[..., Any],
    neutron: Callable[[str], Exception] | None,
) -> Callable[[], object]:
    """A call of the real `terminate_instance`.

    Args:
        nova: The real Nova.
        patch: Patches an attribute.
        neutron: Makes the exception that Neutron raises.

    Returns:
        The call.
    """
    manager = nova.manager.ComputeManager.__new__(nova.manager.ComputeManager)
    manager.host = "compute"
    for name in "network_api", "driver", "notifier", "instance_events":
        setattr(manager, name, mock.Mock())
    manager.instance_events.clear_events_for_instance.return_value = None
    manager.share_manager = mock.Mock()
    manager.share_manager.get_share_info.return_value = []
    patch(manager, "_get_instance_block_device_info")
    patch(manager, "_update_resource_tracker")
    patch(manager, "_complete_deletion")
    if neutron:
        release = manager.network_api.deallocate_for_instance
        # Each attempt raises one of its own.
        release.side_effect = [neutron("refused") for _ in range(4)]
    info = nova.neutron.network_model.NetworkInfo()
    instance = nova.objects.Instance(
        nova.context,
        uuid="f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        vm_state="active",
        task_state="deleting",
        system_metadata={},
        info_cache=nova.objects.InstanceInfoCache(network_info=info),
    )
    instance.obj_reset_changes()
    context = mock.Mock()
    context.elevated.return_value = nova.context
    return lambda: manager.terminate_instance(context, instance, [])


def _sees(lines: list[str], function: str, kind: type | None) -> None:
    if kind and function not in LEFT_OUT:
        lines.append(f"{NAMES[function]} sees {kind.__name__}")


def _caller(depth: int) -> str:
    name = sys._getframe(depth + 1).f_code.co_qualname
    return name.replace(".<locals>", "")


def _watched(kind: Any, lines: list[str]) -> Any:
    """Write down which exceptions a context manager sees."""
    real = kind.__exit__

    def leave(manager: Any, *raised: Any) -> Any:
        _sees(lines, _caller(1), raised[0])
        return real(manager, *raised)

    return mock.patch.object(kind, "__exit__", leave)


def _watched_helper(lines: list[str]) -> Any:
    """Write down which exceptions the helper keeps."""
    helper = excutils.save_and_reraise_exception
    real = helper.__enter__

    def enter(used: Any) -> Any:
        found = real(used)
        _sees(lines, _caller(1), used.type_)
        return found

    return mock.patch.object(helper, "__enter__", enter)


def _watched_lock(lines: list[str]) -> Any:
    """Write down which exceptions the lock of an instance sees."""
    from oslo_concurrency import lockutils

    real = lockutils.lock

    class Lock:
        def __init__(self, *arguments: Any, **named: Any) -> None:
            self.lock = real(*arguments, **named)

        def __enter__(self) -> Any:
            return self.lock.__enter__()

        def __exit__(self, *raised: Any) -> Any:
            _sees(lines, _caller(1), raised[0])
            return self.lock.__exit__(*raised)

    return mock.patch.object(lockutils, "lock", Lock)


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_model_does_what_nova_does(nova: Nova, name: str) -> None:
    """Everyone sees the same, in the same order, and saves the same."""
    lines, out = in_model(name)
    assert lines
    assert in_nova(nova, name) == (lines, out)


SCENARIO = "tests.nova.scenarios.deleting"
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
    """Who sees an exception, or does something."""
    place = short(entry["function"])
    if entry["kind"] != "sees":
        return place
    what, _, _ = entry["what"].partition(" ")
    words = {
        "helper": f"the helper in {place}",
        "except": f"`except` in {place}",
        "lock.__exit__": f"the lock of {place}",
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
    """Whether an entry tells only that an exception was seen."""
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
        return f"asks the hypervisor: {what}"
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
    lines = [code for _, _, code in entries if code.startswith(HELPER)]
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
    at = [n for n, entry in enumerate(last) if entry[2].startswith(HELPER)]
    for number in at:
        # The function again, now at the line that raised.
        assert last[number + 3][:2] == last[number][:2]
    own = [e for e in last if e[0].startswith("nova/")]
    lowest = [e for e in own if "/tests/" not in e[0]][-1]
    assert lowest[2] == "data = neutron.list_ports(**search_opts)"
    files = [last[number][0] for number in at]
    assert files.count("oslo_service/backend/_common/loopingcall.py") == 1


def stored(text: str) -> str:
    """A traceback that is stored, as words."""
    traced = re.findall(r'^  File "(.*)", line \d+, in (\w+)$', text, re.M)
    own = [f for f, _ in traced if not f.endswith("scenarios/deleting.py")]
    inside = [file for file in own if file.endswith("excutils.py")]
    return f"is there, with {len(inside) // 2} helpers in it"


@pytest.mark.parametrize(("kind", "count"), [("tried", 7), ("final", 5)])
def test_fewer_helpers_see_an_error_that_is_final(
    nova: Nova, kind: str, count: int
) -> None:
    """Those around each attempt wait for `ConnectFailure` only."""
    with ExitStack() as stack:

        def patch(owner: Any, name: str, new: Any = mock.DEFAULT) -> Any:
            return stack.enter_context(mock.patch.object(owner, name, new))

        seams(nova, patch)
        refused = nova.connection.ConnectFailure
        call = terminate(nova, patch, refused if kind == "tried" else OSError)
        with pytest.raises((refused, OSError)) as caught:
            call()
    traced = [
        [entry.filename, entry.name, str(entry.line)]
        for entry in traceback.extract_tb(caught.value.__traceback__)
    ]
    assert helpers(traced)[:2] == (count, 3 * count)


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
    asked = [e["what"] for e in found["entries"] if e["kind"] == "asks"]
    assert asked == ["destroys the guest"]


def test_two_things_fail() -> None:
    """Who sees which exception when the database fails as well."""
    columns: list[dict[str, list[str]]] = []
    for name in "no fault", "database down":
        column: dict[str, list[str]] = {}
        for entry, acts in gathered(in_order(ran(name)["entries"])):
            if entry["kind"] == "sees":
                seen = entry["what"].partition(" ")[2]
                column[who(entry)] = [f"sees {seen}"]
                for act in acts:
                    if "being dropped" in act["what"]:
                        column[who(entry)] += ["logs that it is dropped"]
        columns.append(column)
    fault, everything = columns
    assert list(fault) == list(everything)
    after = list(fault).index("the helper in `_try_deallocate_network`")
    rows: list[Row] = [
        {"who": name, "fault": fault[name], "everything": everything[name]}
        for name in list(fault)[after:]
    ]
    recorded("deleting_twice", rows)
    assert ran("no fault")["chain"] == ["DBConnectionError", "ConnectFailure"]
    chained = ran("database down")["chain"]
    assert chained == ["DBConnectionError"] * 4 + ["ConnectFailure"]


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
        "again": "then it is back, and the user deletes again",
        "no fault": "Neutron is down, the fault cannot be saved",
        "database down": "Neutron is down, nothing can be saved",
        "ignored": "then both are back, and the user deletes again",
        "restarted": "then nova-compute is started again",
        "local fails": "nova-compute and Neutron are down",
        "local ignored": "then both are back, and the user deletes again",
        "reset": "then the state is reset, and the user deletes again",
    }.items():
        found = ran(name)
        [answer, *_] = found.get("answer", ["204"])
        if name == "restarted":
            answer = "no request"
        logged = [e["what"] for e in found["entries"] if e["kind"] == "logs"]
        note = ", ignored" if ignored in logged else ""
        row = {"case": text, "answer": f"{answer}{note}"}
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
    saved = [e["what"] for e in entries if e["kind"] == "saves"]
    assert saved == ["instance: task_state deleting"]
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


# Transactions of the database, and locks inside data structures.
NOT_DRAWN = {
    "db/main/api.py",
    "compute/provider_tree.py",
    "thread_pool_factory.py",
}


@cache
def drawn() -> set[tuple[str, int]]:
    """File and line of each `with` in the page's picture."""
    [source] = [text for _, kind, text in blocks(PAGE) if kind == "path"]
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

SAME = [
    "nova.compute.manager:ComputeManager.terminate_instance",
    "nova.compute.manager:ComputeManager._set_instance_obj_error_state",
    "nova.compute.manager:reverts_task_state",
    "nova.compute.manager:wrap_instance_fault",
    "nova.compute.utils:wrap_instance_event",
    "nova.compute.utils:EventReporter",
    "nova.compute.utils:add_instance_fault_from_exc",
    "nova.compute.utils:notify_about_instance_delete",
    "nova.api.openstack.wsgi:ResourceExceptionHandler",
]


@pytest.mark.parametrize("name", SAME)
def test_victoria_has_the_same(name: str) -> None:
    """The page says so."""
    assert excerpt(f"victoria {name}").source == excerpt(name).source


def test_victoria_has_no_guard_and_does_not_count() -> None:
    """Two parts of the picture are younger."""
    delete = "nova.compute.manager:ComputeManager._delete_instance"
    assert "FairLockGuard" in excerpt(delete).source
    assert "FairLockGuard" not in excerpt(f"victoria {delete}").source
    service = "nova.service:_TrackingEndpointWrapper"
    assert excerpt(service)
    with pytest.raises(LookupError):
        excerpt(f"victoria {service}")
