"""Numbers in sentences come from files that tests write."""

import json
import re
from pathlib import Path

import pytest
from markdown import markdown

from render import numbers
from render.blocks import BlockError
from render.paths import DATA
from tests.project import PAGES


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page that names two numbers, and a file that has one of them."""
    page = tmp_path / "docs" / "en" / "page.md"
    page.parent.mkdir(parents=True)
    page.write_text("# Page\n\n{{ ports.open }} of {{ ports.all }}\n")
    data = tmp_path / "numbers"
    data.mkdir()
    (data / "ports.json").write_text('{"open": 3}')
    monkeypatch.setattr(numbers, "ROOT", tmp_path)
    monkeypatch.setattr(numbers, "DATA", tmp_path)
    return tmp_path


def test_numbers_are_filled_in_everywhere_but_in_blocks(
    project: Path,
) -> None:
    """Also in code and headings; a fenced block stays as it is."""
    text = "# {{ports.open}}\n\n`n={{ ports.open }}`\n\n```\n{{ a }}\n```\n"
    shown = markdown(
        text, extensions=["pymdownx.superfences", numbers.__name__]
    )
    assert "<h1>3</h1>" in shown
    assert "<code>n=3</code>" in shown
    assert "{{ a }}" in shown


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "ports.all",
            "docs/en/page.md:3: {{ ports.all }}: "
            "docs/data/numbers/ports.json has only open",
        ),
        ("hosts.all", "{{ hosts.all }}: no docs/data/numbers/hosts.json; "),
    ],
)
def test_an_unknown_number_ends_the_build(
    project: Path, name: str, said: str
) -> None:
    """The message names the page, the line and what there is."""
    with pytest.raises(BlockError) as told:
        numbers.number(name)
    assert str(told.value).startswith(said)


def test_every_recorded_number_is_on_a_page() -> None:
    """A number that no page shows is not worth recording."""
    text = "".join(page.read_text("utf-8") for page in PAGES)
    named = set(re.findall(r"\{\{ (\S+) \}\}", text))
    assert named == {
        f"{file.stem}.{key}"
        for file in (DATA / "numbers").iterdir()
        for key in json.loads(file.read_text("utf-8"))
    }
