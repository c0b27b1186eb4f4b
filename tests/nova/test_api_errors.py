"""What Nova 34.0.0 answers when an API method raises, by real requests.

A real `wsgi.Request` goes through the real `FaultWrapper`, `RequestLog` and
`Resource` to a controller of this test, which raises what a row says. Two
methods of Nova's own controllers run as well. Stood in for is what lies
outside: authentication (a `RequestContext` is put into the request, as
Nova's filter behind keystonemiddleware does), and routing, whose
result is put into the request. `Fault.__init__`, `ResourceExceptionHandler.
__exit__` and `FaultWrapper._error` are watched, and run as they are.
"""

import ast
import importlib
import inspect
import json
import logging
import re
import sys
import textwrap
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

from examples.nova import api_errors as model
from render.sources.upstream import excerpt
from tests.nova.conftest import Nova
from tests.nova.recording import Row, recorded
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

    wsgi: ModuleType
    middleware: ModuleType
    base: ModuleType
    requestlog: ModuleType
    validation: ModuleType
    exception: ModuleType
    http: ModuleType
    context: Any


@pytest.fixture
def api(nova: Nova, monkeypatch: pytest.MonkeyPatch) -> API:
    """Nova's API, without a vendor's file that names whom to contact."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names = (
            "nova.api.openstack.wsgi",
            "nova.api.openstack",
            "nova.api.wsgi",
            REQUEST_LOG,
            "nova.api.validation",
            "nova.exception",
            "webob.exc",
        )
        wsgi, middleware, base, log, validation, exception, http = (
            importlib.import_module(name) for name in names
        )
        monkeypatch.setattr(
            importlib.import_module("nova.version"), "loaded", True
        )
    return API(
        wsgi, middleware, base, log, validation, exception, http, nova.context
    )


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


# An exception, and how to make it.
Kind = tuple[str, Callable[[API], BaseException]]


def _other(name: str, *args: object) -> Callable[[API], BaseException]:
    module, _, kind = name.rpartition(".")

    def make(_: API) -> BaseException:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            error = getattr(importlib.import_module(module), kind)(*args)
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

PLACES = {
    "__exit__": "the handler",
    "dispatch": "`dispatch`",
    "_error": "`FaultWrapper`",
    "_process_stack": "`_process_stack`",
    "__call__": "`Resource.__call__`",
}


def who(seen: Seen, error: BaseException | None = None) -> str:
    """Who answered."""
    if seen.out:
        return "nobody in Nova"
    if not seen.made:
        return "the method itself" if seen.handled else "webob"
    last = PLACES[seen.made[-1]]
    if error and seen.handled and seen.handled[0] is not error:
        return f"`expected_errors`, then {last}"
    return last


def answer(seen: Seen) -> list[str]:
    """Status and key of an answer."""
    if seen.out:
        return ["none"]
    return [seen.status, seen.key or "webob's form"]


def whose(seen: Seen, error: BaseException) -> list[str]:
    """What the message consists of, and the header Retry-After."""
    own = str(getattr(error, "message", error))
    if seen.out:
        return ["none"]
    if seen.message == own:
        found = "its own"
    elif seen.message == f"{type(error).__name__}: {own}":
        found = "its class and its own"
    elif seen.message.startswith("Unexpected API Error. "):
        assert seen.message.endswith(f"\n{type(error)}")
        found = "Unexpected API Error, its class"
    else:
        assert own not in seen.message
        found = "the status's"
    return [found, f"Retry-After: {seen.retry}"][: 1 + bool(seen.retry)]


def rows(api: API, caplog: pytest.LogCaptureFixture, action: str) -> list[Row]:
    """What each exception becomes; equal outcomes are one row."""
    found: dict[str, Row] = {}
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
            # This one comes wherever FaultWrapper answers.
            assert log.pop() == f"INFO returned with HTTP {seen.status}"
        cells: Row = {
            "answer": answer(seen),
            "by": who(seen, error),
            "message": whose(seen, error),
            "log": log or ["none"],
        }
        key = json.dumps(cells)
        first = found.setdefault(key, {"raised": [], **cells})
        assert isinstance(first["raised"], list)
        kind, of, package = name.partition(" of ")
        first["raised"].append(f"`{kind}`{of}{package}")
    return list(found.values())


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

    mapper = importlib.import_module("routes").Mapper()
    mapper.connect(
        "/servers", controller=resource, conditions={"method": ["GET"]}
    )
    post(
        "no route for the path and method",
        b"{}",
        to=Router(mapper),
    )
    limit = importlib.import_module("oslo_middleware").RequestBodySizeLimiter
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


def test_the_request_log_says_500(
    api: API, caplog: pytest.LogCaptureFixture
) -> None:
    """It stands inside of FaultWrapper, and sees the exception only."""
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
    """A code that webob has no class for is answered by 500."""
    error: Any = OSError("odd")
    error.code = 499
    action = {"action": "plain"}
    seen = send(api, caplog, controller(api, error), action)
    assert seen.status == "500"
    assert (
        seen.log[1] == "INFO `http://localhost/servers returned with HTTP 499`"
    )


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


PAIRS: list[tuple[Exception, Callable[[API], Exception]]] = [
    (model.Forbidden("no"), lambda api: api.exception.Forbidden("no")),
    (model.Invalid("no"), lambda api: api.exception.Invalid("no")),
    (
        model.ValidationError("no"),
        lambda api: api.exception.ValidationError("no"),
    ),
    (TypeError("no"), lambda _: TypeError("no")),
    (
        model.HTTPError(409, "no"),
        lambda api: api.http.HTTPConflict(explanation="no"),
    ),
    (
        model.Fault(409, "no"),
        lambda api: api.wsgi.Fault(api.http.HTTPConflict(explanation="no")),
    ),
    (model.NotFound("no"), lambda api: api.exception.NotFound("no")),
    (
        model.VersionNotFound("no"),
        lambda api: api.exception.VersionNotFoundForAPIMethod("no"),
    ),
    (KeyError("no"), lambda _: KeyError("no")),
]


def through(
    handler: Any, error: Exception, code: str
) -> tuple[object, bool, bool, list[str]]:
    """Leave a `with` by an error, and tell what comes out.

    Returns:
        Its status if it is another object; whether it is the same; whether
        the first one is its context; the functions in its traceback.
    """

    def body() -> None:
        raise error

    try:
        with handler:
            body()
    except Exception as out:
        names = [e.name for e in traceback.extract_tb(out.__traceback__)]
        same = out is error
        status = None if same else getattr(out, code)
        return status, same, out.__context__ is error, names
    raise AssertionError


@pytest.mark.parametrize(
    ("error", "make"), PAIRS, ids=[type(e).__name__ for e, _ in PAIRS]
)
def test_the_model_does_what_nova_does(
    api: API,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    make: Callable[[API], Exception],
) -> None:
    """In the `with`: status, object, context and traceback, and the log."""

    def logged() -> list[tuple[str, bool]]:
        found = [(r.levelname, bool(r.exc_info)) for r in caplog.records]
        caplog.clear()
        return found

    with caplog.at_level(logging.INFO):
        modelled = through(model.Translator(), error, "code")
        own = logged()
        real = through(
            api.wsgi.ResourceExceptionHandler(), make(api), "status_int"
        )
    assert modelled == real
    assert own == logged()


@pytest.mark.parametrize("decorated", [False, True])
@pytest.mark.parametrize(
    ("error", "make"), PAIRS, ids=[type(e).__name__ for e, _ in PAIRS]
)
def test_the_model_gives_the_same_status(
    api: API,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    make: Callable[[API], Exception],
    decorated: bool,
) -> None:
    """Through all layers, with and without the decorator."""

    def method() -> str:
        raise error

    told = model.answer(model.expected(404)(method) if decorated else method)
    action = {"action": "expected" if decorated else "plain"}
    seen = send(api, caplog, controller(api, make(api)), action)
    assert told.split()[1] == seen.status


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


def tree(module: ModuleType, name: str) -> ast.FunctionDef:
    """A method of `Resource`, parsed."""
    source = textwrap.dedent(inspect.getsource(getattr(module.Resource, name)))
    (found,) = ast.parse(source).body
    assert isinstance(found, ast.FunctionDef)
    return found


def test_the_bare_raise_is_not_reached(api: API) -> None:
    """In the `with` stands `dispatch` alone, and that one catches it."""
    (block,) = (
        node
        for node in ast.walk(tree(api.wsgi, "_process_stack"))
        if isinstance(node, ast.With)
    )
    assert [ast.unparse(line) for line in block.body] == [
        "action_result = self.dispatch(meth, request, action_args)"
    ]
    _, attempt = tree(api.wsgi, "dispatch").body
    assert isinstance(attempt, ast.Try)
    (clause,) = attempt.handlers
    assert clause.type
    name = "exception.VersionNotFoundForAPIMethod"
    assert ast.unparse(clause.type) == name
    assert ast.unparse(clause.body[-1]) == (
        "return Fault(webob.exc.HTTPNotFound())"
    )
    # Nor does a subclass put another one in its place.
    folder = Path(str(api.wsgi.__file__)).parents[1]
    texts = [path.read_text("utf-8") for path in folder.rglob("*.py")]
    assert sum(text.count("def dispatch(self, method") for text in texts) == 1
    assert (
        sum(text.count("with ResourceExceptionHandler") for text in texts) == 1
    )


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

    resource = api.wsgi.Resource(Controller())
    seen = {
        (name, number): send(
            api, caplog, resource, {"action": name}, number
        ).status
        for name in ("show", "later")
        for number in ("2.4", "2.5")
    }
    assert seen == {
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

    resource = api.wsgi.Resource(Controller())
    seen = {
        (name, number): send(
            api, caplog, resource, {"action": name}, number
        ).status
        for name in ("right", "wrong")
        for number in ("2.4", "2.5")
    }
    assert seen == {
        ("right", "2.4"): "404",
        ("right", "2.5"): "200",
        ("wrong", "2.4"): "500",
        ("wrong", "2.5"): "200",
    }


def test_novas_own_methods(api: API, caplog: pytest.LogCaptureFixture) -> None:
    """`ServersController.show`, and one without `expected_errors`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compute = "nova.api.openstack.compute"
        servers = importlib.import_module(f"{compute}.servers")
        versions = importlib.import_module(f"{compute}.versions")
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


SAME = (
    "nova.api.openstack.wsgi:ResourceExceptionHandler",
    "nova.api.openstack.wsgi:Fault",
    "nova.api.openstack.wsgi:Resource.dispatch",
    "nova.api.openstack:FaultWrapper",
)


@pytest.mark.parametrize("name", SAME)
def test_victoria_has_the_same(name: str) -> None:
    """To the letter."""
    assert excerpt(f"victoria {name}").source == excerpt(name).source


def test_victoria_has_no_feature_that_is_not_supported() -> None:
    """The clause, and the text of the 500."""
    name = "nova.api.openstack.wsgi:expected_errors"
    clause = "isinstance(exc, exception.NotSupported)"
    assert clause in excerpt(name).source
    assert clause not in excerpt(f"victoria {name}").source
    assert "Please report this at" in excerpt(f"victoria {name}").source


def test_statuses_that_no_method_chooses(api: API) -> None:
    """The class has names for them, and the API does not raise them."""
    folder = Path(str(api.wsgi.__file__)).parent
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    assert "HTTPConflict" in text
    assert "HTTPMethodNotAllowed" not in text
    assert "HTTPRequestEntityTooLarge" not in text
    assert "HTTPTooManyRequests" not in text
    assert text.count("HTTPServiceUnavailable") == 1


def test_keystonemiddleware_answers_in_other_forms(nova: Nova) -> None:
    """A token that is missing, and a Keystone that cannot be reached."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        webob = importlib.import_module("webob")
        auth = importlib.import_module("keystonemiddleware.auth_token")
        failures = importlib.import_module("keystoneauth1.exceptions")
        app = auth.AuthProtocol(
            None, {"auth_type": "none", "www_authenticate_uri": "http://key"}
        )
        found = {}
        for token in {}, {"X-Auth-Token": "token"}:
            headers = {"Accept": "application/json", **token}
            with mock.patch.object(
                auth._identity.IdentityServer,
                "verify_token",
                side_effect=failures.ConnectFailure,
            ):
                seen = webob.Request.blank("/", headers=headers)
                response = seen.get_response(app)
            found[response.status_int] = set(response.json)
    assert found == {401: {"error"}, 503: {"code", "message", "title"}}


def test_the_page_names_the_statuses(api: API) -> None:
    """The names of the body are those of the class."""
    text = PAGE.read_text("utf-8")
    assert f"raised {len(KINDS)} exceptions" in text
    for code, key in api.wsgi.Fault._fault_names.items():
        assert f"| {code} | `{key}` |" in text
