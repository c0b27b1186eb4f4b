"""The package that is built: what it holds, and that it runs elsewhere."""

import json
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import reraise_lint
from render.measure.versions import pythons
from reraise_lint.rules import RULES
from tests.project import ROOT

UV = Path(sys.prefix, "bin", "uv")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the repository's files."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ["-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run([sys.executable, *build], cwd=ROOT, check=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture
def install(wheel: Path, tmp_path: Path) -> Callable[[str], Path]:
    """What installs the wheel in an empty environment of a Python."""

    def installed(python: str) -> Path:
        env = tmp_path / "env"
        offline = ["--offline", "--no-python-downloads", "--quiet"]
        make = [str(UV), "venv", *offline, "--python", python, str(env)]
        subprocess.run(make, check=True)
        pip = [str(UV), "pip", "install", *offline, "--python", str(env)]
        subprocess.run([*pip, str(wheel)], check=True)
        return env / "bin"

    return installed


def test_wheel_holds_the_package_alone(wheel: Path) -> None:
    """And what describes it."""
    assert wheel.name == (
        f"reraise_lint-{reraise_lint.__version__}-py3-none-any.whl"
    )
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        about = f"reraise_lint-{reraise_lint.__version__}.dist-info"
        assert {name.split("/")[0] for name in names} == {
            "reraise_lint",
            about,
        }
        points = archive.read(f"{about}/entry_points.txt").decode()
        metadata = archive.read(f"{about}/METADATA").decode()
    modules = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "reraise_lint").rglob("*.py")
    }
    assert modules <= set(names)
    assert "SRE = reraise_lint.flake8:Plugin" in points
    assert "reraise-lint = reraise_lint.cli:main" in points
    assert "mkdocs" not in points
    assert "Requires-Python: >=3.10" in metadata
    requires = [
        line for line in metadata.splitlines() if line.startswith("Requires-D")
    ]
    assert all("extra == 'fix'" in line for line in requires)
    assert "# reraise-lint" in metadata


@pytest.mark.parametrize("python", pythons(oldest=10).values())
def test_command_runs_on_each_python(
    python: str, install: Callable[[str], Path], tmp_path: Path
) -> None:
    """In an empty environment, with the same findings."""
    scripts = install(python)
    for code, rule in RULES.items():
        (tmp_path / f"{code}.py").write_text(rule.wrong)
    (tmp_path / "old.py").write_text("save_and_reraise_exception\nprint 1\n")
    for command in (
        [scripts / "reraise-lint"],
        [scripts / "python", "-m", "reraise_lint"],
    ):
        codes = ",".join(RULES)
        done = subprocess.run(
            [*command, "--format", "json", "--select", codes, "."],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 2
        told = json.loads(done.stdout)
        assert {f["code"] for f in told["findings"]} == set(RULES)
        for code in RULES:
            assert f"{code}.py" in {
                f["path"] for f in told["findings"] if f["code"] == code
            }
        (unread,) = told["not_read"]
        assert unread["reason"].startswith("it is Python 2 (line 2")


def test_versions_and_names_agree() -> None:
    """Those of the package, of its description and of the hook."""
    given = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert given["project"]["version"] == reraise_lint.__version__
    readme = (ROOT / given["project"]["readme"]).read_text("utf-8")
    assert f"### {reraise_lint.__version__}" in readme
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    (script,) = given["project"]["scripts"]
    assert f"entry: {script}\n" in hooks
