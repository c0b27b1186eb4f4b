"""How Nova 34.0.0 responds when an API method raises, by real requests.

A real `wsgi.Request` goes through the real `FaultWrapper`, `RequestLog` and
`Resource` to a controller of this test, which raises what a row says. Two
methods of Nova's own controllers run as well. Stood in for is what lies
outside: authentication (a `RequestContext` is put into the request, as
Nova's filter behind keystonemiddleware does), and routing, whose
result is put into the request. `Fault.__init__`, `ResourceExceptionHandler.
__exit__` and `FaultWrapper._error` are watched, and run as they are.
"""

import logging
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from examples.case_studies import api_errors as model
from tests.project import page

PAGE = page(Path(model.__file__))
REQUEST_LOG = "nova.api.openstack.requestlog"


@dataclass(frozen=True)
class API:
    """The modules of Nova's API that the tests need.

    Attributes:
        wsgi: `nova.api.openstack.wsgi`.
        middleware: `nova.api.openstack`, with `FaultWrapper`.
        base: `nova.api.wsgi`, with `Router`.
        requestlog: `nova.api.openstack.requestlog`.
        validation: `nova.api.validation`.
        exception: `nova.exception`.
        http: `webob.exc`.
        context: The request's context.
    """

    wsgi: Any
    middleware: Any
    base: Any
    requestlog: Any
    validation: Any
    exception: Any
    http: Any
    context: Any


@dataclass
class Seen:
    """What can be seen of one request.

    Attributes:
        out: What no part of Nova caught.
        status: The response's status.
        type: Its content type.
        key: The one key in its body.
        message: The message below that key.
        retry: Its header Retry-After.
        made: The functions in Nova that made a `Fault`.
        handled: What arrived in `ResourceExceptionHandler`.
        wrapped: What arrived in `FaultWrapper`.
        log: The lines at INFO and above, without the request log's.
        request_log: The status in the request log.
    """

    out: BaseException | None = None
    status: str = ""
    type: str = ""
    key: str = ""
    message: str = ""
    retry: str = ""
    made: list[str] = field(default_factory=list)
    handled: list[BaseException] = field(default_factory=list)
    wrapped: list[BaseException] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    request_log: str = ""


@contextmanager
def watched(api: API, seen: Seen) -> Iterator[None]:
    """Write down what passes, and change nothing."""
    init = api.wsgi.Fault.__init__
    leave = api.wsgi.ResourceExceptionHandler.__exit__
    wrap = api.middleware.FaultWrapper._error

    def made(fault: Any, error: Exception) -> None:
        frame = sys._getframe(1)
        if frame.f_globals["__name__"].startswith("nova."):
            seen.made.append(frame.f_code.co_name)
        init(fault, error)

    def left(handler: Any, kind: Any, error: Any, trace: Any) -> Any:
        if error:
            seen.handled.append(error)
        return leave(handler, kind, error, trace)

    def wrapped(self: Any, inner: Exception, req: Any) -> Any:
        seen.wrapped.append(inner)
        return wrap(self, inner, req)

    with (
        mock.patch.object(api.wsgi.Fault, "__init__", made),
        mock.patch.object(api.wsgi.ResourceExceptionHandler, "__exit__", left),
        mock.patch.object(api.middleware.FaultWrapper, "_error", wrapped),
    ):
        yield


def lines(records: list[logging.LogRecord]) -> list[str]:
    """Log lines for a table."""
    shown = []
    for record in records:
        if record.name != REQUEST_LOG and record.levelno >= logging.INFO:
            text = " ".join(record.getMessage().split())
            more = " and the traceback" if record.exc_info else ""
            shown.append(f"{record.levelname} `{text}`{more}")
    return shown


def send(
    api: API,
    caplog: pytest.LogCaptureFixture,
    resource: Any,
    arguments: dict[str, str],
    version: str = "2.1",
    **request: Any,
) -> Seen:
    """Send a request through the middleware to a resource."""
    app = api.middleware.FaultWrapper(api.requestlog.RequestLog(resource))
    headers = {
        "Accept": "application/json",  # As OpenStack's clients do.
        "OpenStack-API-Version": f"compute {version}",
        **request.pop("headers", {}),
    }
    req = api.wsgi.Request.blank("/servers", headers=headers, **request)
    req.environ["wsgiorg.routing_args"] = ((), arguments)
    req.environ["nova.context"] = api.context
    seen = Seen()
    caplog.clear()
    with (
        caplog.at_level(logging.INFO),
        watched(api, seen),
        warnings.catch_warnings(),
    ):
        # webob uses the module `cgi`.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            response = req.get_response(app)
        except BaseException as error:
            seen.out = error
        else:
            seen.status = str(response.status_int)
            seen.type = response.content_type
            seen.retry = response.headers.get("Retry-After", "")
            if response.status_int >= 400:
                found = response.json
                if len(found) > 1:
                    assert set(found) == {"code", "message", "title"}
                    seen.message = found["message"].partition("<br")[0]
                else:
                    ((seen.key, value),) = found.items()
                    seen.message = value["message"]
                    assert value["code"] == response.status_int
    seen.log = lines(caplog.records)
    matches = [
        re.search(r"status: (\d+)", record.getMessage())
        for record in caplog.records
        if record.name == REQUEST_LOG
    ]
    seen.request_log = " ".join(match[1] for match in matches if match)
    return seen


def controller(api: API, error: BaseException) -> Any:
    """A controller whose methods raise an error."""
    parent: Any = api.wsgi.Controller

    class Controller(parent):
        def plain(self, req: Any) -> None:
            raise error

        @api.wsgi.expected_errors(404)
        def expected(self, req: Any) -> None:
            raise error

    return api.wsgi.Resource(Controller())


PLACES = {
    "__exit__": "`ResourceExceptionHandler`",
    "dispatch": "`dispatch`",
    "_error": "`FaultWrapper`",
    "_process_stack": "`_process_stack`",
    "__call__": "`Resource.__call__`",
}


def who(seen: Seen, error: BaseException | None = None) -> str:
    """What made the response."""
    if seen.out:
        return "nothing in Nova"
    if not seen.made:
        return "the method itself" if seen.handled else "webob"
    last = PLACES[seen.made[-1]]
    if error and seen.handled and seen.handled[0] is not error:
        return f"`expected_errors`, then {last}"
    return last


def answer(seen: Seen) -> list[str]:
    """Status and key of a response."""
    if seen.out:
        return ["none"]
    return [seen.status, seen.key or "webob's format"]
