"""Runs a module in Pyodide, a newer CPython than this machine may have.

It is CPython, compiled to WebAssembly, without threads and subprocesses. node
runs it, in the release that `runner/package-lock.json` pins.
"""

import subprocess
import sys
from pathlib import Path

from render.paths import ROOT
from runner.fetch import fetch

_SCRIPT = Path(__file__).with_suffix(".mjs")


def output(module: str, packages: Path) -> str:
    """Run a module of this project.

    Args:
        module: Its name, as `-m` takes it.
        packages: A folder of packages that it may import.

    Returns:
        What it prints.

    Raises:
        NotFetchedError: This machine has no npm, or no network.
        subprocess.CalledProcessError: The module failed.
    """
    package = fetch(ROOT / "runner", Path(sys.prefix, "pyodide"))
    done = subprocess.run(
        ["node", str(_SCRIPT), str(package), str(ROOT), str(packages), module],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout
