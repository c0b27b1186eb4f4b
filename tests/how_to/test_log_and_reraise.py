"""What the page on logging and re-raising says beyond its module."""

import contextlib
import io
import json
import logging
from collections.abc import Callable

import pytest
from oslo_config import cfg
from oslo_log import formatters
from oslo_log import log as log_module
from oslo_utils import excutils

from examples.how_to import log_and_reraise as lesson
from tests.project import ROOT

PAGE = ROOT / "docs" / "en" / "how_to" / "log_and_reraise.md"

PORT: dict[str, str] = {}  # It has no id.


@pytest.fixture
def log() -> io.StringIO:
    """All that is logged, as `logging.basicConfig()` formats it."""
    written = io.StringIO()
    logging.basicConfig(stream=written, force=True)
    return written


def _fail(port: str) -> None:
    raise OSError("the bridge is gone")


@pytest.mark.parametrize(
    ("call", "times"),
    [
        (lambda: lesson.bind("eth0"), 2),
        (lambda: lesson.bind_with_note("eth0"), 1),
        (lambda: lesson.bind_and_clean_up("eth0", _fail), 3),
        (lambda: lesson.bind_and_log_last("eth0", _fail), 2),
    ],
    ids=["log", "note", "log, clean up", "clean up, log"],
)
def test_how_often_the_log_tells_the_original_exception(
    log: io.StringIO, call: Callable[[], object], times: int
) -> None:
    """By `LOG.exception`, by the helper, and in the chain of another."""
    lesson.handle(call)
    assert log.getvalue().count("ConnectionError: no agent") == times


def test_a_note_is_printed_by_whoever_logs(log: io.StringIO) -> None:
    """It is the row below the error message."""
    lesson.handle(lambda: lesson.bind_with_note("eth0"))
    last = log.getvalue().splitlines()[-2:]
    assert last == [
        "ConnectionError: no agent on this host",
        "while binding port eth0",
    ]


def test_after_the_handler_there_is_no_traceback(log: io.StringIO) -> None:
    """`LOG.exception` then logs that there is no exception."""
    with contextlib.suppress(ConnectionError):
        lesson.plug("eth0")
    lesson.LOG.exception("Failed to bind")
    assert log.getvalue().splitlines() == [
        "ERROR:nova.compute.manager:Failed to bind",
        "NoneType: None",
    ]


def test_after_the_handler_a_callers_exception_is_logged(
    log: io.StringIO,
) -> None:
    """If a caller is handling one: it has nothing to do with the failure."""

    def too_late() -> None:
        with contextlib.suppress(ConnectionError):
            lesson.plug("eth0")
        lesson.LOG.exception("Failed to bind")

    try:
        raise KeyError("unrelated")
    except KeyError:
        too_late()
    assert log.getvalue().splitlines()[-1] == "KeyError: 'unrelated'"


def test_an_exception_as_message_is_printed_twice(log: io.StringIO) -> None:
    """Once as the message, once below the traceback."""
    try:
        lesson.plug("eth0")
    except ConnectionError as error:
        lesson.LOG.exception(error)
    rows = log.getvalue().splitlines()
    assert [row.partition(":")[0] for row in rows if row.endswith("host")] == [
        "ERROR",
        "ConnectionError",
    ]


def test_a_warning_may_have_the_traceback(log: io.StringIO) -> None:
    """With `exc_info=True`, the rows of `LOG.exception` at another level."""
    try:
        lesson.plug("eth0")
    except ConnectionError:
        lesson.LOG.exception("Failed to bind")
        lesson.LOG.warning("Failed to bind", exc_info=True)
    one, other = log.getvalue().split("WARNING:")
    assert one == f"ERROR:{other}"
    assert other.endswith("ConnectionError: no agent on this host\n")


def test_a_bare_raise_logs_and_reraises_the_same(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """As the helper, if the body only logs."""

    def bind(port: str) -> None:
        try:
            lesson.plug(port)
        except ConnectionError:
            lesson.LOG.exception("Failed to bind port %s", port)
            raise

    logged = []
    for call in lesson.bind, bind:
        caplog.clear()
        with pytest.raises(ConnectionError, match="no agent on") as caught:
            call("eth0")
        assert caught.value.__context__ is None
        (record,) = caplog.records
        assert record.exc_info
        assert record.exc_info[1] is caught.value
        logged.append((record.levelname, record.name, record.getMessage()))
    assert logged[0][0] == "ERROR"
    assert logged[0] == logged[1]


@pytest.mark.parametrize(
    ("arguments", "raised", "printed"),
    [
        (lambda: ("no port %s", PORT["id"]), KeyError, False),
        (lambda: ("no port %d", "eth0"), ConnectionError, True),
        (lambda: ("no port %s", "eth0"), ConnectionError, False),
    ],
    ids=["argument", "format", "neither"],
)
def test_a_message_that_fails(
    arguments: Callable[[], tuple[object, ...]],
    raised: type[Exception],
    printed: bool,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An argument replaces the original exception, a format doesn't.

    The logger is none of the tree's: pytest's handlers raise.
    """
    logger = logging.Logger("nova.compute.manager")
    logger.addHandler(logging.StreamHandler(io.StringIO()))

    def bind() -> None:
        try:
            lesson.plug("eth0")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                logger.exception(*arguments())

    with pytest.raises(raised):
        bind()
    shown = capsys.readouterr().err.startswith("--- Logging error ---")
    assert shown == printed
    dropped = "Original exception being dropped" in caplog.text
    assert dropped == (raised is KeyError)


def test_oslo_log_prints_an_exception_as_message_three_times() -> None:
    """Its formatter appends the exception to the message as well."""
    conf = cfg.ConfigOpts()
    log_module.register_options(conf)
    conf([])
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(formatters.ContextFormatter(config=conf))
    logging.basicConfig(handlers=[handler], force=True)
    try:
        lesson.plug("eth0")
    except ConnectionError as error:
        lesson.LOG.exception(error)
    shown = [
        row for row in written.getvalue().splitlines() if "raise" not in row
    ]
    assert "\n".join(shown).count("no agent on this host") == 3


def test_nova_logs_a_failed_spawn_three_times() -> None:
    """As the tests of builds recorded it, on one host."""
    rows = json.loads(
        (ROOT / "docs/data/nova/build_failures_log.json").read_text("utf-8")
    )
    (row,) = (
        row
        for row in rows
        if row["fails"] == ["`driver.spawn` on one host, `OSError`"]
    )
    assert [line.partition(" ")[0] for line in row["log"]] == ["ERROR"] * 3
    assert "[three ERROR messages]" in PAGE.read_text("utf-8")
