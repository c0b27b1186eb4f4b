"""What happens in a whole Nova while a server is deleted, in order.

The diary takes log messages, notifications, what is saved in the database,
what the hypervisor is asked for, and who sees the exception.
"""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any
from unittest import mock

from tests.nova.exceptions import chain

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
        chain: The types of the exception that reached the caller, of its
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
            raised = record.exc_info[1] if record.exc_info else None
            self.chain += [type(error).__name__ for error in chain(raised)]
            self.ended.set()


def entries(traced: TracebackType) -> list[list[str]]:
    """File, function and code of each entry, without this folder's mocks."""
    return [
        [
            entry.filename.rpartition("site-packages/")[2],
            entry.name,
            str(entry.line),
        ]
        for entry in traceback.extract_tb(traced)
        if Path(entry.filename).parent != Path(__file__).parent
    ]


def told(error: BaseException) -> str:
    """An exception's type and text."""
    return f"{type(error).__name__}: {error}"


class Lock:
    """Replace the lock of an instance."""

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
