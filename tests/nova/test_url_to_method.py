"""URLs lead where the pages say, in the real Nova.

Nova's router, its resources and its middleware run for real. Stood in for are
the clients of the message bus, which the controllers make when they are made,
and the methods that a request reaches: they would ask the database.
"""

import configparser
import inspect
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from examples.case_studies import url_to_method as model
from render.sources import upstream
from tests.nova.conftest import Nova
from tests.nova.recording import Link, Row, recorded
from tests.project import DOCS, blocks, page

INDEX = DOCS / "case_studies" / "index.md"
PAGE = page(Path(model.__file__))

# In the order of a request.
MIDDLEWARE = {
    "cors": (
        "responds to browsers that check whether another site may use the API"
    ),
    "http_proxy_to_wsgi": (
        "reads host and scheme from a proxy's headers, if allowed"
    ),
    "compute_req_id": "gives the request its id, `req-...`",
    "faultwrap": (
        "turns an uncaught exception into a response, with its `code` or 500"
    ),
    "request_log": "logs each request",
    "sizelimit": "refuses a request body that is too long",
    "osprofiler": "traces requests, if enabled",
    "authtoken": "validates the token with Keystone; 401 if it is invalid",
    "keystonecontext": ("creates Nova's `RequestContext` in the environment"),
    "osapi_compute_app_v21": "looks up the route",
}
# Those that the pages on Nova follow.
PATHS = [
    "/servers",
    "/servers/detail",
    "/servers/{id}",
    "/servers/{id}/action",
    "/flavors",
    "/flavors/{id}",
    "/flavors/{flavor_id}/os-extra_specs",
    "/servers/{server_id}/os-interface",
    "/servers/{server_id}/os-instance-actions/{id}",
]
# What is in `nova/api/openstack`.
FILES = {
    "__init__.py": (
        "the middleware `FaultWrapper`, which turns uncaught exceptions into "
        "responses, and the mapper that allows a project's id in each URL"
    ),
    "wsgi_app.py": (
        "the start of the application; in 34.0.0, a WSGI server loads "
        "`nova.wsgi.osapi_compute`, which calls it"
    ),
    "urlmap.py": "chooses the application by the version in the URL, `/v2.1`",
    "requestlog.py": "the middleware that logs each request",
    "wsgi.py": (
        "`Request`, `Resource`, `Controller`, `Fault`, "
        "`ResourceExceptionHandler`, the decorators for microversions and "
        "expected errors"
    ),
    "api_version_request.py": (
        "the number of the newest microversion, and the comparison of two"
    ),
    "versioned_method.py": (
        "one version of a method that had several; since 32.0.0 such methods "
        "are one"
    ),
    "auth.py": (
        "middleware that checked no credentials, for tests without Keystone"
    ),
    "identity.py": "checks with Keystone whether a project exists",
    "common.py": (
        "what many controllers share: paging, the status of a server, "
        "links in responses"
    ),
    "compute/": (
        "the controllers, the table of routes, the JSON schemas of requests "
        "and the views of responses"
    ),
}


@pytest.fixture(scope="module")
def routes(nova: Nova) -> Iterator[Any]:
    """Nova's module of routes, with no message bus behind it."""
    del nova  # It has to be imported before.
    from nova import rpc
    from nova.api.openstack.compute import routes

    with (
        mock.patch.object(rpc, "get_client"),
        mock.patch.object(rpc, "get_notifier"),
    ):
        yield routes


def _definition(function: Any) -> str:
    """A function or class of Nova with the line that defines it."""
    name = f"{function.__module__}:{function.__qualname__}"
    found = upstream.line(name, function.__name__)
    return f"`{function.__qualname__}` {found.file}:{found.line}"


def test_middleware_is_recorded(routes: Any) -> None:
    """The application that Nova loads, outermost first."""
    del routes
    from nova.api import wsgi

    paste = Path(sys.prefix, "etc", "nova", "api-paste.ini")
    versions = wsgi.Loader(str(paste)).load_app("osapi_compute").applications
    [app] = [a for (_, prefix), a in versions if prefix == "/v2.1/+"]
    kinds = []
    while app is not None:
        kinds.append(type(app))
        app = vars(app).get("application") or vars(app).get("_app")
    parser = configparser.ConfigParser()
    parser.read(paste, "utf-8")
    names = parser["composite:openstack_compute_api_v21"]["keystone"].split()
    rows: list[Row] = []
    for name, kind in zip(names, kinds, strict=True):
        made_by: str | list[str] = [
            f"`{kind.__qualname__}`",
            f"`{kind.__module__}`",
        ]
        if kind.__module__.startswith("nova."):
            made_by = _definition(kind)
        rows.append(
            {"name": f"`{name}`", "class": made_by, "does": MIDDLEWARE[name]}
        )
    assert names == list(MIDDLEWARE)
    recorded("url_to_method_middleware", rows)


def test_routes_are_recorded(routes: Any) -> None:
    """The methods that the paths of the page call."""
    known = dict(routes.ROUTE_LIST)
    rows: list[Row] = []
    for path in PATHS:
        for verb, (controller, action) in known[path].items():
            main, _ = controller.args
            # "action" is no method: the body's key names it.
            method = "`action`"
            if action != "action":
                method = _definition(inspect.unwrap(getattr(main, action)))
            rows.append({"request": f"`{verb} {path}`", "method": method})
    recorded("url_to_method_routes", rows)


def test_actions_are_recorded(routes: Any) -> None:
    """All that Nova's metaclass collected for the server controller."""
    actions = routes.server_controller().wsgi_actions
    rows: list[Row] = [
        {
            "key": f"`{key}`",
            "method": _definition(inspect.unwrap(actions[key])),
        }
        for key in sorted(actions)
    ]
    recorded("url_to_method_actions", rows)


def test_files_are_recorded() -> None:
    """Those of `nova/api/openstack`, in Victoria and in the installed Nova."""
    releases = [
        _files(f"{release}nova.api.openstack:")
        for release in ("victoria ", "")
    ]
    assert set().union(*releases) == set(FILES)
    recorded(
        "api_files",
        [
            {
                "file": f"`{name}`",
                "victoria": releases[0].get(name, "\u2013"),
                "installed": releases[1].get(name, "\u2013"),
                "holds": holds,
            }
            for name, holds in FILES.items()
        ],
    )


def _files(name: str) -> dict[str, Link]:
    """The modules and packages in a package of Nova, linked upstream.

    The link's text counts the lines of a module, or the modules of a package.
    """
    source, _ = upstream.definition(name)
    found = {}
    for path in source.path.parent.iterdir():
        if path.suffix == ".py":
            shown = path.name
            count = len(path.read_text("utf-8").splitlines())
        elif (path / "__init__.py").is_file():
            shown = f"{path.name}/"
            count = sum(m.name != "__init__.py" for m in path.rglob("*.py"))
        else:
            continue
        file = f"{source.file.rpartition('/')[0]}/{shown}"
        url = upstream.Excerpt("", file, 1, "nova", source.version).url
        found[shown] = Link(text=f"{count}", url=url.removesuffix("#L1"))
    return found


def reached(self: object, req: object, id: str = "", **args: Any) -> Any:
    """Stand in for a controller's method."""
    del self, req
    return {"reached": [id, *args]}


HARD = '{"reboot": {"type": "HARD"}}'
REQUESTS = [
    model.Request("GET", "/servers"),
    model.Request("GET", "/servers/42"),
    model.Request(
        "POST", "/servers/42/action", '{"reboot": {"type": "HARD"}}'
    ),
    model.Request("GET", "/hosts"),
    model.Request("DELETE", "/servers"),
    model.Request("POST", "/servers/42/action", '{"dance": 0}'),
    model.Request("POST", "/servers/42/action", "reboot"),
    model.Request("GET", "/servers/42/tags"),
    model.Request("GET", "/servers/42/tags", version=(2, 26)),
]


@pytest.mark.parametrize(
    "request_", REQUESTS, ids=[str(n) for n in range(len(REQUESTS))]
)
def test_the_model_responds_as_nova_does(
    routes: Any, nova: Nova, request_: model.Request
) -> None:
    """The same status, and for bad actions the same message."""
    from nova.api.openstack import wsgi
    from nova.api.openstack.compute import server_tags, servers

    real = wsgi.Request.blank(request_.path, method=request_.verb)
    if request_.body:
        real.body = request_.body.encode()
        real.content_type = "application/json"
    real.headers["OpenStack-API-Version"] = "compute {}.{}".format(
        *request_.version
    )
    real.environ["nova.context"] = nova.context
    tags = server_tags.ServerTagsController
    with (
        mock.patch.object(servers.ServersController, "index", reached),
        mock.patch.object(servers.ServersController, "show", reached),
        mock.patch.object(servers.ServersController, "_reboot", reached),
        mock.patch.object(tags, "index", _like(tags.index)),
    ):
        response = real.get_response(routes.APIRouterV21())
    status, _, text = model.respond(request_).partition(" ")
    assert response.status_code == int(status)
    if status == "200":
        assert "reached" in response.json
    elif status == "400":
        assert response.json["badRequest"]["message"] == text
    elif text == "not in this version":
        # The words that webob has for any 404.
        told = response.json["itemNotFound"]["message"]
        assert told == "The resource could not be found."


def _like(method: Any) -> Any:
    """Stand in for a method, and keep its range of microversions."""
    from nova.api.openstack import wsgi

    def index(
        self: object, req: object, server_id: str = "", **args: Any
    ) -> Any:
        return reached(self, req, server_id, **args)

    return wsgi.api_version(method.min_version)(index)


@pytest.mark.parametrize("legacy", [False, True], ids=["v2.1", "v2"])
def test_v2_relaxes_the_schema(routes: Any, nova: Nova, legacy: bool) -> None:
    """A key that no schema knows is a 400 there, and is removed here."""
    del routes
    from nova.api import openstack, validation
    from nova.api.openstack import wsgi

    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}},
        "additionalProperties": False,
    }
    base: Any = wsgi.Controller

    class Controller(base):
        @wsgi.expected_errors(())
        @validation.schema(schema)
        def create(self, req: Any, body: Any) -> Any:
            version = req.api_version_request.get_string()
            return {"body": body, "version": version}

    app = wsgi.Resource(Controller())
    if legacy:
        app = openstack.LegacyV2CompatibleWrapper(app)
    request = wsgi.Request.blank("/servers", method="POST")
    request.headers["OpenStack-API-Version"] = "compute 2.90"
    request.content_type = "application/json"
    request.body = b'{"name": "vm-1", "colour": "blue"}'
    request.environ["nova.context"] = nova.context
    request.environ["wsgiorg.routing_args"] = ((), {"action": "create"})
    response = request.get_response(app)
    if legacy:
        told = {"body": {"name": "vm-1"}, "version": "2.1"}
        assert response.json == told
        said = "keys that it doesn't know are removed, where `/v2.1` responds"
        assert said in PAGE.read_text("utf-8")
    else:
        assert response.status_code == 400
        assert "colour" in response.json["badRequest"]["message"]


def test_what_is_gone_since_victoria() -> None:
    """The modules that the page names, and the program."""
    then = _files("victoria nova.api.openstack.compute:")
    now = _files("nova.api.openstack.compute:")
    gone = sorted(then.keys() - now.keys())
    assert gone == ["flavor_manage.py", "wsgi.py"]
    scripts = metadata.distribution("nova").entry_points
    installed = {s.name for s in scripts if s.group == "console_scripts"}
    assert "nova-compute" in installed
    assert "nova-api" not in installed


def test_each_nova_exception_has_a_status(nova: Nova) -> None:
    """Two others of the module have none: they aren't NovaExceptions."""
    own = {
        name: kind
        for name, kind in vars(nova.exception).items()
        if inspect.isclass(kind)
        and issubclass(kind, BaseException)
        and kind.__module__ == "nova.exception"
    }
    without = {name for name, kind in own.items() if not hasattr(kind, "code")}
    assert without == {"HostConflict", "InstanceEventTimeout"}
    base = nova.exception.NovaException
    assert all(
        isinstance(getattr(kind, "code", None), int)
        for kind in own.values()
        if issubclass(kind, base)
    )
    assert "each class derived from `NovaException`" in INDEX.read_text(
        "utf-8"
    )


def test_the_pages_show_it() -> None:
    """The blocks that the tests above prove are on the pages."""
    shown = {
        text.split()[0]
        for path in (INDEX, PAGE)
        for _, kind, text in blocks(path)
        if kind == "recorded"
    }
    assert shown == {
        "api_files",
        "url_to_method_actions",
        "url_to_method_middleware",
        "url_to_method_routes",
    }
