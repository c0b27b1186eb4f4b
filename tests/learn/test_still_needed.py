"""What the pages on Python 3 and on the history say of eventlet."""

import importlib.metadata
import importlib.util
import subprocess
import sys
from pathlib import Path

DOCS = Path("docs/en")
PAGE = DOCS / "learn/still_needed.md"
HISTORY = DOCS / "reference/history.md"

SWITCH_IN_HANDLER = """
def other():
    try:
        raise ValueError("other")
    except ValueError:
        eventlet.sleep(0)

try:
    try:
        raise ConnectionError("first")
    except ConnectionError:
        eventlet.spawn(other)
        eventlet.sleep(0.01)
        raise
except Exception as error:
    print(repr(error))
"""

# What makes a cleanup fail, and how the page names it.
WITHOUT_CONTEXT = {
    "GreenThread.wait": "eventlet.spawn(fail).wait()",
    "Event.wait": "sent().wait()",
    "eventlet.Timeout": "with eventlet.Timeout(0.01): eventlet.sleep(9)",
    "GreenletExit": "killed()",
    "greenlet.throw": "greenlet.getcurrent().throw(OSError())",
}
WITH_CONTEXT = {
    "futurist.GreenThreadPoolExecutor": (
        "wait_in(futurist.GreenThreadPoolExecutor)"
    ),
    "threads": "wait_in(concurrent.futures.ThreadPoolExecutor)",
    "asyncio tasks": "await asyncio.create_task(task())",
}
FAIL = """
def fail():
    raise OSError

async def task():
    fail()

def wait_in(pool):
    pool(1).submit(fail).result()

def sent():
    event = eventlet.event.Event()
    event.send_exception(OSError())
    return event

def killed():
    eventlet.spawn_after(0, eventlet.getcurrent().kill)
    eventlet.sleep(9)
"""
HANDLE = """
async def main():
    try:
        try:
            raise ConnectionError("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception(logger=Printed()):
                CLEANUP
    except BaseException as error:
        print(repr(error.__context__))
        print(isinstance(error, Exception))

eventlet.spawn(asyncio.run, main()).wait()
"""

START = """
import asyncio, concurrent.futures, warnings
warnings.simplefilter("ignore")  # eventlet says that it is deprecated.
import eventlet, eventlet.event, futurist, greenlet
from oslo_utils import excutils

class Printed:
    def error(self, message, *args):
        print(message % [str(args[0][-1])])

"""


def lines(program: str) -> list[str]:
    """What a program prints in an interpreter of its own.

    eventlet changes the interpreter it runs in, and reports errors of
    greenthreads on standard error, which is left out here.
    """
    done = subprocess.run(
        [sys.executable, "-c", START + program],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_a_switch_does_not_change_what_raise_raises() -> None:
    """A bare `raise` after a switch of greenthreads raises the right one."""
    assert lines(SWITCH_IN_HANDLER) == ["ConnectionError('first')"]


def test_what_eventlet_throws_has_no_context() -> None:
    """The log message has the original exception in each case."""
    cleanups = WITHOUT_CONTEXT | WITH_CONTEXT
    program = FAIL + "".join(
        HANDLE.replace("CLEANUP", cleanup) for cleanup in cleanups.values()
    )
    printed = lines(program)
    assert {*printed[::3]} == {
        r"Original exception being dropped: ['ConnectionError: first\n']"
    }
    found = dict(zip(cleanups, printed[1::3], strict=True))
    assert found == {
        **dict.fromkeys(WITHOUT_CONTEXT, "None"),
        **dict.fromkeys(WITH_CONTEXT, "ConnectionError('first')"),
    }
    kinds = dict(zip(cleanups, printed[2::3], strict=True))
    base = [name for name, kind in kinds.items() if kind == "False"]
    assert base == ["eventlet.Timeout", "GreenletExit"]


def test_the_page_says_which_have_a_context() -> None:
    """One sentence names those without, another those with one."""
    page = PAGE.read_text("utf-8").partition("## Where it still helps")[2]
    sentences = page.partition("\n## ")[0].splitlines()
    (without,) = (s for s in sentences if s.startswith("That holds for"))
    (kept,) = (s for s in sentences if s.endswith("in the handler."))
    named = {*WITHOUT_CONTEXT} - {"greenlet.throw"}
    assert [name for name in named if f"`{name}" not in without] == []
    assert [name for name in WITH_CONTEXT if name not in kept] == []
    assert "the context is set" in kept


def test_the_page_names_the_eventlet_that_was_measured() -> None:
    """The version on the pages is the installed one."""
    version = importlib.metadata.version("eventlet")
    assert f"eventlet {version} on Python 3" in HISTORY.read_text("utf-8")
    assert f"with eventlet {version}." in PAGE.read_text("utf-8")
