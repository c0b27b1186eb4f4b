"""The list of what is left to translate, and what pages show until then."""

import sys
from pathlib import Path

import pytest
from mkdocs.utils.yaml import yaml_load

from render.blocks import cases_table
from render.languages import catalogues, locale, nav, pages, translations
from render.paths import ROOT

_CATALOGUE = """\
msgid "Done"
msgstr "完成"

msgid "Gone"
msgstr "消失"

#, fuzzy
msgid "Changed"
msgstr "从前"

msgid "Empty"
msgstr ""
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without pages, whose catalogue lacks sentences."""
    for module in pages, catalogues:
        monkeypatch.setattr(module, "ROOT", tmp_path)
    for module in locale, catalogues:
        monkeypatch.setattr(module, "LOCALE", tmp_path / "locale")
    monkeypatch.setattr(pages, "ENGLISH", tmp_path / "en")
    monkeypatch.setattr(pages, "CHINESE", tmp_path / "zh")
    monkeypatch.setattr(pages, "RECORD", tmp_path / "locale/zh/pages.toml")
    monkeypatch.setattr(pages, "README", tmp_path / "README.zh.md")
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    for name in "README.md", "README.zh.md":
        (tmp_path / name).write_text("# A\n")
    pages.record(pages.README)
    sentences = {s: {"a.py"} for s in ("Done", "Changed", "Empty", "New")}
    monkeypatch.setattr(catalogues, "messages", lambda: {"nova": sentences})
    (tmp_path / "locale/zh/nova.po").write_text(_CATALOGUE)
    return tmp_path


def _main(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["translations", *words])
    return translations.main()


def test_sentences_without_a_translation_are_listed(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Those that are new, changed or empty; then the status is 1."""
    assert _main(monkeypatch) == 1
    assert capsys.readouterr().out.splitlines() == [
        "locale/zh/nova.po:8: changed: Changed",
        "locale/zh/nova.po:11: has no translation: Empty",
        "locale/zh/nova.po: has no translation: New",
    ]
    assert _main(monkeypatch, "summary") == 0
    assert capsys.readouterr().out.splitlines() == [
        "Sentences shown in English on Chinese pages: 3",
        "`make translations` lists them.",
    ]


def test_nothing_left_is_status_0(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A build then ends without a word of it."""
    monkeypatch.setattr(catalogues, "messages", dict)
    assert _main(monkeypatch) == 0
    assert "is up to date" in capsys.readouterr().out
    assert _main(monkeypatch, "summary") == 0
    assert capsys.readouterr().out == ""


def test_the_catalogue_gets_the_sentences(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New ones come empty or fuzzy, those that are gone go."""
    assert _main(monkeypatch, "sentences") == 0
    found = locale.read(root / "locale/zh/nova.po")
    assert {m.id for m in found if m.id} == {"Done", "Changed", "Empty", "New"}
    done = found.get("Done")
    assert done is not None
    assert done.string == "完成"


def test_a_page_goes_from_missing_to_recorded(
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`new` copies the English page, `record` ends the list."""
    monkeypatch.setattr(catalogues, "messages", dict)
    (root / "en").mkdir()
    (root / "en/a.md").write_text("# A b\n")
    page = root / "zh/a.md"
    assert _main(monkeypatch) == 1
    assert "zh/a.md: missing; " in capsys.readouterr().out
    assert _main(monkeypatch, "new", str(page)) == 0
    assert page.read_text() == "# A b { #a-b }\n"
    assert _main(monkeypatch) == 1
    assert "is not recorded" in capsys.readouterr().out
    assert _main(monkeypatch, "record", str(page)) == 0
    assert _main(monkeypatch) == 0
    with pytest.raises(SystemExit, match="2"):
        _main(monkeypatch, "new", str(page))
    assert "exists already" in capsys.readouterr().err


def test_a_sentence_without_a_translation_is_marked(root: Path) -> None:
    """It is English on a Chinese page, and no error."""
    with locale.activate("zh"):
        table = cases_table.block("body")
        text = locale.say_all("First.\n\nSecond.", "nova")
    assert '<th scope="row"><a href="body/#' in table
    assert '<span lang="en">the body' in table
    assert text == "First.\n{: lang=en }\n\nSecond.\n{: lang=en }"
    assert "lang=" not in cases_table.block("body")


def test_the_chinese_site_has_the_nav_of_the_english_one() -> None:
    """The same pages, with other titles."""
    with (ROOT / "mkdocs.zh.yml").open(encoding="utf-8") as file:
        chinese = yaml_load(file)["nav"]
    assert list(chinese[0]) == ["入门"]
    assert chinese == nav.translated("zh", nav.english())
    assert len(chinese) == len(nav.english())
