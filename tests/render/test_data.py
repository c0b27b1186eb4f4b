"""A broken file ends the build with its name and line, without a traceback."""

import json
from collections.abc import Callable
from pathlib import Path

import griffe
import pytest
from mkdocs.exceptions import BuildError

from render.blocks import changes, recorded
from render.data import read_json, read_rows, read_text
from render.languages import locale
from render.lessons.lesson import LessonExtension
from runner import pack

GOOD = b'#: render/a.py\nmsgid "One"\nmsgstr ""\n"\xe4\xb8\x80"\n\n'


@pytest.mark.parametrize(
    ("read", "content", "said"),
    [
        (read_text, b"a\nb\xff\n", "2: not UTF-8 text from here on"),
        (recorded.read, b'[{"a": 1,\n"b}\n', "2: not valid JSON: "),
        (read_rows, b"a,b\n1,2\n<<<<<<< HEAD\n", "3: a row with more or"),
        (read_rows, b'a,b\n"1\n1",2\n1,2,3\n', "4: a row with more or"),
        (locale.read, GOOD + b'msgid "Two\n', "6: neither a comment nor "),
        (locale.read, GOOD + b"=======\n", "6: neither a comment nor msgid"),
        (locale.read, GOOD + b'msgid "Two"\n', "6: missing msgstr for msgid"),
        (locale.read, b'"One"\n', '1: Got line starting with "'),
        (locale.read, GOOD + b"# \xff\n", "6: not UTF-8 text from here on"),
        (
            locale.read,
            GOOD + b'msgid "{name}: {count}"\nmsgstr "{nmae}: {count}"\n',
            "6: {nmae} in msgstr is not in msgid, which has {name}, {count}: ",
        ),
        (
            locale.read,
            GOOD + b'msgid "{count} cases"\nmsgstr "{count cases"\n',
            "6: { in msgstr is not in msgid, which has {count}: ",
        ),
    ],
    ids=[
        "text",
        "json",
        "csv",
        "csv with line ends",
        "quote",
        "conflict",
        "no msgstr",
        "no msgid",
        "no text",
        "placeholder",
        "half a placeholder",
    ],
)
def test_a_broken_file_is_named_with_its_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[Path], object],
    content: bytes,
    said: str,
) -> None:
    """What is broken as well."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(BuildError) as told:
        read(path)
    assert str(told.value).startswith(f"file:{said}")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"a": "b"}, 'the file is {"a": "b"}, and not a list'),
        (["a"], '`0` is "a", and not a dict'),
        ([{"a": "b"}, {"a": 3}], "`1.a` is 3, and not a str"),
        ([{"a": ["b", None]}], "`0.a` is "),
        ([{"a": {"text": "b"}}], "`0.a` is "),
    ],
    ids=["file", "row", "cell", "line", "link"],
)
def test_a_table_of_another_shape_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: object,
    said: str,
) -> None:
    """The message names the file, the keys and the command."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text(json.dumps(content))
    with pytest.raises(BuildError) as told:
        recorded.read(tmp_path / "file")
    assert str(told.value).startswith(f"file: {said}")
    assert str(told.value).endswith("; `make nova` writes it anew")


def test_measured_releases_of_another_shape_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a table."""
    path = tmp_path / "versions.json"
    path.write_text('{"columns": [["1.3.0"]], "cases": {}}')
    monkeypatch.setattr(changes, "MEASURED", path)
    with pytest.raises(BuildError, match=r"`columns.0` has 1 items,"):
        changes.block("Python")


def test_good_files_are_read(tmp_path: Path) -> None:
    """With Windows' line ends and a byte order mark, too."""
    path = tmp_path / "file"
    path.write_bytes(b'\xef\xbb\xbf{"a":\r\n1}\r\n')
    assert read_json(path, {str: int}, "") == {"a": 1}
    path.write_bytes(b'a,b\r\n"1\r\n2",3\r\n')
    assert read_rows(path) == [{"a": "1\n2", "b": "3"}]
    path.write_bytes(GOOD.replace(b"\n", b"\r\n"))
    assert [m.string for m in locale.read(path) if m.id] == ["一"]


def test_a_lesson_with_a_syntax_error_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it, the page would say that there is no such module."""
    folder = tmp_path / "examples" / "tab"
    folder.mkdir(parents=True)
    for path in folder.parent, folder:
        (path / "__init__.py").touch()
    (folder / "one.py").write_text("x = 1\ndef broken(:\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BuildError) as told:
        griffe.load(
            "examples",
            search_paths=[tmp_path],
            extensions=griffe.load_extensions(LessonExtension("")),
        )
    assert str(told.value) == "examples/tab/one.py:2: invalid syntax"


def test_packing_names_a_broken_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads what the checks of challenges say."""
    path = tmp_path / "zh" / "challenges.po"
    path.parent.mkdir()
    path.write_bytes(GOOD + b"<<<<<<< HEAD\n")
    monkeypatch.setattr(pack, "LOCALE", tmp_path)
    with pytest.raises(SystemExit, match=r"challenges\.po:6: Unknown"):
        pack.lessons()
