"""URLs lead where the pages say, in the real Nova.

Nova's router, its resources and its middleware run for real. Stood in for are
the clients of the message bus, which the controllers make when they are made,
and the methods that a request reaches: they would ask the database.
"""

import ast
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from examples.nova import url_to_method as model
from render.blocks import api
from render.sources import upstream
from tests.nova.conftest import Nova
from tests.project import DOCS, blocks, page

INDEX = DOCS / "nova" / "index.md"
PAGE = page(Path(model.__file__))


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


def test_the_table_of_routes_is_novas(routes: Any) -> None:
    """What is read from the source is what Nova registers."""
    real = {
        path: {verb: _real(*target) for verb, target in methods.items()}
        for path, methods in routes.ROUTE_LIST
        if isinstance(methods, dict)
    }
    assert api.route_list() == real


def _real(controller: Any, action: str) -> tuple[str, str]:
    main, _ = controller.args
    return f"{main.__module__}:{main.__qualname__}", action


def test_the_actions_are_novas(routes: Any) -> None:
    """What is read from the decorators is what Nova's metaclass collected."""
    resource = routes.server_controller()
    real = {
        key: f"{type(method.__self__).__module__}:"
        f"{type(method.__self__).__qualname__}.{method.__name__}"
        for key, method in resource.wsgi_actions.items()
    }
    assert api.server_actions() == real


def test_the_middleware_is_novas(routes: Any) -> None:
    """The application that Nova loads is nested in the order of the page."""
    del routes
    from nova.api import wsgi

    paste = Path(sys.prefix, "etc", "nova", "api-paste.ini")
    versions = wsgi.Loader(str(paste)).load_app("osapi_compute").applications
    [app] = [a for (_, prefix), a in versions if prefix == "/v2.1/+"]
    real = []
    while app is not None:
        real.append(type(app).__module__)
        inner = vars(app).get("application") or vars(app).get("_app")
        app = inner
    shown = api.middleware("openstack_compute_api_v21")
    expected = [factory.partition(":")[0] for _, factory in shown]
    wrong = [
        f"{module}, not {package}"
        for module, package in zip(real, expected, strict=True)
        if not module.startswith(package)
    ]
    assert not wrong


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
def test_the_model_answers_as_nova_does(
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
    status, _, text = model.answer(request_).partition(" ")
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


def test_the_helper_is_counted_in_victoria() -> None:
    """The count that the page names beside the newer one."""
    root = upstream.definition("victoria nova.utils:")[0].path.parent
    count = 0
    for path in root.rglob("*.py"):
        text = path.read_text("utf-8")
        if path.is_relative_to(root / "tests"):
            continue
        if "save_and_reraise_exception" in text:
            count += sum(
                "save_and_reraise_exception" in ast.unparse(item)
                for node in ast.walk(ast.parse(text))
                if isinstance(node, ast.With)
                for item in node.items
            )
    assert f"In Victoria it was {count}." in INDEX.read_text("utf-8")


def test_what_is_gone_since_victoria() -> None:
    """The modules that the page names, and the program."""
    _, then = upstream.folder("victoria nova.api.openstack.compute")
    _, now = upstream.folder("nova.api.openstack.compute")
    gone = sorted(then.keys() - now.keys())
    assert gone == ["flavor_manage.py", "wsgi.py"]
    text = INDEX.read_text("utf-8")
    assert "two modules of 22.4.0 are gone" in text
    assert all(f"`{name}` since" in text for name in gone)
    scripts = metadata.distribution("nova").entry_points
    installed = {s.name for s in scripts if s.group == "console_scripts"}
    assert "nova-compute" in installed
    assert "nova-api" not in installed


def test_the_pages_show_it() -> None:
    """The blocks that the tests above stand behind are on the pages."""
    kinds = {kind for path in (INDEX, PAGE) for _, kind, _ in blocks(path)}
    assert {"tree", "pipeline", "routes", "actions"} <= kinds
