"""Pyodide comes by npm; only without npm or a network it may be missing."""

import os
import shutil
from pathlib import Path

import pytest

from runner.fetch import NotFetchedError, fetch
from tests.project import ROOT

needs_npm = pytest.mark.skipif(
    not shutil.which("npm") and not os.environ.get("CI"), reason="needs npm"
)


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    """A folder with the pins, which a test may change."""
    folder = tmp_path / "pins"
    folder.mkdir()
    for name in "package.json", "package-lock.json":
        shutil.copy(ROOT / "runner" / name, folder)
    return folder


@pytest.fixture
def no_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without npm."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_npm")
def test_npm_may_be_missing(pins: Path, tmp_path: Path) -> None:
    """`fetch` raises an error that says so."""
    with pytest.raises(NotFetchedError, match="npm is not installed"):
        fetch(pins, tmp_path / "kept")


@pytest.mark.usefixtures("no_npm")
def test_a_fetched_release_is_kept(pins: Path, tmp_path: Path) -> None:
    """Until another one is pinned."""
    kept = tmp_path / "kept"
    (kept / "node_modules" / "pyodide").mkdir(parents=True)
    for path in pins.iterdir():
        shutil.copy(path, kept)
    assert fetch(pins, kept) == kept / "node_modules" / "pyodide"
    (pins / "package-lock.json").write_text("{}")
    with pytest.raises(NotFetchedError):
        fetch(pins, kept)


@needs_npm
def test_the_network_may_be_missing(
    pins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registry that npm asks is a port that nobody listens at."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(NotFetchedError, match="ECONNREFUSED"):
        fetch(pins, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


@needs_npm
def test_any_other_failure_of_npm_is_said(pins: Path, tmp_path: Path) -> None:
    """With npm's own reason."""
    text = (pins / "package.json").read_text().replace("314.0.7", "314.0.6")
    (pins / "package.json").write_text(text)
    with pytest.raises(
        SystemExit, match=r"pyodide@314\.0\.7 does not satisfy"
    ):
        fetch(pins, tmp_path / "kept")
