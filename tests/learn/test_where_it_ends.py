"""Where an exception ends that leaves the function of another thread or loop.

Each backend runs in an interpreter of its own: eventlet changes it, and
oslo.service takes one backend a process.
"""

import json
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.metadata import version

from tests.nova.recording import Row, recorded
from tests.project import ROOT

PAGE = ROOT / "docs" / "en" / "learn" / "where_it_ends.md"

START = '''
import contextlib, gc, io, json, logging, sys, time
from oslo_utils import excutils

records, rows, called = [], [], []
ERROR = ConnectionError("Neutron is down")

class Keep(logging.Handler):
    def emit(self, record):
        words = f"{record.levelname} {record.name}: {record.getMessage()}"
        records.append(words.partition(chr(10))[0])

logging.basicConfig(handlers=[Keep()])

def update():
    called.append(1)
    try:
        raise ERROR
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            pass

def no_wait(started):
    pass

def measure(code, start, wait=None, waiting="", then="", sleep=time.sleep,
            stop=no_wait):
    """Start it twice: nobody waits for the first one."""
    records.clear()
    called.clear()
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr):
        started = start()
        for _ in range(100):
            if called:
                break
            sleep(0.05)
        sleep(0.2)
        stop(started)
        started = None
        gc.collect()
    printed = stderr.getvalue().splitlines()
    nobody = [f"log: `{words}`" for words in dict.fromkeys(records)]
    if printed:
        begin = printed[0].partition(" Thread-")[0].partition(" (most")[0]
        nobody.append(f"standard error: `{begin} ... {printed[-1]}`")
    waited = "nothing to wait for"
    if wait is not None:
        with contextlib.redirect_stderr(stderr):
            started = start()
            try:
                waited = f"`{waiting}` returns `{wait(started)!r}`"
            except ConnectionError as error:
                assert error is ERROR
                waited = f"`{waiting}` raises it"
    rows.append(
        {
            "start": code.split(", "),
            "nobody": nobody or "nothing",
            "wait": [waited, then] if then else waited,
        }
    )
'''

THREADS = (
    START
    + """
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor
import futurist
from oslo_config import cfg
from oslo_service import backend
backend.init_backend(backend.BackendType.THREADING)
from oslo_service import loopingcall, periodic_task, threadgroup

def thread():
    made = threading.Thread(target=update)
    made.start()
    return made

measure("threading, `Thread(target=update)`", thread,
        threading.Thread.join, ".join()")
for name, kind in [
    ("concurrent.futures", ThreadPoolExecutor),
    ("futurist with threads", futurist.ThreadPoolExecutor),
]:
    with kind(max_workers=1) as pool:
        measure(f"{name}, `executor.submit(update)`",
                lambda: pool.submit(update),
                lambda future: future.result(), ".result()")

async def work():
    update()

async def dropped():
    asyncio.create_task(work())
    await asyncio.sleep(0)

async def awaited():
    await asyncio.create_task(work())

measure("asyncio, `create_task(work())`", lambda: asyncio.run(dropped()),
        lambda _: asyncio.run(awaited()), "await task")

class Manager(periodic_task.PeriodicTasks):
    @periodic_task.periodic_task(run_immediately=True)
    def update_ports(self, context):
        update()

    @periodic_task.periodic_task(run_immediately=True)
    def update_disks(self, context):
        ran.append("update_disks")

for more in {}, {"raise_on_error": True}:
    ran = []
    def run(_=None):
        return Manager(cfg.ConfigOpts()).run_periodic_tasks(None, **more)

    def swallow():
        with contextlib.suppress(ConnectionError):
            run()

    swallow()
    name = ", `raise_on_error=True`" if more else ""
    then = "the next task runs" if ran else "the next task does not run"
    measure(f"oslo.service, `run_periodic_tasks(context)`{name}", swallow, run,
            "run_periodic_tasks()", then)

runs = []
def counted():
    runs.append(1)
    update()

for more in {}, {"stop_on_exception": False}:
    runs.clear()
    def looping():
        call = loopingcall.FixedIntervalLoopingCall(counted)
        call.start(interval=0.01, **more)
        return call

    def stopped(call):
        call.stop()

    def ended(call):
        if more:
            call.stop()
        return call.wait()

    call = looping()
    time.sleep(0.2)
    call.stop()
    then = "the loop runs again" if len(runs) > 1 else "the loop has ended"
    name = ", `stop_on_exception=False`" if more else ""
    measure(f"oslo.service, `FixedIntervalLoopingCall(counted)`{name}",
            looping, ended, ".stop(), .wait()" if more else ".wait()", then,
            stop=stopped)
group = threadgroup.ThreadGroup()
measure("oslo.service, `ThreadGroup().add_thread(update)`",
        lambda: group.add_thread(update), lambda made: made.wait(), ".wait()")
print(json.dumps(rows))
"""
)

GREENTHREADS = (
    START
    + """
import eventlet, futurist

def pool(name):
    made = eventlet.GreenPool()
    return getattr(made, name)(update)

def spawned(made):
    return made.wait()

sleep = eventlet.sleep
measure("eventlet, `spawn(update)`", lambda: eventlet.spawn(update), spawned,
        ".wait()", sleep=sleep)
measure("eventlet, `spawn_n(update)`", lambda: eventlet.spawn_n(update),
        sleep=sleep)
measure("eventlet, `GreenPool().spawn(update)`", lambda: pool("spawn"),
        spawned, ".wait()", sleep=sleep)
measure("eventlet, `GreenPool().spawn_n(update)`", lambda: pool("spawn_n"),
        sleep=sleep)
green = futurist.GreenThreadPoolExecutor()
measure("futurist with greenthreads, `executor.submit(update)`",
        lambda: green.submit(update), lambda future: future.result(),
        ".result()", sleep=sleep)
print(json.dumps(rows))
"""
)


def _measured(program: str) -> list[Row]:
    """Run a program; eventlet and its users warn that it is deprecated."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    rows: list[Row] = json.loads(done.stdout)
    return rows


def test_where_it_ends() -> None:
    """What nobody waits for, and what waiting gives back."""
    recorded("where_it_ends", [*_measured(THREADS), *_measured(GREENTHREADS)])


def test_eventlet_prints_nothing_if_it_is_told_so() -> None:
    """Then the exception of a greenthread is nowhere, unless one waits."""
    program = """
import eventlet, sys
from eventlet import debug
def fail():
    raise ConnectionError("Neutron is down")
for printed in True, False:
    debug.hub_exceptions(printed)
    for spawn in eventlet.spawn, eventlet.spawn_n:
        spawn(fail)
        eventlet.sleep(0)
    print("now told to print nothing", file=sys.stderr, flush=True)
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    printed, silent, _ = done.stderr.split("now told to print nothing\n")
    assert printed.count("ConnectionError: Neutron is down") == 2
    assert silent == ""


def test_the_page_names_the_versions() -> None:
    """Those that were measured."""
    text = PAGE.read_text("utf-8")
    for name in "oslo.service", "futurist", "eventlet":
        assert f"{name} {version(name)}" in text


def test_where_the_exception_is_active_in_a_callback() -> None:
    """Only if the callback was added before the function ended."""
    added, found = threading.Event(), []

    def fail() -> None:
        added.wait(10)
        raise ConnectionError("Neutron is down")

    def look(future: Future[None]) -> None:
        found.append(sys.exc_info()[1] is future.exception())

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(fail)
        future.add_done_callback(look)
        added.set()
    future.add_done_callback(look)
    assert found == [True, False]
