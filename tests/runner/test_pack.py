"""The browser's Python is packed anew when it has to be, or is not there."""

import shutil
import subprocess
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load

from runner import pack
from tests.project import ROOT


@pytest.fixture
def stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A pack of other code, and a machine without npm."""
    monkeypatch.setattr(pack, "ASSETS", tmp_path / "assets")
    monkeypatch.setattr(pack, "PARTIAL", tmp_path / "python.html")
    monkeypatch.setenv("PATH", str(tmp_path))
    files = [tmp_path / "assets" / "old" / "run.js", pack.PARTIAL]
    files[0].parent.mkdir(parents=True)
    for path in files:
        path.write_text("stale")
    return files


def test_each_change_of_the_inputs_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a text, a name, and which files there are."""
    monkeypatch.setattr(pack, "ROOT", tmp_path)
    shutil.copytree(ROOT / "runner", tmp_path / "runner")
    lesson = tmp_path / "examples" / "excutils" / "lesson.py"
    lesson.parent.mkdir(parents=True)
    lesson.write_text("first")
    seen = [pack.inputs()]
    lesson.write_text("second")
    seen.append(pack.inputs())
    lesson.rename(lesson.with_name("renamed.py"))
    seen.append(pack.inputs())
    lesson.with_name("renamed.py").unlink()
    seen.append(pack.inputs())
    words = tmp_path / "docs" / "locale" / "zh" / "challenges.po"
    words.parent.mkdir(parents=True)
    words.touch()
    seen.append(pack.inputs())
    (tmp_path / "runner" / "worker.js").write_text("")
    seen.append(pack.inputs())
    assert len({*seen}) == len(seen)
    assert pack.inputs() == seen[-1]


def test_a_stale_pack_goes_if_npm_is_missing(
    stale: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says so, and pages show plain code."""
    pack.renew(tmp_path / "kept")
    assert capsys.readouterr().out == (
        "Code on the pages will not run: npm is not installed. "
        "All else works.\n"
    )
    assert not any(path.exists() for path in stale)


def test_a_stale_pack_goes_if_packing_fails(
    stale: list[Path], tmp_path: Path
) -> None:
    """And the command fails."""
    (tmp_path / "kept" / "node_modules" / "pyodide").mkdir(parents=True)
    for name in "package.json", "package-lock.json":
        shutil.copy(ROOT / "runner" / name, tmp_path / "kept")
    with pytest.raises(SystemExit, match=r"has no pyodide\.mjs"):
        pack.renew(tmp_path / "kept")
    assert not any(path.exists() for path in stale)


def test_a_fresh_pack_is_kept(stale: list[Path], tmp_path: Path) -> None:
    """Without a look for npm; one that lacks its files is made anew."""
    pack.PARTIAL.write_text(f"Inputs: {pack.inputs()}")
    pack.renew(tmp_path / "kept")
    assert all(path.exists() for path in stale)
    stale[0].unlink()
    pack.renew(tmp_path / "kept")
    assert not pack.PARTIAL.exists()


def test_no_site_without_python_is_published(tmp_path: Path) -> None:
    """A step between the build and the upload looks for it."""
    workflow = ROOT / ".github" / "workflows" / "publish.yml"
    steps = yaml_load(workflow.read_text("utf-8"))["jobs"]["build"]["steps"]
    build, look, upload = steps[-3:]
    assert "make build" in build["run"]
    assert "upload-pages-artifact" in upload["uses"]
    command = ["bash", "-e", "-c", look["run"]]
    assert subprocess.run(command, cwd=tmp_path).returncode != 0
    pack_ = tmp_path / "site" / "assets" / "python" / "1234567890"
    pack_.mkdir(parents=True)
    (pack_ / "boot.zip").touch()
    assert subprocess.run(command, cwd=tmp_path).returncode == 0
