"""The page shows the code that runs."""

import inspect
import pkgutil
import textwrap
from pathlib import Path

import pytest

from examples.case_studies import releasing_ports as model
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
