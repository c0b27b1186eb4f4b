"""The check on Nova, on this repository, and on what is no Python."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.recipes.review import findings
from survey.check import check
from survey.check import findings as suspicions
from survey.reading import LARGEST_FILE
from survey.sites import SUSPICIONS
from tests.project import ROOT

# How the recipe's program, which knows the text of one file and no names,
# calls what the check finds.
RECIPE = {
    "outside a handler": "outside a handler",
    "raise in the body": "raise in the body, flag on",
}


COMMAND = [sys.executable, "-m", "survey.check"]


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in this repository."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
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
    (tmp_path / "e.py").symlink_to(tmp_path / "e.py")
    os.mkfifo(tmp_path / "f.py")
    (tmp_path / "g").symlink_to(tmp_path)
    note = tmp_path / "note.txt"
    note.write_text("with")
    assert check([tmp_path, note]) == 1
    said = capsys.readouterr()
    for name in "a.py", "b.py", "d.py", "e.py", "f.py", "note.txt":
        assert f"{tmp_path / name}: passed over: " in said.err
    (found,) = said.out.splitlines()
    assert found.startswith(f"{tmp_path / 'c.py'}:1: without with: ")


@pytest.mark.parametrize(
    "text",
    [
        f"save_and_reraise_exception({'-' * 200_000}1)",
        f"with save_and_reraise_exception(1{' + 1' * 500}): pass",
        "if a: b\n" + "elif a: b\n" * 2000 + "# save_and_reraise_exception",
    ],
    ids=["parser", "names", "statements"],
)
def test_deep_nesting_is_passed_over(text: str) -> None:
    """Whether the parser gives up, or what reads its tree."""
    with pytest.raises(ValueError, match="nested too deep"):
        list(suspicions(text.encode()))


def test_a_file_larger_than_any_module_is_not_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its size and the most that is read are named."""
    with (tmp_path / "a.py").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert check([tmp_path]) == 0
    said = "it has 4,000,001 bytes, more than the 4,000,000"
    assert said in capsys.readouterr().err


def test_an_unreadable_folder_is_passed_over(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is named: without it, an exit status of 0 would say too much."""

    def scandir(path: str) -> Iterator[os.DirEntry[str]]:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    real = os.scandir
    (tmp_path / "locked").mkdir()
    monkeypatch.setattr(os, "scandir", scandir)
    assert check([tmp_path]) == 0
    locked = tmp_path / "locked"
    assert (
        capsys.readouterr().err
        == f"{locked}: passed over: Permission denied\n"
    )


def test_a_name_that_is_not_text_is_shown_escaped(tmp_path: Path) -> None:
    """Standard output and standard error show it in the same way."""
    for name, text in (
        (b"\xff.py", "save_and_reraise_exception()"),
        (
            b"\xfe.py",
            "print 'Python 2'",
        ),
    ):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text(text)
    done = run(str(tmp_path), PYTHONIOENCODING="utf-8:strict")
    assert done.returncode == 1
    assert r"/\udcff.py:1: without with" in done.stdout
    assert r"/\udcfe.py: passed over" in done.stderr


def test_output_that_nobody_reads_ends_the_check(tmp_path: Path) -> None:
    """Quietly after `| head`; on a full disk, with the reason."""
    (tmp_path / "a.py").write_text("save_and_reraise_exception()\n")
    reader, writer = os.pipe()
    os.close(reader)
    for output, status, said in (
        (writer, 1, ""),
        (
            os.open("/dev/full", os.O_WRONLY),
            2,
            "the findings cannot be written: No space left on device\n",
        ),
    ):
        done = subprocess.run(
            [*COMMAND, str(tmp_path)],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(output)
        assert (done.returncode, done.stderr) == (status, said)


def test_clean_code_and_paths_that_cannot_be_checked(tmp_path: Path) -> None:
    """Statuses 0 and 2. Nothing is read before all paths are good."""
    (tmp_path / "a.py").write_text("pass\n")
    assert run(str(tmp_path)).returncode == 0
    for path, why in (
        (str(tmp_path / "gone"), "No such file or directory"),
        ("a" * 300, "File name too long"),
        ("/dev/null", "neither a file nor a folder"),
        ("", "a path is empty; write . to check the current folder"),
    ):
        done = run("examples/pitfalls", path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr in (f"{path}: {why}\n", f"{why}\n")
    assert run().returncode == 2
