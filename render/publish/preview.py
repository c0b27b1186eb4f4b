"""A server for a site that is being written.

Pages that are open in a browser are loaded anew when they change, and say what
is wrong while they cannot be rendered.
"""

import json
import mimetypes
import posixpath
import time
from collections.abc import Iterable
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition
from urllib.parse import parse_qs, quote, unquote, urlsplit

from render.paths import PACKED, ROOT

_SCRIPT = Path(__file__).with_name("live.js")
_ADDRESS = "/livereload"
_TURN = 30  # Seconds, after which a browser asks again.
_TYPES = {
    ".js": "text/javascript",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
}
# Files that only the page of the same folder shows, or none.
_OWN = (".html", ".md", ".txt", ".json", ".inv", ".xml", ".gz")

_WAIT = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Not built yet</title></head>
  <body><p>This page is being built, and appears when it is done.</p></body>
</html>
"""


class Preview(ThreadingHTTPServer):
    """Serves a folder, and tells browsers what has changed in it."""

    daemon_threads = True
    # A browser asks for all files of a page at once.
    request_queue_size = 64

    def __init__(
        self, address: tuple[str, int], root: Path, mount: str = "/"
    ) -> None:
        """Take the port. Requests wait until `serve_forever` is called.

        Args:
            address: The host's address, and the port.
            root: The site's folder.
            mount: Where the site is on this server, with slashes around it.

        Raises:
            OSError: The port is taken.
        """
        self.root, self.mount = root, mount
        # By the folder of a language, with a slash at its end: what is wrong
        # with it, and whether it has been built.
        self._errors: dict[str, str] = {}
        self._built: dict[str, bool] = {}
        self._changed: dict[str, int] = {}
        self._all_changed = 0
        self._told = _now()
        self._news = Condition()
        super().__init__(address, _Handler)

    def expect(self, folder: str) -> None:
        """Let readers of a language wait for it.

        Args:
            folder: Its folder, from the site's: empty, or `zh/`.
        """
        self._errors[folder], self._built[folder] = "", False

    def changed(self, folder: str, names: Iterable[str]) -> None:
        """Tell browsers that pages were rendered.

        Args:
            folder: The language's folder.
            names: The files that are not as they were, from that folder.
        """
        with self._news:
            self._told = max(self._told + 1, _now())
            if not self._built.get(folder):
                self._built[folder] = True
                self._all_changed = self._told
            for name in names:
                self._changed[folder + name] = self._told
                if not name.endswith(_OWN):
                    self._all_changed = self._told
            self._news.notify_all()

    def failed(self, folder: str, error: str) -> None:
        """Tell browsers that pages could not be rendered.

        Args:
            folder: The language's folder.
            error: What is wrong; empty if nothing is any more.
        """
        with self._news:
            if self._errors[folder] == error:
                return
            self._told = max(self._told + 1, _now())
            self._errors[folder] = error
            self._news.notify_all()

    def news(self, page: str, since: int) -> dict[str, object]:
        """Wait until there is something new about a page.

        Args:
            page: Its file, from the site's folder.
            since: What the browser has been told.

        Returns:
            Whether to load it anew, what is wrong, and how far this goes.
        """
        with self._news:
            self._news.wait_for(lambda: self._told > since, timeout=_TURN)
            changed = max(self._changed.get(page, 0), self._all_changed)
            return {
                "reload": changed > since,
                "error": self._errors.get(self._language(page), ""),
                "since": self._told,
            }

    def _language(self, name: str) -> str:
        """The folder of the language that a file belongs to."""
        fitting = filter(name.startswith, self._errors)
        return max(fitting, key=len, default="")

    def page(self, name: str) -> tuple[HTTPStatus, bytes]:
        """Find a page, or what to show instead.

        Args:
            name: Its file, from the site's folder.

        Returns:
            The status, and HTML that loads itself anew.
        """
        language = self._language(name)
        with self._news:
            since, error = self._told, self._errors.get(language, "")
        if (self.root / name).is_file():
            status, html = HTTPStatus.OK, (self.root / name).read_bytes()
        elif not self._built.get(language, True):
            status, html = HTTPStatus.SERVICE_UNAVAILABLE, _WAIT.encode()
        else:
            status, html = HTTPStatus.NOT_FOUND, b"There is no such page."
            page = self.root / language / "404.html"
            if page.is_file():
                html = page.read_bytes()
        script = (
            f'<script src="{_ADDRESS}.js" data-since="{since}" '
            f'data-error="{escape(error)}"></script>'
        )
        before, end, after = html.rpartition(b"</body>")
        return status, before + script.encode() + end + after

    def handle_error(self, *_: object) -> None:
        """Say nothing when a browser goes away in the middle of an answer."""


def _packed(name: str) -> Path | None:
    """A file of Python for the browser, as it was packed last.

    Its folder has another name each time; pages have the name that it had when
    they were rendered.
    """
    _, packed, inside = name.partition("assets/python/")
    file = inside.rpartition("/")[2]
    if not packed or not file:
        return None
    there = ROOT / PACKED / inside
    return (
        there
        if there.is_file()
        else next((ROOT / PACKED).glob(f"*/{file}"), None)
    )


def _now() -> int:
    # Milliseconds: later than anything that an earlier server told.
    return time.time_ns() // 1_000_000


class _Handler(BaseHTTPRequestHandler):
    server: Preview
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # Its name.
        """Answer a request."""
        asked = urlsplit(self.path)
        path, mount = unquote(asked.path), self.server.mount
        if path == f"{_ADDRESS}.js":
            self._send(_SCRIPT.read_bytes(), "text/javascript")
        elif path == _ADDRESS:
            given = parse_qs(asked.query)
            page, since = given["page"][0], int(given["since"][0])
            news = self.server.news(self._name(page), since)
            self._send(json.dumps(news).encode(), "application/json")
        elif path == "/" != mount:
            self._redirect(mount)
        else:
            self._file(path)

    def _name(self, path: str) -> str:
        """The file of an address, from the site's folder."""
        if path.endswith("/"):
            path += "index.html"
        path = posixpath.normpath(path).removeprefix(self.server.mount)
        return path.lstrip("/")

    def _file(self, path: str) -> None:
        name = self._name(path)
        place = _packed(name) or self.server.root / name
        if place.is_dir():
            self._redirect(f"{path}/")
        elif place.is_file() and not name.endswith(".html"):
            kind, _ = mimetypes.guess_type(name)
            kind = _TYPES.get(place.suffix, kind)
            self._send(place.read_bytes(), kind or "application/octet-stream")
        else:
            status, html = self.server.page(name)
            self._send(html, "text/html; charset=utf-8", status)

    def _redirect(self, path: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", quote(path))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(
        self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing of requests."""
