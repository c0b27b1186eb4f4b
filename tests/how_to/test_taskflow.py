"""What the caller of a taskflow flow gets, and which reverts run."""

import json
import subprocess
import sys
from importlib.metadata import version

from tests.nova.recording import Row, recorded
from tests.project import DOCS

PAGE = DOCS / "how_to" / "taskflow.md"

START = """
import json, logging
import eventlet, greenlet
from taskflow import engines, exceptions, task
from taskflow.listeners import logging as listeners
from taskflow.patterns import linear_flow, unordered_flow
from taskflow.types import failure

records, reverted, rows = [], [], []

class Keep(logging.Handler):
    def emit(self, record):
        words = record.getMessage().partition(",")[0].partition(":")[0]
        told = f'{record.levelname}: "{words}"'
        if record.exc_info:
            told += f", traceback of `{record.exc_info[0].__name__}`"
        records.append(told)

logging.basicConfig(handlers=[Keep()])

def nothing():
    pass

def failing(error=None):
    def fail():
        raise error or ConnectionError("Neutron is down")
    return fail

def guarded():
    try:
        failing()()
    except ConnectionError:
        pass

class Step(task.Task):
    def __init__(self, name, execute=nothing, revert=nothing):
        super().__init__(name)
        self.does, self.undoes = execute, revert

    def execute(self):
        self.does()

    def revert(self, result, flow_failures, **kwargs):
        reverted.append(self.name)
        self.undoes()

ERROR = ValueError("no space left")

def run(*steps, kind=linear_flow):
    records.clear()
    reverted.clear()
    engine = engines.load(kind.Flow("boot").add(*steps))
    try:
        engine.run()
    except BaseException as error:
        return error, engine
"""

MEASURE = (
    START
    + """
def row(what, *steps, kind=linear_flow):
    error, _ = run(*steps, kind=kind)
    got = f"`{type(error).__name__}`"
    if error is ERROR:
        got += ", the same object"
    elif isinstance(error, ConnectionError):
        got += f", `__context__` is `{error.__context__!r}`"
    ran = ", ".join(f"`{name}`" for name in sorted(reverted))
    rows.append({
        "what": what,
        "reverted": ran or "none",
        "caller": got,
        "log": [*records] or "nothing",
    })

network = Step("network")
disk = Step("disk", failing(ERROR))
row("`execute()` of `disk`", network, Step("port"), disk)
row("`execute()` of `disk` and of `port`, in an unordered flow",
    Step("port", failing()), disk, kind=unordered_flow)
row("`execute()` of `disk`, with `eventlet.Timeout`", network, Step("port"),
    Step("disk", failing(eventlet.Timeout())))
row("`execute()` of `disk`, then `revert()` of `port`", network,
    Step("port", revert=failing()), disk)
row("the same, with `try` and `except` in `revert()`", network,
    Step("port", revert=guarded), disk)
print(json.dumps(rows))
"""
)


def _run(program: str) -> str:
    """What it prints; eventlet and its users warn that it is deprecated."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def test_what_the_caller_of_a_flow_gets() -> None:
    """And which reverts run."""
    rows: list[Row] = json.loads(_run(MEASURE))
    recorded("taskflow", rows)


def test_base_exceptions_revert_nothing() -> None:
    """With each engine the flow ends, and nothing is logged."""
    program = """
for engine in "serial", "parallel":
    for kind in greenlet.GreenletExit, eventlet.Timeout, KeyboardInterrupt:
        flow = linear_flow.Flow("boot")
        flow.add(Step("network"), Step("disk", failing(kind())))
        try:
            engines.run(flow, engine=engine)
        except kind as error:
            print(reverted, records, isinstance(error, Exception))
"""
    assert _run(START + program).splitlines() == ["[] [] False"] * 6


def test_the_engine_keeps_both_failures() -> None:
    """Also where the caller gets that of the revert alone."""
    program = """
steps = Step("port", revert=failing()), Step("disk", failing(ERROR))
error, engine = run(*steps)
print(repr(error), error.__context__, error.__cause__)
for kept in "execute", "revert":
    found = getattr(engine.storage, f"get_{kept}_failures")()
    print({name: repr(one.exception) for name, one in found.items()})
"""
    assert _run(START + program).splitlines() == [
        "ConnectionError('Neutron is down') None None",
        """{'disk': "ValueError('no space left')"}""",
        """{'port': "ConnectionError('Neutron is down')"}""",
    ]


def test_a_listener_logs_the_failed_task() -> None:
    """Without one, no logger at WARNING has the first failure."""
    program = """
steps = Step("port", revert=failing()), Step("disk", failing(ERROR))
error, _ = run(*steps)
print(len(records), "ValueError" in str(records))
records.clear()
engine = engines.load(linear_flow.Flow("boot").add(*steps))
with listeners.DynamicLoggingListener(engine):
    try:
        engine.run()
    except ConnectionError:
        print(*(words for words in records if "ValueError" in words))
"""
    first, second, *_ = _run(START + program).splitlines()
    assert first == "1 False"
    assert second.startswith("WARNING: \"Task 'disk'")


def test_a_failure_that_was_stored_has_no_exception() -> None:
    """The caller then gets a `WrappedFailure` for a single failure, too."""
    program = """
error, engine = run(Step("disk", failing(ERROR)))
(whole,) = engine.storage.get_execute_failures().values()
stored = failure.Failure.from_dict(whole.to_dict())
print(stored.exception, stored.exception_str, stored.check(ValueError))
try:
    failure.Failure.reraise_if_any([stored])
except exceptions.WrappedFailure as error:
    print(len(error), isinstance(error, ExceptionGroup))
"""
    assert _run(START + program).splitlines() == [
        "None no space left <class 'ValueError'>",
        "1 False",
    ]


def test_flow_failures_is_a_dict_by_name() -> None:
    """An index fails in the revert, and replaces the flow's failure."""
    program = """
class Last(Step):
    def revert(self, flow_failures, **kwargs):
        print(type(flow_failures), [*flow_failures])
        flow_failures[-1]

error, _ = run(Step("quota"), Last("cast", failing(ERROR)))
print(repr(error), reverted)
"""
    assert _run(START + program).splitlines() == [
        "<class 'dict'> ['cast']",
        "KeyError(-1) []",
    ]


def test_the_page_names_the_version() -> None:
    """That which was measured."""
    assert f"taskflow {version('taskflow')}" in PAGE.read_text("utf-8")
