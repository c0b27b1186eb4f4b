"""A small copy of the project, whose site takes little time."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from render.paths import INPUTS, PACKED, PACKED_TEMPLATE, ROOT

# Pages with a lesson, a challenge, programs, cases, numbers of the survey,
# upstream's docstrings, and measured data.
PAGES = (
    "index",
    "learn/dropped_exception",
    "learn/skip_the_reraise",
    "troubleshoot/faq",
    "reference/across_versions",
    "reference/behaviour/body",
    "reference/excutils",
    "reference/usage/purposes",
)


def copy(folder: Path) -> Path:
    """Copy the project with a few pages.

    Args:
        folder: Where to.

    Returns:
        The folder.
    """
    for name in INPUTS:
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, folder)
            continue
        ignored = shutil.ignore_patterns("__pycache__", "nova", "pyodide*")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.rmtree(folder / PACKED, ignore_errors=True)
    (folder / PACKED_TEMPLATE).unlink(missing_ok=True)
    for language in "en", "zh":
        docs = folder / "docs" / language
        for path in docs.rglob("*.md"):
            name = path.relative_to(docs).with_suffix("").as_posix()
            if name not in PAGES:
                path.unlink()
    config = folder / "mkdocs.yml"
    first, *others = (f"{name}.md" for name in PAGES)
    nav = f"  - Home: {first}\n  - Others:\n"
    nav += "".join(f"      - {name}\n" for name in others)
    own = re.compile(r"^nav:\n(  .*\n)+", re.M)
    text = own.sub(f"nav:\n{nav}", config.read_text())
    # Links lead to pages that are not here.
    config.write_text(text.replace("not_found: warn", "not_found: ignore"))
    # Results of its own: no other code is like it.
    with (folder / "render" / "__init__.py").open("a") as file:
        file.write(f"# {uuid.uuid4()}\n")
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small copy of the project; what it keeps goes away."""
    folder = copy(tmp_path_factory.mktemp("small"))
    yield folder
    # Other processes keep results beside them meanwhile.
    done = subprocess.run(
        [sys.executable, "-c", _WHERE],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    shutil.rmtree(done.stdout.strip())


# Where the copy's code keeps results.
_WHERE = """
from render import cache
cache.activate()
print(cache.folder())
"""


# The pages of the Chinese site, some of them English.
_FALLBACKS = """
import sys
from pathlib import Path
from render.languages import pages
print(pages.english_fallbacks(Path(sys.argv[1])))
"""


def built(project: Path, folder: Path, config: str = "mkdocs.yml") -> Path:
    """Build a language, as `make build` does.

    Args:
        project: A copy of the project.
        folder: Where to.
        config: The language's.

    Returns:
        The folder.
    """
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=project,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    if config == "mkdocs.zh.yml":
        pages = f"{folder}-pages"
        if run("-c", _FALLBACKS, pages) == "True\n":
            env["DOCS_DIR_ZH"] = pages
    build = ("mkdocs", "build", "--strict", "-f", config, "-d", str(folder))
    run("-m", *build)
    run("-m", "render.publish.finish", str(folder), config)
    return folder


def record(project: Path, name: str) -> None:
    """Make a Chinese page that isn't behind, whatever the project's own is.

    Args:
        project: A copy of the project.
        name: The page's name in both languages.
    """
    english, chinese = (
        project / "docs" / language / f"{name}.md" for language in ("en", "zh")
    )
    chinese.write_text(english.read_text())
    translations = [sys.executable, "-m", "render.languages.translations"]
    subprocess.run(
        [*translations, "record", str(chinese.relative_to(project))],
        cwd=project,
        check=True,
    )


def contents(folder: Path) -> dict[str, bytes]:
    """What is in the files of a folder, by their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".part"
    }


class Worker:
    """A process that renders a language of a copy of the project."""

    def __init__(self, project: Path, folder: Path, language: str) -> None:
        """Start it; it builds all.

        Args:
            project: The copy.
            folder: Where its files go.
            language: `en` or `zh`.
        """
        self.folder = folder / "served"
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "render.publish.worker",
                language,
                str(folder / "made"),
                str(self.folder),
            ],
            cwd=project,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.first = self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, "the process has ended"
        return dict(json.loads(line))

    def change(self, *names: str, how: str = "changed") -> dict[str, Any]:
        """Tell it of files that changed.

        Args:
            names: The files.
            how: What happened to them.

        Returns:
            Its answer.
        """
        assert self._process.stdin
        changes = dict.fromkeys(names, how)
        self._process.stdin.write(f"{json.dumps(changes)}\n")
        self._process.stdin.flush()
        return self._answer()

    def makes(self, site: dict[str, bytes]) -> None:
        """Compare what it has made with another site, file by file.

        Args:
            site: The contents of the other site.
        """
        # It makes the Markdown copies when it has nothing else to do.
        latest = time.monotonic() + 20
        while (made := contents(self.folder)) != site:
            if time.monotonic() > latest:
                break
            time.sleep(0.05)
        assert made.keys() == site.keys()
        assert [name for name in site if made[name] != site[name]] == []

    def end(self) -> None:
        """End it."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        assert self._process.wait(timeout=60) == 0
        self._process.stdout.close()
