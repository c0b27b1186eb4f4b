"""What the methods of Nova's controllers expect and raise."""

import ast
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.nova.api_errors.requests import (
    API,
    PAGE,
    Seen,
    send,
)
from tests.nova.conftest import imported


def test_handler_takes_no_notice_of_success(api: API) -> None:
    """`return True` is not seen; an exception that is false is swallowed."""
    done = []
    with api.wsgi.ResourceExceptionHandler():
        done.append("body")
    done.append("after")
    assert done == ["body", "after"]

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
    """Nearly all do, and `api_version` stands outside of it in all."""
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
    assert (methods, versioned) == (266, 95)
    assert without == ["Versions.index", "Versions.multi", "VersionsV2.index"]
    text = PAGE.read_text("utf-8")
    assert f"{methods - len(without)} of {methods}" in text
    assert f"all {versioned}" in text


def statuses(
    api: API,
    caplog: pytest.LogCaptureFixture,
    controller: Any,
    names: tuple[str, ...],
) -> dict[tuple[str, str], str]:
    """What two methods respond at two microversions, before and at 2.5."""
    resource = api.wsgi.Resource(controller)
    return {
        (name, number): send(
            api, caplog, resource, {"action": name}, number
        ).status
        for name in names
        for number in ("2.4", "2.5")
    }


def test_two_decorators_share_the_microversions(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """Each lets everything pass that is another one's."""
    expected = api.wsgi.expected_errors

    parent: Any = api.wsgi.Controller

    class Controller(parent):
        @expected(404, "2.1", "2.4")
        @expected(409, "2.5")
        def show(self, req: Any) -> None:
            raise api.http.HTTPNotFound(explanation="no vm-1")

        @expected((), "2.5")
        def later(self, req: Any) -> None:
            raise TypeError("our own mistake")

    assert statuses(api, caplog, Controller(), ("show", "later")) == {
        ("show", "2.4"): "404",
        ("show", "2.5"): "500",
        ("later", "2.4"): "400",
        ("later", "2.5"): "500",
    }


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

    assert statuses(api, caplog, Controller(), ("right", "wrong")) == {
        ("right", "2.4"): "404",
        ("right", "2.5"): "200",
        ("wrong", "2.4"): "500",
        ("wrong", "2.5"): "200",
    }


def test_novas_own_methods(api: API, caplog: pytest.LogCaptureFixture) -> None:
    """`ServersController.show`, and one without `expected_errors`."""
    compute = "nova.api.openstack.compute"
    servers = imported(f"{compute}.servers")
    versions = imported(f"{compute}.versions")
    with mock.patch.object(servers.compute, "API"):
        show = api.wsgi.Resource(servers.ServersController())

    def get(error: Exception) -> Seen:
        show.controller.compute_api.get.side_effect = error
        return send(api, caplog, show, {"action": "show", "id": "vm-1"})

    missing = get(api.exception.InstanceNotFound(instance_id="vm-1"))
    assert missing.key == "itemNotFound"
    assert missing.message == "Instance vm-1 could not be found."
    assert (missing.status, missing.log) == (
        "404",
        ["INFO `HTTP exception thrown: Instance vm-1 could not be found.`"],
    )
    assert get(api.exception.FlavorNotFound(flavor_id="1")).status == "500"
    assert get(TypeError("our own mistake")).status == "500"

    builder = versions.views_versions
    with mock.patch.object(
        builder, "get_view_builder", side_effect=TypeError("our own mistake")
    ):
        seen = send(api, caplog, versions.Versions(), {})
    assert seen.status == "400"


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
