"""What make sets up, in any folder, from locked files alone."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import ROOT


def _make(folder: Path, *arguments: str) -> str:
    """What make prints, with this environment's uv."""
    path = f"{Path(sys.prefix, 'bin')}:{os.environ['PATH']}"
    env = {**os.environ, "PATH": path}
    # Those of a `make test` that runs this.
    for name in "MAKEFLAGS", "MAKELEVEL", "UV_BUILD_CONSTRAINT":
        env.pop(name, None)
    command = ["make", "--silent", f"PYTHON={sys.executable}", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("name", ["it's here", 'a "b" $(c) `d` \\ 目录'])
def test_a_clone_may_be_in_any_folder(tmp_path: Path, name: str) -> None:
    """Whatever its name means to a shell, modules of the clone are found."""
    folder = tmp_path / name
    (folder / "requirements").mkdir(parents=True)
    files = "Makefile", "pyproject.toml", "requirements/uv.txt"
    for file in *files, "requirements/install.py":
        shutil.copy(ROOT / file, folder / file)
    _make(folder, ".venv/project.done")
    done = subprocess.run(
        [folder / ".venv/bin/python", "-c", "import sys; print(sys.path)"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert repr(str(folder)) in done.stdout


def test_what_builds_packages_is_locked() -> None:
    """A package that comes as source alone is built with files of a hash."""
    printing = "printing: ; @echo $$UV_BUILD_CONSTRAINT"
    said = _make(ROOT, f"--eval={printing}", "printing")
    locked = (ROOT / said.strip()).read_text("utf-8")
    lines = re.sub(r"\\\n\s+", "", locked).splitlines()
    assert lines[0].startswith("setuptools==")
    for line in lines:
        assert re.search(r"==\S+ --hash=sha256:[0-9a-f]{64}", line), line
