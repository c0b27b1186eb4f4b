"""Both languages are made at once."""

from pathlib import Path

import pytest

from render.publish import build as site


def test_a_failed_build_leaves_what_was_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """And says which language failed."""
    monkeypatch.setattr(site, "_CONFIGS", {"zh": "mkdocs.gone.yml"})
    (tmp_path / "index.html").write_text("before")
    assert not site.build(tmp_path, ["zh"])
    assert [p.read_text() for p in tmp_path.iterdir()] == ["before"]
    assert "--- mkdocs.gone.yml" in capfd.readouterr().out


def test_a_build_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """Of its own language; the other one stays."""
    for name in "made/new.html", "site/old.html", "site/zh/index.html":
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    site.move(tmp_path / "made", tmp_path / "site", "en")
    left = {p.name for p in (tmp_path / "site").rglob("*.html")}
    assert left == {"new.html", "index.html"}
