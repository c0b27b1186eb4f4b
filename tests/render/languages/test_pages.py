"""What is missing or behind is named, and the site shows what there is."""

from pathlib import Path

import pytest

from render.languages import pages

_PAGE = "---\ndescription: d\n---\n\n# A\n\nB\n\n[C](c.md)\n\nD\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose pages `a` and `b` are translated and recorded."""
    docs = tmp_path / "docs"
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    monkeypatch.setattr(pages, "ENGLISH", docs / "en")
    monkeypatch.setattr(pages, "CHINESE", docs / "zh")
    monkeypatch.setattr(pages, "RECORD", docs / "locale/zh/pages.toml")
    for name in "a", "b":
        for language in "en", "zh":
            path = docs / language / f"{name}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_PAGE)
        pages.record(path)
    return tmp_path


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_changed_blocks_are_named(root: Path) -> None:
    """What changed, came and went in English, with its place and words."""
    english, page = root / "docs/en/a.md", root / "docs/zh/a.md"
    assert pages.behind(page) == []
    _change(english, "B\n", "B2\n")
    _change(english, "D\n", "New\n\nD\n")
    assert pages.behind(page) == [
        "docs/zh/a.md:7: docs/en/a.md:7 changed: B2",
        "docs/zh/a.md:11: docs/en/a.md:11 is new: New",
    ]
    english.write_text(_PAGE.replace("[C](c.md)\n\n", ""))
    [gone] = pages.behind(page)
    assert gone.startswith("docs/zh/a.md:9: 1 block(s)")
    assert pages.behind(root / "docs/zh/b.md") == []


def test_a_page_is_recorded_once_it_has_the_same_blocks(root: Path) -> None:
    """The record keeps the other pages, and drops those that are gone."""
    english, page = root / "docs/en/a.md", root / "docs/zh/a.md"
    _change(english, "D\n", "New\n\nD\n")
    with pytest.raises(ValueError, match=r"5 blocks, docs/en/a.md has 6"):
        pages.record(page)
    _change(page, "D\n", "N\n\nD\n")
    (root / "docs/en/b.md").unlink()
    pages.record(page)
    assert pages.behind(page) == []
    assert list(pages.recorded()) == ["docs/en/a.md"]


def test_outdated_translation_is_shown_unless_a_target_is_missing(
    root: Path,
) -> None:
    """An outdated translation doesn't fail the build."""
    english = root / "docs/en/a.md"
    assert pages.states() == {}
    _change(english, "B\n", "B2, [new](b.md)\n")
    assert pages.notes() == {"a/": "behind"}
    _change(english, "c.md", "moved.md")
    assert pages.notes() == {"a/": "english"}


def test_the_chinese_site_has_the_english_pages(
    root: Path, tmp_path: Path
) -> None:
    """Chinese where there are any; else, or if they need it, English ones."""
    gathered = tmp_path / "gathered"
    assert not pages.english_fallbacks(gathered)
    assert not gathered.exists()
    for name in "index.md", "new/index.md":
        (root / "docs/en" / name).parent.mkdir(exist_ok=True)
        (root / "docs/en" / name).write_text(_PAGE)
    (root / "docs/en/b.md").unlink()
    assert pages.english_fallbacks(gathered)
    shown = {
        str(path.relative_to(gathered)): path.resolve().parts[-2]
        for path in gathered.rglob("*.md")
    }
    assert shown == {"a.md": "zh", "index.md": "en", "new/index.md": "new"}
    assert pages.notes() == {"": "english", "new/": "english"}
    assert pages.orphans() == [root / "docs/zh/b.md"]


def test_english_pages_offer_what_is_translated(root: Path) -> None:
    """A broken record is the Chinese build's to complain of."""
    (root / "docs/en/new.md").write_text(_PAGE)
    _change(root / "docs/en/a.md", "B\n", "B2\n")
    assert pages.untranslated() == {"new/": "english"}
    pages.RECORD.write_text("<<<<<<< HEAD\n")
    assert pages.untranslated() == {"new/": "english"}


def test_an_orphan_alone_is_left_out(root: Path, tmp_path: Path) -> None:
    """The nav does not have it, and MkDocs would complain."""
    (root / "docs/en/b.md").unlink()
    assert pages.english_fallbacks(tmp_path / "gathered")
    assert [p.name for p in (tmp_path / "gathered").iterdir()] == ["a.md"]


def test_a_record_of_another_shape_is_explained(root: Path) -> None:
    """The message names the key that is wrong, and says what to do."""
    with pages.RECORD.open("a") as file:
        file.write('"docs/en/c.md" = ["390949"]\n')
    pattern = r"pages\.toml: `docs/en/c\.md` is not a text.* record` for"
    with pytest.raises(ValueError, match=pattern):
        pages.notes()


def test_a_conflict_in_the_record_is_explained(root: Path) -> None:
    """The message says which file it is in, and what to do."""
    with pages.RECORD.open("a") as file:
        file.write("<<<<<<< HEAD\n")
    with pytest.raises(ValueError, match=r"pages\.toml: .*line 11.*record"):
        pages.notes()
