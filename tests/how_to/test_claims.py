"""What the recipes' pages say beyond the examples of their modules."""

import importlib.metadata
import io
import logging
import pickle
import subprocess
import sys
import unittest
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from oslo_config import cfg
from oslo_context import context
from oslo_log import formatters, log

from examples.how_to import clean_up_and_reraise as clean_up
from examples.how_to import own_logger, translate
from examples.how_to import report_both_errors as both
from examples.how_to import roll_back_several_steps as several_resources


def test_exception_clauses_let_a_shutdown_pass(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`except Exception` does no cleanup for `SystemExit`."""

    def stop() -> None:
        raise SystemExit

    monkeypatch.setattr(clean_up, "allocate", stop)
    for way in clean_up.create, clean_up.create_with_helper:
        volume = clean_up.Volume()
        with pytest.raises(SystemExit):
            way(volume)
        assert volume.status == "creating"


def test_a_guarded_cleanup_lets_its_shutdown_replace_the_error() -> None:
    """The cleanup's `SystemExit` reaches the caller of the guarded form."""

    class Stopping(clean_up.Volume):
        def save(self, status: str) -> None:
            raise SystemExit

    with pytest.raises(SystemExit) as caught:
        clean_up.create_guarded(Stopping())
    assert isinstance(caught.value.__context__, ConnectionError)


@pytest.mark.parametrize(
    ("way", "failed", "broken"),
    [
        (several_resources.boot_nested, [], []),
        (several_resources.boot_guarded, ["port", "address"], ["address"]),
    ],
)
def test_what_is_undone_at_a_shutdown(
    way: Callable[[Any, Any], None], failed: list[str], broken: list[str]
) -> None:
    """After one, and if one hits the first undo step: by a stack only."""
    for error, stuck, expected in (
        (SystemExit(), "", failed),
        (ConnectionError(), "port", broken),
    ):
        undone: list[str] = []

        def do(name: str, error: BaseException = error) -> None:
            if name == "volume":
                raise error

        def undo(
            name: str, stuck: str = stuck, undone: list[str] = undone
        ) -> None:
            if name == stuck:
                raise SystemExit
            undone.append(name)

        with pytest.raises(SystemExit):
            way(do, undo)
        assert undone == expected


def test_a_pickled_exception_has_neither_cause_nor_context() -> None:
    """The receiving process doesn't get the original exception."""
    with pytest.raises(translate.ConflictError) as caught:
        translate.translate("eth0")
    assert caught.value.__cause__
    received = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(received, translate.ConflictError)
    assert received.__cause__ is received.__context__ is None


class RootTest(unittest.TestCase):
    """`assertLogs` without a name looks at the root logger."""

    def test_the_line_is_found_without_the_name_of_its_logger(self) -> None:
        """So it is found under the name of each release."""
        with self.assertLogs(level="ERROR") as logs:
            own_logger.release()
            logging.error("Original exception being dropped: %s", [])
        names = [record.name for record in logs.records]
        self.assertEqual(names, ["oslo_utils.excutils", "root"])  # noqa: PT009  # The unittest form.


def test_a_note_is_not_in_the_text_of_the_error() -> None:
    """A log line made of `str(error)` does not have it."""
    with pytest.raises(ConnectionError) as caught:
        both.with_a_note()
    assert "state not saved" not in str(caught.value)
    assert "state not saved" in caught.value.__notes__[0]


def test_oslo_log_gives_adapters() -> None:
    """Which the helper accepts, and which are true."""
    logger = log.getLogger("nova")
    assert isinstance(logger, logging.LoggerAdapter)
    assert logger


def test_oslo_log_names_the_request_for_every_logger() -> None:
    """Its formatter adds the context's id to the library's own message."""
    conf = cfg.ConfigOpts()
    log.register_options(conf)
    conf([])
    memory = logging.StreamHandler(io.StringIO())
    memory.setFormatter(formatters.ContextFormatter(config=conf))
    root = logging.getLogger()
    root.addHandler(memory)

    def request() -> None:
        own_logger.release()
        context.RequestContext(request_id="req-7")
        own_logger.release()

    try:
        with ThreadPoolExecutor(1) as pool:  # A context belongs to a thread.
            pool.submit(request).result()
    finally:
        root.removeHandler(memory)
    without, named = memory.stream.getvalue().splitlines()
    assert "oslo_utils.excutils [-] Original exception" in without
    assert "oslo_utils.excutils [None req-7 " in named


# In an interpreter of its own: it takes the handlers off all loggers.
SET_UP = """
import logging.config, sys
from oslo_config import cfg
from oslo_log import log
logging.config.fileConfig = lambda *_, **__: print("fileConfig")
logging.config.dictConfig = lambda *_, **__: print("dictConfig")
log.register_options(cfg.CONF)
cfg.CONF([])
cfg.CONF.set_override("log_config_append", sys.argv[1])
log.setup(cfg.CONF, "nova")
"""


def test_oslo_log_reads_its_configuration_with_file_config() -> None:
    """The file that `log_config_append` names, whatever is in it."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SET_UP, __file__],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "fileConfig\n"
    version = importlib.metadata.version("oslo.log")
    page = Path("docs/en/how_to/own_logger.md").read_text("utf-8")
    assert f"uses oslo.log {version}, add the filter in code" in page
