"""What is responded outside of `with ResourceExceptionHandler()`."""

from typing import Any

import pytest

from tests.nova.api_errors.requests import API, Seen, answer, send, who
from tests.nova.conftest import imported
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
