"""What `mkdocs serve` does in this project: the pages of a change alone.

MkDocs builds the site once. From then on it is rendered in the same process,
page by page, as `make serve` does; it has one language, and nothing that
`render.publish.finish` adds.
"""

import os
import shutil
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from render.publish.plugin import Built
from render.publish.preview import Preview
from render.publish.warm import OutdatedError, Site
from render.publish.watching import Changes, Watch, stamps


class PlainServer:
    """Takes the place of MkDocs's server, with what MkDocs calls of it."""

    def __init__(
        self,
        server: LiveReloadServer,
        built: Callable[[], Built],
        build: Callable[[], None],
        watch: Watch,
    ) -> None:
        """Take over.

        Args:
            server: MkDocs's server, which has not begun to serve.
            built: Tells what the last build worked with.
            build: Builds all.
            watch: Watches what it was built from.
        """
        host, port = str(server.server_address[0]), server.server_address[1]
        self._root = Path(server.root)
        self._server = Preview((host, port), self._root, server.mount_path)
        self._server.expect("")
        self._url = server.url
        self._watch = watch

        def whole() -> Built:
            build()
            return built()

        self._site = Site(whole)
        self._site.take(built())

    def watch(self, path: str) -> None:
        """Do nothing: what pages are made from is known."""

    def serve(self, *, open_in_browser: bool = False) -> None:
        """Serve, until Ctrl-C.

        Args:
            open_in_browser: Whether to open the first page.
        """
        threading.Thread(
            target=self._server.serve_forever, daemon=True
        ).start()
        self._server.changed("", [])
        print(self._url, flush=True)
        if open_in_browser:
            webbrowser.open(self._url)
        while True:
            if changes := self._watch.wait():
                self._render(changes)

    def _render(self, changes: Changes) -> None:
        began, before = time.monotonic(), stamps(self._root)
        try:
            pages = self._site.update(changes)
        except OutdatedError:
            self.shutdown()
            shutil.rmtree(self._root)
            os.execv(sys.executable, sys.orig_argv)
        after = stamps(self._root)
        changed = {n for n in after if after[n] != before.get(n)}
        if changed:
            self._server.changed("", changed)
            seconds = time.monotonic() - began
            what = (
                pages[0] or "/" if len(pages) == 1 else f"{len(pages)} pages"
            )
            print(f"{what} in {seconds:.2f} s", flush=True)
        errors = "\n".join(map(str, self._site.errors.values()))
        if errors:
            print(errors, flush=True)
        self._server.failed("", errors)

    def shutdown(self) -> None:
        """Stop serving."""
        self._watch.close()
        self._server.shutdown()
        self._server.server_close()
