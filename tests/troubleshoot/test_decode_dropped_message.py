"""What reads a "dropped" log message back, whatever a log made of it."""

import contextlib
import json
import re
import runpy
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from oslo_log import log as oslo_log
from oslo_utils import excutils

from tests.project import DOCS, ROOT, blocks

MARK = "Original exception being dropped: "
PROGRAM = ROOT / "examples" / "programs" / "read_dropped.py"
PAGE = DOCS / "troubleshoot" / "decode_dropped_message.md"
RECORDED = ROOT / "docs" / "data" / "programs"


def _strings() -> list[str]:
    """A traceback with all that makes it hard to read back."""
    try:
        raise ConnectionError(
            'it\'s "]: down" \\n C:\\new \U0001f600 \u00e9\t'
        )
    except ConnectionError as error:
        return traceback.format_exception(error)


STRINGS = _strings()
TEXT = "".join(STRINGS)
MESSAGE = f"{MARK}{STRINGS}"
PREFIX = "2027-01-15 08:00:00.000 4242 ERROR oslo_utils.excutils [-] "
SUFFIX = ": OSError: [Errno 28] No space left on device: ['a']"
MISSING = "(the rest of the message is missing)\n"


@pytest.fixture(scope="module")
def tracebacks() -> Callable[[str], Iterator[str]]:
    """The function of the program that the page shows."""
    found: Callable[[str], Iterator[str]]
    found = runpy.run_path(str(PROGRAM))["tracebacks"]
    return found


def _wrapped(text: str, width: int) -> str:
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


def _json(message: str, **options: Any) -> str:
    return json.dumps({"message": message, "name": "oslo"}, **options)


@pytest.mark.parametrize(
    "log",
    [
        MESSAGE,
        PREFIX + MESSAGE,
        f"[req-7] {MESSAGE} trailing",
        _json(MESSAGE),
        _json(MESSAGE, ensure_ascii=False, indent=1),
        _json(_json(MESSAGE)),
        _json(_json(_json(MESSAGE))),
        repr(MESSAGE),
        _wrapped(MESSAGE, 79),
        _wrapped(MESSAGE, 100).replace("\n", "\r\n"),
        MESSAGE.replace("being dropped", "being\ndropped"),
        f"INFO before: ['x']\n{MESSAGE}\nINFO after: ['y']\n",
    ],
)
def test_traceback_is_read_back(
    tracebacks: Callable[[str], Iterator[str]], log: str
) -> None:
    """To the character, behind any prefix and in JSON of any depth."""
    assert list(tracebacks(log)) == [TEXT]


def test_line_that_was_broken_anywhere(
    tracebacks: Callable[[str], Iterator[str]],
) -> None:
    """Between a backslash and its letter, too."""
    for at in range(len(MARK), len(MESSAGE)):
        log = f"{MESSAGE[:at]}\n{MESSAGE[at:]}"
        assert list(tracebacks(log)) == [TEXT], log


def test_error_that_replaced_it_is_told(
    tracebacks: Callable[[str], Iterator[str]],
) -> None:
    """It is what oslo.log puts behind the list, with brackets or without."""
    found = list(tracebacks(PREFIX + MESSAGE + SUFFIX + "\nINFO: next\n"))
    assert found == [TEXT, f"Replaced by: {SUFFIX[2:]}\n"]


def test_several_messages(
    tracebacks: Callable[[str], Iterator[str]],
) -> None:
    """Each by itself, in the order of the log."""
    none = f"{MARK}['NoneType: None\\n']"
    log = f"{PREFIX}{MESSAGE}\nINFO between\n{none}\n{_json(MESSAGE)}"
    assert list(tracebacks(log)) == [TEXT, "NoneType: None\n", TEXT]


def test_message_that_was_cut(
    tracebacks: Callable[[str], Iterator[str]],
) -> None:
    """At any character, with a line behind it: complete strings are shown."""
    ends = [MESSAGE.index(repr(s)) + len(repr(s)) for s in STRINGS]
    behind = "\n2027 INFO it's [fine, 'x'] 'y'\n"
    for end in range(ends[0] + 1, len(MESSAGE) - 1):
        cut = MESSAGE[:end]
        complete = "".join(
            s for s, at in zip(STRINGS, ends, strict=True) if at < end
        )
        assert list(tracebacks(cut))[:2] == [complete, MISSING], cut
        first = next(tracebacks(cut + behind))
        assert first.startswith(complete), cut
        assert MISSING in tracebacks(cut + behind), cut


def test_an_invalid_list_is_shown_unchanged(
    tracebacks: Callable[[str], Iterator[str]],
) -> None:
    """`mask_password` on a whole message removes the end of a string."""
    masked = """["ConnectionError: {'password': '***']: OSError: down"""
    for log in MARK + masked, f"{MARK}{masked}\nINFO: next":
        assert list(tracebacks(log)) == [f"(no complete list) {masked}\n"]


def test_a_log_without_it(
    tracebacks: Callable[[str], Iterator[str]],
) -> None:
    """Prints nothing."""
    assert list(tracebacks("INFO: deleted\n['a\\n']\n")) == []


def test_the_program_reads_what_oslo_log_wrote() -> None:
    """Its log is the first message that the other program recorded."""
    shown = json.loads((RECORDED / "oslo_log_text.json").read_text("utf-8"))
    assert f'r"""\n{shown["output"][0]}\n"""' in PROGRAM.read_text("utf-8")


def test_the_message_at_the_top_is_what_oslo_log_wrote() -> None:
    """The page breaks it where its list has a comma, and changes no letter."""
    shown = json.loads((RECORDED / "oslo_log_text.json").read_text("utf-8"))
    (message,) = (b for _, kind, b in blocks(PAGE) if kind == "text")
    rows = [row.strip() for row in message.splitlines()]
    assert " ".join(rows) == shown["output"][0]


def test_the_command_reads_a_log() -> None:
    """The command of the page, in a shell, on what oslo.log wrote."""
    (command,) = (b for _, kind, b in blocks(PAGE) if kind == "sh")
    command, count = re.subn(r"< [\w/.-]+$", "", command)
    assert count == 1
    shown = json.loads((RECORDED / "oslo_log_text.json").read_text("utf-8"))
    log = "\n".join(["INFO: before", *shown["output"], PREFIX + MESSAGE])
    done = subprocess.run(
        ["sh", "-c", command.replace("python3", sys.executable)],
        input=log,
        capture_output=True,
        text=True,
        check=True,
    )
    recorded = """\
Traceback (most recent call last):
  File "oslo_log_text.py", line 29, in release
    raise ConnectionError("Neutron is down")
ConnectionError: Neutron is down

"""
    assert (done.stdout, done.stderr) == (recorded * 3 + TEXT + "\n", "")


def test_the_mask_reads_past_the_prefix_of_an_adapter() -> None:
    """The filter of the page masks what an adapter logs as well."""
    program = ROOT / "examples" / "programs" / "mask_dropped.py"
    more = """
class Request(logging.LoggerAdapter):
    def process(self, msg, kwargs):
        return f"[req-7] {msg}", kwargs

print("by an adapter:")
try:
    raise ConnectionError("{'password': 's3cret'}")
except ConnectionError:
    with contextlib.suppress(OSError):
        log = Request(logging.getLogger("nova"), {})
        with excutils.save_and_reraise_exception(logger=log):
            raise OSError("the database is down")
"""
    done = subprocess.run(
        [sys.executable, "-"],
        input=program.read_text("utf-8") + more,
        capture_output=True,
        text=True,
        check=True,
    )
    _, _, logged = done.stdout.partition("by an adapter:\n")
    assert logged.startswith(f"[req-7] {MARK}[")
    assert "'password': '***'" in logged
    assert "s3cret" not in logged


@pytest.mark.parametrize("kind", ["ContextFormatter", "JSONFormatter"])
def test_the_mask_leaves_the_error_summary_of_oslo_log(kind: str) -> None:
    """The filter masks the list; the formatter adds the summary later."""
    source = (ROOT / "examples" / "programs" / "mask_dropped.py").read_text(
        "utf-8"
    )
    functions, _, _ = source.partition("(handler,) = ")
    program = f"""{functions}
from oslo_config import cfg
from oslo_log import formatters, log

conf = cfg.ConfigOpts()
log.register_options(conf)
conf([], default_config_files=[])
(handler,) = logging.getLogger().handlers
options = dict(config=conf) if "{kind}" == "ContextFormatter" else dict()
handler.setFormatter(formatters.{kind}(**options))
handler.addFilter(mask)
with contextlib.suppress(OSError):
    try:
        raise ConnectionError("mysql://nova:dropped@db/nova")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            raise OSError("mysql://nova:replaced@db/nova")
"""
    done = subprocess.run(
        [sys.executable, "-"],
        input=program,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "being dropped: [" in done.stdout
    assert "nova:***@db" in done.stdout
    assert "nova:dropped@db" not in done.stdout
    assert "OSError: mysql://nova:replaced@db/nova" in done.stdout


def test_a_filter_is_added_after_oslo_log_is_set_up() -> None:
    """Its setup takes away the handler that had the filter."""
    program = """
import logging
from oslo_config import cfg
from oslo_log import log

logging.basicConfig()
root = logging.getLogger()
before = root.handlers[:]
conf = cfg.ConfigOpts()
log.register_options(conf)
conf([], default_config_files=[])
log.setup(conf, "nova")
print(len(before), len(root.handlers), {*before} & {*root.handlers})
"""
    done = subprocess.run(
        [sys.executable, "-"],
        input=program,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1 1 set()\n"


def test_the_name_of_the_logger() -> None:
    """oslo.log's own function would write a dot; the library's has none."""
    assert excutils.LOG.name == "oslo_utils.excutils"
    name = oslo_log.getLogger("oslo_utils.excutils").logger.name
    assert name == "oslo.utils.excutils"


def _unplug() -> None:
    raise OSError("the bridge is gone")


def _in_the_body() -> None:
    with excutils.save_and_reraise_exception():
        _unplug()


def _with_reraise_false() -> None:
    with excutils.save_and_reraise_exception(reraise=False):
        _unplug()


def _above_the_with() -> None:
    _unplug()
    with excutils.save_and_reraise_exception():
        pass


def _with_a_bare_raise() -> None:
    _unplug()
    raise  # The exception of the handler that calls this.


def _caught_in_the_body() -> None:
    with (
        excutils.save_and_reraise_exception(),
        contextlib.suppress(OSError),
    ):
        _unplug()


def _above_the_level() -> None:
    _in_the_body()


@pytest.mark.parametrize(
    ("clean_up", "messages", "raised"),
    [
        (_in_the_body, 1, OSError),
        (_with_reraise_false, 0, OSError),
        (_above_the_with, 0, OSError),
        (_with_a_bare_raise, 0, OSError),
        (_caught_in_the_body, 0, ConnectionError),
        (_above_the_level, 0, OSError),
    ],
)
def test_failed_cleanups_that_leave_no_message(
    clean_up: Callable[[], None],
    messages: int,
    raised: type[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Those that the page lists, beside the one that leaves a message."""
    if clean_up is _above_the_level:
        caplog.set_level("CRITICAL", "oslo_utils.excutils")

    def bind() -> None:
        try:
            raise ConnectionError("no agent")
        except ConnectionError:
            clean_up()

    with pytest.raises(raised) as caught:
        bind()
    if raised is OSError:
        assert type(caught.value) is OSError
        assert isinstance(caught.value.__context__, ConnectionError)
    found = [record.msg for record in caplog.records]
    assert found == [f"{MARK}%s"] * messages
