"""A server for the built site, and a browser that goes nowhere else."""

import contextlib
import functools
import os
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from runner import pack
from tests.browser import chromium
from tests.project import SITE_URL, refuse

NewPage = Callable[..., Page]

# Without npm, no Python runs in the browser. A complete check requires it.
packed = pytest.mark.skipif(
    not pack.PARTIAL.exists() and not os.environ.get("CI"),
    reason="Python was not packed: make python",
)

# Milliseconds that the first run may take on a slow machine.
SECONDS = 90_000

# Milliseconds. Whoever waits in vain waits longer; a busy machine is no fault.
expect.set_options(timeout=30_000)


class Server(ThreadingHTTPServer):
    """Serves a folder on this machine.

    Attributes:
        url: Its address, with a slash at the end.
        served: The path of each request, in order of arrival.
    """

    def __init__(self, folder: Path) -> None:
        """Take a free port."""
        handler = functools.partial(_Handler, directory=str(folder))
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_port}/"
        self.served: list[str] = []


class _Handler(SimpleHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        """Send a file; the sitemap, with this server's address."""
        if self.path != "/sitemap.xml":
            super().do_GET()
            return
        sitemap = Path(self.translate_path(self.path)).read_bytes()
        content = SITE_URL.sub(self.server.url.encode(), sitemap)
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_request(self, *_: Any) -> None:
        self.server.served.append(self.path)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """Serve a folder as long as the block runs."""
    with Server(folder) as host:
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        yield host
        host.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def server(site: Path) -> Iterator[Server]:
    """The built site, served."""
    with serving(site) as host:
        yield host


# Playwright runs an event loop while it is open, and a doctest that calls
# asyncio.run() needs that there is none: each module opens a browser of its
# own and closes it.
@pytest.fixture(scope="module")
def more_arguments() -> list[str]:
    """What a module's browser is started with besides."""
    return []


@pytest.fixture(scope="module")
def browser(more_arguments: list[str]) -> Iterator[Browser]:
    """A browser without a window."""
    path = chromium.find()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("no browser; see NOT TESTED", pytrace=False)
        pytest.skip("no browser; see NOT TESTED")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=path,
            # No name is looked up: the browser reaches this machine alone.
            args=[
                "--no-sandbox",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
                *more_arguments,
            ],
        )
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def wrong() -> list[str]:
    """What pages did that they must not do."""
    return []


@pytest.fixture(autouse=True)
def nothing_went_wrong(wrong: list[str]) -> Iterator[None]:
    """No request to another host, no failed one, no error in a script."""
    wrong.clear()
    yield
    refuse(wrong)


# Tests begin where a reader has opened a page's complete program.
_OPEN_PROGRAMS = """
    new MutationObserver(() => {
        for (const fold of document.querySelectorAll("details.lesson")) {
            if (fold.dataset.opened) continue;
            fold.dataset.opened = "";
            fold.open = true;
        }
    }).observe(document, {childList: true, subtree: true});
"""


@pytest.fixture(scope="module")
def new_page(
    browser: Browser, server: Server, wrong: list[str]
) -> Iterator[NewPage]:
    """Opens pages, each for a new visitor, and watches what they do."""
    contexts: list[BrowserContext] = []

    def asked(request: Request) -> None:
        if not request.url.startswith((server.url, "data:", "blob:")):
            wrong.append(f"asked another host: {request.url}")

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            wrong.append(f"console {message.type}: {message.text}")

    def failed(request: Request) -> None:
        # Chromium aborts what a page still loads when a test leaves it.
        if request.failure != "net::ERR_ABORTED":
            wrong.append(f"no answer, {request.failure}: {request.url}")

    def answered(response: Response) -> None:
        if response.status >= 400:
            wrong.append(f"status {response.status}: {response.url}")

    def opening(**options: Any) -> Page:
        context = browser.new_context(
            base_url=server.url,
            reduced_motion="reduce",
            permissions=["clipboard-read", "clipboard-write"],
            **{"viewport": {"width": 1440, "height": 900}, **options},
        )
        contexts.append(context)
        context.add_init_script(_OPEN_PROGRAMS)
        page = context.new_page()
        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("requestfailed", failed)
        page.on("response", answered)
        return page

    yield opening
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def page(new_page: NewPage) -> Page:
    """A page at the size of a laptop, for one test after the other."""
    return new_page()


@pytest.fixture(scope="module")
def visit(new_page: NewPage) -> Page:
    """One reader of many pages, who starts Python once and waits for it."""
    opened = new_page()
    opened.set_default_timeout(SECONDS)
    return opened


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly that the browser tests did not run."""
    missed = [
        report
        for outcome in ("skipped", "error")
        for report in terminalreporter.stats.get(outcome, [])
        if report.nodeid.startswith("tests/browser/")
    ]
    if missed and chromium.find() is None:
        terminalreporter.section("NOT TESTED", sep="!", red=True, bold=True)
        terminalreporter.write_line(
            f"{len(missed)} browser tests DID NOT RUN: {chromium.advice()}",
            red=True,
        )
