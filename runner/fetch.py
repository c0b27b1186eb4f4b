"""Fetches Pyodide by npm, in the release that package-lock.json pins."""

import re
import shutil
import subprocess
from pathlib import Path

_PINS = ("package.json", "package-lock.json")
_NPM = ("npm", "ci", "--loglevel=error", "--ignore-scripts")
_QUIET = ("--no-audit", "--no-fund")
_CODE = re.compile(r"^npm (?:error|ERR!) code (\w+)$", re.M)
# What npm says where there is no network.
_UNREACHABLE = {
    "EAI_AGAIN",
    "EAI_FAIL",
    "ECONNREFUSED",
    "ECONNRESET",
    "EHOSTUNREACH",
    "ENETDOWN",
    "ENETUNREACH",
    "ENOTFOUND",
    "ERR_SOCKET_TIMEOUT",
    "ETIMEDOUT",
}


class NotFetchedError(Exception):
    """This machine has no npm, or no network."""


def fetch(pins: Path, kept: Path) -> Path:
    """Fetch Pyodide, unless the pinned release is there.

    Args:
        pins: The folder of package.json and package-lock.json.
        kept: The folder to make.

    Returns:
        The folder of Pyodide's npm package.

    Raises:
        NotFetchedError: There is no npm, or no network.
        SystemExit: npm failed otherwise, for the reason that it gives.
    """
    package = kept / "node_modules" / "pyodide"
    if package.is_dir() and all(
        (kept / name).read_bytes() == (pins / name).read_bytes()
        for name in _PINS
    ):
        return package
    if shutil.which("npm") is None:
        raise NotFetchedError("npm is not installed")
    # Half a package is never taken for one.
    part = kept.with_name(f"{kept.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    for name in _PINS:
        shutil.copy(pins / name, part)
    done = subprocess.run(
        [*_NPM, *_QUIET],
        cwd=part,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        code = _CODE.search(done.stdout)
        if code and code[1] in _UNREACHABLE:
            raise NotFetchedError(f"npm reaches no registry ({code[1]})")
        raise SystemExit(f"npm could not install Pyodide:\n{done.stdout}")
    shutil.rmtree(kept, ignore_errors=True)
    part.rename(kept)
    return package
