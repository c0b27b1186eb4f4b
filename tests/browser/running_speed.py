"""How long a reader waits for Python, held against budgets.

    python -m tests.browser.running_speed SITE_FOLDER

Takes a built site and opens it in a browser without a window, five times.
Files come from this machine, compressed and with a date of expiry as a static
host sends them; nothing else can be reached. Printed are the medians.

Where other programs keep the processors busy, times grow and ratios stay: of
what is limited in seconds, the browser's processor time is printed as well.
The exit status is the number of missed budgets.
"""

import argparse
import gzip
import io
import os
import statistics
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Page,
    sync_playwright,
)

from tests.browser import chromium
from tests.project import ROOT, SITE_URL

_ROUNDS = 5
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

# Longer tasks of the page's own thread, from 50 ms on, are told of.
_WATCH = """() => {
    window.freezes = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) freezes.push(entry.duration);
    }).observe({type: "longtask"});
}"""

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


class Visitor:
    """Someone whose browser has an empty cache.

    Attributes:
        measured: Collects each measure's values over the rounds.
    """

    measured: ClassVar[dict[str, list[float]]] = {}

    def __init__(self, browser: Browser, host: Host) -> None:
        """Open a browser's window that shares nothing with another one."""
        self._host = host
        self._processes: CDPSession = browser.new_browser_cdp_session()
        self.context: BrowserContext = browser.new_context(
            base_url=host.url, viewport={"width": 1440, "height": 900}
        )
        self.page = self.open()

    def open(self) -> Page:
        """Open a tab, in which each page tells of its freezes."""
        page = self.context.new_page()
        page.set_default_timeout(90_000)
        self.page = page
        return page

    def goto(self, path: str) -> None:
        """Load a page and wait until nothing is loaded any more."""
        self.page.goto(path, wait_until="networkidle")
        self.page.evaluate(_WATCH)

    def follow(self, path: str) -> None:
        """Change the page as a click on a link does."""
        self.page.evaluate("document.querySelector('.run-bar').id = 'gone'")
        self.page.evaluate(_GO, self._host.url + path)
        self.page.locator(".run-bar:not(#gone)").first.wait_for()
        self.page.evaluate("freezes")  # It is the document that it was.

    def press(self, block: str, name: str, words: str) -> float:
        """Press a button: seconds until the panel says the words."""
        taken: float = self.page.evaluate(_PRESS, [block, name, words])
        return taken / 1000

    def freeze(self, act: Callable[[], object]) -> float:
        """The longest task of the page's thread during an act; 0 if short."""
        self.page.evaluate("freezes.length = 0")
        act()
        self.page.wait_for_timeout(200)
        found: float = self.page.evaluate("Math.max(0, ...freezes)")
        return found / 1000

    def processors(self) -> float:
        """Seconds of processor time that the browser has had."""
        answer = self._processes.send("SystemInfo.getProcessInfo")
        return float(sum(one["cpuTime"] for one in answer["processInfo"]))

    def keep(self, name: str, value: float) -> None:
        """Keep what was measured."""
        self.measured.setdefault(name, []).append(value)


def untouched() -> bytes:
    """Pyodide's own standard library, with an empty list of what is not."""
    content = io.BytesIO(_LIBRARY.read_bytes())
    with zipfile.ZipFile(content, "a") as library:
        library.writestr("rest.json", "[]")
    return content.getvalue()


def first_run(visitor: Visitor, name: str) -> list[str]:
    """Run a lesson in a new visit.

    Returns:
        The paths of what was loaded for it.
    """
    host = visitor._host
    visitor.goto(_LESSON)
    plain = [n for path, n in host.sent if "/assets/python/" in path]
    host.sent.clear()
    began = visitor.processors()
    freeze = visitor.freeze(
        lambda: visitor.keep(name, visitor.press(_PROGRAM, "Run", _SAME))
    )
    visitor.keep(f"{name} processors", visitor.processors() - began)
    visitor.keep(f"{name} freeze", freeze)
    visitor.keep(f"{name} bytes", sum(size for _, size in host.sent))
    visitor.keep(f"{name} plain", sum(plain))
    paths = [path for path, _ in host.sent]
    host.sent.clear()
    return paths


def fetch(visitor: Visitor, paths: list[str]) -> None:
    """Load the same bytes and do nothing with them."""
    visitor.goto("")
    began = visitor.processors()
    visitor.keep("fetch", visitor.page.evaluate(_FETCH, paths) / 1000)
    visitor.keep("fetch processors", visitor.processors() - began)
    visitor._host.sent.clear()


def later_runs(visitor: Visitor) -> None:
    """Run again, here and on the next page; run what never ends."""
    visitor.keep("again", visitor.press(_PROGRAM, "Run", _SAME))
    visitor.follow(_OTHER)
    visitor.keep("next page", visitor.press(_PROGRAM, "Run", _SAME))
    visitor.follow("playground/")
    page = visitor.page
    field = page.locator(f"{_PLAYGROUND} textarea")
    field.fill("for n in range(1000):\n    print(n)")
    step = "The program ended|more steps"
    visitor.keep(
        "steps freeze",
        visitor.freeze(
            lambda: visitor.press(_PLAYGROUND, "Step through", step)
        ),
    )
    field.fill("while True: print('port')")

    def endless() -> None:
        visitor.press(_PLAYGROUND, "Run", "Running")
        page.wait_for_timeout(2000)
        visitor.keep("stop", visitor.press(_PLAYGROUND, "Stop", "Stopped"))

    visitor.keep("endless freeze", visitor.freeze(endless))


def measure(browser: Browser, host: Host) -> None:
    """One round."""
    host.instead = {}
    visitor = Visitor(browser, host)
    paths = first_run(visitor, "cold")
    later_runs(visitor)
    visitor.page.close()
    visitor.open()
    if first_run(visitor, "warm"):
        raise SystemExit("A second visit loads again what is in the cache.")
    visitor.context.close()

    visitor = Visitor(browser, host)
    fetch(visitor, paths)
    visitor.context.close()

    host.instead = {"boot.zip": untouched()}
    visitor = Visitor(browser, host)
    first_run(visitor, "npm")
    visitor.context.close()


def rows(measured: dict[str, list[float]]) -> list[tuple[str, str, str, bool]]:
    """The budgets: what, how much, at most, and whether that is so."""
    of = {name: statistics.median(all) for name, all in measured.items()}

    def ratio(one: str, other: str) -> float:
        pairs = zip(measured[one], measured[other], strict=True)
        return statistics.median(a / b for a, b in pairs)

    found = []

    def seconds(what: str, value: float, most: float) -> None:
        found.append((what, f"{value:.3f} s", f"{most:.3f} s", value <= most))

    seconds("first Run, empty cache", of["cold"], 2.5 * of["fetch"] + 1.2)
    seconds(
        "the same in processor time",
        of["cold processors"],
        2.5 * of["fetch processors"] + 1.2,
    )
    for end, words in ("", "time"), (" processors", "processor time"):
        faster = ratio(f"npm{end}", f"cold{end}")
        what = f"untouched npm files / first Run, {words}"
        found.append((what, f"{faster:.2f}", ">= 2", faster >= 2))
        warm = ratio(f"warm{end}", f"cold{end}")
        found.append(
            (f"warm / cold, {words}", f"{warm:.2f}", "0.60", warm <= 0.6)
        )
    seconds("second Run on a page", of["again"], 0.05)
    seconds("Run on the next page", of["next page"], 0.15)
    for what, value, most in (
        ("bytes at the first Run", of["cold bytes"], 5_700_000),
        ("bytes that a plain page loads more", of["cold plain"], 6_000),
    ):
        found.append((what, f"{value:,.0f}", f"{most:,}", value <= most))
    seconds("longest freeze, first Run", of["cold freeze"], 0.05)
    seconds("longest freeze, 1000 steps", of["steps freeze"], 0.05)
    seconds("longest freeze, endless output", of["endless freeze"], 0.05)
    seconds("Stop", of["stop"], 0.3)
    return found


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
    path = chromium.find()
    if path is None:
        parser.error(chromium.advice())
    with Host(folder) as host, sync_playwright() as playwright:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        began = time.monotonic()
        for number in range(_ROUNDS):
            measure(browser, host)
            gone = time.monotonic() - began
            print(
                f"round {number + 1} of {_ROUNDS}, {gone:.0f} s",
                file=sys.stderr,
            )
        version = browser.version
        browser.close()
        host.shutdown()
    found = rows(Visitor.measured)
    load = os.getloadavg()[0]
    print(f"Chromium {version}, {os.cpu_count()} processors, load {load:.1f}")
    for what, value, most, met in [
        ("", "median", "at most", None),
        *found,
    ]:
        word = {None: "", True: "met", False: "MISSED"}[met]
        print(f"{what:44}{value:>12}{most:>12}  {word}".rstrip())
    raise SystemExit(sum(not met for *_, met in found))


if __name__ == "__main__":
    main()
