"""Finds a browser for the tests. Run as a script, it gets one if it can."""

import os
import platform
import shutil
import subprocess
import sys

# The same engine and version without windows, menus and their pages: it opens
# a page in half the time.
_SHELL = "chromium-headless-shell"
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

_ADVICE = """\
Get one, then run the tests again:
  Debian:  apt-get install chromium
  Ubuntu:  snap install chromium
  Fedora:  dnf install chromium
  macOS:   brew install --cask chromium
  A browser elsewhere: CHROME_PATH=/path/to/chrome make test"""


def find(*, whole: bool = False) -> str | None:
    """The browser that CHROME_PATH names, or else an installed one.

    Args:
        whole: One as readers have it, for what is measured; otherwise the
            lightest.

    Returns:
        Its path, or None.
    """
    chosen = os.environ.get("CHROME_PATH")
    names = _NAMES if whole else (_SHELL, *_NAMES)
    found = map(shutil.which, [chosen] if chosen else names)
    return next(filter(None, found), None)


def advice() -> str:
    """What is missing, and how to get it."""
    if chosen := os.environ.get("CHROME_PATH"):
        return f"CHROME_PATH names no program: {chosen}"
    return f"no Chromium or Chrome was found. {_ADVICE}"


def _can_install() -> bool:
    """Whether this is a Debian where nobody needs to be asked."""
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        return False
    return (
        system["ID"] == "debian"
        and os.geteuid() == 0
        and shutil.which("apt-get") is not None
        and not os.environ.get("CHROME_PATH")
    )


def _install() -> None:
    """Install Debian's Chromium; what apt-get says is shown if it fails."""
    print(f"Installing {_SHELL} with apt-get, for the browser tests ...")
    for arguments in (
        ["update"],
        ["install", "-y", "--no-install-recommends", _SHELL],
    ):
        done = subprocess.run(
            ["apt-get", *arguments],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            print(done.stdout, file=sys.stderr)
            return


def main() -> None:
    """Get a browser, or say how; the tests then say which did not run."""
    if shutil.which(_SHELL) is None and _can_install():
        _install()
    if find() is None:
        print(f"The browser tests will not run: {advice()}", file=sys.stderr)


if __name__ == "__main__":
    main()
