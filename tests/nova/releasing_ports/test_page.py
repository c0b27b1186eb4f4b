"""The page shows the code that runs, and names its arguments."""

import ast
import inspect
import pkgutil
import textwrap
from pathlib import Path

import pytest

from examples.nova import releasing_ports as model
from render.sources.upstream import excerpt
from tests.nova.conftest import Nova
from tests.nova.releasing_ports.compute import FUNCTION
from tests.project import blocks, page

PAGE = page(Path(model.__file__))
EXCERPTS = [text for _, kind, text in blocks(PAGE) if kind == "upstream"]


def test_the_page_shows_the_function() -> None:
    """The excerpts compared below are there."""
    assert FUNCTION in EXCERPTS


@pytest.mark.parametrize("name", EXCERPTS)
def test_what_the_page_shows_is_what_runs(nova: Nova, name: str) -> None:
    """The excerpt is the source of the imported function."""
    del nova  # It is imported.
    real = inspect.getsource(pkgutil.resolve_name(name))
    assert excerpt(name).source == textwrap.dedent(real).rstrip()


def test_the_page_names_the_decorators_arguments() -> None:
    """Three numbers, as they stand in the installed source."""
    (call,) = (
        node
        for node in ast.walk(ast.parse(excerpt(FUNCTION).source))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "loopingcall.RetryDecorator"
    )
    given = {k.arg: ast.unparse(k.value) for k in call.keywords}
    assert given == {
        "max_retry_count": "3",
        "inc_sleep_time": "2",
        "max_sleep_time": "12",
        "exceptions": "(keystone_exception.connection.ConnectFailure,)",
    }
    text = PAGE.read_text("utf-8")
    for name in "max_retry_count", "inc_sleep_time", "max_sleep_time":
        assert f"`{name}={given[name]}`" in text
