"""The preview: `python -m render.publish.serve`, or `make serve`.

The English site is shown as soon as it is built; the Chinese one and Python for
the reader's browser follow. Each language stays in memory, in a process of its
own (`render.publish.worker`), and renders what a change concerns. This process
watches the files, serves the pages, and starts another in the place of a
process that has loaded what changed.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from render.paths import PACKED, PACKED_TEMPLATE, ROOT
from render.publish.preview import Preview
from render.publish.watching import Changes, Watch

HOST = "127.0.0.1"
# What Python for the browser is packed from.
_PACKED_FROM = ("examples", "runner", "docs/locale")
_REMEDY = "Correct it and save. Until then the pages stay as they were."
_CALM = 2.0  # Seconds without a change, before Python is packed again.


def report(text: str) -> None:
    """Write a line to the terminal."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


class Language(threading.Thread):
    """A language, and the process that renders it."""

    def __init__(self, name: str, server: Preview, work: Path) -> None:
        """Prepare it; `start` builds it.

        Args:
            name: `en` or `zh`.
            server: What serves it.
            work: A folder for what is made on the way.
        """
        super().__init__(daemon=True)
        self.folder = "" if name == "en" else f"{name}/"
        self.built = threading.Event()
        self._language, self._server, self._work = name, server, work
        self._changes: SimpleQueue[Changes | None] = SimpleQueue()
        self._process: subprocess.Popen[str] | None = None
        self._ends = False
        self._whole = 0.0
        self._error = ""
        server.expect(self.folder)

    def change(self, changes: Changes) -> None:
        """Let it render what has changed.

        Args:
            changes: What changed.
        """
        self._changes.put(changes)

    def built_since(self, time: float) -> bool:
        """Whether it was built as a whole, or may be being built.

        Args:
            time: By the clock of `time.monotonic`.
        """
        return self._whole >= time or not self.built.is_set()

    def end(self) -> None:
        """End its process."""
        self._ends = True
        self._changes.put(None)
        if self._process:
            self._process.terminate()
            self._process.wait()

    def run(self) -> None:
        """Render, until `end` is called."""
        while not self._ends:
            with self._spawned() as process:
                if self._ends:
                    process.terminate()
                self._work_with(process)

    def _spawned(self) -> subprocess.Popen[str]:
        made, served = self._work / self._language, self._server.root
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "render.publish.worker",
                self._language,
                str(made),
                str(served / self.folder),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self._process

    def _work_with(self, process: subprocess.Popen[str]) -> None:
        """Let a process render until it has to be replaced."""
        assert process.stdin
        assert process.stdout
        while line := process.stdout.readline():
            if not self._tell(json.loads(line)):
                process.terminate()
                return
            if (changes := self._next()) is None:
                return
            with suppress(BrokenPipeError):  # It has ended: see below.
                process.stdin.write(f"{json.dumps(changes)}\n")
                process.stdin.flush()
        if not self._ends:
            # It said why on standard error.
            code = process.wait()
            error = f"the process that renders this ended with {code}"
            self._fail(error)
            self._next()

    def _next(self) -> Changes | None:
        """Wait for changes; those that came meanwhile are taken together."""
        changes = self._changes.get()
        while changes is not None:
            try:
                more = self._changes.get_nowait()
            except Empty:
                return changes
            changes = None if more is None else changes | more
        return None

    def _tell(self, answer: dict[str, Any]) -> bool:
        """Say what was rendered; returns whether the process can go on."""
        if answer.get("outdated"):
            return False
        for warning in answer["warnings"]:
            report(f"{self._language}: {warning}")
        pages, files = answer["pages"], answer["files"]
        if answer.get("whole"):
            self._whole = time.monotonic()
        if files:
            self._server.changed(self.folder, files)
        what = pages[0] or "/" if len(pages) == 1 else f"{len(pages)} pages"
        if (pages or files) and self.built.is_set():
            report(f"{self._language}: {what} in {answer['seconds']:.2f} s")
        if answer["errors"]:
            self._fail("\n".join(answer["errors"]))
        else:
            self._error = ""
            self._server.failed(self.folder, "")
        self.built.set()
        return True

    def _fail(self, error: str) -> None:
        if error != self._error:
            report(f"{self._language}: {error}\n{_REMEDY}")
        self._error = error
        self._server.failed(self.folder, f"{error}\n{_REMEDY}")
        self.built.set()


class Packing:
    """Packs Python for the browser, when what it is packed from is calm."""

    def __init__(self, languages: Sequence[Language]) -> None:
        """Begin with nothing to do.

        Args:
            languages: Those whose pages have a template for it.
        """
        self._languages = languages
        self._due = float("inf")
        self._began = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._template = _stamp(PACKED_TEMPLATE)

    def ask(self, wait: float = 0) -> None:
        """Ask for it.

        Args:
            wait: Seconds.
        """
        self._due = time.monotonic() + wait

    def turn(self, changes: Changes) -> Changes:
        """Start or finish packing.

        Args:
            changes: What has changed.

        Returns:
            What pages are rendered for. What is packed is served from where it
            is, so that pages need not be rendered each time.
        """
        if any(_inside(name, _PACKED_FROM) for name in changes):
            self.ask(_CALM)
        if self._process is None and time.monotonic() >= self._due:
            self._due, self._began = float("inf"), time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "runner.pack"],
                cwd=ROOT,
                start_new_session=True,
            )
        packed = PACKED, PACKED_TEMPLATE
        left = {n: h for n, h in changes.items() if not _inside(n, packed)}
        if self._process and self._process.poll() is not None:
            self._process = None
            before, self._template = self._template, _stamp(PACKED_TEMPLATE)
            # Meanwhile the template was not there.
            missed = any(
                one.built_since(self._began) for one in self._languages
            )
            if before != self._template and (
                missed or not before or not self._template
            ):
                left[PACKED_TEMPLATE] = "added"
        return left

    def end(self) -> None:
        """End what runs."""
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()


def _stamp(name: str) -> int:
    """When a file was written; 0 if there is none."""
    path = ROOT / name
    return path.stat().st_mtime_ns if path.is_file() else 0


def _inside(name: str, places: Collection[str]) -> bool:
    return any(name == p or name.startswith(f"{p}/") for p in places)


def _loaded() -> set[str]:
    """The files of the project that this process has imported."""
    files = [getattr(m, "__file__", None) for m in [*sys.modules.values()]]
    return {os.path.relpath(file, ROOT) for file in files if file}


def serve(port: int) -> None:
    """Serve both languages, until a signal comes or this code changes.

    Args:
        port: The port to listen at.
    """
    with ExitStack() as until:
        work = Path(until.enter_context(tempfile.TemporaryDirectory()))
        os.environ["TMPDIR"] = str(work)
        try:
            server = Preview((HOST, port), work / "site")
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", error)
            raise SystemExit(
                f"Port {port} cannot be used: {why}. Choose another one: "
                "PORT=8001 make serve, or --port 8001"
            ) from None
        until.callback(server.server_close)
        os.environ["SITE_URL"] = f"http://{HOST}:{port}/"
        os.environ["SITE_URL_ZH"] = f"http://{HOST}:{port}/zh/"
        languages = [Language(name, server, work) for name in ("en", "zh")]
        for language in languages:
            until.callback(language.end)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        until.callback(server.shutdown)
        packing = Packing(languages)
        until.callback(packing.end)
        watch = Watch()
        until.callback(watch.close)
        print(
            f"http://{HOST}:{port}/ and http://{HOST}:{port}/zh/", flush=True
        )
        english, *others = languages
        english.start()
        english.built.wait()
        for language in others:
            language.start()
        packing.ask()
        while True:
            changes = packing.turn(watch.wait())
            if changes.keys() & _loaded():
                report("`make serve` itself has changed, and starts again")
                return
            if changes:
                for language in languages:
                    language.change(changes)


def _stop(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def main() -> None:
    """Read the command line, and serve."""
    parser = argparse.ArgumentParser(prog="python -m render.publish.serve")
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    for number in signal.SIGTERM, signal.SIGHUP:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        serve(port)
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None
    module = ["-m", "render.publish.serve"]
    os.execv(sys.executable, [sys.executable, *module, *sys.argv[1:]])


if __name__ == "__main__":
    main()
