"""On which host an exception of an RPC is logged, and what the caller gets."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from oslo_utils import excutils

from tests.nova.conftest import imported
from tests.nova.exceptions import dropped
from tests.nova.over_rpc.wire import Wire, caught
from tests.nova.recording import Row, recorded
from tests.nova.releasing_ports.compute import compute

Caller = Callable[[Any], None]


def told(records: list[Any]) -> list[str]:
    """Log messages as cells; of the helper's, what was dropped."""
    found = []
    for record in records:
        text = record.getMessage()
        if lost := dropped([record]):
            last, *remote = lost[0].splitlines()
            text = f"Original exception being dropped: ... {last}"
        found.append(f"{record.levelname} `{text}`")
        if lost and remote:
            found.append("with the service's traceback")
    return found or ["nothing"]


def got(error: Any) -> list[str]:
    """What reached the caller, as a cell."""
    if error is None:
        return ["nothing"]
    cell = [f"`{type(error).__name__}`"]
    if hasattr(error, "exc_type"):
        cell.append(f"`exc_type` {error.exc_type}")
    if error.__context__:
        cell.append(f"context: `{type(error.__context__).__name__}`")
    return cell


def test_who_logs_what(wire: Wire) -> None:
    """By how the message is sent, and by what the method has around it.

    The methods are this test's; the decorators and `_object_dispatch` are
    the real ones.
    """
    missing = wire.nova.exception.InstanceNotFound
    expected = wire.messaging.expected_exceptions
    conductor = imported("nova.conductor.manager").ConductorManager
    database = imported("oslo_db.exception")
    rows: list[Row] = []

    def plain(_: object) -> None:
        raise missing(instance_id="vm-1")

    def clean_up() -> None:
        raise OSError("disk full")

    def clean(_: object) -> None:
        try:
            raise missing(instance_id="vm-1")
        except Exception:
            with excutils.save_and_reraise_exception():
                clean_up()

    class Instance:
        def save(self) -> None:
            raise database.DBDeadlock("deadlock")

        retried = imported("oslo_db.api").wrap_db_retry(
            max_retries=1, retry_interval=0, retry_on_deadlock=True
        )(save)

    def dispatched(_: object, name: str = "save") -> None:
        manager = conductor.__new__(conductor)
        manager._object_dispatch(Instance(), name, (), {})

    def retried(context: object) -> None:
        dispatched(context, "retried")

    def call(client: Any) -> None:
        client.call({}, "fail")

    def cast(client: Any) -> None:
        client.cast({}, "fail")
        client.call({}, "wait")  # Is answered after the cast was taken.

    def call_and_clean(client: Any) -> None:
        try:
            client.call({}, "fail")
        except Exception:
            with excutils.save_and_reraise_exception():
                clean_up()

    known = expected(missing)(plain)
    for what, method, caller in (
        ("a call", plain, call),
        ("a call, `expected_exceptions`", known, call),
        ("a cast", plain, cast),
        ("a cast, `expected_exceptions`", known, cast),
        ("a call of `_object_dispatch`", dispatched, call),
        ("the same, with a retry in the object's method", retried, call),
        ("a call, the helper's body fails in the service", clean, call),
        (
            "a call, the helper's body fails in the caller",
            plain,
            call_and_clean,
        ),
    ):
        wire.caplog.clear()
        error: Exception | None = None
        with wire.service(fail=method, wait=lambda _: None) as client:
            try:
                caller(client)
            except Exception as raised:
                error = raised
        logs = wire.logs()
        rows.append(
            {
                "sent": what,
                "service": told(logs["service"]),
                "caller": told(logs["caller"]),
                "got": got(error),
            }
        )
    recorded("over_rpc_logs", rows)


# In an interpreter of its own: nothing ends the thread that sends.
UNREACHABLE = """
import logging, os, sys, threading
from unittest import mock
from nova import monkey_patch
monkey_patch.patch(backend="threading")
from nova import context, rpc
from nova.conf import CONF
import oslo_messaging
CONF([], default_config_files=[])
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(message)s")
rpc.TRANSPORT = oslo_messaging.get_rpc_transport(CONF, sys.argv[1])
client = rpc.get_client(oslo_messaging.Target(topic="conductor"))
here = context.RequestContext("user", "project", is_admin=False)
def send(retry):
    try:
        client.prepare(**retry).cast(here, "build")
    except Exception:
        print("raised")
    else:
        print("sent")
for retry in {"retry": 0}, {}:
    print("cast", retry)
    thread = threading.Thread(target=send, args=[retry], daemon=True)
    thread.start()
    thread.join(6)
print("waits" if thread.is_alive() else "ended", flush=True)
os._exit(0)
"""


def test_a_cast_waits_for_a_broker_that_is_out_of_reach() -> None:
    """Nova's client sets no `retry`, so RabbitMQ's driver keeps trying.

    With `retry`, which Nova doesn't use, the cast raises.
    """
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # Nobody listens: it is refused.
        port = unused.getsockname()[1]
        done = subprocess.run(
            [
                *(sys.executable, "-W", "ignore", "-c", UNREACHABLE),
                f"rabbit://guest:guest@127.0.0.1:{port}/",
            ],
            capture_output=True,
            text=True,
            check=True,
        )
    _, limited, endless = done.stdout.split("cast ")
    assert "raised" in limited
    told = endless.splitlines()
    assert told.pop() == "waits"
    assert not {"raised", "sent"} & set(told)
    tries = [row for row in told if row.startswith("ERROR Connection failed")]
    assert len(tries) > 1


@pytest.mark.parametrize("expected", [False, True])
def test_the_service_logs_both_of_a_translated_exception(
    wire: Wire, expected: bool
) -> None:
    """The cause as well, and neither if the method expects the exception."""

    def translate(_: object) -> None:
        try:
            raise OSError("disk full")
        except OSError as error:
            raise ValueError("no disk") from error

    if expected:
        translate = wire.messaging.expected_exceptions(ValueError)(translate)
    with wire.service(fail=translate) as client:
        assert isinstance(caught(client), ValueError)
    shown = [r.exc_text or "" for r in wire.logs()["service"]]
    for row in "OSError: disk full", "ValueError: no disk":
        assert "".join(shown).count(row) == (not expected)


@contextmanager
def conductor(wire: Wire) -> Iterator[None]:
    """A nova-conductor, which this thread saves through, as nova-compute.

    The API, the messages and the manager are real, and so is what the service
    does with an object, up to the database.
    """
    rpc, base = imported("nova.rpc"), imported("nova.objects.base")
    module = imported("nova.conductor.manager")
    manager = module.ConductorManager.__new__(module.ConductorManager)
    own = threading.current_thread()

    class OnlyHere:
        """The services share a process, but not this attribute."""

        def __get__(self, *_: object) -> Any:
            return api if threading.current_thread() is own else None

    with mock.patch.object(rpc, "TRANSPORT", wire.transport):
        api = imported("nova.conductor.rpcapi").ConductorAPI()
        server = rpc.get_server(
            wire.messaging.Target(topic="conductor", server="host"),
            [manager],
            serializer=base.NovaObjectSerializer(),
        )
        server.start()
        try:
            with mock.patch.object(
                base.NovaObject, "indirection_api", OnlyHere()
            ):
                yield
        finally:
            server.stop()
            server.wait()


@contextmanager
def database(error: Exception) -> Iterator[mock.Mock]:
    """A database that refuses to update an instance."""
    name = "instance_update_and_get_original"
    with mock.patch.object(
        imported("nova.db.main.api"), name, side_effect=error
    ) as update:
        yield update


@pytest.mark.parametrize("name", ["DBDeadlock", "DBConnectionError"])
def test_the_databases_exception_is_a_remote_error(
    wire: Wire, name: str
) -> None:
    """`except DBDeadlock` does not match, and a retry for it does nothing."""
    kinds = imported("oslo_db.exception")
    retry = imported("oslo_db.api").wrap_db_retry(
        max_retries=3, retry_interval=0, retry_on_deadlock=True
    )
    instance = wire.nova.objects.Instance(
        wire.nova.context, uuid="f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    )
    instance.vm_state = "error"
    with (
        conductor(wire),
        database(getattr(kinds, name)("text")) as update,
        pytest.raises(wire.messaging.RemoteError) as error,
    ):
        retry(instance.save)()
    assert update.call_count == 1
    assert error.value.exc_type == name
    assert not isinstance(error.value, kinds.DBError)
    fault = wire.nova.manager.compute_utils.exception_to_dict(error.value)
    assert (fault["message"], fault["code"]) == ("RemoteError", 500)
    # In a process that asks the database by itself, both work.
    with (
        database(getattr(kinds, name)("text")) as update,
        pytest.raises(getattr(kinds, name)),
    ):
        retry(instance.save)()
    assert update.call_count == (4 if name == "DBDeadlock" else 1)


def test_a_missing_instance_is_still_caught(wire: Wire) -> None:
    """`except InstanceNotFound` matches the subclass that arrives."""
    missing = wire.nova.exception.InstanceNotFound
    instance = wire.nova.objects.Instance(
        wire.nova.context, uuid="f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    )
    instance.vm_state = "error"
    gone = missing(instance_id="vm-1")
    with conductor(wire), database(gone), pytest.raises(missing) as error:
        instance.save()
    assert type(error.value).__name__ == "InstanceNotFound_Remote"


def test_releasing_ports_through_a_conductor(wire: Wire) -> None:
    """Neutron is down, and the database behind nova-conductor as well."""
    save = wire.nova.objects.Instance.save
    lost = imported("oslo_db.exception").DBConnectionError("lost")
    with compute(wire.nova) as (manager, instance, _, _):
        release = manager.network_api.deallocate_for_instance
        release.side_effect = RuntimeError("500 from Neutron")
        instance.obj_reset_changes()
        kind = wire.nova.objects.Instance
        with (
            mock.patch.object(kind, "save", save),
            conductor(wire),
            database(lost),
            pytest.raises(wire.messaging.RemoteError) as error,
        ):
            manager._try_deallocate_network(wire.nova.context, instance)
    assert error.value.exc_type == "DBConnectionError"
    assert error.value.__context__ is release.side_effect
    logs = wire.logs()
    # nova-compute makes the attempts in a thread of its own.
    assert {r.name for r in logs["service"]} == {
        "oslo.service.backend._threading.loopingcall"
    }
    assert dropped(logs["caller"]) == ["RuntimeError: 500 from Neutron"]


def test_expected_exceptions_below_wrap_exception(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the wrong order, the notification names another exception."""
    wrapper = imported("nova.exception_wrapper")
    notified: list[str] = []

    def emit(_: object, error: Exception, *__: object) -> None:
        notified.append(type(error).__name__)

    monkeypatch.setattr(wrapper, "_emit_legacy_exception_notification", emit)
    monkeypatch.setattr(
        wrapper, "_emit_versioned_exception_notification", mock.Mock()
    )
    missing = wire.nova.exception.InstanceNotFound
    wrap = wrapper.wrap_exception(service="compute", binary="nova-compute")
    expect = wire.messaging.expected_exceptions(missing)

    def fail(self: object, context: object) -> None:
        raise missing(instance_id="vm-1")

    for method in expect(wrap(fail)), wrap(expect(fail)):

        def served(context: object, method: Any = method) -> None:
            method(None, context)

        with wire.service(fail=served) as client:
            assert isinstance(caught(client), missing)
    assert notified == ["InstanceNotFound", "ExpectedException"]
