"""What Nova responds to each exception that a method raises."""

import re
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from tests.nova.api_errors.requests import (
    API,
    PAGE,
    Seen,
    answer,
    controller,
    send,
    who,
)
from tests.nova.conftest import imported
from tests.nova.recording import Row, recorded

# An exception, and how to make it.
Kind = tuple[str, Callable[[API], BaseException]]


def _other(name: str, *args: object) -> Callable[[API], BaseException]:
    module, _, kind = name.rpartition(".")

    def make(_: API) -> BaseException:
        error = getattr(imported(module), kind)(*args)
        assert isinstance(error, BaseException)
        return error

    return make


def _nova(name: str, *args: str, **about: object) -> Kind:
    return name, lambda api: getattr(api.exception, name)(*args, **about)


def _http(name: str, text: str, **more: object) -> Kind:
    return (
        f"{name} of webob",
        lambda api: getattr(api.http, name)(explanation=text, **more),
    )


KINDS: list[Kind] = [
    _nova("Forbidden"),
    _nova("PolicyNotAuthorized", action="os_compute_api:servers:show"),
    _nova("ValidationError", detail="name is too long"),
    _nova("Invalid"),
    _nova("InstanceIsLocked", instance_uuid="vm-1"),
    _nova(
        "InstanceInvalidState",
        instance_uuid="vm-1",
        attr="vm_state",
        state="error",
        method="pause",
    ),
    _nova("InstanceQuiesceFailed", reason="busy"),
    ("TypeError", lambda _: TypeError("NoneType has no len()")),
    _http("HTTPNotFound", "no vm-1"),
    _http("HTTPConflict", "vm-1 is locked"),
    _http("HTTPForbidden", "over quota"),
    _http("HTTPTooManyRequests", "slow down", headers={"Retry-After": 7}),
    _http("HTTPNotImplemented", "not by this driver"),
    (
        "Fault",
        lambda api: api.wsgi.Fault(
            api.http.HTTPNotFound(explanation="no vm-1")
        ),
    ),
    _nova("VersionNotFoundForAPIMethod", version="2.1"),
    _nova("OperationNotSupportedForVTPM", instance_uuid="vm-1", operation="x"),
    _nova("Unauthorized"),
    _nova("NotFound"),
    _nova("InstanceNotFound", instance_id="vm-1"),
    _nova("FloatingIpPoolNotFound"),
    _nova("NoUniqueMatch"),
    _nova("TooManyInstances", overs="cores", req=9, used=1, allowed=5),
    _nova("NovaException", "broken"),
    (
        "NovaException(…, code=409)",
        lambda api: api.exception.NovaException("broken", code=409),
    ),
    _nova("InstancePasswordSetFailed", instance="vm-1", reason="x"),
    ("ValueError", lambda _: ValueError("bad value")),
    ("KeyError", lambda _: KeyError("id")),
    ("NotImplementedError", lambda _: NotImplementedError("not here")),
    (
        "DBConnectionError of oslo.db",
        _other("oslo_db.exception.DBConnectionError", "refused"),
    ),
    (
        "MessagingTimeout of oslo.messaging",
        _other("oslo_messaging.MessagingTimeout", "no reply"),
    ),
    (
        "NotFound of cinderclient",
        _other("cinderclient.exceptions.NotFound", 404),
    ),
    ("SystemExit", lambda _: SystemExit(3)),
]


def whose(seen: Seen, error: BaseException) -> list[str]:
    """What the message consists of, and the header Retry-After."""
    own = str(getattr(error, "message", error))
    if seen.out:
        return ["none"]
    if seen.message == own:
        found = "the exception's"
    elif seen.message == f"{type(error).__name__}: {own}":
        found = "its class and message"
    elif seen.message.startswith("Unexpected API Error. "):
        assert seen.message.endswith(f"\n{type(error)}")
        found = "Unexpected API Error, and its class"
    else:
        assert own not in seen.message
        found = "the status's standard text"
    return [found, f"Retry-After: {seen.retry}"][: 1 + bool(seen.retry)]


def rows(api: API, caplog: pytest.LogCaptureFixture, action: str) -> list[Row]:
    """What each exception becomes, one a row."""
    found: list[Row] = []
    for name, make in KINDS:
        error = make(api)
        resource = controller(api, error)
        seen = send(api, caplog, resource, {"action": action})
        # A log line, without what differs from exception to exception.
        log = []
        for line in seen.log:
            level, _, text = line.partition(" ")
            assert text.endswith("and the traceback") == (level == "ERROR")
            whole = text.removesuffix(" and the traceback").strip("`")
            short = re.sub(r"(?<!http): .*|http\S+ ", "", whole)
            log.append(f"{level} {short}")
        if seen.wrapped:
            # FaultWrapper logs this one for each of its responses.
            assert log.pop() == f"INFO returned with HTTP {seen.status}"
        kind, of, package = name.partition(" of ")
        found.append(
            {
                "raised": f"`{kind}`{of}{package}",
                "answer": answer(seen),
                "by": who(seen, error),
                "message": whose(seen, error),
                "log": log or ["none"],
            }
        )
    return found


def test_what_becomes_of_an_exception(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """Without `expected_errors`."""
    recorded("api_errors", rows(api, caplog, "plain"))


def test_what_an_expected_404_makes_of_it(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """The same below `@expected_errors(404)`."""
    recorded("api_errors_expected", rows(api, caplog, "expected"))


def test_status_of_each_exception(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """With and without `expected_errors`, side by side."""
    found = [rows(api, caplog, action) for action in ("expected", "plain")]
    table: list[Row] = [
        {
            "raised": one["raised"],
            "expected": " ".join(one["answer"]),
            "plain": " ".join(other["answer"]),
        }
        for one, other in zip(*found, strict=True)
    ]
    assert [row["raised"] for row in table] == [r["raised"] for r in found[1]]
    recorded("api_errors_status", table)


def test_invalid_state_becomes_409_by_the_method(api: API) -> None:
    """The function that methods call raises webob's `HTTPConflict`."""
    common = imported("nova.api.openstack.common")
    error = api.exception.InstanceInvalidState(
        instance_uuid="vm-1", attr="vm_state", state="error", method="pause"
    )
    with pytest.raises(api.http.HTTPConflict) as caught:
        common.raise_http_conflict_for_instance_invalid_state(
            error, "pause", "vm-1"
        )
    assert caught.value.code == 409
    text = "Cannot 'pause' instance vm-1 while it is in vm_state error"
    assert caught.value.explanation == text


@pytest.mark.parametrize("action", ["plain", "expected"])
def test_the_text_of_a_deadlock_is_in_the_log_alone(
    api: API, caplog: pytest.LogCaptureFixture, action: str
) -> None:
    """The status is 500; the class is named below `expected_errors`."""
    error = imported("oslo_db.exception").DBDeadlock("row 7 is locked")
    seen = send(api, caplog, controller(api, error), {"action": action})
    assert seen.status == "500"
    named = "oslo_db.exception.DBDeadlock" in seen.message
    assert named == (action == "expected")
    assert "row 7" not in seen.message
    assert "row 7 is locked" in caplog.text


def test_the_request_log_says_500(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """It is inside FaultWrapper, and gets the exception only."""
    action = {"action": "plain"}
    for error, status, logged in (
        (api.exception.InstanceNotFound(instance_id="vm-1"), "404", "500"),
        (api.exception.Unauthorized(), "401", "500"),
        (api.http.HTTPNotFound(), "404", "404"),
    ):
        seen = send(api, caplog, controller(api, error), action)
        assert (seen.status, seen.request_log) == (status, logged)


def test_fault_wrapper_logs_a_code_that_it_does_not_send(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """A code that webob has no class for becomes a 500."""
    error: Any = OSError("odd")
    error.code = 499
    action = {"action": "plain"}
    seen = send(api, caplog, controller(api, error), action)
    assert seen.status == "500"
    assert (
        seen.log[1] == "INFO `http://localhost/servers returned with HTTP 499`"
    )


def test_the_bare_raise_works_where_it_is_reached(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """The same object, no context, one entry more in the traceback."""
    left: list[tuple[BaseException, list[str]]] = []

    parent: Any = api.wsgi.Resource

    class Resource(parent):
        def dispatch(self, *_: object) -> None:
            raise error

        def _process_stack(self, *arguments: object) -> object:
            try:
                return super()._process_stack(*arguments)
            except Exception as out:
                tb = traceback.extract_tb(out.__traceback__)
                names = [entry.name for entry in tb if entry.name != "left"]
                left.append((out, names[1:]))
                raise

    for error, entries in (
        (
            api.exception.VersionNotFoundForAPIMethod(version="2.1"),
            ["_process_stack", "_process_stack", "dispatch"],
        ),
        (ValueError("bad"), ["_process_stack", "dispatch"]),
    ):
        resource = Resource(controller(api, error).controller)
        seen = send(api, caplog, resource, {"action": "plain"})
        assert left.pop() == (error, entries)
        assert error.__context__ is None
        assert seen.wrapped == [error]
        assert seen.status == ("400" if "Version" in repr(error) else "500")


def test_the_page_names_the_statuses(api: API) -> None:
    """The names of the body are those of the class."""
    text = PAGE.read_text("utf-8")
    for code, key in api.wsgi.Fault._fault_names.items():
        assert f"| {code} | `{key}` |" in text
