"""The model of the API's handlers does what Nova 34.0.0 does."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from examples.case_studies import api_errors as model
from tests.nova.api_errors.requests import API, controller, send

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
    """Leave a `with` by an error, and return what is raised.

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

    told = model.api_response(
        model.expected(404)(method) if decorated else method
    )
    action = {"action": "expected" if decorated else "plain"}
    seen = send(api, caplog, controller(api, make(api)), action)
    assert told.split()[1] == seen.status
