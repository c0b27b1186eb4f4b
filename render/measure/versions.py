"""The results of the cases on other releases of oslo.utils and Python.

`python -m render.measure.versions` (`make versions`) runs them on each release
named below and keeps the results in `docs/data/versions.json`. What else
differs between Pythons, see `facts.py`, is kept in `docs/data/pythons.json`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from render.blocks.changes import FACTS, MEASURED
from render.lessons.cases import COMMAND, Results, read
from render.measure import pyodide
from render.paths import ROOT

# The releases before and after each change of the helper's behaviour, and
# Victoria's, 4.6.0: 1.4.0 got `logger=`, 3.5.0 `capture()`, 4.8.0 left six, 9.2.0 got
# annotations, 10.0.0 a logger of its own, 10.1.0 and 10.2.0 annotations.
LIBRARIES = (
    "1.3.0",
    "1.4.0",
    "3.4.0",
    "3.5.0",
    "4.6.0",
    "4.7.0",
    "4.8.0",
    "9.1.0",
    "9.2.0",
    "10.0.0",
    "10.0.1",
    "10.1.0",
    "10.1.1",
    "10.2.0",
)
NEWEST = LIBRARIES[-1]
# The Python of the browser, which this machine may not have otherwise.
BROWSER = "3.14"
_NO_THREADS = "can't start new thread"


def pythons(oldest: int = 11) -> dict[str, str]:
    """The CPythons 3 that this machine has.

    Args:
        oldest: The second number of the oldest version to look for.

    Returns:
        Their versions, as `3.11`, and their programs.
    """
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = {}
    for minor in range(oldest, 30):
        names = [shutil.which(f"python3.{minor}") or ""]
        names += map(str, root.glob(f"versions/3.{minor}.*/bin/python"))
        for name in filter(None, names):
            done = subprocess.run([name, "-c", "pass"], capture_output=True)
            if done.returncode == 0:
                found[f"3.{minor}"] = name
                break
    return found


def _install(folder: str, python: str, library: str) -> None:
    uv = shutil.which("uv") or str(Path(sys.prefix, "bin", "uv"))
    # Releases before 4.13 import pkg_resources, which setuptools had.
    packages = [library, "setuptools<80"]
    install = ["pip", "install", "--quiet", "--target", folder]
    subprocess.run([uv, *install, "--python", python, *packages], check=True)


def measure(library: str, python: str) -> Results:
    """Run the cases on a release.

    Args:
        library: A release of oslo.utils.
        python: The interpreter; empty for the browser's.

    Returns:
        The result of each case. The browser has no threads: the cases that
        start one are left out.

    Raises:
        subprocess.CalledProcessError: It could not be installed or run.
    """
    with tempfile.TemporaryDirectory() as folder:
        _install(folder, python or sys.executable, f"oslo.utils=={library}")
        if not python:
            found = read(pyodide.output(COMMAND[1], Path(folder)))
            return {
                name: result
                for name, result in found.items()
                if _NO_THREADS not in result["out"]
            }
        done = subprocess.run(
            [python, *COMMAND],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": folder},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return read(done.stdout)


def facts(python: str) -> dict[str, Any]:
    """Run `facts.py` with the newest oslo.utils that a Python can have.

    Args:
        python: The interpreter; empty for the browser's.

    Returns:
        What it prints.

    Raises:
        subprocess.CalledProcessError: It could not be installed or run.
    """
    with tempfile.TemporaryDirectory() as folder:
        _install(folder, python or sys.executable, "oslo.utils")
        if python:
            file = str(Path(__file__).with_name("facts.py"))
            text = subprocess.run(
                [python, file],
                env={**os.environ, "PYTHONPATH": folder},
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            ).stdout
        else:
            text = pyodide.output("render.measure.facts", Path(folder))
    found: dict[str, Any] = json.loads(text)
    return found


def remake() -> None:
    """Measure all releases and write the data.

    A release that cannot be measured is named, and ends the run: the data
    stays as it was.
    """
    here = pythons()
    oldest = next(iter(here))
    wanted = [(library, oldest) for library in LIBRARIES]
    here.setdefault(BROWSER, "")
    wanted += [(NEWEST, python) for python in list(here)[1:]]
    measured = []
    for library, python in wanted:
        print(f"oslo.utils {library} on Python {python}", flush=True)
        measured.append(measure(library, here[python]))
    results = {}
    for name in measured[0]:
        alike: list[tuple[dict[str, Any], list[int]]] = []
        for column, release in enumerate(measured):
            if name not in release:
                continue
            for result, columns in alike:
                if result == release[name]:
                    columns.append(column)
                    break
            else:
                alike.append((release[name], [column]))
        results[name] = alike
    lines = [
        f"  {json.dumps(name)}: {json.dumps(alike)}"
        for name, alike in results.items()
    ]
    MEASURED.write_text(
        f'{{"columns": {json.dumps(wanted)},\n"cases": {{\n'
        + ",\n".join(lines)
        + "\n}}\n",
        "utf-8",
    )
    every = {**pythons(6), BROWSER: here[BROWSER]}
    rows = [facts(python) for python in every.values()]
    FACTS.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    remake()
