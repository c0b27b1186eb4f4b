"""What can't be read is named, and everything else is read."""

import os
from pathlib import Path

import pytest

from reraise_lint import NotReadError, check
from reraise_lint.cli import main
from reraise_lint.files import LARGEST_FILE

WRONG = """\
from oslo_utils import excutils
def f(x):
    try: x()
    except OSError:
        with excutils.save_and_reraise_exception(): return 1
"""


def test_the_other_files_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder of everything that can go wrong, and one finding."""
    name = "# save_and_reraise_exception\n"
    (tmp_path / "a_python2.py").write_text(f"{name}print 'no'\n")
    (tmp_path / "b_binary.py").write_bytes(b"\xff\x00\x01")
    (tmp_path / "c_bytes.py").write_bytes(name.encode() + b"x = '\xff'\n")
    (tmp_path / "d_codec.py").write_text(f"# coding: klingon\n{name}")
    (tmp_path / "e_deep.py").write_text(
        f"with excutils.save_and_reraise_exception({'-' * 200_000}1): pass"
    )
    with (tmp_path / "f_huge.py").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    os.mkfifo(tmp_path / "g_pipe.py")
    (tmp_path / "h_loop.py").symlink_to(tmp_path / "h_loop.py")
    (tmp_path / "i_gone.py").symlink_to(tmp_path / "nowhere")
    (tmp_path / "j_folder").symlink_to(tmp_path)
    (tmp_path / "k_broken.py").write_text(f"{name}def f(:\n")
    (tmp_path / "z_right.py").write_text(WRONG)
    (tmp_path / "notes.txt").write_text("print 'no'")
    assert main([str(tmp_path)]) == 2
    said = capsys.readouterr()
    named = dict(
        line.split(": not read: ")
        for line in said.err.splitlines()
        if ": not read: " in line
    )
    reasons = {Path(path).name: why for path, why in named.items()}
    assert {file[0]: why for file, why in reasons.items()} == {
        "a": reasons["a_python2.py"],
        "b": "it is binary, or in an encoding that Python lacks",
        "c": reasons["c_bytes.py"],
        "d": "it isn't valid Python (unknown encoding: klingon)",
        "e": "it is nested too deeply",
        "f": "it has 4,000,001 bytes, more than the 4,000,000 that are read "
        "of a file",
        "g": "it isn't a regular file",
        "h": "Too many levels of symbolic links",
        "i": "No such file or directory",
        "k": reasons["k_broken.py"],
    }
    assert reasons["a_python2.py"].startswith("it is Python 2 (line 2: ")
    assert reasons["k_broken.py"].startswith("it isn't valid Python (line 2: ")
    assert said.err.endswith("\n10 paths were not read\n")
    (found,) = said.out.splitlines()
    assert found.startswith(f"{tmp_path / 'z_right.py'}:5:53: SRE302 ")


@pytest.mark.parametrize(
    "text",
    [
        f"with excutils.save_and_reraise_exception({'1 + ' * 1_100}1): pass",
        "if a: b\n" + "elif a: b\n" * 1_000 + "# save_and_reraise_exception",
        "x = " + "[" * 90 + "]" * 90 + " # save_and_reraise_exception",
    ],
    ids=["plus", "elif", "brackets"],
)
def test_deep_nesting_is_read_or_refused(text: str) -> None:
    """Depending on the Python; nothing else is raised."""
    try:
        found = [finding.code for finding in check(text.encode())]
        refused = ""
    except NotReadError as error:
        found, refused = [], str(error)
    assert found in ([], ["SRE301"])
    assert refused in ("", "it is nested too deeply")


def test_deep_nesting_in_a_body_is_refused() -> None:
    """The flow goes down with the statements."""
    text = WRONG.replace("return 1", "") + "".join(
        f"{' ' * depth}if x:\n" for depth in range(12, 102)
    )
    assert check((text + " " * 102 + "return 1\n").encode())[0].line == 96


@pytest.mark.parametrize(
    "text",
    [
        "except OSError, error: pass",
        "raise OSError, 'no'",
        "print x",
        "exec 'x'",
        "x = 0777",
        "x = 1L",
        "x = 1 <> 2",
        "x = ur'no'",
        "x = `2`",
        "def f(a, (b, c)): pass",
        "except (OSError, KeyError), error: pass",
    ],
)
def test_python_2_is_named(text: str) -> None:
    """By what only it accepts."""
    head = "try: save_and_reraise_exception\n"
    source = head + text if text.startswith("except") else text + "\n" + head
    with pytest.raises(NotReadError, match=r"^it is Python 2"):
        check(source.encode())


def test_encodings_are_those_that_files_declare() -> None:
    """Columns are counted in characters."""
    text = WRONG.replace("return 1", "print('é'); return 1")
    assert check(text.encode())[0].column == 65
    assert check(b"\xef\xbb\xbf" + text.encode())[0].line == 5
    latin = f"# coding: latin-1\n{text}".encode("latin-1")
    assert check(latin)[0].line == 6
    assert check(text.replace("\n", "\r\n").encode())[0].line == 5
    assert check(text.replace("\n", "\r").encode())[0].line == 5
    old = WRONG + "start(async=True)\n"
    assert [finding.code for finding in check(old.encode())] == ["SRE302"]


def test_a_file_without_the_name_is_not_parsed() -> None:
    """So what is wrong with it isn't said."""
    assert check(b"print 'Python 2'") == []


@pytest.mark.parametrize(
    ("comment", "silent"),
    [
        ("# noqa", True),
        ("# NOQA", True),
        ("#noqa:SRE302", True),
        ("# noqa: E501, SRE302", True),
        ("# noqa: E501,SRE302 because", True),
        ("# noqa: SRE", True),
        ("# noqa: SRE3", True),
        ("# noqa: SRE301", False),
        ("# noqa: E501", False),
        ("# nothing", False),
    ],
)
def test_noqa(comment: str, silent: bool) -> None:
    """Silences a line, or some codes on it."""
    text = WRONG.rstrip() + f"  {comment}\n"
    assert (check(text.encode()) == []) is silent
    assert check(text.encode(), noqa=False)


def test_noqa_at_the_end_of_a_long_statement() -> None:
    """Its first line may have no room."""
    text = WRONG.replace("return 1", "return (\n 1)  # noqa: SRE302")
    assert check(text.encode()) == []
    block = "with excutils.save_and_reraise_exception(\n):  # noqa\n    x()\n"
    assert check(block.encode()) == []
    inside = block.replace("  # noqa", "").replace("x()", "x()  # noqa")
    assert [finding.code for finding in check(inside.encode())] == ["SRE301"]
