"""What the caller of an RPC gets for an exception of the service."""

import ast
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from oslo_utils import excutils

from examples.case_studies import over_rpc as model
from render.sources.upstream import definition, excerpt
from tests.nova.conftest import imported
from tests.nova.over_rpc.wire import Wire, caught
from tests.nova.recording import Row, counted, recorded

TRACEBACK = "Traceback (most recent call last):"


# A SystemExit ends a thread of the service, which pytest warns of.
SILENT_EXIT = pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnhandledThreadExceptionWarning"
)
# Of these, the caller gets no reply.
LOST = "a builtin that JSON cannot hold", "no `Exception`"


def first(error: BaseException) -> str:
    """The beginning of an exception's message, as a cell."""
    line = str(error).replace("\\n", "\n").splitlines()[0]
    line, colon, _ = line.partition(" to message ID ")
    return f"`{line.strip()}{' ...' if colon else ''}`"


def kind(error: BaseException) -> list[str]:
    """An exception's class, and its module unless it is a builtin."""
    own = type(error)
    module = [f"of `{own.__module__}`"] * (own.__module__ != "builtins")
    return [f"`{own.__qualname__}`", *module]


def where(error: BaseException) -> str:
    """Where the service's traceback is."""
    if TRACEBACK in str(error):
        return "in the error message"
    if error.args and TRACEBACK in str(error.args[0]):
        return "in `args[0]` only"
    return "nowhere"


def raised(wire: Wire) -> dict[str, BaseException]:
    """What a service raises, by what is special about it."""
    nova = wire.nova.exception
    database = imported("oslo_db.exception")
    driver = type("NoRootDiskDefined", (nova.NovaException,), {})
    driver.__module__ = "nova.virt.vmwareapi.error_util"
    return {
        "a builtin": ValueError("no disk"),
        "a builtin, whose `args[0]` is no message": KeyError("vm-1"),
        "a builtin that makes its message": FileNotFoundError(2, "no image"),
        "in `nova.exception`": nova.InstanceNotFound(instance_id="vm-1"),
        "in `nova.exception`, with arguments of its own": (
            nova.InstanceFaultRollback(inner_exception=ValueError("no disk"))
        ),
        "Nova's, in another module": driver("no root disk"),
        "oslo.db's": database.DBDeadlock("deadlock"),
        "keystoneauth's": wire.nova.connection.ConnectFailure("refused"),
        "a builtin that JSON cannot hold": UnicodeDecodeError(
            "utf-8", b"\xff", 0, 1, "invalid start byte"
        ),
        "no `Exception`": SystemExit(1),
        "a builtin group": ExceptionGroup("two", [ValueError("no disk")]),
    }


@SILENT_EXIT
def test_what_arrives(wire: Wire) -> None:
    """Class, message, and which `except` clause matches."""
    rows: list[Row] = []
    kinds = raised(wire)

    def fail(_: object, what: str) -> None:
        raise kinds[what]

    with wire.service(fail=fail) as client:
        for what, error in kinds.items():
            wire.caplog.clear()
            wait = client.prepare(timeout=2 if what in LOST else 20)
            got = caught(wait, what=what)
            assert got is not error
            warned = [r.getMessage() for r in wire.logs()["caller"]]
            assert all(text.startswith("Failed to reb") for text in warned)
            same = isinstance(got, type(error))
            lost = isinstance(got, wire.messaging.MessagingTimeout)
            assert lost == (what in LOST)
            rows.append(
                {
                    "raised": [f"`{type(error).__name__}`", what],
                    "got": kind(got) + ["logs a WARNING" for _ in warned],
                    "matches": "yes" if same else "no",
                    "message": first(got),
                    "traceback": where(got),
                }
            )
    recorded("over_rpc", rows)


@pytest.mark.parametrize("name", ["InstanceNotFound", "ValueError"])
def test_a_subclass_only_of_novas_own(wire: Wire, name: str) -> None:
    """A builtin keeps its class, for it cannot be given another one."""
    error = next(e for e in raised(wire).values() if type(e).__name__ == name)
    got = type(wire.received(error))
    assert (got is type(error)) == (name == "ValueError")
    assert issubclass(got, type(error))


def test_a_caller_may_allow_another_module(wire: Wire) -> None:
    """Only the caller's list counts; Nova itself adds to it in tests alone."""
    rpc = imported("nova.rpc")
    error = raised(wire)["oslo.db's"]
    assert not isinstance(wire.received(error), type(error))
    rpc.add_extra_exmods(type(error).__module__)
    try:
        transport = rpc.create_transport(
            rpc.get_transport_url("kombu+memory://localhost/")
        )
    finally:
        rpc.clear_extra_exmods()

    def fail(_: object) -> None:
        raise error

    try:
        with wire.service(fail=fail) as client:
            got = caught(client)
            other = wire.messaging.get_rpc_client(
                transport, client.target, timeout=20
            )
            assert isinstance(caught(other), type(error))
            assert type(caught(other)).__name__ == "DBDeadlock_Remote"
    finally:
        transport.cleanup()
    assert type(got).__name__ == "RemoteError"
    root = Path(rpc.__file__).parent
    callers = {
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if "add_extra_exmods(" in path.read_text("utf-8")
    }
    assert callers == {"rpc.py", "tests"}


@pytest.mark.parametrize("why", [TypeError, AttributeError, ImportError, None])
def test_what_cannot_be_made_again_is_a_remote_error(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, why: type[Exception] | None
) -> None:
    """Its class refuses in one of three ways, or the caller's Nova is older.

    Any other refusal reaches the caller itself.
    """
    module = wire.nova.exception

    class Refusing(module.NovaException):  # type: ignore[name-defined]
        refuses: type[Exception] | None = None

        def __init__(self, message: str, **more: object) -> None:
            if self.refuses:
                raise self.refuses("not again")
            super().__init__(message, **more)

    Refusing.__module__ = "nova.exception"
    error = Refusing("no disk")
    if why:
        monkeypatch.setattr(module, "Refusing", Refusing, raising=False)
    Refusing.refuses = why
    got: Any = wire.received(error)
    assert type(got).__name__ == "RemoteError"
    assert got.exc_type == "Refusing"
    warned = [r.getMessage() for r in wire.logs()["caller"]]
    assert [text.split(" due")[0] for text in warned] == [
        "Failed to rebuild remote exception"
    ]
    if why:
        Refusing.refuses = LookupError
        assert type(wire.received(error)) is LookupError


@SILENT_EXIT
def test_how_long_a_caller_waits(wire: Wire) -> None:
    """For a reply that does not come; the service logs why, or not."""
    assert imported("nova.conf").CONF.rpc_response_timeout == 60
    kinds = raised(wire)
    for what, logged in {
        LOST[0]: [
            "Exception during message handling",
            "Can not send reply for message",
        ],
        LOST[1]: [],
    }.items():
        wire.caplog.clear()
        wire.received(kinds[what], 2)
        found = [r.getMessage() for r in wire.logs()["service"]]
        assert found == logged


def test_what_is_left(wire: Wire) -> None:
    """Of the chain, the notes, the traceback and the attributes."""
    kinds = raised(wire)
    names = {
        "nova": kinds["in `nova.exception`"],
        "other": kinds["oslo.db's"],
    }
    columns: dict[str, dict[str, str]] = {}
    for name, error in names.items():
        here: list[dict[str, str]] = []

        def fail(_: object, error: Any = error, here: Any = here) -> None:
            error.attempts = 3
            error.add_note("host: compute-1")
            try:
                try:
                    raise OSError("disk full")
                except OSError:
                    raise error  # noqa: B904  # For its context.
            except Exception:
                here.append(left(error))
                with excutils.save_and_reraise_exception():
                    pass

        with wire.service(fail=fail) as client:
            got = caught(client)
        columns[name] = left(got)
        assert columns.setdefault("service", here[0]) == here[0]
    recorded(
        "over_rpc_left",
        [
            {
                "what": what,
                **{side: column[what] for side, column in columns.items()},
            }
            for what in columns["service"]
        ],
    )


def left(error: BaseException) -> dict[str, str]:
    """What can be read of an exception, as cells."""
    functions = {f.name for f in traceback.extract_tb(error.__traceback__)}
    text = str(error)
    return {
        "`attempts`, set after it was made": got(error, "attempts"),
        "`__context__`": f"`{error.__context__!r}`",
        "`__notes__`": got(error, "__notes__"),
        "traceback entries of the service": (
            "yes" if "fail" in functions else "no"
        ),
        "text of the service's traceback": (
            f"{'yes' if 'in fail' in text else 'no'}"
        ),
        "text of the context": "yes" if "disk full" in text else "no",
        "text of the notes": "yes" if "host: compute-1" in text else "no",
    }


def got(error: BaseException, name: str) -> str:
    """An attribute, as a cell."""
    missing = object()
    value = getattr(error, name, missing)
    return "no such attribute" if value is missing else f"`{value!r}`"


def test_the_cause_is_text_too(wire: Wire) -> None:
    """As with the context, nothing else is left."""

    def fail(_: object) -> None:
        raise wire.nova.exception.InstanceNotFound(
            instance_id="vm-1"
        ) from OSError("disk full")

    with wire.service(fail=fail) as client:
        error = caught(client)
    lowest = traceback.extract_tb(error.__traceback__)[-1]
    assert "/oslo_messaging/" in lowest.filename
    assert error.__cause__ is None
    assert "disk full" in str(error)
    # What users are shown has no traceback in it.
    told: Any = error
    assert (told.code, told.kwargs["instance_id"]) == (404, "vm-1")
    assert told.format_message() == "Instance vm-1 could not be found."


def test_the_context_is_the_callers_own(wire: Wire) -> None:
    """What the caller is handling when it calls."""
    own = RuntimeError("Neutron is down")

    def fail(_: object) -> None:
        raise ValueError("no disk")

    with wire.service(fail=fail) as client:
        try:
            raise own
        except RuntimeError:
            assert caught(client).__context__ is own


def test_two_calls(wire: Wire) -> None:
    """The service asks another one, and re-raises what it gets."""
    rows: list[Row] = []
    for what in "a builtin", "in `nova.exception`", "oslo.db's":
        error = raised(wire)[what]

        def fail(_: object, error: BaseException = error) -> None:
            raise error

        with wire.service(fail=fail) as inner:

            def relay(_: object, inner: Any = inner) -> None:
                try:
                    inner.call({}, "fail")
                except Exception:
                    with excutils.save_and_reraise_exception():
                        pass

            with wire.service(fail=relay) as outer:
                found = [caught(inner), caught(outer)]
        rows.append(
            {
                "raised": f"`{type(error).__name__}`",
                "once": remote(found[0]),
                "twice": remote(found[1]),
            }
        )
        # Both tracebacks are in the text.
        assert str(found[0]).count(TRACEBACK) == 1
        assert str(found[1]).count(TRACEBACK) >= 2
    recorded("over_rpc_twice", rows)


def remote(error: Any) -> list[str]:
    """The class and `exc_type` of what a caller got."""
    cell = [f"`{type(error).__name__}`"]
    if hasattr(error, "exc_type"):
        cell.append(f"`exc_type` {error.exc_type}")
    return cell


def test_in_memory_is_not_over_rpc(wire: Wire) -> None:
    """oslo.messaging's `fake:` hands over the object; tests use it."""
    rpc = imported("nova.rpc")
    transport = rpc.create_transport(rpc.get_transport_url("fake:"))
    fake = Wire(wire.nova, wire.caplog, wire.messaging, transport)
    try:
        error = imported("oslo_db.exception").DBDeadlock("deadlock")
        assert fake.received(error) is error
    finally:
        transport.cleanup()


@pytest.mark.parametrize(
    "what", ["a builtin", "in `nova.exception`", "oslo.db's"]
)
def test_the_model_does_what_oslo_messaging_does(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The same exceptions, through the model and over the wire."""
    error = raised(wire)[what]
    assert isinstance(error, Exception)
    kinds = {"InstanceNotFound": type(error)}
    monkeypatch.setitem(model.ALLOWED, "nova.exception", kinds)
    try:
        raise error
    except Exception:
        mine = model.unpack(model.pack(error))
    real = wire.received(error)
    assert type(mine).__name__ == type(real).__name__
    if not isinstance(real, wire.messaging.RemoteError):
        # Its base is the class that the service raised.
        assert type(mine).__mro__[1:] == type(real).__mro__[1:]
    assert first(mine) == first(real)
    assert where(mine) == where(real)
    assert mine.__context__ is real.__context__ is None
    assert getattr(mine, "exc_type", "") == getattr(real, "exc_type", "")


def decorated(release: str) -> Iterator[list[str]]:
    """The decorators of each method with `expected_exceptions`."""
    root = definition(f"{release}nova.utils:")[0].path.parent
    for path in sorted(root.rglob("*.py")):
        text = path.read_text("utf-8")
        if "tests" in path.relative_to(root).parts:
            continue
        if "expected_exceptions" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                names = [
                    ast.unparse(getattr(d, "func", d)).rpartition(".")[2]
                    for d in node.decorator_list
                ]
                if "expected_exceptions" in names:
                    yield names


def test_expected_exceptions_is_the_outermost_decorator() -> None:
    """In every method of both releases that has it."""
    found = [*decorated("")]
    for names in [*found, *decorated("victoria ")]:
        assert names[0] == "expected_exceptions"
    counted(
        "over_rpc",
        expected=len(found),
        in_victoria=len([*decorated("victoria ")]),
    )


SAME = (
    "nova.conductor.manager:ConductorManager._object_dispatch",
    "nova.rpc: > ALLOWED_EXMODS = [",
)


@pytest.mark.parametrize("name", SAME)
def test_victoria_has_the_same(name: str) -> None:
    """The page says so."""
    assert excerpt(f"victoria {name}").source == excerpt(name).source
