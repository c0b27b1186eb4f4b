"""A program of this project, and what it prints when it runs for the page.

```run
examples/first_screen/with_the_helper.py
```
"""

import subprocess
import sys
from pathlib import Path

from render import cache, html
from render.blocks import BlockError
from render.data import read_text
from render.languages.locale import say
from render.paths import ROOT

# The program is read from standard input, so that its tracebacks name the
# file as a reader would call it and not the folder it was built in.
_RUN = "import sys; exec(compile(sys.stdin.read(), sys.argv[1], 'exec'))"


def block(text: str, repo_url: str) -> str:
    """The program and its output.

    Args:
        text: The program's path from the project's root.
        repo_url: The project's repository, for the link to the file.

    Returns:
        HTML. Standard output and standard error are one stream, as in a
        terminal.

    Raises:
        BlockError: There is no such file, or the program failed.

    Examples:
        >>> block("examples/gone.py", "https://example.org")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: there is no file examples/gone.py
    """
    path = ROOT / text
    if not path.is_file():
        raise BlockError(f"there is no file {text}")
    cache.reads(path.parent)  # It may import what is beside it.
    source = read_text(path)
    shown = html.program(
        source.strip(),
        html.file_link(repo_url, text),
        f' data-run="{path.name}"',
    )
    return shown + html.output(_output(path, source), say("What it printed"))


def _output(path: Path, source: str) -> str:
    """What a program prints."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, path.name],
        input=source,
        cwd=path.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    if done.returncode:
        raise BlockError(f"{path.name} failed:\n{done.stdout}")
    return done.stdout.rstrip()
