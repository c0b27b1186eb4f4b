"""A mistake in a page's front matter ends the build."""

from pathlib import Path

import pytest

from render.publish import build as site


@pytest.mark.parametrize(
    ("page", "place"),
    [
        (b"---\ndescription: a\ntags: {b\n---\n\n# T\n", "one.md:4: "),
        (b"---\ntitle: a\n---\n\n# T\n", "one.md:1: "),
        (b"---\na: b\ndescription: 'a \"b\"'\n---\n\n# T\n", "one.md:3: "),
        (b"---\ndescription: a\n---\n\n# T\n\n\xff\n", "one.md:7: "),
    ],
    ids=["yaml", "description", "quote", "text"],
)
def test_a_build_names_page_and_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    page: bytes,
    place: str,
) -> None:
    """Before any engine runs; what was built before stays."""
    folder = tmp_path / "docs" / "en" / "tab"
    folder.mkdir(parents=True)
    (folder / "one.md").write_bytes(page)
    (folder / "two.md").write_bytes(b"---\ndescription: a\n---\n\n# T\n")
    built = tmp_path / "site"
    built.mkdir()
    (built / "index.html").write_text("before")
    monkeypatch.setattr(site, "ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert not site.build(built, ["en"])
    assert [p.read_text() for p in built.iterdir()] == ["before"]
    said = capfd.readouterr().out.splitlines()
    assert len(said) == 1
    assert said[0].startswith(f"ERROR   -  docs/en/tab/{place}")
