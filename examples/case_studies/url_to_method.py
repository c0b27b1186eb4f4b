"""A model of how Nova finds the method that a request calls.

A table of routes gives a controller and an action; for the action named
"action", the key of the body gives the method; a decorator compares the
microversion.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass
class Request:
    """What the client sent."""

    verb: str
    path: str
    body: str = ""
    version: tuple[int, int] = (2, 1)


class NotInThisVersion(Exception):
    """The method belongs to other microversions."""


Method = Callable[..., str]


def action(key: str) -> Callable[[Method], Method]:
    """Mark a method as the one that a key of the body calls.

    Examples:
        The mark is an attribute of the method:

        >>> vars(Servers._reboot)
        {'key': 'reboot'}
    """

    def decorate(method: Method) -> Method:
        vars(method)["key"] = key
        return method

    return decorate


def since(*oldest: int) -> Callable[[Method], Method]:
    """Hide a method from requests with an older microversion.

    Examples:
        The default microversion, 2.1, is too old for this method:

        >>> try:
        ...     Servers().tags(Request("GET", "/servers/42"), id="42")
        ... except NotInThisVersion as error:
        ...     print("hidden")
        hidden
    """

    def decorate(method: Method) -> Method:
        def wrapped(self: Any, req: Request, **args: Any) -> str:
            if req.version < oldest:
                raise NotInThisVersion
            return method(self, req, **args)

        return wrapped

    return decorate


class Servers:
    """A controller: methods that know nothing about URLs."""

    def index(self, req: Request) -> str:
        return "all servers"

    def show(self, req: Request, id: str) -> str:
        return f"server {id}"

    @since(2, 26)
    def tags(self, req: Request, id: str) -> str:
        return f"tags of {id}"

    @action("reboot")
    def _reboot(self, req: Request, id: str, body: Any) -> str:
        return f"{id} reboots: {body['reboot']['type']}"


ROUTES = {
    "/servers": {"GET": (Servers(), "index")},
    "/servers/{id}": {"GET": (Servers(), "show")},
    "/servers/{id}/tags": {"GET": (Servers(), "tags")},
    "/servers/{id}/action": {"POST": (Servers(), "action")},
}


def respond(req: Request) -> str:
    """Find the method and call it.

    Examples:
        The URL and the HTTP method decide which Python method is called:

        >>> respond(Request("GET", "/servers"))
        '200 all servers'
        >>> respond(Request("GET", "/servers/42"))
        '200 server 42'

        For an action, the key of the body decides:

        >>> hard = '{"reboot": {"type": "HARD"}}'
        >>> respond(Request("POST", "/servers/42/action", hard))
        '200 42 reboots: HARD'

        No route, an unknown key, no JSON, a microversion that is too old:

        >>> respond(Request("GET", "/hosts"))
        '404 no such URL'
        >>> respond(Request("DELETE", "/servers"))
        '404 no such URL'
        >>> respond(Request("POST", "/servers/42/action", '{"dance": 0}'))
        '400 There is no such action: dance'
        >>> respond(Request("POST", "/servers/42/action", "reboot"))
        '400 Malformed request body'
        >>> respond(Request("GET", "/servers/42/tags"))
        '404 not in this version'
        >>> respond(Request("GET", "/servers/42/tags", version=(2, 26)))
        '200 tags of 42'
    """
    for template, verbs in ROUTES.items():
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", template)
        found = re.fullmatch(pattern, req.path)
        if found and req.verb in verbs:
            controller, name = verbs[req.verb]
            return _call(controller, name, req, found.groupdict())
    return "404 no such URL"


def _call(
    controller: Servers, name: str, req: Request, args: dict[str, Any]
) -> str:
    if name == "action":
        try:
            args["body"] = json.loads(req.body)
            [key] = args["body"]
        except ValueError:
            return "400 Malformed request body"
        keys = {
            vars(method)["key"]: method.__name__
            for method in vars(type(controller)).values()
            if "key" in getattr(method, "__dict__", {})
        }
        if key not in keys:
            return f"400 There is no such action: {key}"
        name = keys[key]
    try:
        return f"200 {getattr(controller, name)(req, **args)}"
    except NotInThisVersion:
        return "404 not in this version"
