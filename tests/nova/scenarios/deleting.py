"""Servers that are deleted, and servers that are not, in a whole Nova.

Each scenario writes a diary of what can be seen at the seams, in order: log
lines, notifications, what is saved in the database, what the hypervisor is
asked for, and who sees the exception.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from pkgutil import resolve_name
from types import FrameType, TracebackType
from typing import Any
from unittest import mock

from tests.nova.deployment import main

# Functions that act for the one that calls them, which is named instead.
_DEPUTIES = {
    "__enter__",
    "_emit_legacy_exception_notification",
    "_emit_versioned_exception_notification",
    "_instance_update",
    "_notify_about_instance_usage",
    "_set_instance_obj_error_state",
    "add_instance_fault_from_exc",
    "notify_about_instance_action",
    "notify_about_instance_usage",
}
_DEPUTY_FILES = ("/nova/objects/", "/nova/notifications/", "/nova/rpc.py")

# Other services that run in this process, and the doors of this one.
_OTHERS = ("placement", "nova.api.openstack.requestlog")


class Diary(logging.Handler):
    """What happened, in order.

    Attributes:
        entries: Dictionaries with the keys `thread`, `where` (file and line),
            `function`, `kind` and `what`.
        tracebacks: For each logged line that has one, file, function and
            code of each entry.
        chain: The types of the exception that came out at last, of its
            context, and so on.
        states: The instance's state in each versioned notification.
        deleted: Whether `deleted_at` is set in it.
        ended: Set when nova-compute is done with a request.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        import nova

        super().__init__(logging.INFO)
        self.root = str(Path(nova.__file__).parents[1])
        self.entries: list[dict[str, str]] = []
        self.tracebacks: dict[str, list[list[str]]] = {}
        self.chain: list[str] = []
        self.states: dict[str, str] = {}
        self.deleted: dict[str, bool] = {}
        self.ended = threading.Event()

    def write(self, kind: str, what: str, frame: FrameType | None) -> None:
        """Write down what was done.

        Args:
            kind: Such as `saves`.
            what: What was done.
            frame: Where.
        """
        where = function = ""
        if frame is not None:
            file = frame.f_code.co_filename.removeprefix(self.root + "/")
            where = f"{file}:{frame.f_lineno}"
            function = frame.f_code.co_qualname.replace(".<locals>", "")
        self.entries.append(
            {
                "thread": threading.current_thread().name,
                "where": where,
                "function": function,
                "kind": kind,
                "what": what,
            }
        )

    def principal(self, frame: FrameType | None) -> FrameType | None:
        """The nearest frame of Nova that does not act for another one."""
        while frame is not None:
            name = frame.f_code.co_filename
            if (
                name.startswith(f"{self.root}/nova/")
                and "/tests/" not in name
                and not any(part in name for part in _DEPUTY_FILES)
                and frame.f_code.co_name not in _DEPUTIES
            ):
                return frame
            frame = frame.f_back
        return None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a log line down."""
        if record.name.startswith(_OTHERS):
            return
        frame: FrameType | None = sys._getframe()
        while frame and frame.f_code.co_filename != record.pathname:
            frame = frame.f_back
        message = record.getMessage()
        message = re.sub(r"\d+\.\d\d seconds", "N seconds", message)
        message = re.sub(r"\b[0-9a-f]{8}-[-0-9a-f]{27}\b", "UUID", message)
        if found := re.match(r"(.* dropped: )\[.*'(\w.*)\\n'\]$", message):
            # The last line of the traceback: type and text.
            message = f"{found[1]}[... {found[2].rpartition('.')[2]}]"
        text = f"{record.levelname} {record.name}: {message}"
        self.write("logs", text, frame)
        if record.exc_info and record.exc_info[2]:
            self.tracebacks[message] = entries(record.exc_info[2])
        if message == "Exception during message handling":
            error = record.exc_info and record.exc_info[1]
            while error:
                self.chain.append(type(error).__name__)
                error = error.__context__
            self.ended.set()


def entries(traced: TracebackType) -> list[list[str]]:
    """File, function and code of each entry, without the wrappers below."""
    return [
        [
            entry.filename.rpartition("site-packages/")[2],
            entry.name,
            str(entry.line),
        ]
        for entry in traceback.extract_tb(traced)
        if entry.filename != __file__
    ]


def told(error: BaseException) -> str:
    """An exception's type and text."""
    return f"{type(error).__name__}: {error}"


class Lock:
    """Stands around the lock of an instance."""

    def __init__(self, diary: Diary, real: Any) -> None:
        """Remember the real lock."""
        self.diary = diary
        self.real = real

    def __enter__(self) -> Any:
        """Lock."""
        return self.real.__enter__()

    def __exit__(self, *raised: Any) -> Any:
        """Write down that the lock sees an exception, and release it."""
        if raised[0] is not None:
            text = f"lock.__exit__ {told(raised[1])}"
            self.diary.write("sees", text, sys._getframe(1))
        return self.real.__exit__(*raised)


@contextmanager
def watched(cloud: Any) -> Iterator[Diary]:
    """Write down what happens.

    Args:
        cloud: The deployment.

    Yields:
        The diary.
    """
    diary = Diary()
    logging.getLogger().addHandler(diary)
    with ExitStack() as stack:
        stack.callback(logging.getLogger().removeHandler, diary)
        for patch in [*_exits(diary), *_seams(diary, cloud)]:
            stack.enter_context(patch)
        yield diary


def around(
    owner: Any,
    name: str,
    note: Callable[..., None],
    *,
    after: bool = False,
) -> Any:
    """Patch a function, so that a note is made before or after its call."""
    real = getattr(owner, name)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        frame = sys._getframe(1)
        if not after:
            note(frame, *args, **kwargs)
        found = real(*args, **kwargs)
        if after:
            note(frame, *args, **kwargs)
        return found

    return mock.patch.object(owner, name, wrapper)


def _exits(diary: Diary) -> Iterator[Any]:
    """Patches that tell who sees an exception."""
    from nova import manager, utils
    from nova.api.openstack import wsgi
    from nova.compute import utils as compute_utils
    from oslo_concurrency import lockutils
    from oslo_utils import excutils, timeutils

    def left(frame: Any, used: Any, *raised: Any) -> None:
        if raised[0] is not None:
            text = f"{type(used).__name__}.__exit__ {told(raised[1])}"
            diary.write("sees", text, frame)

    for kind in (
        compute_utils.EventReporter,
        timeutils.StopWatch,
        utils.FairLockGuard,
        wsgi.ResourceExceptionHandler,
    ):
        yield around(kind, "__exit__", left)

    helper = excutils.save_and_reraise_exception

    def saved(frame: Any, used: Any) -> None:
        diary.write("sees", f"helper {told(used.value)}", frame)

    def reraised(frame: Any, used: Any, *raised: Any) -> None:
        if raised[0] is not None:
            diary.write("leaves", f"{raised[0].__name__} comes out", frame)
        elif not used.reraise:
            diary.write("leaves", "does not re-raise", frame)

    yield around(helper, "__enter__", saved, after=True)
    yield around(helper, "__exit__", reraised, after=True)

    end = manager.Manager._record_task_end

    def ended(used: Any, key: int, *args: Any, **kwargs: Any) -> None:
        task = used._in_progress_tasks[key]["name"]
        error = sys.exception()
        if error:
            text = f"except {told(error)}"
            diary.write("sees", text, sys._getframe(1))
        end(used, key, *args, **kwargs)
        if task == "terminate_instance" and not error:
            diary.ended.set()

    yield mock.patch.object(manager.Manager, "_record_task_end", ended)
    real = lockutils.lock

    def lock(name: str, *args: Any, **kwargs: Any) -> Any:
        found = real(name, *args, **kwargs)
        # The others have names; an instance's is its uuid.
        return Lock(diary, found) if name.count("-") == 4 else found

    yield mock.patch.object(lockutils, "lock", lock)


def _seams(diary: Diary, cloud: Any) -> Iterator[Any]:
    """Patches that tell what is done."""
    from nova import objects, rpc
    from nova.compute import manager
    from nova.compute import utils as compute_utils
    from nova.db.main import api as database
    from nova.notifications.objects import base

    def note(kind: str, text: Callable[..., str]) -> Callable[..., None]:
        def made(frame: Any, *args: Any, **kwargs: Any) -> None:
            where = diary.principal(frame)
            diary.write(kind, text(*args, **kwargs), where)

        return made

    def legacy(_: Any, level: str, __: Any, event: str, ___: Any) -> str:
        return f"{level.upper()} {event} (legacy)"

    def versioned(
        used: Any, _: Any, event_type: str, payload: Any, **__: Any
    ) -> str:
        data = payload["nova_object.data"]
        if state := data.get("state"):
            diary.states[event_type] = state
            diary.deleted[event_type] = data["deleted_at"] is not None
        return f"{used.priority.upper()} {event_type} (versioned)"

    def usage(_: Any, __: Any, ___: Any, suffix: str, **____: Any) -> str:
        return f"INFO compute.instance.{suffix} (legacy)"

    # A notifier that was made before the patch keeps the real method.
    name = "notify_about_instance_usage"
    yield around(compute_utils, name, note("notifies", usage), after=True)
    notifier = rpc.LegacyValidatingNotifier
    yield around(notifier, "_notify", note("notifies", legacy))
    emitter = base.NotificationBase
    yield around(emitter, "_emit", note("notifies", versioned))

    def fault(made: Any) -> str:
        return f"fault: {made.code} {made.message}"

    def event(_: Any, values: Any) -> str:
        result = values.get("result")
        return f"event {values['event']}: {result or 'started'}"

    def action(_: Any, values: Any) -> str:
        return f"action {values['action']}"

    for owner, name, text in (
        (objects.InstanceFault, "create", fault),
        (database, "action_start", action),
        (database, "action_event_start", event),
        (database, "action_event_finish", event),
    ):
        yield around(owner, name, note("saves", text), after=True)

    save = objects.Instance.save

    def saves(instance: Any, *args: Any, **kwargs: Any) -> Any:
        states = ("vm_state", "task_state")
        changed = ", ".join(
            f"{name} {instance[name]}"
            for name in states
            if name in instance.obj_what_changed()
        )
        found = save(instance, *args, **kwargs)
        if changed:
            frame = diary.principal(sys._getframe(1))
            diary.write("saves", f"instance: {changed}", frame)
        return found

    yield mock.patch.object(objects.Instance, "save", saves)

    def destroys(*_: Any, **__: Any) -> str:
        return "destroys the guest"

    asked = note("asks", destroys)
    yield around(cloud.compute.driver, "destroy", asked, after=True)

    loop = manager.loopingcall.LoopingCallBase
    sleep = loop._sleep

    def waits(used: Any, seconds: float) -> None:
        if "RetryDecorator" in used.f.__qualname__:
            diary.write("waits", f"{seconds} s", sys._getframe(1))
        else:
            sleep(used, seconds)

    yield mock.patch.object(loop, "_sleep", waits)


@contextmanager
def neutron_down(cloud: Any) -> Iterator[None]:
    """Nobody can reach Neutron."""
    from keystoneauth1.exceptions import ConnectFailure

    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectFailure("connection refused")

    with mock.patch.object(cloud.neutron, "list_ports", refuse):
        yield


@contextmanager
def refused(*names: str) -> Iterator[None]:
    """The database refuses what nova-compute saves after a failure."""
    from nova import objects
    from nova.db.main import api as database

    lost = resolve_name("oslo_db.exception:DBConnectionError")

    def refuse(what: str, owner: Any, name: str) -> Any:
        real = getattr(owner, name)

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if sys.exception() is None:
                return real(*args, **kwargs)
            raise lost(f"cannot save the {what}")

        return mock.patch.object(owner, name, wrapper)

    seams = {
        "instance": (objects.Instance, "save"),
        "fault": (objects.InstanceFault, "create"),
        "event": (database, "action_event_finish"),
    }
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(refuse(name, *seams[name]))
        yield


def create(cloud: Any) -> str:
    """Boot a server, and wait until every service knows of it."""
    uuid: str = cloud._create_server(networks="auto")["id"]
    cloud.known_to_scheduler(uuid)
    return uuid


def delete(cloud: Any, uuid: str) -> Diary:
    """Send DELETE, and wait until nova-compute is done."""
    with watched(cloud) as diary:
        status = request(cloud.api, "DELETE", uuid)[0]
        diary.write("answers", str(status), None)
        if not any("ignoring" in entry["what"] for entry in diary.entries):
            assert diary.ended.wait(20), diary.entries
    return diary


def request(
    api: Any, method: str, uuid: str, rest: str = ""
) -> tuple[int, Any]:
    """Send a request, and return the status and the body's only value."""
    answer = api.api_request(f"/servers/{uuid}{rest}", method=method)
    if not answer.text:
        return answer.status_code, None
    [value] = answer.json().values()
    return answer.status_code, value


def seen_by(api: Any, uuid: str) -> dict[str, Any]:
    """What a client reads of a server and of the last thing done to it."""
    code, server = request(api, "GET", uuid)
    if code == 404:
        return {"code": code}
    _, [action, *_] = request(api, "GET", uuid, "/os-instance-actions")
    rest = f"/os-instance-actions/{action['request_id']}"
    _, detail = request(api, "GET", uuid, rest)
    return {
        "code": code,
        "status": server["status"],
        "vm_state": server["OS-EXT-STS:vm_state"],
        "task_state": server["OS-EXT-STS:task_state"],
        "fault": server.get("fault"),
        "action": action,
        "events": detail["events"],
    }


def deleting(cloud: Any) -> object:
    """Deletes that succeed, and that fail in several ways.

    Returns:
        For each, the diary, the `with` that were reached, and what clients
        read afterwards.
    """
    found: dict[str, Any] = {}

    def done(name: str, uuid: str, *around: Any, trace: bool = False) -> None:
        with ExitStack() as stack:
            for manager in around:
                stack.enter_context(manager)
            tracing = cloud.tracing() if trace else nullcontext([])
            seen = stack.enter_context(tracing)
            diary = delete(cloud, uuid)
        found[name] = {**told_of(cloud, uuid, diary), "seen": seen}

    uuid = create(cloud)
    done("neutron down", uuid, neutron_down(cloud), trace=True)
    done("again", uuid, trace=True)
    cloud._tracer.remove()  # The rest is faster without.

    uuid = create(cloud)
    everything = refused("instance", "fault", "event")
    done("database down", uuid, neutron_down(cloud), everything)
    done("ignored", uuid)
    with watched(cloud) as diary:
        cloud.restart_compute_service(cloud.compute)
    found["restarted"] = told_of(cloud, uuid, diary)

    uuid = create(cloud)
    done("no fault", uuid, neutron_down(cloud), refused("fault"))

    uuid = create(cloud)
    [service] = cloud.admin_api.get_services(binary="nova-compute")
    for name, down in {"local fails": True, "local ignored": False}.items():
        forced = {"forced_down": down}
        cloud.admin_api.put_service(service["id"], forced)
        neutron = neutron_down(cloud) if down else nullcontext()
        with neutron, watched(cloud) as diary:
            answer = request(cloud.api, "DELETE", uuid)
        found[name] = {**told_of(cloud, uuid, diary), "answer": answer}
    reset = {"os-resetState": {"state": "active"}}
    cloud.admin_api.post_server_action(uuid, reset)
    done("reset", uuid)

    uuid = create(cloud)
    lose_host(uuid)
    with watched(cloud) as diary:
        answer = request(cloud.api, "DELETE", uuid)
    found["no host"] = {**told_of(cloud, uuid, diary), "answer": answer}
    return found


def lose_host(uuid: str) -> None:
    """Save a server as one that is not on a host."""
    from nova import context, objects

    admin = context.get_admin_context()
    mapping = objects.InstanceMapping.get_by_instance_uuid(admin, uuid)
    with context.target_cell(admin, mapping.cell_mapping) as targeted:
        instance = objects.Instance.get_by_uuid(targeted, uuid)
        instance.vm_state = "building"
        instance.host = instance.node = instance.compute_id = None
        instance.save()


def told_of(cloud: Any, uuid: str, diary: Diary) -> dict[str, Any]:
    """A diary, and what clients read afterwards."""
    return {
        "entries": diary.entries,
        "tracebacks": diary.tracebacks,
        "chain": diary.chain,
        "states": diary.states,
        "deleted": diary.deleted,
        "user": seen_by(cloud.api, uuid),
        "admin": seen_by(cloud.admin_api, uuid),
    }


if __name__ == "__main__":
    main(deleting, trace=True)
