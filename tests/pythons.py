"""The lessons on each Python that this machine has: `make pythons`.

Runs their doctests and their tests on every CPython from 3.11 up, each in an
environment of its own with the locked packages, and prints a table. Nova's own
tests and the browser's are left out; the browser's Python has a test in
tests/browser.

The exit status is the number of Pythons on which something failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lxml import etree

from render.measure import versions
from tests.project import ROOT

TESTS = [
    "examples",
    *(
        f"tests/{name}"
        for name in ("examples", "learn", "troubleshoot", "how_to")
    ),
    "tests/reference",
]


def environment(version: str, python: str) -> Path:
    """The Python with the locked packages, installed if they are not.

    Args:
        version: Its version, as `3.12`.
        python: The interpreter.

    Returns:
        The interpreter of the environment.
    """
    if version == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return Path(sys.executable)
    folder = Path(sys.prefix, "pythons", version)
    lock = ROOT / "requirements" / "test.txt"
    done = folder / "done"
    own = folder / "bin" / "python"
    if not done.is_file() or done.stat().st_mtime < lock.stat().st_mtime:
        uv = str(Path(sys.prefix, "bin", "uv"))
        make = [uv, "venv", "--quiet", "--clear", "--python", python]
        subprocess.run([*make, str(folder)], check=True)
        install = [uv, "pip", "install", "--quiet", "--python", str(own)]
        exact = ["--no-deps", "--require-hashes", "-r", str(lock)]
        exact += ["--build-constraints", str(lock.with_name("build.txt"))]
        subprocess.run([*install, *exact], check=True)
        (folder / "victoria").symlink_to(Path(sys.prefix, "victoria"))
        done.touch()
    return own


def main() -> int:
    """Run all, and print the table."""
    failed = 0
    rows = [("Python", "passed", "failed", "seconds")]
    for version, python in versions.pythons().items():
        own = environment(version, python)
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder, "report.xml")
            started = time.monotonic()
            command = [str(own), "-m", "pytest", "-q", "--numprocesses", "2"]
            options = ["-p", "no:cacheprovider", f"--junitxml={report}"]
            done = subprocess.run(
                [*command, *options, *TESTS],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
                text=True,
            )
            took = time.monotonic() - started
            if not report.is_file():
                raise SystemExit(f"no tests ran on {version}:\n{done.stdout}")
            (suite,) = etree.parse(str(report)).getroot()
        bad = sum(int(suite.get(name) or 0) for name in ("failures", "errors"))
        good = int(suite.get("tests") or 0) - bad
        rows.append((version, str(good), str(bad), f"{took:.0f}"))
        if done.returncode:
            failed += 1
            print(f"--- {version}\n{done.stdout}", file=sys.stderr)
    for row in rows:
        print("{:8}{:>8}{:>8}{:>9}".format(*row))
    return failed


if __name__ == "__main__":
    sys.exit(main())
