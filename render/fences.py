"""Fenced blocks of our own, as formatters of pymdownx.superfences.

In a page, a block named `upstream` holds the name of a function or class to
cut out of an installed package, `run` holds the path of a program to show
and run, and `release` holds a distribution whose version to show:

    ```upstream
    nova.compute.manager:ComputeManager._try_deallocate_network
    ```

A block that cannot be filled ends the build and says why: superfences lets
only a SuperFencesException through.
"""

import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from pymdownx.superfences import SuperFencesException

from render import code
from render import upstream as packages

ROOT = Path(__file__).parent.parent

# The program is read from standard input, so that its tracebacks name the
# file as a reader would call it and not the folder it was built in.
_RUN = "import sys; exec(compile(sys.stdin.read(), sys.argv[1], 'exec'))"


class FenceError(SuperFencesException):  # type: ignore[misc]  # Untyped.
    """A block of a page cannot be filled."""


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
        render.fences.FenceError: ```upstream: oslo.utils 10.2.0 has no `gone` in oslo_utils/excutils.py
    """
    try:
        found = packages.excerpt(source.strip())
    except packages.NotFoundError as error:
        raise FenceError(f"```upstream: {error}") from error
    return code.program(found.source, packages.caption(found))


class Run:
    """A program, and what it printed when it was run for this page."""

    def __init__(self, repo_url: str) -> None:
        """Take the option from mkdocs.yml.

        Args:
            repo_url: The project's repository, for the link to the file.
        """
        self.repo_url = repo_url

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
            render.fences.FenceError: ```run: there is no file examples/gone.py
        """
        name = source.strip()
        path = ROOT / name
        if not path.is_file():
            raise FenceError(f"```run: there is no file {name}")
        text = path.read_text("utf-8")
        shown = code.program(text.strip(), code.link(self.repo_url, name))
        return shown + code.output(_printed(path, text), "What it printed")


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
