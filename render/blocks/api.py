"""Nova's API as its source has it: files, middleware, routes, actions.

The blocks read the installed package without importing it:

    ```tree          the files of a folder, in two releases
    ```pipeline      the middleware that a request passes, in order
    ```routes        which method a URL calls
    ```actions       which method a body's key calls at /servers/{id}/action

Each block begins with the headings of its table, with bars between them.
"""

import ast
import configparser
import sys
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from render import html
from render.blocks import BlockError
from render.html import inline
from render.sources import upstream

_ROUTES = "nova.api.openstack.compute.routes:"
_PASTE = Path("etc", "nova", "api-paste.ini")


def tree(text: str) -> str:
    """The files of a folder of Nova, in Victoria and in the installed one.

    Args:
        text: The block's text: headings; the folder; then a line for each
            file or folder in it, its name and a sentence.

    Returns:
        HTML: a table with the number of lines in each release, or of modules.

    Raises:
        BlockError: A file is not named, or is in neither release.
    """
    headings, folder, *lines = _lines(text)
    said = _said(lines)
    releases = [
        upstream.folder(f"{release}{folder.replace('/', '.')}")
        for release in ("victoria ", "")
    ]
    there = set().union(*(files for _, files in releases))
    if there != said.keys():
        raise BlockError(
            f"{folder}: not the same as in the packages: "
            f"{', '.join(sorted(there ^ said.keys()))}"
        )
    rows = [
        [
            f"<code>{name}</code>",
            *(
                _size(release, folder, name, files)
                for release, files in releases
            ),
            inline(sentence),
        ]
        for name, sentence in said.items()
    ]
    return _table(headings, rows)


def _said(lines: list[str]) -> dict[str, str]:
    """The names of some lines, and the sentences behind them."""
    pairs = (line.partition(": ") for line in lines)
    return {name: text for name, _colon, text in pairs}


def _size(release: str, folder: str, name: str, files: dict[str, int]) -> str:
    if name not in files:
        return "&ndash;"
    url = upstream.Excerpt("", f"{folder}/{name}", 1, "nova", release).url
    return f'<a href="{url.removesuffix("#L1")}">{files[name]}</a>'


def pipeline(text: str) -> str:
    """The middleware of one of Nova's WSGI applications, outermost first.

    Args:
        text: The block's text: headings; the section of `api-paste.ini`;
            then a line for each part, its name and a sentence.

    Returns:
        HTML: a table.

    Raises:
        BlockError: The parts are others, or in another order.
    """
    headings, section, *lines = _lines(text)
    said = _said(lines)
    parts = middleware(section)
    if list(said) != [name for name, _ in parts]:
        raise BlockError(f"{section} is {' '.join(name for name, _ in parts)}")
    rows = []
    for name, factory in parts:
        module, attribute = factory.split(":")
        if module.startswith("nova."):
            own = attribute.partition(".")[0]
            # The factory may be imported from a module of the package.
            place = _definition(f"{module}:{own}") or _definition(
                f"{module}.routes:{own}"
            )
            if not place:
                raise BlockError(f"no {own} in {module}")
        else:
            place = f"<code>{module}</code>"
        rows.append([f"<code>{name}</code>", place, inline(said[name])])
    return _table(headings, rows)


def middleware(section: str) -> list[tuple[str, str]]:
    """The parts of a pipeline, as `api-paste.ini` of the installed Nova says.

    Args:
        section: The name of the composite application.

    Returns:
        The name of each part, in the order in which a request passes them,
        and the factory that makes it; the application comes last.

    Raises:
        BlockError: There is no such section.

    Examples:
        >>> parts = middleware("openstack_compute_api_v21")
        >>> parts[3]
        ('faultwrap', 'nova.api.openstack:FaultWrapper.factory')
    """
    parser = configparser.ConfigParser()
    parser.read(Path(sys.prefix) / _PASTE, "utf-8")
    try:
        names = parser[f"composite:{section}"]["keystone"].split()
    except KeyError as error:
        raise BlockError(f"no {section} in {_PASTE}") from error
    factories = {
        title.partition(":")[2]: part.get("paste.filter_factory", "")
        or part.get("paste.app_factory", "")
        for title, part in parser.items()
    }
    return [(name, factories[name]) for name in names]


def routes(text: str) -> str:
    """The methods that some URLs call.

    Args:
        text: The block's text: headings, then a path on each line.

    Returns:
        HTML: a table.

    Raises:
        BlockError: Nova has no such path.
    """
    headings, *paths = _lines(text)
    known = route_list()
    rows = []
    for path in paths:
        if path not in known:
            raise BlockError(f"no {path} in Nova's ROUTE_LIST")
        for verb, (controller, action) in known[path].items():
            name = f"{controller}.{action}"
            place = _definition(name)
            if not place and action != "action":
                raise BlockError(f"{path} calls {name}, not there")
            # "action" is no method: the body's key names it.
            place = place or f"<code>{action}</code>"
            rows.append([f"<code>{verb} {escape(path)}</code>", place])
    return _table(headings, rows)


@cache
def route_list() -> dict[str, dict[str, tuple[str, str]]]:
    """Nova's table of routes.

    Returns:
        For each path, the controller and the name of the action for each HTTP
        method. The controller is a name as ```upstream takes it.

    Examples:
        >>> route_list()["/servers"]["POST"]
        ('nova.api.openstack.compute.servers:ServersController', 'create')
    """
    listed = _assigned()["ROUTE_LIST"]
    assert isinstance(listed, ast.Tuple)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for entry in listed.elts:
        assert isinstance(entry, ast.Tuple)
        path, methods = entry.elts
        assert isinstance(path, ast.Constant)
        if isinstance(methods, ast.Dict):  # The others are redirections.
            found[str(path.value)] = dict(_methods(methods))
    return found


def _methods(methods: ast.Dict) -> Iterator[tuple[str, tuple[str, str]]]:
    for verb, target in zip(methods.keys, methods.values, strict=True):
        assert isinstance(verb, ast.Constant)
        assert isinstance(target, ast.List)
        controller, action = target.elts
        assert isinstance(controller, ast.Name)
        assert isinstance(action, ast.Constant)
        main, *_ = _controllers(controller.id)
        yield str(verb.value), (main, str(action.value))


def _controllers(name: str) -> list[str]:
    """The classes behind one of the names that `ROUTE_LIST` uses."""
    partial = _assigned()[name]
    assert isinstance(partial, ast.Call)
    _, main, others = partial.args
    assert isinstance(others, ast.List)
    return [
        f"nova.api.openstack.compute.{ast.unparse(node).replace('.', ':')}"
        for node in [main, *others.elts]
    ]


@cache
def _assigned() -> dict[str, ast.expr]:
    """What the routes' module assigns to its names."""
    _, module = upstream.definition(_ROUTES)
    return {
        target.id: node.value
        for node in ast.iter_child_nodes(module)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def actions(text: str) -> str:
    """The methods that the key in the body of an action's request calls.

    Args:
        text: The block's text: headings.

    Returns:
        HTML: a table of all actions of servers.
    """
    [headings] = _lines(text)
    return _table(
        headings,
        [
            [f"<code>{escape(key)}</code>", _definition(name)]
            for key, name in sorted(server_actions().items())
        ],
    )


@cache
def server_actions() -> dict[str, str]:
    """The actions of `POST /servers/{id}/action`.

    Returns:
        The method for each key, as ```upstream takes it.

    Examples:
        >>> server_actions()["os-start"]
        'nova.api.openstack.compute.servers:ServersController._start'
    """
    found = {}
    for controller in _controllers("server_controller"):
        _, node = upstream.definition(controller)
        for method in ast.iter_child_nodes(node):
            if not isinstance(method, ast.FunctionDef):
                continue
            for decorator in method.decorator_list:
                if (
                    isinstance(decorator, ast.Call)
                    and ast.unparse(decorator.func) == "wsgi.action"
                ):
                    [key] = decorator.args
                    assert isinstance(key, ast.Constant)
                    found[str(key.value)] = f"{controller}.{method.name}"
    return found


def _definition(name: str) -> str:
    """A function or class with a link, or nothing where it is inherited."""
    own = name.rpartition(":")[2].rpartition(".")[2]
    try:
        line = upstream.line(name, own)
    except upstream.NotFoundError:
        return ""
    place = inline(f"{line.file}:{line.line}")
    return f"<code>{escape(name.rpartition(':')[2])}</code> {place}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _table(headings: str, rows: list[list[str]]) -> str:
    return html.cards([inline(h.strip()) for h in headings.split("|")], rows)
