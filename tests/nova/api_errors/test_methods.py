"""What the methods of Nova's controllers expect and raise."""

import ast
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.nova.api_errors.requests import API, send
from tests.nova.conftest import imported
from tests.nova.recording import counted


def test_no_exception_of_nova_is_false(api: API) -> None:
    """It swallows an exception that is false, and Nova has none of these."""

    class EmptyError(Exception):
        def __len__(self) -> int:
            return 0

    with api.wsgi.ResourceExceptionHandler():
        raise EmptyError
    kinds = [
        kind
        for kind in vars(api.exception).values()
        if isinstance(kind, type) and issubclass(kind, BaseException)
    ]
    assert len(kinds) > 500
    for kind in kinds:
        assert not hasattr(kind, "__len__")
        assert not hasattr(kind, "__bool__")


def test_which_methods_expect_errors(api: API) -> None:
    """Nearly all do, and `api_version` is outside of it in all."""
    folder = Path(str(api.wsgi.__file__)).parent / "compute"
    without = []
    methods = versioned = 0
    for path in sorted(folder.glob("*.py")):
        for kind in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(kind, ast.ClassDef):
                continue
            for method in kind.body:
                if not isinstance(method, ast.FunctionDef):
                    continue
                found = [
                    ast.unparse(d.func)
                    for d in method.decorator_list
                    if isinstance(d, ast.Call)
                ]
                arguments = [a.arg for a in method.args.args]
                public = not method.name.startswith("_")
                routed = public and arguments[1:2] == ["req"]
                routed = routed or "wsgi.action" in found
                if "wsgi.expected_errors" not in found:
                    if routed:
                        without.append(f"{kind.name}.{method.name}")
                        methods += 1
                    continue
                methods += 1
                if "wsgi.api_version" in found:
                    versioned += 1
                    inner = found.index("wsgi.expected_errors")
                    assert found.index("wsgi.api_version") < inner
    assert without == ["Versions.index", "Versions.multi", "VersionsV2.index"]
    counted(
        "api_errors",
        methods=methods,
        expecting=methods - len(without),
        versioned=versioned,
    )


def test_api_version_inside_expected_errors_is_500(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """The order of the two decorators decides."""
    version, expected = api.wsgi.api_version, api.wsgi.expected_errors
    parent: Any = api.wsgi.Controller

    class Controller(parent):
        @version("2.5")
        @expected(404)
        def right(self, req: Any) -> dict[str, str]:
            return {}

        @expected(404)
        @version("2.5")
        def wrong(self, req: Any) -> dict[str, str]:
            return {}

    resource = api.wsgi.Resource(Controller())
    found = [
        send(api, caplog, resource, {"action": name}, number).status
        for name in ("right", "wrong")
        for number in ("2.4", "2.5")
    ]
    assert found == ["404", "200", "500", "200"]


def test_a_method_translates_what_it_expects(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """`ServersController.show`, of an instance that is not there."""
    servers = imported("nova.api.openstack.compute.servers")
    with mock.patch.object(servers.compute, "API"):
        show = api.wsgi.Resource(servers.ServersController())
    error = api.exception.InstanceNotFound(instance_id="vm-1")
    show.controller.compute_api.get.side_effect = error
    seen = send(api, caplog, show, {"action": "show", "id": "vm-1"})
    text = "Instance vm-1 could not be found."
    assert (seen.status, seen.key, seen.message) == (
        "404",
        "itemNotFound",
        text,
    )
    assert seen.log == [f"INFO `HTTP exception thrown: {text}`"]


@pytest.mark.parametrize(
    ("setting", "status"),
    [("ignore", "200"), ("warn", "200"), ("error", "400")],
)
def test_a_response_that_breaks_its_schema(
    api: API, caplog: pytest.LogCaptureFixture, setting: str, status: str
) -> None:
    """A mistake of Nova's, and with `error` a client's 400."""
    schema = {
        "type": "object",
        "properties": {"id": {"type": "string"}},
        "additionalProperties": False,
    }

    parent: Any = api.wsgi.Controller

    class Controller(parent):
        @api.wsgi.expected_errors(404)
        @api.validation.response_body_schema(schema)
        def show(self, req: Any) -> dict[str, int]:
            return {"id": 7}

    resource = api.wsgi.Resource(Controller())
    conf = api.validation.CONF
    assert conf.api.response_validation == "warn"
    conf.set_override("response_validation", setting, "api")
    try:
        seen = send(api, caplog, resource, {"action": "show"})
    finally:
        conf.clear_override("response_validation", "api")
    assert seen.status == status


def test_statuses_that_no_method_chooses(api: API) -> None:
    """The class has names for them, and the API does not raise them."""
    folder = Path(str(api.wsgi.__file__)).parent
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    assert "HTTPConflict" in text
    assert "HTTPMethodNotAllowed" not in text
    assert "HTTPRequestEntityTooLarge" not in text
    assert "HTTPTooManyRequests" not in text
    assert text.count("HTTPServiceUnavailable") == 1
