"""Two programs side by side, event by event.

```compare
With the helper: examples/programs/cleanup_fails_with_helper.py
With a bare `raise`: examples/programs/cleanup_fails_with_raise.py
```

Each of the two lines is a caption and a program. Both are run and recorded
while the site is built. The table has a row for each event of their exceptions;
events that both programs have share a row. A reader can step through both.
"""

import io
import json
import linecache
import logging
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from html import escape
from pathlib import Path
from typing import Any

from render import cache, html
from render.blocks import BlockError
from render.data import read_text
from render.languages.locale import current
from render.paths import ROOT
from runner import story
from runner.events import Event, events
from runner.tracer import Trace, record


def block(text: str) -> str:
    """The events of two programs, in one table.

    Args:
        text: Two lines, each a caption, a colon and the path of a program.

    Returns:
        HTML: the table, and the programs in a fold.

    Raises:
        BlockError: A line has no program, or a program can't be run.

    Examples:
        >>> block("One: examples/gone.py")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: write two lines, each a caption, a colon and the path of a program
    """
    pairs = [line.partition(": ") for line in text.splitlines()]
    if len(pairs) != 2 or not all(path for _, _, path in pairs):
        raise BlockError(
            "write two lines, each a caption, a colon and the path of a "
            "program"
        )
    for _, _, path in pairs:
        if not (ROOT / path).is_file():
            raise BlockError(f"there is no file {path}")
        # It may import what is beside it.
        cache.reads((ROOT / path).parent)
    cache.reads(ROOT / "runner" / "story.json")
    given = [current(), *(path for _, _, path in pairs)]
    done = subprocess.run(
        [sys.executable, "-m", "render.blocks.compare", *given],
        cwd=ROOT,
        env={**os.environ, "TZ": "UTC"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode:
        raise BlockError(f"{text} can't be run:\n{done.stderr}")
    found = json.loads(done.stdout)
    captions = [html.inline(caption) for caption, _, _ in pairs]
    words = story.words(current())["compare"]
    none = f"<i>{escape(words['none'])}</i>"
    rows = [[cell or none for cell in row] for row in found["rows"]]
    outputs = [
        html.code(shown).replace("\n", "<br>") for shown in found["outputs"]
    ]
    rows.append([escape(words["output"]), *outputs])
    programs = "".join(
        html.program(
            read_text(ROOT / path).strip(),
            Path(path).name,
            f' data-program="{Path(path).name}"',
        )
        for _, _, path in pairs
    )
    # MkDocs would end what is left out where an inner element ends.
    fold = html.fold(words["programs"], programs, " data-search-exclude")
    return (
        '<div class="compare" data-compare data-search-exclude>'
        f"{html.cards([words['event'], *captions], rows)}"
        f"{fold}</div>"
    )


def _cell(trace: Trace, event: Event) -> str:
    """One event: to which exception it happened, and at which line."""
    entry = trace["exceptions"][event.exception or 0]
    line = linecache.getline(trace["files"][event.file], event.line).strip()
    return f"{html.code(entry['type'])}<br>{html.code(line)}"


def _name(event: Event, language: str) -> str:
    """To which exception it happened, and what."""
    verb = escape(story.mark(event, language))
    return f"#{(event.exception or 0) + 1} <b>{verb}</b>"


def recorded(path: Path) -> tuple[Trace, str]:
    """Run a program and record it.

    Args:
        path: Its file.

    Returns:
        The trace, and what it printed.
    """
    source = path.read_text("utf-8")
    name = path.name
    lines = source.splitlines(keepends=True)
    linecache.cache[name] = len(source), None, lines, name
    code = compile(source, name, "exec", dont_inherit=True)
    printed = io.StringIO()
    for handler in logging.getLogger().handlers[:]:
        logging.getLogger().removeHandler(handler)
    with redirect_stdout(printed), redirect_stderr(printed):
        trace = record(
            lambda: exec(code, {"__name__": "__main__"}),
            {name}.__contains__,
            output=lambda: len(printed.getvalue()),
        )
    return trace, printed.getvalue()


def _main(language: str, *paths: str) -> None:
    """Run both programs; print the rows of their table as JSON."""
    traces, outputs, told = [], [], []
    for path in paths:
        trace, output = recorded(ROOT / path)
        traces.append(trace)
        outputs.append(output.strip())
        told.append([e for e in events(trace) if story.on_timeline(e)])
    rows: list[list[Any]] = []
    for row in story.aligned(*told):
        here = [*zip(row, traces, told, strict=True)]
        name = next(found[at] for at, _, found in here if at is not None)
        cells = [
            at if at is None else _cell(trace, found[at])
            for at, trace, found in here
        ]
        rows.append([_name(name, language), *cells])
    print(json.dumps({"rows": rows, "outputs": outputs}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
