"""Which of the files that pages are made from have changed."""

import os
import time
from contextlib import suppress
from pathlib import Path
from threading import Event

from watchdog.events import (
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from render.paths import INPUTS, ROOT

_EVENTS: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
# Seconds. An editor saves in several steps, and may take the file away for a
# moment.
_CALM, _GONE = 0.02, 0.15
# Some file systems, of containers say, report nothing: then this is the rate.
_POLL = 0.5

# Paths from the root of the project: "added", "changed" or "deleted".
Changes = dict[str, str]
Stamps = dict[str, tuple[int, int]]


class Watch(FileSystemEventHandler):
    """Waits for changes; what changed is told from the files themselves."""

    def __init__(self, seen: Stamps | None = None) -> None:
        """Begin to watch.

        Args:
            seen: What `inputs` found, if changes since then count.
        """
        self._reported = Event()
        self._observer = Observer()
        try:
            for name in INPUTS:
                path = ROOT / name
                if path.is_dir():
                    self._schedule(path, recursive=True)
            self._schedule(ROOT, recursive=False)
            self._observer.start()
        except OSError:
            # Too many watches, for example. Files are looked at all the same.
            self._observer.unschedule_all()
        self._seen = seen or inputs()

    def _schedule(self, path: Path, *, recursive: bool) -> None:
        self._observer.schedule(
            self, str(path), recursive=recursive, event_filter=_EVENTS
        )

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note that something happened."""
        self._reported.set()

    def wait(self) -> Changes:
        """Wait for a while.

        Returns:
            What has changed since the last call, perhaps nothing.
        """
        if self._reported.wait(_POLL):
            while self._reported.is_set():
                self._reported.clear()
                time.sleep(_CALM)
        now = inputs()
        if self._seen.keys() - now.keys():
            time.sleep(_GONE)
            now = inputs()
        before, self._seen = self._seen, now
        return {
            name: "deleted"
            if name not in now
            else "changed"
            if name in before
            else "added"
            for name in sorted({*before, *now})
            if before.get(name) != now.get(name)
        }

    def close(self) -> None:
        """Stop watching."""
        self._observer.stop()


def stamps(folder: Path) -> Stamps:
    """Find when each file in a folder was written, and its size.

    Args:
        folder: The folder.

    Returns:
        Both, by the files' paths from the folder. Without what Python
        compiled, and what editors keep beside a file that is edited.
    """
    found: Stamps = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in files:
            if not name.startswith(".") and not name.endswith("~"):
                path = os.path.join(place, name)
                with suppress(OSError):  # It has just gone.
                    about = os.stat(path)
                    inside = os.path.relpath(path, folder)
                    found[inside] = about.st_mtime_ns, about.st_size
    return found


def inputs() -> Stamps:
    """Find when each file was written that pages are made from.

    Returns:
        As `stamps` does, by the files' paths from the root of the project.
    """
    found: Stamps = {}
    for name in INPUTS:
        if (ROOT / name).is_dir():
            inside = stamps(ROOT / name)
            found |= {
                f"{name}/{path}": stamp for path, stamp in inside.items()
            }
        elif (ROOT / name).is_file():
            about = (ROOT / name).stat()
            found[name] = about.st_mtime_ns, about.st_size
    return found
