"""`ResourceExceptionHandler.__exit__` and Python's rule about it."""

import traceback
from typing import Any

import pytest

from tests.nova.conftest import Nova, imported


@pytest.fixture
def wsgi(nova: Nova) -> Any:
    """Nova's module with the class."""
    return imported("nova.api.openstack.wsgi")


def _left(handler: Any, error: Exception) -> tuple[BaseException, list[str]]:
    """Raise in its body; the exception that leaves, and its traceback."""
    try:
        with handler:
            raise error
    except Exception as out:
        rows = traceback.extract_tb(out.__traceback__)
        return out, [row.name for row in rows]


def test_it_raises_what_it_was_passed(nova: Nova, wsgi: Any) -> None:
    """For two types, the same object; the entries are those of a re-raise."""
    fault = wsgi.Fault(wsgi.webob.exc.HTTPNotFound())
    out, names = _left(wsgi.ResourceExceptionHandler(), fault)
    assert out is fault
    assert names == ["_left", "__exit__", "_left"]
    version = nova.exception.VersionNotFoundForAPIMethod(version="2.1")
    out, names = _left(wsgi.ResourceExceptionHandler(), version)
    assert out is version
    assert names == ["_left", "_left"]


def test_it_returns_for_others(nova: Nova, wsgi: Any) -> None:
    """An exception that it doesn't know propagates by itself."""
    error = OSError("disk full")
    out, names = _left(wsgi.ResourceExceptionHandler(), error)
    assert out is error
    assert names == ["_left"]


@pytest.mark.parametrize("kind", ["Forbidden", "Invalid"])
def test_it_translates_some(nova: Nova, wsgi: Any, kind: str) -> None:
    """A new exception out of `__exit__` is within the rule."""
    error = getattr(nova.exception, kind)()
    out, _ = _left(wsgi.ResourceExceptionHandler(), error)
    assert isinstance(out, wsgi.Fault)
    assert out is not error
