"""A program of this project, and what it prints when it runs for the page.

```run
examples/first_screen/with_the_helper.py
```

The site is built without oslo.log, eventlet and other packages. What a program
prints that imports one of them is in `docs/data/programs/<name>.json`, written
by `make nova` and compared by `tests/examples/test_programs.py`. Such a program
gets no button Run: the reader's browser lacks the packages, too.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from render import cache, html
from render.blocks import BlockError
from render.data import read_json, read_text
from render.languages.locale import listed, say
from render.paths import DATA, ROOT

_RECORDED = {"packages": [str], "output": [str]}
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
    source = read_text(path)
    caption = html.file_link(repo_url, text)
    recorded = DATA / "programs" / f"{path.stem}.json"
    if recorded.is_file():
        kept = read_json(recorded, _RECORDED, "`make nova` writes it anew")
        shown = html.program(source.strip(), caption)
        words = say("Output, with {packages}").format(
            packages=listed(kept["packages"])
        )
        return shown + html.output("\n".join(kept["output"]), words)
    cache.reads(path.parent)  # It may import what is beside it.
    shown = html.program(source.strip(), caption, f' data-run="{path.name}"')
    return shown + html.output(output(path), say("Output"))


def output(path: Path) -> str:
    """Run a program.

    Args:
        path: Its file.

    Returns:
        What it prints: standard output and standard error are one stream, as
        in a terminal. Times are in UTC, `...` stands for the folder of the
        installed packages, and warnings of these are left out.

    Raises:
        BlockError: The program failed.
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _RUN, path.name],
        input=read_text(path),
        cwd=path.parent,
        env={**os.environ, "TZ": "UTC"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    if done.returncode:
        raise BlockError(f"{path.name} failed:\n{done.stdout}")
    packages = sysconfig.get_path("purelib")
    return done.stdout.rstrip().replace(packages, "...")
