"""The lessons on each Python that this machine has: `make pythons`.

Runs their doctests and their tests on every CPython from 3.11 up, each in an
environment of its own with the locked packages, and prints a table. Nova's own
tests and the browser's are left out; the browser's Python has a test in
tests/browser.

What an example leaves out with an ellipsis is compared between the Pythons:
output that differs has to be seen on the page. The marks below a traceback's
lines do differ, and a page says so: they are not compared. The exit status is
the number of Pythons on which something failed, or 99 if such output differs.
"""

import contextlib
import doctest
import io
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lxml import etree

from render.measure import versions
from tests.project import LESSONS, ROOT, module

TESTS = [
    "examples",
    *(
        f"tests/{name}"
        for name in ("examples", "excutils", "pitfalls", "recipes")
    ),
    "tests/reference",
]
_DIFFERS = 99
# A line of marks in a list of lines, and the folders of files.
_MARKS = re.compile(r"(?<=\\n)[ ~^]+\\n")
_PLACE = re.compile(r'(?<=File ")[^"]*/(?=[^"/]+")')


class _Elided(doctest.DocTestRunner):
    """Keeps what examples print of which a part is left out."""

    def __init__(self, kept: dict[str, str]) -> None:
        super().__init__(verbose=False)
        self._kept = kept

    def report_success(
        self,
        out: object,
        test: doctest.DocTest,
        example: doctest.Example,
        got: str,
    ) -> None:
        if example.options.get(doctest.ELLIPSIS):
            name = f"{test.name}, example {test.examples.index(example) + 1}"
            self._kept[name] = _PLACE.sub("", _MARKS.sub("", got))


def elided() -> dict[str, str]:
    """What the examples with an ellipsis print here.

    Returns:
        Whole outputs, by the examples' places.
    """
    kept: dict[str, str] = {}
    for lesson in LESSONS:
        found = doctest.DocTestFinder(exclude_empty=True).find(
            pkgutil.resolve_name(module(lesson))
        )
        with contextlib.redirect_stderr(io.StringIO()):
            for test in found:
                if any(e.options.get(doctest.ELLIPSIS) for e in test.examples):
                    _Elided(kept).run(test, out=lambda text: None)
    return kept


def differing(outputs: dict[str, dict[str, str]]) -> list[str]:
    """Examples whose whole output differs between Pythons.

    Args:
        outputs: For each Python what `elided` returned.

    Returns:
        A message for each.

    Examples:
        >>> for line in differing({"3.11": {"a": "1"}, "3.12": {"a": "2"}}):
        ...     print(line)
        a: the ellipsis hides what differs; show it, or print something else.
          3.11: '1'
          3.12: '2'
        >>> differing({"3.11": {"a": "1"}, "3.12": {"a": "1"}})
        []
    """
    found = []
    names = {name for kept in outputs.values() for name in kept}
    for name in sorted(names):
        told = {python: kept.get(name) for python, kept in outputs.items()}
        if len(set(told.values())) > 1:
            lines = [f"  {python}: {text!r}" for python, text in told.items()]
            problem = "the ellipsis hides what differs; show it, or print"
            found.append(
                "\n".join([f"{name}: {problem} something else.", *lines])
            )
    return found


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
    outputs = {}
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
        told = subprocess.run(
            [own, "-m", "tests.pythons", "elided"],
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        outputs[version] = json.loads(told.stdout)
    for row in rows:
        print("{:8}{:>8}{:>8}{:>9}".format(*row))
    hidden = differing(outputs)
    count = len(next(iter(outputs.values())))
    print(f"\n{count} examples have an ellipsis, {len(hidden)} hide something")
    print("\n".join(hidden))
    return _DIFFERS if hidden else failed


if __name__ == "__main__":
    if sys.argv[1:] == ["elided"]:
        print(json.dumps(elided()))
    else:
        sys.exit(main())
