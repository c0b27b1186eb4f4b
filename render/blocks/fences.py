"""Fenced blocks of our own, as formatters of pymdownx.superfences.

In a page, a block named `upstream` holds the name of a function or class to
cut out of an installed package, `run` holds the path of a program to show
and run, `release` holds a distribution whose version to show, and `recorded`
names what a test wrote down of real Nova:

    ```upstream
    nova.compute.manager:ComputeManager._try_deallocate_network
    ```

A block that cannot be filled ends the build and says why: superfences lets
only a SuperFencesException through.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache, wraps
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any

from pymdownx.superfences import SuperFencesException

from render import html
from render.languages.locale import mark, say
from render.paths import DATA, ROOT
from render.sources import upstream as packages

_SCREEN = 40  # Lines. Longer sources are folded.
_CODE = re.compile(r"`([^`]+)`")
_PLACE = re.compile(r"\b(nova/[\w/]+\.py):(\d+)\b")

# The program is read from standard input, so that its tracebacks name the
# file as a reader would call it and not the folder it was built in.
_RUN = "import sys; exec(compile(sys.stdin.read(), sys.argv[1], 'exec'))"


class FenceError(SuperFencesException):  # type: ignore[misc]  # Untyped.
    """A block of a page cannot be filled."""


def ends_build(formatter: Callable[..., str]) -> Callable[..., str]:
    """Let every failure of a formatter end the build.

    superfences lets only its own exception through; after any other it shows
    the block's text as if it were code, without a word.

    Args:
        formatter: A formatter.

    Returns:
        The same formatter, which raises nothing but FenceError.

    Examples:
        >>> ends_build(lambda source: source.gone)("text")
        Traceback (most recent call last):
            ...
        render.blocks.fences.FenceError: a block cannot be filled: AttributeError("'str' object has no attribute 'gone'")
    """

    @wraps(formatter)
    def wrapped(*given: Any, **more: Any) -> str:
        try:
            return formatter(*given, **more)
        except FenceError:
            raise
        except Exception as error:
            raise FenceError(f"a block cannot be filled: {error!r}") from error

    return wrapped


@ends_build
def upstream(source: str, *_: Any, **__: Any) -> str:
    """The source of an upstream function or class.

    Args:
        source: The block's text: `module:qualified.name`.

    Returns:
        HTML.

    Raises:
        FenceError: The installed package has no such name.

    Examples:
        >>> "def capture" in upstream(
        ...     "oslo_utils.excutils:save_and_reraise_exception.capture")
        False
        >>> upstream("oslo_utils.excutils:gone")
        Traceback (most recent call last):
            ...
        render.blocks.fences.FenceError: ```upstream: oslo.utils 10.2.0 has no `gone` in oslo_utils/excutils.py
    """
    try:
        found = packages.excerpt(source.strip())
    except packages.NotFoundError as error:
        raise FenceError(f"```upstream: {error}") from error
    shown = html.program(found.source, packages.caption(found))
    count = found.source.count("\n") + 1
    if count <= _SCREEN:
        return shown
    lines = say("{count} lines").format(count=count)
    name = source.strip().rpartition(":")[2]
    return (
        f'<details class="fold"><summary><code>{escape(name)}</code>, '
        f"{lines}</summary>{shown}</details>"
    )


@ends_build
def recorded(source: str, *_: Any, **__: Any) -> str:
    """A table of what real Nova did, as a test wrote it down.

    Args:
        source: The block's text: the name of a file in `docs/data/nova/`, then a
            line for each column, its key and its heading.

    Returns:
        HTML: a table. Backticks make code, `nova/file.py:12` becomes a link.

    Raises:
        FenceError: There is no such file, or no such column.

    Examples:
        >>> recorded("gone")
        Traceback (most recent call last):
            ...
        render.blocks.fences.FenceError: ```recorded: no docs/data/nova/gone.json: `make nova` writes it
    """
    name, *columns = [line.strip() for line in source.strip().splitlines()]
    path = DATA / "nova" / f"{name}.json"
    if not path.is_file():
        raise FenceError(
            f"```recorded: no docs/data/nova/{name}.json: `make nova` writes it"
        )
    rows = json.loads(path.read_text("utf-8"))
    keys, headings = [], []
    for column in columns:
        key, *heading = (part.strip() for part in column.split(":", 1))
        keys.append(key)
        headings += heading or [""]
        if not any(key in row for row in rows):
            raise FenceError(f"```recorded: {name} has no column `{key}`")
    return html.table(
        [inline(heading) for heading in headings],
        [[_cell(row, key) for key in keys] for row in rows],
    )


def _cell(row: dict[str, Any], key: str) -> str:
    value = row.get(key, "")
    lines = value if isinstance(value, list) else [value]
    return "<br>".join(inline(say(str(line), "recorded")) for line in lines)


def inline(text: str) -> str:
    """Text with backticks and places in Nova as HTML.

    Args:
        text: One line.

    Returns:
        HTML. A sentence that `say` found no translation of is marked.

    Examples:
        >>> inline("`a < b` in 2")
        '<code>a &lt; b</code> in 2'
        >>> print(inline("nova/utils.py:12"))
        <a href="https://opendev.org/openstack/nova/src/tag/34.0.0/nova/utils.py#L12" data-search-exclude>utils.py:12</a>
    """
    shown = _CODE.sub(r"<code>\1</code>", escape(text, quote=False))
    shown = _PLACE.sub(
        lambda found: (
            f'<a href="{packages.address("nova", found[1], int(found[2]))}"'
            " data-search-exclude>"
            f"{found[1].removeprefix('nova/')}:{found[2]}</a>"
        ),
        shown,
    )
    return mark(text, shown)


class Run:
    """A program, and what it printed when it was run for this page."""

    def __init__(self, repo_url: str) -> None:
        """Take the option from mkdocs.yml.

        Args:
            repo_url: The project's repository, for the link to the file.
        """
        self.repo_url = repo_url

    @ends_build
    def __call__(self, source: str, *_: Any, **__: Any) -> str:
        """Show the program and run it.

        Args:
            source: The block's text: the path from the project's root.

        Returns:
            HTML. Standard output and standard error are one stream, as in a
            terminal.

        Raises:
            FenceError: There is no such file, or the program failed.

        Examples:
            >>> Run("https://example.org")("examples/gone.py")
            Traceback (most recent call last):
                ...
            render.blocks.fences.FenceError: ```run: there is no file examples/gone.py
        """
        name = source.strip()
        path = ROOT / name
        if not path.is_file():
            raise FenceError(f"```run: there is no file {name}")
        text = path.read_text("utf-8")
        shown = html.program(
            text.strip(),
            html.link(self.repo_url, name),
            f' data-run="{path.name}"',
        )
        return shown + html.output(
            _printed(path, text), say("What it printed")
        )


@cache
def _printed(path: Path, text: str) -> str:
    """What a program prints; kept while its text is the same."""
    done = subprocess.run(
        [sys.executable, "-c", _RUN, path.name],
        input=text,
        cwd=path.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    if done.returncode:
        raise FenceError(f"```run: {path.name} failed:\n{done.stdout}")
    return done.stdout.rstrip()


@ends_build
def release(source: str, *_: Any, **__: Any) -> str:
    """The version of an installed distribution.

    Args:
        source: The block's text: the distribution's name.

    Returns:
        HTML: a paragraph.

    Raises:
        FenceError: It is not installed.

    Examples:
        >>> release("oslo.utils")
        '<p class="release">oslo.utils 10.2.0</p>'
    """
    name = source.strip()
    try:
        return f'<p class="release">{name} {metadata.version(name)}</p>'
    except metadata.PackageNotFoundError as error:
        raise FenceError(f"```release: {name} is not installed") from error
