"""What the page on retrying says beyond its program."""

import ast
import importlib.metadata
import importlib.util
import inspect
import logging
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from oslo_utils import excutils, timeutils

PAGE = Path("docs/en/learn/retrying_forever.md")

WRONG = """
from oslo_utils.excutils import forever_retry_uncaught_exceptions as retry
@retry(30)
def by_position() -> None: ...
@retry(delay=30)
def misspelt() -> None: ...
def poll() -> None: ...
both = retry(poll, retry_delay=5)
"""


class UnprintableError(Exception):
    """An exception without a text."""

    def __str__(self) -> str:
        """Fail."""
        raise LookupError("no text")


def acting(*outcomes: Exception | str) -> Any:
    """A function, retried, that raises or returns each in turn."""
    left = list(outcomes)

    @excutils.forever_retry_uncaught_exceptions
    def call() -> str:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return call


@pytest.fixture(autouse=True)
def lateness() -> Iterator[None]:
    """Each sleep takes a thousandth of a second too long."""
    seconds = [0.0]

    def sleep(duration: float) -> None:
        seconds[0] += duration + 0.001

    def now() -> float:
        return seconds[0]

    with (
        mock.patch.object(time, "sleep", sleep),
        mock.patch.object(timeutils, "now", now),
    ):
        yield


@pytest.fixture
def quiet() -> Iterator[None]:
    """Leave out the warning that the decorator causes."""
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", ".*exception_to_unicode", DeprecationWarning
        )
        yield


@pytest.mark.usefixtures("quiet")
def test_a_real_second_is_longer(caplog: pytest.LogCaptureFixture) -> None:
    """With a sleep that comes late, the line counts 60."""
    assert acting(*[OSError("down")] * 130, "done")() == "done"
    counts = [record.args for record in caplog.records]
    assert counts == [(1,), (60,), (60,)]
    assert {record.levelno for record in caplog.records} == {logging.ERROR}
    (logger,) = {record.name for record in caplog.records}
    assert f"to the logger `{logger}` since oslo.utils 10.0.0" in (
        PAGE.read_text("utf-8")
    )


@pytest.mark.usefixtures("quiet")
def test_each_call_has_its_own_memory(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The second call logs the message that the first has logged."""
    call = acting(OSError("down"), "one", OSError("down"), "two")
    assert call() == "one"
    assert len(caplog.records) == 1
    assert call() == "two"
    assert len(caplog.records) == 2


@pytest.mark.usefixtures("quiet")
def test_delays_may_be_texts_of_numbers(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As a configuration file or the environment holds them."""
    left = [OSError("down")] * 3
    delays: Any = {"retry_delay": "5", "same_log_delay": "8"}

    @excutils.forever_retry_uncaught_exceptions(**delays)
    def call() -> None:
        if left:
            raise left.pop()

    call()
    assert timeutils.now() == pytest.approx(15, abs=0.1)
    assert [record.args for record in caplog.records] == [(1,), (2,)]


@pytest.mark.usefixtures("quiet")
def test_arguments_reach_each_attempt() -> None:
    """By position and by keyword."""
    attempts = []

    @excutils.forever_retry_uncaught_exceptions()
    def call(*args: object, **options: object) -> str:
        attempts.append((args, options))
        if len(attempts) == 1:
            raise OSError("down")
        return "done"

    assert call("vm-1", port="eth0") == "done"
    assert attempts == [(("vm-1",), {"port": "eth0"})] * 2


@pytest.mark.usefixtures("quiet")
def test_an_exception_whose_str_fails_propagates() -> None:
    """The decorator calls `str()` outside of its `try`."""
    with pytest.raises(LookupError, match="no text"):
        acting(UnprintableError(), "done")()


def test_warnings_as_errors_end_it() -> None:
    """The warning about the decorator's own deprecated call propagates."""
    with pytest.raises(DeprecationWarning, match="exception_to_unicode"):
        acting(OSError("down"), "done")()


def test_nothing_of_the_module_itself_is_deprecated() -> None:
    """The API reference says so, and that this call's warning is another's."""
    source = inspect.getsource(excutils)
    assert "exception_to_unicode" in source
    assert not re.search("deprecat|debtcollector", source, re.I)


def test_type_checkers_refuse_what_the_page_warns_of() -> None:
    """Mypy reports the three calls."""
    command = [sys.executable, "-m", "mypy", "-c", WRONG]
    alone = ["--cache-dir", "/dev/null", "--config-file", ""]
    done = subprocess.run([*command, *alone], capture_output=True, text=True)
    errors = [n for n in done.stdout.splitlines() if "[call-overload]" in n]
    assert [n.split(":")[1] for n in errors] == ["3", "5", "8"]


def test_the_listener_of_oslo_messaging_is_decorated() -> None:
    """The page names the installed version, and the line."""
    spec = importlib.util.find_spec("oslo_messaging")
    assert spec
    assert spec.origin
    path = Path(spec.origin).parent / "_drivers" / "base.py"
    (line,) = (
        decorator.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "_runner"
        for decorator in node.decorator_list
    )
    version = importlib.metadata.version("oslo.messaging")
    text = PAGE.read_text("utf-8")
    assert f"oslo.messaging {version}" in text
    assert f"/{version}/oslo_messaging/_drivers/base.py#L{line}" in text
