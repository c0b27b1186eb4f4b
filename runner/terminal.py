"""What a program prints, logs and reads, as the page shows it.

Many small pieces are sent together, and what is more than a reader would read
is counted and left out.
"""

import io
import logging
import time
from collections.abc import Callable
from typing import Any

# Output of one run: characters and pieces that are shown, and seconds between
# pieces. A page that adds thousands of elements at once does not answer.
LIMIT = 20_000
PIECES = 200
PAUSE = 0.05

# A piece of output: what it is (`out`, `err`, `log`, `in`, `note`, `same`,
# `differs`), its text, and more words on it. A note's text is a name: the page
# has the words, in its language.
Post = Callable[[str, str, str], object]


class Terminal:
    """Collects output and sends it to the page in pieces.

    Attributes:
        length: How many characters were written so far.
        muted: Whether nothing is sent.
        heard: What was written to standard output since `hear`.
    """

    def __init__(self, post: Post) -> None:
        """Remember how to send."""
        self.length = 0
        self.muted = False
        self.heard: list[str] = []
        self._post = post
        self._kind = ("", "")
        self._waiting: list[str] = []
        self._sent = time.monotonic()
        self._pieces = 0
        self._cut = False
        self._noted: set[str] = set()

    def write(self, kind: str, text: str, more: str = "") -> None:
        """Write.

        Args:
            kind: What it is; see `Post`.
            text: The text.
            more: More words on it.
        """
        printed = kind in ("out", "err", "log")
        if printed and not text:
            return
        # A doctest's output is compared; nobody expects more than this.
        if kind == "out" and len(self.heard) < LIMIT:
            self.heard.append(text[:LIMIT])
        if self.muted:
            return
        room = LIMIT - self.length
        self.length += len(text)
        if self._cut and printed:
            return
        if (kind, more) != self._kind:
            self.flush()
            self._kind = kind, more
            self._pieces += printed
        if self._pieces > PIECES:
            room = 0
        self._waiting.append(text[:room] if room > 0 else "")
        if room < len(text) and not self._cut:
            self._cut = True
            self.flush()
            self._post("cut", "", "")
        if time.monotonic() - self._sent > PAUSE:
            self.flush()

    def flush(self) -> None:
        """Send what waits."""
        if self._waiting:
            text, more = "".join(self._waiting), self._kind[1]
            self._waiting.clear()
            self._post(self._kind[0], text, more)
        self._sent = time.monotonic()

    def note(self, name: str, more: str = "") -> None:
        """Say something beside the output: each note once.

        Args:
            name: Which note.
            more: What it is about.
        """
        if name not in self._noted and not self.muted:
            self._noted.add(name)
            self.flush()
            self._post("note", name, more)

    def end(self, text: str) -> None:
        """Write what ends a run, whatever was left out before it."""
        self.flush()
        cut = "" if len(text) <= LIMIT else "\n..."
        self._post("err", text[:LIMIT] + cut, "")

    def hear(self) -> str:
        """What was written to standard output since the last time."""
        text = "".join(self.heard)
        self.heard.clear()
        return text


class Stream(io.TextIOBase):
    """Standard output or standard error."""

    encoding = "utf-8"

    def __init__(self, terminal: Terminal, kind: str) -> None:
        """Take the terminal to write to."""
        self._terminal = terminal
        self._kind = kind

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Write a text."""
        if not isinstance(text, str):
            kind = type(text).__name__
            raise TypeError(f"write() argument must be str, not {kind}")
        self._terminal.write(self._kind, text)
        return len(text)


class Keyboard(io.TextIOBase):
    """Standard input: there is none, and no way to wait for one."""

    def __init__(self, terminal: Terminal) -> None:
        """Take the terminal that tells what to do instead."""
        super().__init__()
        self._terminal = terminal

    def readable(self) -> bool:
        """Say that it can be read; reading then says why not."""
        return True

    def readline(self, *_: object) -> Any:
        """End at once, as Python does without a keyboard."""
        self._terminal.note("keyboard")
        raise EOFError("EOF when reading a line")

    read = readline


class LastResort(logging.Handler):
    """Shows log lines where a program has not said where they go.

    Python writes the message of such lines to standard error, from level
    WARNING on; so does this, and tells the level and the logger beside it.
    """

    def __init__(self, terminal: Terminal) -> None:
        """Take the terminal to write to."""
        super().__init__(logging.WARNING)
        self._terminal = terminal

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line."""
        source = f"{record.levelname} {record.name}"
        self._terminal.write("log", f"{self.format(record)}\n", source)
