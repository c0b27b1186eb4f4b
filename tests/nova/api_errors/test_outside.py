"""What is responded outside of `with ResourceExceptionHandler()`."""

import ast
import re
from typing import Any
from unittest import mock

import pytest

from render.sources import upstream
from tests.nova.api_errors.requests import (
    API,
    PAGE,
    Seen,
    answer,
    controller,
    send,
    who,
)
from tests.nova.conftest import Nova, imported
from tests.nova.recording import Row, recorded


def test_what_is_answered_outside_the_with(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """What fails before a method is called, or after it returned."""
    parent: Any = api.wsgi.Controller

    class Controller(parent):
        result: object = None

        @api.wsgi.response(202, "2.1", "2.10")
        def create(self, req: Any, body: object) -> object:
            return self.result

        @api.wsgi.action("stop")
        def _stop(self, req: Any, body: object) -> None:
            pass

    one = Controller()
    resource = api.wsgi.Resource(one)
    table: list[Row] = []
    logged: list[tuple[str, list[str]]] = []

    def post(
        what: str,
        body: bytes,
        action: str = "create",
        version: str = "2.1",
        content: str = "application/json",
        to: Any = resource,
        **arguments: str,
    ) -> Seen:
        seen = send(
            api,
            caplog,
            to,
            {"action": action, **arguments},
            version,
            method="POST",
            body=body,
            headers={"Content-Type": content},
        )
        if what:
            message = " ".join(seen.message.split())
            table.append(
                {
                    "request": what,
                    "answer": answer(seen),
                    "by": who(seen),
                    "message": message,
                }
            )
            levels = [line.split()[0] for line in seen.log]
            logged.append((what, levels))
        return seen

    # What works, so that the rest fails for its own reason.
    assert post("", b"{}").status == "202"
    assert post("", b'{"stop": null}', "action").status == "200"

    router: Any = api.base.Router

    class Router(router):
        pass

    mapper = imported("routes").Mapper()
    mapper.connect(
        "/servers", controller=resource, conditions={"method": ["GET"]}
    )
    post(
        "no route for the path and method",
        b"{}",
        to=Router(mapper),
    )
    limit = imported("oslo_middleware").RequestBodySizeLimiter
    post("a body of more than 112 KiB", b"x" * 114689, to=limit(resource))
    assert (
        post("", b'{"size": 1}'.ljust(114688), to=limit(resource)).made == []
    )
    # webob writes JSON only where JSON is all that the client asks for.
    for accept, type_ in ("application/json", "json"), ("*/*", "html"):
        blank = api.wsgi.Request.blank("/", headers={"Accept": accept})
        found = blank.get_response(Router(mapper)).content_type
        assert found.endswith(type_)
    post("microversion `abc`", b"{}", version="abc")
    post("microversion `2.9999`", b"{}", version="2.9999")
    post("`Content-Type: application/xml`", b"{}", content="application/xml")
    post("an action that no method has", b'{"fly": null}', "action")
    post("an action, body `nope`", b"nope", "action")
    post("an action, body `{}`", b"{}", "action")
    post("an action, body `[1]`", b"[1]", "action")
    post("body `nope`", b"nope")
    post("a body that is not UTF-8", b"\xff")
    post("another project's id in the path", b"{}", project_id="other")
    post("no status declared for the microversion", b"{}", version="2.50")
    one.result = {"size": 1j}
    post("a result that is not JSON", b"{}")
    recorded("api_errors_outside", table)
    assert [what for what, levels in logged if "ERROR" in levels] == [
        "a body that is not UTF-8",
        "no status declared for the microversion",
        "a result that is not JSON",
    ]


def test_the_page_names_each_place_that_makes_a_401() -> None:
    """All lines of Nova's API, and of its client of Neutron, that do."""
    root = upstream.definition("nova.utils:")[0].path.parent
    made = {
        f"nova/{path.relative_to(root)}:{node.lineno}"
        for folder in ("api", "network")
        for path in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and re.fullmatch(
            r"(exception\.|(webob\.)?exc\.HTTP)Unauthorized",
            ast.unparse(node.func),
        )
    }
    (row,) = re.findall(r"^\| 401 .*$", PAGE.read_text("utf-8"), re.M)
    found = [
        upstream.line(name, text)
        for text, name in re.findall(r"\[`([^`]+)`\]\(nova:([^)]+)\)", row)
    ]
    assert {f"{line.file}:{line.line}" for line in found} == made


def test_a_request_without_a_user_or_a_token(
    api: API, nova: Nova, caplog: pytest.LogCaptureFixture
) -> None:
    """Both are 401: from the filter, and from the client of Neutron.

    Mocked is making the request's context, which reads policy files.
    """
    kind = imported("nova.api.auth").NovaKeystoneContext
    blank = api.wsgi.Request.blank("/", headers={"Accept": "*/*"})
    with mock.patch.object(
        kind, "_create_context", return_value=mock.Mock(user_id=None)
    ):
        response = blank.get_response(kind(None))
    assert (response.status_int, response.content_type) == (401, "text/html")
    with pytest.raises(api.exception.Unauthorized) as caught:
        nova.neutron._get_auth_plugin(nova.context)
    seen = send(
        api, caplog, controller(api, caught.value), {"action": "expected"}
    )
    assert (seen.status, seen.key) == ("401", "unauthorized")
