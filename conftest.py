"""What doctests and tests share: a clean root logger, and the built site."""

import fcntl
import gc
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest_plugins = ["tests.proved"]

# These programs run when they are imported. The page that shows the first
# screen's runs them, and one that fails ends the build; tests run those of the
# playground and those that need more packages than the site has.
collect_ignore = [
    "examples/first_screen",
    "examples/playground",
    "examples/programs",
]


def pytest_collection_finish() -> None:
    """Leave what was collected out of each later garbage collection."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    """Undo what a lesson's `logging.basicConfig()` and filters changed."""
    root = logging.getLogger()
    handlers, filters, level = root.handlers[:], root.filters[:], root.level
    yield
    root.handlers[:], root.filters[:] = handlers, filters
    root.setLevel(level)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site, both languages, built once and strictly."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "site"
    # Who comes first builds it, the other process waits.
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _build(folder)
    return folder


@pytest.fixture(scope="session")
def build() -> Callable[..., None]:
    """Builds the site strictly into a folder; takes options besides."""
    return _build


def _build(folder: Path, *options: str) -> None:
    # A fork's addresses stay out: the paths in 404.html depend on SITE_URL.
    env = {**os.environ}
    for name in "SITE_URL", "REPO_URL":
        env.pop(name, None)
    # A test looks at what it leaves there.
    temporary = folder.with_name("temporary")
    temporary.mkdir()
    env["TMPDIR"] = str(temporary)
    making = folder.with_name("site.made")
    build = ["render.publish.build", "build", "--site-dir", str(making)]
    build += options
    done = subprocess.run(
        [sys.executable, "-m", *build],
        cwd=Path(__file__).parent,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode or re.search("WARNING|ERROR", done.stdout):
        lines = done.stdout.splitlines()
        said = "\n".join(one for one in lines if not one.startswith("INFO"))
        pytest.fail(f"`python -m {' '.join(build)}` said:\n{said}", False)
    making.rename(folder)
