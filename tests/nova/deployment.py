"""A whole Nova in one process: what the tests of Nova's pages run.

API, conductor, scheduler and compute services of the installed Nova start on
Nova's own functional fixtures, with the real placement service beside them.
Stood in for is what lies outside: the databases are SQLite in memory, the
message bus is oslo.messaging's `fake://`, the hypervisor is
`nova.virt.fake`, Neutron, Glance and Cinder are Nova's fixtures, Keystone is
left out. A cast stays a cast: it runs in another thread and nothing comes
back.

Importing all this changes global state (monkey patches, configuration, log
handlers), so it runs in a process of its own. A module of scenarios is a
program:

    def boot(cloud: Deployment) -> object:
        server = cloud._create_server(networks="none")
        return server["status"]

    if __name__ == "__main__":
        main(boot)

and a test gets what the scenarios returned with `deployed`:

    deployed("tests.nova.scenarios.boot")["boot"]

Importing takes about 5 seconds, each scenario 2 seconds more to start the
services.
"""

import ast
import json
import logging
import os
import subprocess
import sys
import threading
import time
import unittest
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from tests.project import ROOT

BACKENDS = ("threading", "eventlet")


@cache
def deployed(module: str, backend: str = "threading") -> dict[str, Any]:
    """Run a module of scenarios; each module and backend runs once.

    Args:
        module: The module's name, such as `tests.nova.scenarios.boot`.
        backend: `threading`, Nova's default, or `eventlet`.

    Returns:
        What each scenario returned, by the scenario's name.
    """
    assert backend in BACKENDS
    native = "1" if backend == "threading" else ""
    environment = {
        **os.environ,
        "OS_NOVA_DISABLE_EVENTLET_PATCHING": native,
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-9000:] + done.stderr[-9000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@dataclass(frozen=True)
class Entered:
    """A `with` of Nova that was reached.

    Attributes:
        thread: The name of the thread.
        file: The file, below Nova's package: `compute/manager.py`.
        line: The number of the line that begins with `with`.
        function: The qualified name of the function.
        items: The context expressions, as `ast` writes them.
    """

    thread: str
    file: str
    line: int
    function: str
    items: list[str]


class Tracer:
    """Writes down each `with` of Nova, its tests left out, that is reached."""

    def __init__(self) -> None:
        """Prepare; `install` begins."""
        import nova

        self.root = str(Path(nova.__file__).parent) + os.sep
        self.seen: list[Entered] = []
        self.on = False
        self.withs: dict[str, dict[int, list[str]]] = {}
        # CPython 3.11 fails now and then when two threads parse at once.
        self.parsing = threading.Lock()

    def install(self) -> None:
        """Look at every thread that starts from now on, and at this one."""
        threading.settrace(self._called)
        sys.settrace(self._called)

    def remove(self) -> None:
        """Leave this thread alone, and those that start from now on."""
        threading.settrace(None)
        sys.settrace(None)

    def _called(self, frame: FrameType, *_: object) -> Any:
        path = frame.f_code.co_filename
        if self.on and path.startswith(self.root) and "/tests/" not in path:
            return self._stepped
        return None

    def _stepped(self, frame: FrameType, event: str, _: object) -> Any:
        code = frame.f_code
        lines = self._lines(code.co_filename)
        if event == "line" and frame.f_lineno in lines:
            # A `with` is reached a second time when its body ends.
            last = self.seen[-1] if self.seen else None
            entered = Entered(
                threading.current_thread().name,
                code.co_filename.removeprefix(self.root),
                frame.f_lineno,
                code.co_qualname.replace(".<locals>", ""),
                lines[frame.f_lineno],
            )
            if entered != last:
                self.seen.append(entered)
        return self._stepped

    def _lines(self, path: str) -> dict[int, list[str]]:
        with self.parsing:
            if path not in self.withs:
                tree = ast.parse(Path(path).read_text("utf-8"))
                self.withs[path] = {
                    node.lineno: [ast.unparse(i) for i in node.items]
                    for node in ast.walk(tree)
                    if isinstance(node, ast.With)
                }
            return self.withs[path]


class Logged(logging.Handler):
    """Keeps log lines: level, logger, message."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__(logging.INFO)
        self.lines: list[tuple[str, str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        line = record.levelname, record.name, record.getMessage()
        self.lines.append(line)


def main(*scenarios: Callable[[Any], object], trace: bool = False) -> None:
    """Run scenarios, each on a Nova of its own, and print what they return.

    Args:
        scenarios: Functions that take a `Deployment`.
        trace: Whether one of them traces; it makes everything twice as slow.

    Raises:
        SystemExit: A scenario failed; its traceback is on standard error.
    """
    warnings.simplefilter("ignore")
    deployment = _deployment()
    tracer = Tracer()
    if trace:
        tracer.install()
    found: dict[str, object] = {}
    for scenario in scenarios:
        case = deployment("runTest", scenario, tracer, found)
        result = unittest.TestResult()
        case.run(result)
        for _, text in [*result.errors, *result.failures]:
            sys.exit(f"{scenario.__name__}: {text}")
    print(json.dumps(found))
    sys.stdout.flush()
    # Threads that nothing ends any more, as in a service that is killed.
    os._exit(0)


def _deployment() -> Any:
    """Import Nova and its fixtures, and make the class `Deployment`."""
    from nova import monkey_patch

    native = os.environ.get("OS_NOVA_DISABLE_EVENTLET_PATCHING")
    monkey_patch.patch(backend="threading" if native else "eventlet")
    # oslo.db opens a SQLite file anew for each session; that takes a quarter
    # of the time. SQLAlchemy keeps connections by default.
    from sqlalchemy import pool

    pool.NullPool = pool.QueuePool  # type: ignore[assignment, misc]  # A class is no variable.
    from nova.tests.functional import integrated_helpers

    class Deployment(integrated_helpers._IntegratedTestBase):
        """All of Nova. Scenarios use its helpers and those of Nova's class.

        Attributes:
            api: A client of the user's, with JSON in and out; `admin_api` is
                the administrator's.
            computes: The compute services by host; a scenario can start more
                with `_start_compute`.
            neutron, cinder, glance, notifier: Nova's fixtures.
        """

        CAST_AS_CALL = False
        microversion = "latest"

        def __init__(
            self,
            name: str,
            scenario: Callable[[Any], object],
            tracer: Tracer,
            found: dict[str, object],
        ) -> None:
            super().__init__(name)
            self._scenario = scenario
            self._tracer = tracer
            self._found = found

        def _setup_services(self) -> None:
            # The wheel's data files are beside the packages, not in /etc.
            paste = Path(sys.prefix, "etc", "nova", "api-paste.ini")
            self.flags(api_paste_config=str(paste), group="wsgi")
            super()._setup_services()

        def runTest(self) -> None:  # noqa: N802  # unittest's name.
            # Nova's fixtures make errors of some warnings of SQLAlchemy's;
            # the installed one warns of more than Nova's developers saw.
            warnings.simplefilter("ignore")
            self._found[self._scenario.__name__] = self._scenario(self)

        def known_to_scheduler(self, uuid: str) -> None:
            """Wait until the scheduler has heard of a new server.

            nova-compute casts that after the server is ACTIVE: on a slow
            machine, it would be heard in the middle of what comes next.

            Args:
                uuid: A server that is on a host.

            Raises:
                TimeoutError: It did not hear of it within 20 seconds.
            """
            from nova import utils
            from nova.scheduler import host_manager

            # Under the lock, it has also logged what it heard.
            @utils.synchronized(host_manager.HOST_INSTANCE_SEMAPHORE)
            def known() -> bool:
                hosts = self.scheduler.manager.host_manager._instance_info
                return any(
                    uuid in host["instances"] for host in hosts.values()
                )

            for _ in range(200):
                if known():
                    return
                time.sleep(0.1)
            raise TimeoutError(f"the scheduler never heard of {uuid}")

        @contextmanager
        def tracing(self) -> Iterator[list[dict[str, Any]]]:
            """Trace the body; `main` has to know, by `trace`.

            Yields:
                A list, filled at the end with each `with` of Nova that was
                reached, in order, as dictionaries with the attributes of
                `Entered`.
            """
            found: list[dict[str, Any]] = []
            self._tracer.seen.clear()
            self._tracer.on = True
            try:
                yield found
            finally:
                self._tracer.on = False
                found += [asdict(entered) for entered in self._tracer.seen]

        @contextmanager
        def logging(self) -> Iterator[list[tuple[str, str, str]]]:
            """Keep the log lines of the body, from level INFO up.

            Yields:
                A list of level, logger and message.
            """
            handler = Logged()
            logging.getLogger().addHandler(handler)
            try:
                yield handler.lines
            finally:
                logging.getLogger().removeHandler(handler)

    return Deployment
