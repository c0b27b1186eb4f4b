"""What oslo.log makes of the "dropped" log message."""

import contextlib
import importlib.metadata
import json
import logging
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from oslo_config import cfg
from oslo_log import formatters, log

from examples.learn import dropped_exception

PAGE = Path("docs/en/learn/dropped_exception.md")
NAMED = r"'ConnectionError: Neutron is down\n']"
SILENT = (TypeError, ValueError, KeyError, AttributeError, ImportError)


@pytest.fixture
def handler() -> Iterator[logging.StreamHandler[StringIO]]:
    """Log to memory, in oslo.log's default format."""
    conf = cfg.ConfigOpts()
    log.register_options(conf)
    conf([])
    root, memory = logging.getLogger(), logging.StreamHandler(StringIO())
    memory.setFormatter(formatters.ContextFormatter(config=conf))
    root.addHandler(memory)
    yield memory
    root.removeHandler(memory)


def drop(second: Exception) -> None:
    """Let a cleanup fail under the helper."""

    def clean_up() -> None:
        raise second

    with contextlib.suppress(type(second)):
        dropped_exception.release(clean_up)


@pytest.mark.parametrize(
    ("second", "end"),
    [
        (OSError("the database is down"), ": OSError: the database is down"),
        (ModuleNotFoundError("six"), ": ModuleNotFoundError: six"),
        (UnicodeError("text"), ": UnicodeError: text"),
        *((kind("key"), "") for kind in SILENT),
    ],
    ids=lambda value: type(value).__name__,
)
def test_oslo_log_appends_the_exception_of_the_body(
    second: Exception, end: str, handler: logging.StreamHandler[StringIO]
) -> None:
    """After the list, which ends with the dropped one; not for five types."""
    drop(second)
    assert handler.stream.getvalue().endswith(f"{NAMED}{end}\n")


@pytest.mark.parametrize(
    ("second", "summary"),
    [
        (OSError("the database is down"), "OSError: the database is down"),
        *((kind("key"), "") for kind in SILENT),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_json_formatter_keeps_the_two_apart(
    second: Exception, summary: str, handler: logging.StreamHandler[StringIO]
) -> None:
    """The summary is a field of its own; empty for the same five types."""
    handler.setFormatter(formatters.JSONFormatter())
    drop(second)
    record = json.loads(handler.stream.getvalue())
    assert record["error_summary"] == summary
    assert record["msg"] == "Original exception being dropped: %s"
    assert record["args"][0][-1] == "ConnectionError: Neutron is down\n"


def test_the_page_says_what_oslo_log_appends() -> None:
    """With the end of a log message, the types, and the release."""
    page = PAGE.read_text("utf-8")
    assert f"`... {NAMED}: OSError: the database is down`" in page
    version = importlib.metadata.version("oslo.log")
    (said,) = (s for s in page.splitlines() if f"oslo.log {version} " in s)
    assert "appends nothing if" in said
    assert [kind for kind in SILENT if f"`{kind.__name__}`" not in said] == []
