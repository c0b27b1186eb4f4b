"""When the bare `raise` in `Resource._process_stack` is reached."""

import ast
import inspect
import textwrap
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.nova.api_errors.requests import (
    API,
    controller,
    send,
)


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
