"""The preview as a whole: `make serve` and `mkdocs serve`."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.project import INTERRUPTIBLE
from tests.render.publish.conftest import record


class Served:
    """A copy of the project that is served."""

    def __init__(self, project: Path, temporary: Path, module: str) -> None:
        """Start it.

        Args:
            project: The copy.
            temporary: Its temporary folder.
            module: What serves it.
        """
        with socket.create_server(("127.0.0.1", 0)) as free:
            number = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{number}/"
        port = ["--port", str(number)]
        if module == "mkdocs":
            port = ["serve", "--quiet", "--dev-addr", f"127.0.0.1:{number}"]
        self._log = temporary.with_name(f"{temporary.name}.log").open("w+")
        self.process = subprocess.Popen(
            [*INTERRUPTIBLE, sys.executable, "-m", module, *port],
            cwd=project,
            env={
                **os.environ,
                "TMPDIR": str(temporary),
                "NO_MKDOCS_2_WARNING": "1",
                "SITE_URL": self.url,
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def said(self) -> str:
        """What it wrote to the terminal, without times of day."""
        self._log.seek(0)
        return re.sub(r"\d\d:\d\d:\d\d ", "", self._log.read())

    def shows(self, page: str, words: str) -> None:
        """Wait until a page has some words."""
        latest = time.monotonic() + 60
        while time.monotonic() < latest:
            if words in self._page(page):
                return
            time.sleep(0.02)
        pytest.fail(f"/{page} never has {words!r}:\n{self.said()}")

    def _page(self, page: str) -> str:
        try:
            with urlopen(self.url + page, timeout=10) as answer:
                return str(answer.read().decode())
        except HTTPError as answer:  # Such as a page that is not built yet.
            return answer.read().decode()
        except OSError:
            return ""

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it by a signal; returns its exit status."""
        self.process.send_signal(number)
        try:
            return self.process.wait(timeout=20)
        finally:
            self.process.kill()
            self._log.close()


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """A temporary folder."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def page(small: Path) -> Iterator[Path]:
    """An English page of the copy; it is as it was afterwards."""
    path = small / "docs/en/troubleshoot/faq.md"
    text = path.read_text()
    yield path
    path.write_text(text)


def test_both_languages_follow_their_sources(
    small: Path, temporary: Path, page: Path
) -> None:
    """Each on its own; a line a change, and nothing is left in the end."""
    record(small, "reference/behaviour/body")
    served = Served(small, temporary, "render.publish.serve")
    try:
        served.shows("troubleshoot/faq/", "</article>")
        served.shows("zh/troubleshoot/faq/", "</article>")
        text = page.read_text()
        page.write_text(f"{text}\nIt is new.\n")
        served.shows("troubleshoot/faq/", "It is new.")
        # What is wrong in one language holds up no other.
        chinese = small / "docs/zh/reference/behaviour/body.md"
        before = chinese.read_text()
        chinese.write_text(f"{before}\n```release\ngone\n```\n")
        served.shows(
            "zh/reference/behaviour/body/", "release: gone is not installed"
        )
        page.write_text(f"{text}\nIt is newer.\n")
        served.shows("troubleshoot/faq/", "It is newer.")
        chinese.write_text(before)
        served.shows("zh/reference/behaviour/body/", 'data-error=""')
        # Code that a process has imported, and the server's own.
        for name in "render/blocks/release.py", "render/publish/preview.py":
            code = (small / name).read_text()
            (small / name).write_text(f"{code}# More.\n")
        page.write_text(f"{text}\nIt is newest.\n")
        served.shows("troubleshoot/faq/", "It is newest.")
        served.shows("zh/troubleshoot/faq/", "</article>")
        said = served.said()
    finally:
        status = served.end()
    assert status == 128 + signal.SIGTERM
    assert not list(temporary.iterdir())
    first, *lines = said.splitlines()
    assert first == f"{served.url} and {served.url}zh/"
    assert any(line.startswith("en: troubleshoot/faq/ in") for line in lines)
    for line in lines:
        assert re.fullmatch(
            r"(en|zh): ([\w/]+|\d+ pages) in [\d.]+ s"
            r"|zh: docs/zh/reference/behaviour/body\.md:\d+: "
            r"```release: gone is not installed"
            r"|Correct it and save\. Until then the pages stay as they were\."
            r"|`make serve` itself has changed, and starts again"
            rf"|{re.escape(first)}",
            line,
        ), said


def test_a_first_build_that_fails_is_told_in_the_browser(
    small: Path, temporary: Path, page: Path
) -> None:
    """The page appears when it is corrected."""
    text = page.read_text()
    page.write_text(f"{text}\n```release\ngone\n```\n")
    served = Served(small, temporary, "render.publish.serve")
    try:
        served.shows("troubleshoot/faq/", "release: gone is not installed")
        page.write_text(text)
        served.shows("troubleshoot/faq/", "</article>")
    finally:
        assert served.end(signal.SIGINT) == 128 + signal.SIGINT
    assert not list(temporary.iterdir())


def test_mkdocs_serve_renders_page_by_page(
    small: Path, temporary: Path, page: Path
) -> None:
    """The English pages, without what is added to finished ones."""
    served = Served(small, temporary, "mkdocs")
    try:
        served.shows("troubleshoot/faq/", "</article>")
        text = page.read_text()
        page.write_text(f"{text}\nIt is new.\n")
        served.shows("troubleshoot/faq/", "It is new.")
        page.write_text(f"{text}\n```release\ngone\n```\n")
        served.shows("troubleshoot/faq/", "release: gone is not installed")
        served.shows("troubleshoot/faq/", "It is new.")
        page.write_text(text)
        served.shows("troubleshoot/faq/", 'data-error=""')
        (small / "render/blocks/release.py").touch()
        page.write_text(f"{text}\nIt is newer.\n")
        served.shows("troubleshoot/faq/", "It is newer.")
        assert "troubleshoot/faq/ in" in served.said()
    finally:
        served.end(signal.SIGINT)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    ("port", "why"),
    [(0, "Address already in use"), (65536, "must be 0-65535")],
)
def test_a_port_that_cannot_be_used_is_said(port: int, why: str) -> None:
    """Before a build, with the way to another one."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = port or taken.getsockname()[1]
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "render.publish.serve",
                "--port",
                str(number),
            ],
            capture_output=True,
            text=True,
            timeout=20,
        )
    assert done.returncode == 1
    assert re.fullmatch(
        rf"Port {number} .*{why}.*PORT=8001 make serve.*\n", done.stderr
    )
