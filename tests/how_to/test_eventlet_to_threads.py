"""What interrupts a handler, in eventlet's greenthreads and native threads.

Each backend runs in an interpreter of its own: eventlet changes it, Nova and
oslo.service choose one backend a process.
"""

import ast
import functools
import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.nova.recording import Row, recorded
from tests.project import DOCS, nova

PAGE = DOCS / "how_to" / "eventlet_to_threads.md"

START = '''
import json, logging, os, signal, sys, time
import futurist
from oslo_config import cfg
from oslo_service import _options, backend
backend.init_backend(backend.BackendType[sys.argv[1]])
from oslo_service import service, threadgroup
from oslo_utils import excutils

PLAIN = sys.argv[2] == "raise"
SECONDS, LIMIT = 0.3, 60
sleep, threads = time.sleep, "threads"
if sys.argv[1] == "EVENTLET":
    import eventlet
    sleep, threads = eventlet.sleep, "eventlet"
events, rows, raised = [], [], []
event = events.append

class Keep(logging.Handler):
    def emit(self, record):
        if record.name == "oslo_utils.excutils":
            event(record.msg.partition(":")[0])

logging.basicConfig(handlers=[Keep()])

def worker(where):
    """A function that waits in its `try` block, or in the body."""
    def wait(here):
        if where == here:
            event("waits")
            sleep(SECONDS)

    def body():
        event("entered")
        wait("body")
        event("ended")

    def work():
        try:
            wait("try")
            raise ConnectionError("Neutron is down")
        except Exception:
            if PLAIN:
                body()
                raise
            with excutils.save_and_reraise_exception():
                body()
        finally:
            event("finally")
    return work

def waits():
    while "waits" not in events:
        sleep(0.01)

def outcome(found):
    """What became of the body, and what was logged."""
    told = "the body isn't entered"
    if "entered" in found:
        told = "the body is cut off"
    if "ended" in found:
        told = "the body runs to its end"
    log = [f'log: "{words}"' for words in found if words.startswith("Orig")]
    return [told, *log]

def measure(name, interrupt, told="the caller gets"):
    row = {"by": name}
    for where in "try", "body":
        events.clear()
        error = None
        try:
            interrupt(worker(where))
        except BaseException as caught:
            error = caught
        while "finally" not in events:  # It may still run.
            sleep(0.01)
        got = f"{told} `{type(error).__name__}`" if error else "no exception"
        if where == "body" and threads == "eventlet" and error:
            assert error.__context__ is None  # As the page says.
        row[where] = [got, *outcome(events)]
    rows.append(row)

def caught(work):
    """Keep what ends the worker: a native thread's `wait()` raises nothing."""
    def run():
        try:
            work()
        except BaseException as error:
            raised.append(error)
    return run

def stop_group(work):
    group = threadgroup.ThreadGroup()
    thread = group.add_thread(caught(work))
    waits()
    if threads == "threads":  # They do nothing.
        thread.stop()
        thread.cancel()
    group.stop()
    thread.wait()
    raise raised.pop()

def stop_service(where, **graceful):
    """End a service by SIGTERM; it tells what happens through a pipe."""
    read, write = os.pipe()
    if not (child := os.fork()):
        global event
        def event(words):
            os.write(write, words.encode() + b";")
        class Service(service.Service):
            def start(self):
                self.tg.add_thread(caught(worker(where)))
            def stop(self):
                super().stop(**graceful)
        conf = cfg.ConfigOpts()
        conf([])
        conf.register_opts(_options.service_opts)
        conf.set_override("graceful_shutdown_timeout", LIMIT)
        service.launch(conf, Service()).wait()
        os._exit(0)
    os.close(write)
    told = ""
    while "waits" not in told:
        told += os.read(read, 99).decode()
    os.kill(child, signal.SIGTERM)
    while more := os.read(read, 99).decode():
        told += more
    os.waitpid(child, 0)
    found = told.split(";")
    ends = "run" if "finally" in found else "don't run"
    return [f"its `finally` clauses {ends}", *outcome(found)]

def services():
    measure(f"oslo.service on {threads}, `ThreadGroup.stop()`", stop_group,
            "the function raises")
    if threads == "eventlet":  # The page says that it does what `kill()` does.
        stopped, killed = (str(row["body"]) for row in (rows.pop(), rows[-1]))
        assert stopped == killed.replace("`wait()`", "the function")
    for how in [{}] + [{"graceful": True}] * (threads == "threads"):
        name = f"oslo.service on {threads}, SIGTERM"
        rows.append({
            "by": [name, "with `stop(graceful=True)`"] if how else name,
            **{where: stop_service(where, **how) for where in ("try", "body")},
        })
    print(json.dumps(rows))
'''

GREENTHREADS = (
    START
    + """
def timeout(*exception):
    def interrupt(work):
        with eventlet.Timeout(0.1, *exception):
            work()
    return interrupt

def kill(work):
    made = eventlet.spawn(work)
    waits()
    made.kill()
    made.wait()

measure("`with eventlet.Timeout(1)`", timeout())
measure("`with eventlet.Timeout(1, False)`", timeout(False))
measure("`with eventlet.Timeout(1, OSError())`", timeout(OSError()))
measure("`GreenThread.kill()`", kill, "`wait()` raises")
services()
"""
)

THREADS = (
    START
    + """
pool = futurist.ThreadPoolExecutor(max_workers=1)

def result(work):
    pool.submit(work).result(timeout=0.1)

measure("futurist, `future.result(timeout=1)`", result, "`result()` raises")
services()
"""
)


def _run(program: str, *arguments: str) -> str:
    """What it prints; eventlet and its users warn that it is deprecated."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return done.stdout


def _rows(program: str, backend: str, form: str) -> list[Row]:
    rows: list[Row] = json.loads(_run(program, backend, form))
    return rows


@pytest.fixture(scope="module")
def interrupted() -> list[Row]:
    """What became of the handlers with the helper, as the page shows it."""
    rows = _rows(GREENTHREADS, "EVENTLET", "helper")
    return rows + _rows(THREADS, "THREADING", "helper")


def test_what_interrupts_a_handler(interrupted: list[Row]) -> None:
    """In the `try` block and in the body of the helper."""
    recorded("interrupted", interrupted)


def test_a_bare_raise_differs_in_the_log_only(interrupted: list[Row]) -> None:
    """It logs nothing when an interruption replaces the exception."""
    plain = _rows(GREENTHREADS, "EVENTLET", "raise")
    plain += _rows(THREADS, "THREADING", "raise")

    def without_log(row: Row) -> Row:
        kept = {
            key: [line for line in cell if not line.startswith("log:")]
            for key, cell in row.items()
            if key != "by"
        }
        return {"by": row["by"], **kept}

    assert plain != interrupted
    assert plain == [without_log(row) for row in interrupted]


def test_a_graceful_stop_is_limited() -> None:
    """When its time is up, the process ends in the middle of the body."""
    program = (
        START
        + """
SECONDS, LIMIT = 20, 1
print(*stop_service("body", graceful=True), sep=", ")
"""
    )
    assert _run(program, "THREADING", "helper").strip() == (
        "its `finally` clauses don't run, the body is cut off"
    )


# Prints whether anybody reports a killed greenthread that nobody waits for.
KILLED = """
import eventlet

def work():
    try:
        raise ConnectionError("Neutron is down")
    except Exception:
        try:
            eventlet.sleep(9)
        except CATCH:
            pass
        raise

made = eventlet.spawn(work)
eventlet.sleep(0)
made.kill()
eventlet.sleep(0.1)
"""


@pytest.mark.parametrize(
    ("catch", "printed"),
    [("Exception", ""), ("BaseException", "ConnectionError: Neutron is down")],
)
def test_a_killed_greenthread_is_reported_nowhere(
    catch: str, printed: str
) -> None:
    """Its error is printed only if its cleanup catches the `GreenletExit`."""
    program = KILLED.replace("CATCH", catch)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    assert done.stderr.strip().rpartition("\n")[2] == printed


FUTURES = """
import concurrent.futures, json, time, threading, warnings
import eventlet, futurist, greenlet

def fail(error):
    raise error

def end(error):
    future = pool.submit(fail, error)
    try:
        future.result()
    except BaseException as caught:
        return caught is error and future.exception() is error

same, ended = [], {}
errors = ConnectionError(), greenlet.GreenletExit(), eventlet.Timeout()
for kind, sleep in [
    (futurist.GreenThreadPoolExecutor, eventlet.sleep),
    (futurist.ThreadPoolExecutor, time.sleep),
]:
    with kind(max_workers=1) as pool:
        same += [end(error) for error in errors]
        running, queued = pool.submit(sleep, 0.5), pool.submit(sleep, 0)
        sleep(0.1)
        assert running.running()
        ended[kind.__name__] = [running.cancel(), queued.cancel()]
        for future in running, queued:
            try:
                future.result(timeout=0.1)
            except BaseException as error:
                names = [base.__name__ for base in type(error).__mro__]
                ended[kind.__name__].append(names[:-2])
warnings.simplefilter("error")
try:
    futurist.GreenThreadPoolExecutor()
except DeprecationWarning:
    print(json.dumps([same, ended]))
"""


def test_a_future_keeps_each_exception_that_ends_its_function() -> None:
    """Both executors, and those too that are no `Exception`."""
    same, _ = json.loads(_run(FUTURES))
    assert same == [True] * 6


def test_no_executor_interrupts_a_function_that_runs() -> None:
    """Its time-out and its cancellation are exceptions of the waiter."""
    _, ended = json.loads(_run(FUTURES))
    assert len(ended) == 2
    for cancelled, queued, late, gone in ended.values():
        assert (cancelled, queued) == (False, True)
        assert late == ["TimeoutError", "OSError", "Exception"]
        assert gone == ["CancelledError", "Error", "Exception"]


# Two workers; each stays in its body until the other one has entered it.
OVERLAP = """
import sys, threading, time
from oslo_utils import excutils

inside, met = [], []

def work(pause):
    try:
        raise ConnectionError("Neutron is down")
    except Exception:
        with excutils.save_and_reraise_exception(reraise=False):
            inside.append(1)
            until = time.monotonic() + WAIT
            while not met and time.monotonic() < until:
                pause()
                met.extend(inside[1:])
            inside.pop()

def nothing():
    pass
"""
GREEN_OVERLAP = """
import eventlet
WAIT = 0.1
for pause in nothing, eventlet.sleep:
    met.clear()
    for made in [eventlet.spawn(work, pause) for _ in range(2)]:
        made.wait()
    print(bool(met))
"""
THREAD_OVERLAP = """
WAIT = 10
for pause in nothing, lambda: time.sleep(0):
    met.clear()
    made = [threading.Thread(target=work, args=(pause,)) for _ in range(2)]
    for thread in made:
        thread.start()
    for thread in made:
        thread.join()
    print(bool(met))
"""


def test_who_runs_during_a_body() -> None:
    """Greenthreads switch where the body waits, threads anywhere."""
    assert _run(OVERLAP + GREEN_OVERLAP).split() == ["False", "True"]
    assert _run(OVERLAP + THREAD_OVERLAP).split() == ["True", "True"]


SERVICES = {
    "nova-api": "wsgi/osapi_compute.py",
    "nova-api-metadata": "wsgi/metadata.py",
    "nova-compute": "cmd/compute.py",
    "nova-conductor": "cmd/conductor.py",
    "nova-scheduler": "cmd/scheduler.py",
    "nova-novncproxy": "cmd/novncproxy.py",
    "nova-serialproxy": "cmd/serialproxy.py",
    "nova-spicehtml5proxy": "cmd/spicehtml5proxy.py",
    "nova-manage": "cmd/manage.py",
    "nova-policy": "cmd/policy.py",
    "nova-status": "cmd/status.py",
}
DISABLE = "OS_NOVA_DISABLE_EVENTLET_PATCHING"


def _patching(path: str) -> str:
    """The statements of a module of Nova up to the call of `patch()`."""
    module = ast.parse((nova() / path).read_text("utf-8"))
    lines = [
        ast.unparse(node)
        for node in module.body
        if not isinstance(node, ast.Expr)
        or not isinstance(node.value, ast.Constant)
    ]
    (end,) = (
        place
        for place, line in enumerate(lines)
        if line.startswith("monkey_patch.patch(")
    )
    return "\n".join(lines[: end + 1])


@functools.cache  # Most modules begin alike.
def _starts(
    statements: str, *arguments: str, home: Path, env: str = ""
) -> str:
    """What a service runs on after the first statements of its module."""
    program = statements + "\nprint(monkey_patch.is_patched())"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, *arguments],
        env={**os.environ, "HOME": str(home), DISABLE: env},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return {"True": "eventlet", "False": "native threads"}[done.stdout.strip()]


def test_what_the_services_of_nova_run_on(tmp_path: Path) -> None:
    """By default, and which modules ask for it."""
    asking = {
        path.relative_to(nova()).as_posix()
        for folder in ("cmd", "wsgi")
        for path in (nova() / folder).glob("*.py")
        if "monkey_patch.patch(" in path.read_text("utf-8")
    }
    assert asking - {*SERVICES.values()} == {"cmd/baseproxy.py"}
    rows: list[Row] = []
    for name, path in SERVICES.items():
        kind = _starts(_patching(path), home=tmp_path)
        if rows and rows[-1]["runs"] == kind:
            rows[-1]["names"] = f"{rows[-1]['names']}, `{name}`"
        else:
            rows.append({"names": f"`{name}`", "runs": kind})
    recorded("nova_concurrency", rows)


COMPUTE = _patching(SERVICES["nova-compute"])


@pytest.mark.parametrize(
    ("value", "kind"),
    [("1", "native threads"), ("true", "native threads"), ("0", "eventlet")],
)
def test_the_environment_decides_first(
    value: str, kind: str, tmp_path: Path
) -> None:
    """Even against the option in a file."""
    other = {"eventlet": "threading", "native threads": "eventlet"}[kind]
    file = _config(tmp_path / "nova.conf", other)
    assert _starts(COMPUTE, *file, home=tmp_path, env=value) == kind


def test_the_option_counts_in_a_named_file_only(tmp_path: Path) -> None:
    """A file that Nova finds without `--config-file` is read too late."""
    (tmp_path / ".nova").mkdir()
    file = _config(tmp_path / ".nova" / "nova.conf", "eventlet")
    assert _starts(COMPUTE, *file, home=tmp_path) == "eventlet"
    assert _starts(COMPUTE, home=tmp_path) == "native threads"
    read = (
        "import nova.conf; nova.conf.CONF([], project='nova');"
        "print(nova.conf.CONF.concurrency_backend)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", read],
        env={**os.environ, "HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["eventlet"]


def _config(path: Path, backend: str) -> tuple[str, str]:
    path.write_text(f"[DEFAULT]\nconcurrency_backend = {backend}\n", "utf-8")
    return "--config-file", str(path)


def test_the_page_names_the_versions() -> None:
    """Those that were measured."""
    text = PAGE.read_text("utf-8")
    for name in "eventlet", "greenlet", "futurist", "oslo.service", "nova":
        said = "Nova" if name == "nova" else name
        assert f"{said} {version(name)}" in text
