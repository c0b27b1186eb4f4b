"""The check on Nova, on this repository, and on what is no Python."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from examples.recipes.review import findings
from survey.check import check
from survey.check import findings as suspicions
from survey.sites import SUSPICIONS
from tests.project import ROOT

# How the recipe's program, which knows the text of one file and no names,
# calls what the check finds.
RECIPE = {
    "outside a handler": "outside a handler",
    "raise in the body": "raise in the body, flag on",
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this repository."""
    return subprocess.run(
        [sys.executable, "-m", "survey.check", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def nova() -> Path:
    """The folder of the installed Nova, which is not imported."""
    spec = importlib.util.find_spec("nova")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def test_nova_has_three_suspicions() -> None:
    """Those of the recipe's program, but for one that is right."""
    done = run(str(nova()))
    assert done.returncode == 1
    assert done.stderr == ""
    found = set()
    for line in done.stdout.splitlines():
        path, number, what, _ = line.split(":", 3)
        found.add((path, number, RECIPE[what.strip()]))
    recipe = {
        (str(path), *map(str.strip, finding.split(":")))
        for path in nova().rglob("*.py")
        if "tests" not in path.relative_to(nova()).parts
        for text in [path.read_text("utf-8")]
        if "save_and_reraise_exception" in text
        for finding in findings(text)
    }
    assert len(found) == 3
    # It stands in a `finally` and takes its flag from what happened.
    manager = str(nova() / "compute" / "manager.py")
    assert recipe - found == {(manager, "5598", "outside a handler")}
    assert found <= recipe


def test_this_repository_is_suspicious_where_it_means_to_be() -> None:
    """Examples and programs to trace are wrong on purpose, nothing else."""
    done = run(".")
    assert done.returncode == 1
    wrong = {line.partition(":")[0] for line in done.stdout.splitlines()}
    meant = {
        name
        for name in wrong
        if name.startswith(
            ("examples/", "tests/render/lessons/", "tests/runner/")
        )
    }
    assert wrong == meant
    assert any(name.startswith("examples/pitfalls/") for name in meant)
    clean = run("survey", "render", "runner", "tests/nova", "conftest.py")
    assert (clean.returncode, clean.stdout, clean.stderr) == (0, "", "")


@pytest.mark.parametrize("what", SUSPICIONS)
def test_each_suspicion_has_its_page(
    what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """And is found in the page's module, in code that is wrong on purpose."""
    _, page = SUSPICIONS[what]
    assert (ROOT / "docs" / "en" / "pitfalls" / f"{page}.md").is_file()
    module = ROOT / "examples" / "pitfalls" / f"{page}.py"
    if what == "flag unused":  # It does no harm, so no pitfall shows it.
        text = (
            b"try: ...\nexcept: \n with save_and_reraise_exception() as c: 0"
        )
        assert list(suspicions(text)) == [(3, what)]
        return
    assert check([module]) == 1
    assert f": {what}: " in capsys.readouterr().out


def test_what_is_no_python_is_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named, and the rest is read."""
    (tmp_path / "a.py").write_text("print 'Python 2'\n")
    (tmp_path / "b.py").write_bytes(b"\xff\x00")
    (tmp_path / "c.py").write_text("save_and_reraise_exception()\n")
    (tmp_path / "d.py").symlink_to(tmp_path / "gone")
    note = tmp_path / "note.txt"
    note.write_text("with")
    assert check([tmp_path, note]) == 1
    said = capsys.readouterr()
    for name in "a.py", "b.py", "note.txt":
        assert f"{tmp_path / name}: passed over: " in said.err
    assert said.out.startswith(f"{tmp_path / 'c.py'}:1: without with: ")


def test_clean_code_and_missing_paths(tmp_path: Path) -> None:
    """Statuses 0 and 2."""
    (tmp_path / "a.py").write_text("pass\n")
    assert run(str(tmp_path)).returncode == 0
    gone = run(str(tmp_path / "gone"))
    assert (gone.returncode, gone.stdout) == (2, "")
    assert "there is no such file" in gone.stderr
    assert run().returncode == 2
