"""The command: its options, output, settings and exit status."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import reraise_lint
from reraise_lint import Finding, check
from reraise_lint.cli import main
from reraise_lint.rules import RULES
from tests.project import ROOT
from tests.reraise_lint.test_reading import WRONG

COMMAND = [sys.executable, "-m", "reraise_lint"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
Output = pytest.CaptureFixture[str]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a certain finding, a suspicion and a clean file."""
    (tmp_path / "a.py").write_text(WRONG)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.py").write_text(
        WRONG.replace("return 1", "return\n")
    )
    (tmp_path / "sub" / "c.py").write_text("pass\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def codes(capsys: Output) -> list[str]:
    """The codes in the output, in its order."""
    return [line.split()[1] for line in capsys.readouterr().out.splitlines()]


def test_text(project: Path, capsys: Output) -> None:
    """A line for each finding; suspicions are marked."""
    assert main([]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first == (
        "a.py:5:53: SRE302 `return` in the body while `reraise` is True: the "
        "exception is re-raised instead"
    )
    assert second.startswith("sub/b.py:5:53: SRE303 ")
    assert second.endswith(" [suspicion]")
    assert main(["sub/c.py"]) == 0
    assert capsys.readouterr() == ("", "")


def test_json(project: Path, capsys: Output) -> None:
    """Findings, and what was not read."""
    assert main(["--format", "json", ".", "gone"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["findings"][0] == {
        "path": "a.py",
        "line": 5,
        "column": 53,
        "code": "SRE302",
        "name": "jump-in-body",
        "grade": "certain",
        "message": told["findings"][0]["message"],
    }
    assert told["not_read"] == [
        {"path": "gone", "reason": "No such file or directory"}
    ]


def test_github(project: Path, capsys: Output) -> None:
    """An error for what is certain, a warning for a suspicion."""
    (project / "a.py").rename("a,b%.py")
    assert main(["--format", "github"]) == 1
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith(
        "::error file=a%2Cb%25.py,line=5,col=53,title=SRE302 jump-in-body::`"
    )
    assert second.startswith("::warning file=sub/b.py,line=5,")


def test_sarif(project: Path, capsys: Output) -> None:
    """Results refer to the table of rules."""
    assert main(["--format", "sarif", ".", "gone"]) == 2
    told = json.loads(capsys.readouterr().out)
    (run,) = told["runs"]
    assert told["version"] == "2.1.0"
    for result, level in zip(
        run["results"], ["error", "warning"], strict=True
    ):
        rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert result["level"] == level
    place = run["results"][1]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "sub/b.py"
    assert place["region"] == {"startLine": 5, "startColumn": 53}
    (note,) = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "not read: No such file or directory"


def test_select_and_ignore(project: Path, capsys: Output) -> None:
    """By codes, or by the beginnings of codes."""
    for options, expected in (
        (["--select", "SRE302"], ["SRE302"]),
        (["--select", "SRE1,sre303"], ["SRE303"]),
        (["--select", "SRE3", "--ignore", "SRE303"], ["SRE302"]),
        (["--ignore", "SRE302", "--ignore", "SRE303"], []),
        (["--select", "SRE305"], []),
    ):
        assert main(options) == bool(expected)
        assert codes(capsys) == expected
    for option in "--select", "--ignore", "--explain":
        assert main([option, "SRE777"]) == 2
        assert f"{option}: no rule has the code 'SRE777'" in (
            capsys.readouterr().err
        )
    assert main(["--select", ""]) == 2


def test_a_rule_for_any_file(project: Path, capsys: Output) -> None:
    """If it is selected, files without the helper's name are read."""
    rule = RULES["SRE106"]
    (project / "sub" / "c.py").write_text(rule.wrong)
    assert main(["--select", "SRE106"]) == 1
    assert codes(capsys) == ["SRE106"]


def test_exclude(project: Path, capsys: Output) -> None:
    """By name or path, also of what is given; environments always."""
    for pattern in "sub", "sub/", "b.py", "sub/b.py", "./sub/b.py", "s*/b*":
        assert main(["--exclude", pattern]) == 1
        assert codes(capsys) == ["SRE302"]
    assert main(["--exclude", "sub", "sub/b.py", "sub"]) == 0
    assert main(["--exclude", "other"]) == 1
    capsys.readouterr()
    for name in "env", ".tox", "build", "site-packages", ".eggs", "mine":
        (project / name).mkdir()
        (project / name / "x.py").write_text(WRONG)
    (project / "mine" / "pyvenv.cfg").touch()
    assert main(["--exclude", "sub"]) == 1
    assert codes(capsys) == ["SRE302"]
    assert main(["env"]) == 1


def test_statistics_rules_and_explanations(
    project: Path, capsys: Output
) -> None:
    """What the command says of rules."""
    assert main(["--statistics"]) == 1
    assert capsys.readouterr().out.splitlines()[2:] == [
        "     1  SRE302  jump-in-body (certain)",
        "     1  SRE303  bare-return-in-body (suspicion)",
    ]
    assert main(["--rules"]) == 0
    assert [line[:6] for line in capsys.readouterr().out.splitlines()] == list(
        RULES
    )
    assert main(["--explain", "sre402"]) == 0
    said = capsys.readouterr().out
    rule = RULES["SRE402"]
    for text in rule.code, rule.name, rule.grade, rule.explanation:
        assert text in said
    assert "    raise LookupError(volume) from error" in said


def test_settings(project: Path, capsys: Output) -> None:
    """Of the nearest file that has them; options come first."""
    table = project / "pyproject.toml"
    (project / "sub" / "pyproject.toml").write_text("[tool.other]\n")
    table.write_text('[tool.reraise-lint]\nignore = ["SRE302"]\n')
    assert main([]) == 1
    assert codes(capsys) == ["SRE303"]
    assert main(["--no-settings"]) == 1
    assert codes(capsys) == ["SRE302", "SRE303"]
    table.write_text(
        '[tool.reraise-lint]\nselect = ["SRE302"]\nexclude = ["sub/b.py"]\n'
    )
    assert main(["--select", "SRE3"]) == 1
    assert codes(capsys) == ["SRE302"]
    table.write_text(
        '[tool.reraise-lint]\nformat = "github"\nstatistics = true\n'
    )
    assert main([]) == 1
    assert capsys.readouterr().out.startswith("::error ")
    assert main(["--format", "text"]) == 1
    assert capsys.readouterr().out.splitlines()[2].startswith("     1  SRE3")
    table.write_text('[tool.reraise-lint]\nexclude = ["sub/b.py"]\n')
    os.chdir("sub")
    assert main(["b.py"]) == 0
    for text, said in (
        ("slect = []", "has no key 'slect'; its keys are select, ignore"),
        ('select = "SRE1"', "select of [tool.reraise-lint] isn't a list"),
        ('format = "xml"', "isn't one of text, json, github, sarif"),
        ("statistics = 1", "isn't true or false"),
        ('select = ["X1"]', "no rule has the code 'X1'"),
        ("select = ", "can't be read: Invalid value (at line 2"),
    ):
        table.write_text(f"[tool.reraise-lint]\n{text}\n")
        assert main([]) == 2
        assert said in capsys.readouterr().err


def test_settings_need_a_reader_of_toml(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.10 has none, and says what to do."""
    (project / "pyproject.toml").write_text("[tool.reraise-lint]\n")
    monkeypatch.setattr(sys, "version_info", (3, 10, 13, "final", 0))
    assert main([]) == 2
    said = capsys.readouterr().err
    assert "need Python 3.11 or newer to be read" in said
    assert main(["--no-settings"]) == 1


def test_standard_input() -> None:
    """Is checked as `-`."""
    done = subprocess.run(
        [*COMMAND, "-"],
        env=ENVIRONMENT,
        input=WRONG,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("<stdin>:5:53: SRE302 ")


def test_usage(project: Path, capsys: Output) -> None:
    """What is wrong is said, with status 2."""
    assert main([""]) == 2
    assert "a path is empty" in capsys.readouterr().err
    assert main(["gone", "a.py"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("gone: not read: No such file or directory\n1 ")
    assert "SRE302" in said.out
    with pytest.raises(SystemExit) as ended:
        main(["--format", "xml"])
    assert ended.value.code == 2
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert reraise_lint.__version__ in capsys.readouterr().out


def test_fixing_needs_libcst(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, the command says how to install it."""
    monkeypatch.setitem(sys.modules, "reraise_lint.fix", None)
    for option in "--diff", "--fix":
        assert main([option]) == 2
        assert "pip install libcst" in capsys.readouterr().err


def on_terminal(folder: Path, **env: str) -> str:
    """What the command shows on a terminal."""
    reader, writer = pty.openpty()
    done = subprocess.run(
        COMMAND,
        cwd=folder,
        env={**ENVIRONMENT, "NO_COLOR": "", **env},
        stdout=writer,
        stderr=writer,
    )
    os.close(writer)
    shown = os.read(reader, 100_000).decode()
    os.close(reader)
    assert done.returncode == 1
    return shown


class Terminal(io.StringIO):
    """Standard error on a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_progress_of_long_runs(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown after a second, on a terminal, and wiped at the end."""
    clock = iter([0.0, 0.4, 1.2, 1.25])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    for stream, shown in (
        (Terminal(), "\r2 of 3 files\r\x1b[K"),
        (io.StringIO(), ""),
    ):
        monkeypatch.setattr(sys, "stderr", stream)
        assert main([]) == 1
        assert stream.getvalue() == shown


def test_colours_on_a_terminal_only(project: Path) -> None:
    """And not with NO_COLOR; files are set apart there."""
    shown = on_terminal(project)
    assert "\x1b[31mSRE302\x1b[0m" in shown
    assert "\x1b[33mSRE303\x1b[0m" in shown
    plain = on_terminal(project, NO_COLOR="1")
    assert "\x1b" not in plain
    assert plain.splitlines()[1] == ""
    done = subprocess.run(COMMAND, env=ENVIRONMENT, stdout=subprocess.PIPE)
    assert b"\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("output", "status", "said"),
    [
        ("pipe", 1, ""),
        (
            "/dev/full",
            2,
            "reraise-lint: the findings can't be written: "
            "No space left on device\n",
        ),
    ],
)
def test_output_that_nobody_reads(
    project: Path, output: str, status: int, said: str
) -> None:
    """Ends the command without a traceback."""
    if output == "pipe":
        reader, writer = os.pipe()
        os.close(reader)
    else:
        writer = os.open(output, os.O_WRONLY)
    done = subprocess.run(
        COMMAND,
        cwd=project,
        env=ENVIRONMENT,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (status, said)


def test_interrupting(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends the command with a word and no traceback."""

    def interrupted(path: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr("reraise_lint.cli.read", interrupted)
    assert main([]) == 130
    assert capsys.readouterr() == ("", "interrupted\n")


def test_a_defect_of_the_checker(
    project: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is named with the file, and the other files are checked."""

    def failing(source: bytes, codes: frozenset[str]) -> list[Finding]:
        if b"pass" in source:
            raise IndexError("no such line")
        return check(source, codes)

    monkeypatch.setattr("reraise_lint.cli.check", failing)
    assert main([]) == 2
    said = capsys.readouterr()
    assert "sub/c.py: not read: the checker failed with IndexError" in said.err
    assert "SRE302" in said.out


def test_names_that_are_not_text(project: Path) -> None:
    """Are shown escaped."""
    (project / os.fsdecode(b"\xff.py")).write_text(WRONG)
    done = subprocess.run(
        COMMAND,
        cwd=project,
        env={**ENVIRONMENT, "PYTHONIOENCODING": "utf-8:strict"},
        capture_output=True,
        text=True,
    )
    assert r"\udcff.py:5:53: SRE302" in done.stdout


def test_fix_writes_files_and_says_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--diff` only shows it; a file that can't be written is named."""
    path = tmp_path / "port.py"
    before = (
        "from oslo_utils import excutils\n\n"
        "try:\n    plug()\nexcept OSError:\n"
        "    with excutils.save_and_reraise_exception():\n"
        "        unplug()  # At once.\n"
    )
    path.write_text(before)
    assert main(["--diff", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "+    unplug()  # At once.\n+    raise\n" in shown.out
    assert "three entries fewer" in shown.err
    assert path.read_text() == before
    path.chmod(0o444)
    assert main(["--fix", str(tmp_path)]) == 2
    assert "port.py: not written: read-only" in capsys.readouterr().err
    assert path.read_text() == before
    path.chmod(0o644)
    assert main(["--fix", str(tmp_path)]) == 0
    after = "try:\n    plug()\nexcept OSError:\n    unplug()  # At once.\n"
    assert path.read_text() == f"{after}    raise\n"
    assert main(["--fix", str(tmp_path)]) == 0
    assert capsys.readouterr().out.count("bare `raise`") == 1
