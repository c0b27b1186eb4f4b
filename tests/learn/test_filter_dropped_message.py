"""What oslo.log's option for levels does to the "dropped" log message."""

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from oslo_log._options import DEFAULT_LOG_LEVELS

from tests.project import DOCS

PAGE = DOCS / "how_to" / "filter_dropped_message.md"
OPTION = "default_log_levels"

# In an interpreter of its own: oslo.log sets up the root logger. It prints how
# many levels are set, and the logger of each message.
PROGRAM = """
import contextlib, logging, sys
from oslo_config import cfg
from oslo_log import log
from oslo_utils import excutils

conf = cfg.ConfigOpts()
log.register_options(conf)
conf([], default_config_files=sys.argv[1:])
log.setup(conf, "nova")
logging.getLogger().handlers[:] = [logging.StreamHandler(sys.stdout)]
logging.getLogger().handlers[0].setFormatter(logging.Formatter("%(name)s"))
print(len(conf.default_log_levels))
for logger in None, logging.getLogger("nova.compute.manager"):
    with contextlib.suppress(OSError):
        try:
            raise ConnectionError("Neutron is down")
        except ConnectionError:
            with excutils.save_and_reraise_exception(logger=logger):
                raise OSError("the database is down")
"""


def _printed(folder: Path, setting: str) -> list[str]:
    path = folder / "nova.conf"
    path.write_text(f"[DEFAULT]\n{setting}\n", "utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("name", "said", "logged"),
    [
        (
            "oslo_utils.excutils",
            "With `oslo_utils.excutils=CRITICAL` in `default_log_levels`, "
            "the library's logger doesn't log the message.",
            ["nova.compute.manager"],
        ),
        (
            "oslo.utils.excutils",
            "`oslo.utils.excutils`, with a dot, changes nothing.",
            ["oslo_utils.excutils", "nova.compute.manager"],
        ),
    ],
    ids=["underscore", "dot"],
)
def test_level_hides_the_message_of_the_librarys_logger(
    tmp_path: Path, name: str, said: str, logged: list[str]
) -> None:
    """By the name with an underscore; not that of another logger."""
    assert _printed(tmp_path, f"{OPTION} = {name}=CRITICAL") == ["1", *logged]
    assert said in PAGE.read_text("utf-8")


def test_option_replaces_a_list_that_has_no_level_for_it(
    tmp_path: Path,
) -> None:
    """By default, both messages are logged, and other levels are set."""
    number, *logged = _printed(tmp_path, "")
    assert int(number) > 1
    assert logged == ["oslo_utils.excutils", "nova.compute.manager"]


def test_page_has_the_default_list_with_one_more_pair(tmp_path: Path) -> None:
    """A reader can paste it: the message is hidden, and no level is lost."""
    page = PAGE.read_text("utf-8")
    block = page.partition("```ini\n[DEFAULT]\n")[2].partition("\n```")[0]
    pairs = "".join(block.removeprefix(f"{OPTION} = ").split()).split(",")
    assert pairs == [*DEFAULT_LOG_LEVELS, "oslo_utils.excutils=CRITICAL"]
    number, *logged = _printed(tmp_path, block)
    assert int(number) == len(pairs)
    assert logged == ["nova.compute.manager"]


def test_page_names_the_release_that_was_measured() -> None:
    """That of oslo.log."""
    version = importlib.metadata.version("oslo.log")
    assert f"as in oslo.log {version}:" in PAGE.read_text("utf-8")
