"""Tests that need not run again: nothing that they depend on has changed.

`make test` passes `--skip-proved`. What real Nova does, what the other engine
builds, what Python does in a browser and what the checker finds depends on
locked packages and a few folders. When all tests passed, a digest of these is
kept in `.venv/proved/`; until it changes, the next `make test` leaves them out
and says so. A fresh clone has no digests and runs everything.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KEPT = ROOT / ".venv" / "proved"
_GENERATED = {"__pycache__", "python"}


@dataclass(frozen=True)
class Area:
    """Tests that depend on little.

    Attributes:
        tests: Files and folders of tests.
        inputs: What they depend on besides, and this project's settings.
    """

    tests: tuple[str, ...]
    inputs: tuple[str, ...]


_ALWAYS = ("conftest.py", "tests/project.py", "requirements/test.txt")
_THEME = ("docs/theme", "mkdocs.yml", "mkdocs.zh.yml", "mkdocs.lists.yml")
AREAS = {
    "nova": Area(
        ("tests/nova",),
        (
            "examples/case_studies",
            "docs/data/nova",
            "docs/data/numbers",
            "docs/en/troubleshoot/faq.md",
            "docs/en/case_studies",
            "docs/en/reference/glossary.md",
            "render",
            "survey",
        ),
    ),
    "programs": Area(
        (
            "tests/examples/test_programs.py",
            "tests/learn/test_where_it_ends.py",
        ),
        (
            "examples/programs",
            "docs/data/nova/where_it_ends.json",
            "docs/data/programs",
            "docs/en/learn/where_it_ends.md",
            "render",
            "tests/nova/recording.py",
        ),
    ),
    "zensical": Area(
        ("tests/engines",), ("requirements/zensical.txt", "render", *_THEME)
    ),
    "python": Area(
        (
            "tests/browser/test_isolation.py",
            "tests/browser/test_links.py",
            "tests/browser/test_panel.py",
            "tests/browser/test_running.py",
            "tests/browser/test_stepping.py",
            "tests/browser/test_words.py",
        ),
        ("tests/browser", "runner", "examples", "render/lessons", *_THEME),
    ),
    "checker": Area(
        ("tests/reraise_lint",),
        (
            "reraise_lint",
            "survey",
            "pyproject.toml",
            ".pre-commit-hooks.yaml",
            "render/measure/versions.py",
        ),
    ),
    "templates": Area(
        (
            "tests/browser/test_controls.py",
            "tests/browser/test_large_print.py",
            "tests/browser/test_settings.py",
            "tests/browser/test_templates.py",
        ),
        ("tests/browser", "runner", "render", *_THEME),
    ),
}


def digest(area: Area) -> str:
    """Digest an area's tests, all that they depend on, and the Python."""
    found = hashlib.sha256(sys.version.encode())
    for path in _files([*area.tests, *area.inputs, *_ALWAYS]):
        found.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files(names: list[str]) -> Iterator[Path]:
    for name in sorted(set(names)):
        for folder, folders, files in os.walk(ROOT / name):
            folders[:] = sorted(set(folders) - _GENERATED)
            yield from (Path(folder, file) for file in sorted(files))
        if (ROOT / name).is_file():
            yield ROOT / name


@cache
def proved() -> tuple[str, ...]:
    """Name the areas whose digest is the one that was kept."""
    return tuple(
        name
        for name, area in AREAS.items()
        if (KEPT / name).is_file()
        and (KEPT / name).read_text("utf-8") == digest(area)
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--skip-proved`."""
    parser.addoption(
        "--skip-proved",
        action="store_true",
        help="leave out tests whose inputs are as when they last passed",
    )


def pytest_ignore_collect(
    collection_path: Path, config: pytest.Config
) -> bool | None:
    """Leave out the tests of proved areas."""
    if not config.getoption("skip_proved"):
        return None
    for name in proved():
        for test in AREAS[name].tests:
            if collection_path == ROOT / test:
                return True
    return None


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is left out."""
    if not config.getoption("skip_proved") or not proved():
        return []
    left = ", ".join(proved())
    return [f"unchanged since they passed, left out: {left}"]


_BEFORE = pytest.StashKey[dict[str, str]]()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Digest before the tests: a file may change while they run."""
    if session.config.getoption("skip_proved"):
        digests = {name: digest(area) for name, area in AREAS.items()}
        session.config.stash[_BEFORE] = digests


def pytest_sessionfinish(
    session: pytest.Session, exitstatus: int | pytest.ExitCode
) -> None:
    """Keep digests when all tests passed and none was missed."""
    config = session.config
    if hasattr(config, "workerinput") or not config.getoption("skip_proved"):
        return
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    assert reporter is not None
    # Without a browser, or without npm, there is nothing to keep.
    skipped = any(
        report.nodeid.startswith("tests/browser")
        for report in reporter.stats.get("skipped", [])
    )
    if exitstatus != pytest.ExitCode.OK or skipped:
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    for name, known in config.stash[_BEFORE].items():
        (KEPT / name).write_text(known, "utf-8")
