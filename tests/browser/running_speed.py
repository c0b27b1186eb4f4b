"""How long a reader waits for Python, held against budgets.

    python -m tests.browser.running_speed SITE_FOLDER

Takes a built site and opens it in a browser without a window, five times.
Files come from this machine, compressed and with a date of expiry as a static
host sends them; nothing else can be reached. Printed are the medians.

Where other programs keep the processors busy, times grow. So processor time
is printed as well: that of the two threads that a reader waits for, the page's
and the worker's, as the browser's own trace tells it. The exit status is the
number of budgets that are missed in both.
"""

import argparse
import dataclasses
import gzip
import io
import os
import statistics
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from runner import pack
from tests.browser import chromium
from tests.project import BUDGETS, ROOT, SITE_URL

_ROUNDS = 5
_MOST = BUDGETS["running"]
_LESSON, _OTHER = "excutils/cleanup_fails/", "excutils/body_succeeds/"
_LIBRARY = ROOT / ".venv/pyodide/node_modules/pyodide/python_stdlib.zip"
_TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".xml": "application/xml",
}

# Presses a button of a block and waits until the panel says the word.
_PRESS = """([selector, name, words]) => new Promise((done, failed) => {
    const block = document.querySelector(selector);
    const began = performance.now();
    const look = () => {
        const said = block.querySelector(".run-status")?.textContent ?? "";
        if (!new RegExp(words).test(said)) return;
        seen.disconnect();
        done(performance.now() - began);
    };
    const seen = new MutationObserver(look);
    seen.observe(block, {childList: true, subtree: true, characterData: true});
    setTimeout(() => failed("the panel does not say: " + words), 90_000);
    [...block.querySelectorAll("button")].find(
        one => one.textContent === name
    ).click();
})"""

_FETCH = """async paths => {
    const began = performance.now();
    await Promise.all(paths.map(
        async path => (await fetch(path)).arrayBuffer()
    ));
    return performance.now() - began;
}"""

_GO = """href => {
    const link = document.createElement("a");
    link.href = href;
    document.body.append(link);
    link.click();
}"""

_PROGRAM = ".lesson > .language-python"
_SESSION = ".proof .language-pycon"
_PLAYGROUND = "[data-playground] .highlight"
_SAME = "as on the page"
_MISSED = "MISSED"


class Host(ThreadingHTTPServer):
    """Serves a site as a static host does.

    Attributes:
        url: Its address, with a slash at the end.
        sent: The path of each answer and the bytes of its body.
        instead: Contents that are served in place of files, by their names.
    """

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        """Take a free port."""
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.sent: list[tuple[str, int]] = []
        self.instead: dict[str, bytes] = {}
        self._folder = folder
        self._kept: dict[str, bytes] = {}

    def content(self, path: str) -> bytes | None:
        """What is sent for a path, compressed if its type is known."""
        file = self._folder / path.removeprefix("/")
        if file.is_dir():
            file /= "index.html"
        if file.name in self.instead:
            return self.instead[file.name]
        if path not in self._kept:
            if not file.is_file():
                return None
            text = file.read_bytes()
            if file.name == "sitemap.xml":
                text = SITE_URL.sub(self.url.encode(), text)
            known = file.suffix in _TYPES
            self._kept[path] = gzip.compress(text, 6) if known else text
        return self._kept[path]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without it, an answer waits for the last one's acknowledgement.
    disable_nagle_algorithm = True
    server: Host

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        content = self.server.content(path)
        suffix = Path(path).suffix or ".html"
        self.send_response(200 if content is not None else 404)
        self.send_header("Content-Length", str(len(content or b"")))
        self.send_header("Cache-Control", "max-age=3600")
        if suffix in _TYPES:
            self.send_header("Content-Type", _TYPES[suffix])
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(content or b"")
        self.server.sent.append((path, len(content or b"")))

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@dataclasses.dataclass
class Taken:
    """What something took, in seconds.

    Attributes:
        time: Until it was done.
        processor: How long the page's thread and the worker's computed.
        freeze: The page's longest task, from its start to its end.
        computed: The longest computing in one of the page's tasks.
    """

    time: float
    processor: float
    freeze: float
    computed: float


class Visitor:
    """Someone whose browser has an empty cache."""

    def __init__(self, playwright: Playwright, host: Host) -> None:
        """Start a browser with a profile of its own."""
        self.host = host
        self._profile = TemporaryDirectory(ignore_cleanup_errors=True)
        self._context: BrowserContext = (
            playwright.chromium.launch_persistent_context(
                self._profile.name,
                executable_path=chromium.find(whole=True),
                base_url=host.url,
                viewport={"width": 1440, "height": 900},
                args=[
                    "--no-sandbox",
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                ],
            )
        )
        self.page = self._context.pages[0]
        self.page.set_default_timeout(90_000)

    def close(self) -> None:
        """Close the browser and forget its profile."""
        self._context.close()
        self._profile.cleanup()

    def again(self) -> None:
        """Come back later: what was on the page is gone."""
        self.page.wait_for_timeout(3000)
        old, self.page = self.page, self._context.new_page()
        self.page.set_default_timeout(90_000)
        old.close()

    def goto(self, path: str) -> None:
        """Load a page and wait until nothing is loaded any more."""
        self.page.goto(path, wait_until="networkidle")
        self.page.locator(".run-bar").first.wait_for()

    def follow(self, path: str) -> None:
        """Change the page as a click on a link does."""
        self.page.evaluate("document.querySelector('.run-bar').id = 'gone'")
        self.page.evaluate(_GO, self.host.url + path)
        self.page.locator("#gone").wait_for(state="detached")
        self.page.locator(".run-bar").first.wait_for()

    def press(self, block: str, name: str, words: str) -> float:
        """Press a button: seconds until the panel says the words."""
        taken: float = self.page.evaluate(_PRESS, [block, name, words])
        return taken / 1000

    def measure(self, act: Callable[[], float]) -> Taken:
        """Measure an act that returns the time it took."""
        devtools = self._context.new_cdp_session(self.page)
        events: list[dict[str, Any]] = []
        devtools.on(
            "Tracing.dataCollected", lambda data: events.extend(data["value"])
        )
        ended: list[object] = []
        devtools.on("Tracing.tracingComplete", lambda data: ended.append(data))
        categories = {"includedCategories": ["toplevel", "base"]}
        devtools.send("Tracing.start", {"traceConfig": categories})
        time = act()
        devtools.send("Tracing.end")
        while not ended:
            self.page.wait_for_timeout(50)
        devtools.detach()
        names = {
            (event["pid"], event["tid"]): event["args"]["name"]
            for event in events
            if event["name"] == "thread_name"
        }
        active: dict[str, float] = {}
        freeze = computed = 0.0
        for event in events:
            name = names.get((event["pid"], event["tid"]), "")
            if event["name"] == "ThreadController active":
                took = event.get("tdur", 0) / 1e6
                active[name] = active.get(name, 0) + took
            elif (
                name == "CrRendererMain"
                and event["name"] == "ThreadControllerImpl::RunTask"
            ):
                freeze = max(freeze, event.get("dur", 0) / 1e6)
                computed = max(computed, event.get("tdur", 0) / 1e6)
        threads = "CrRendererMain", "DedicatedWorker thread"
        processor = sum(active.get(thread, 0) for thread in threads)
        return Taken(time, processor, freeze, computed)


def untouched() -> bytes:
    """Pyodide's own standard library, with our modules as they are written."""
    content = io.BytesIO(_LIBRARY.read_bytes())
    with zipfile.ZipFile(content, "a") as library:
        library.writestr("rest.json", "[]")
        for name, path in pack.own():
            library.write(path, name)
    return content.getvalue()


def first_run(visitor: Visitor) -> tuple[Taken, list[tuple[str, int]]]:
    """Run a lesson in a new visit.

    Returns:
        What it took, and what was loaded for it.
    """
    visitor.goto(_LESSON)
    visitor.host.sent.clear()
    taken = visitor.measure(lambda: visitor.press(_PROGRAM, "Run", _SAME))
    return taken, visitor.host.sent[:]


def measure(playwright: Playwright, host: Host) -> dict[str, Taken | float]:
    """One round."""
    found: dict[str, Taken | float] = {}
    host.instead = {}
    visitor = Visitor(playwright, host)
    press = visitor.press
    found["cold"], loaded = first_run(visitor)
    found["bytes"] = sum(size for _, size in loaded)
    # A reader reads what was printed before the next click.
    visitor.page.wait_for_timeout(3000)
    time = press(_PROGRAM, "Run", _SAME)
    again = visitor.measure(lambda: press(_PROGRAM, "Run", _SAME))
    # So short a run is slower by a third while it is traced.
    found["again"] = dataclasses.replace(again, time=time)
    visitor.follow(_OTHER)
    found["next"] = visitor.measure(lambda: press(_PROGRAM, "Run", _SAME))
    visitor.follow("playground/")
    field = visitor.page.locator(f"{_PLAYGROUND} textarea")
    field.fill("for n in range(1000):\n    print(n)")
    found["steps"] = visitor.measure(
        lambda: press(_PLAYGROUND, "Step through", "more steps")
    )
    field.fill("while True: print('port')")

    def endless() -> float:
        press(_PLAYGROUND, "Run", "Running")
        visitor.page.wait_for_timeout(2000)
        return press(_PLAYGROUND, "Stop", "Stopped")

    found["endless"] = visitor.measure(endless)
    visitor.again()
    found["warm"], loaded_again = first_run(visitor)
    if loaded_again:
        raise SystemExit(f"A second visit loads again: {loaded_again}")
    visitor.close()

    visitor = Visitor(playwright, host)
    visitor.host.sent.clear()
    visitor.goto("excutils/deciding/")
    found["plain"] = sum(
        size for path, size in host.sent if "/assets/python/" in path
    )
    paths = [path for path, _ in loaded]
    found["fetch"] = visitor.measure(
        lambda: visitor.page.evaluate(_FETCH, paths) / 1000
    )
    visitor.close()

    host.instead = {"boot.zip": untouched()}
    visitor = Visitor(playwright, host)
    found["npm"], _ = first_run(visitor)
    visitor.close()
    return found


def table(rounds: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """The budgets: what, time, processor time, at most, the verdict."""

    def middle(value: Callable[[dict[str, Any]], float]) -> float:
        return statistics.median(value(one) for one in rounds)

    def row(
        what: str,
        most: float,
        time: Callable[[dict[str, Any]], float],
        processor: Callable[[dict[str, Any]], float] | None = None,
        form: str = "{:.3f}",
        sign: int = 1,
    ) -> tuple[str, ...]:
        values = [middle(one) for one in (time, processor) if one]
        met = [sign * value <= sign * most for value in values]
        verdict = "met" if met[0] else _MISSED
        if not met[0] and any(met):
            verdict = "met in processor time"
        shown = [form.format(value) for value in values]
        shown += [""] * (2 - len(shown))
        limit = ("" if sign > 0 else ">= ") + form.format(most)
        return what, *shown, limit, verdict

    fetched = middle(lambda one: one["fetch"].time)
    yield row(
        "first Run, empty cache (s)",
        _MOST["first_run_times_fetch"] * fetched + _MOST["first_run_more"],
        lambda one: one["cold"].time,
        lambda one: one["cold"].processor,
    )
    yield row(
        "untouched npm files / first Run",
        _MOST["untouched_files"],
        lambda one: one["npm"].time / one["cold"].time,
        lambda one: one["npm"].processor / one["cold"].processor,
        form="{:.2f}",
        sign=-1,
    )
    yield row(
        "warm / cold",
        _MOST["warm"],
        lambda one: one["warm"].time / one["cold"].time,
        lambda one: one["warm"].processor / one["cold"].processor,
        form="{:.2f}",
    )
    for what, most, name in (
        ("second Run on a page (s)", _MOST["again"], "again"),
        ("Run on the next page (s)", _MOST["next"], "next"),
    ):
        yield row(
            what,
            most,
            lambda one, name=name: one[name].time,  # type: ignore[misc]
            lambda one, name=name: one[name].processor,  # type: ignore[misc]
        )
    for what, most, name in (
        ("bytes at the first Run", _MOST["bytes"], "bytes"),
        ("bytes that a plain page has more", _MOST["plain_bytes"], "plain"),
    ):
        yield row(
            what,
            most,
            lambda one, name=name: one[name],  # type: ignore[misc]
            form="{:,.0f}",
        )
    for what, name in (
        ("longest freeze, first Run (s)", "cold"),
        ("longest freeze, 1000 steps (s)", "steps"),
        ("longest freeze, endless output (s)", "endless"),
    ):
        yield row(
            what,
            _MOST["freeze"],
            lambda one, name=name: one[name].freeze,  # type: ignore[misc]
            lambda one, name=name: one[name].computed,  # type: ignore[misc]
        )
    yield row("Stop (s)", _MOST["stop"], lambda one: one["endless"].time)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("site", type=Path, help="folder of the built site")
    folder = parser.parse_args().site
    if not list(folder.glob("assets/python/*/boot.zip")):
        parser.error(f"{folder} has no Python in it: make build")
    if chromium.find(whole=True) is None:
        parser.error(chromium.advice())
    rounds = []
    with Host(folder) as host, sync_playwright() as playwright:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        for number in range(_ROUNDS):
            rounds.append(measure(playwright, host))
            load = os.getloadavg()[0]
            done = f"round {number + 1} of {_ROUNDS}, load {load:.1f}"
            print(done, file=sys.stderr)
        host.shutdown()
    heads = "", "time", "processor", "at most", ""
    rows = list(table(rounds))
    for what, time, processor, most, verdict in (heads, *rows):
        line = f"{what:36}{time:>11}{processor:>11}{most:>11}  {verdict}"
        print(line.rstrip())
    raise SystemExit(sum(verdict == _MISSED for *_, verdict in rows))


if __name__ == "__main__":
    main()
