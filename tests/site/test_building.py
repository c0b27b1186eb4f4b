"""Both languages are made at once; what is missing in one is told."""

import socket
import sys
from pathlib import Path

import pytest

from render.blocks import behaviour, fences
from render.languages import locale as language
from render.languages import translations as twins
from render.publish import build, output_folder


def _pages(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two English pages, one of which has a twin."""
    for module in build, twins:
        monkeypatch.setattr(module, "ROOT", root)
    monkeypatch.setattr(twins, "ENGLISH", root / "en")
    monkeypatch.setattr(twins, "CHINESE", root / "zh")
    for name in "en/a/one.md", "en/a/two.md", "zh/a/one.md":
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\ndescription: d\n---\n\n# Title\n\nText.\n")


def test_a_missing_page_is_shown_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a note below its title; the others are the Chinese ones."""
    _pages(tmp_path, monkeypatch)
    build.stand_ins(tmp_path / "all")
    one, two = sorted((tmp_path / "all").rglob("*.md"))
    assert one.resolve() == tmp_path / "zh" / "a" / "one.md"
    lines = [line for line in two.read_text().splitlines() if line]
    assert lines[3:5] == ["# Title", "!!! note"]
    assert lines[-1] == "Text."


def test_a_failed_build_leaves_what_was_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """And says which language failed."""
    monkeypatch.setattr(build, "_CONFIGS", {"zh": "mkdocs.gone.yml"})
    (tmp_path / "index.html").write_text("before")
    marker = tmp_path / output_folder.MARKER
    marker.write_text("\nindex.html\n")
    assert not build.build(tmp_path, ["zh"])
    assert {*tmp_path.iterdir()} == {tmp_path / "index.html", marker}
    assert "--- mkdocs.gone.yml" in capfd.readouterr().out


def test_a_build_leaves_no_temporary_files(site: Path) -> None:
    """Each build of a day would add its own, 36 MB of them."""
    assert not list(site.with_name("temporary").iterdir())


@pytest.mark.parametrize(
    ("port", "why"),
    [(0, "Address already in use"), (65536, "must be 0-65535")],
)
def test_a_port_that_cannot_be_used_is_said(
    port: int, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before a build, which takes 15 s, with the way to another one."""
    monkeypatch.setattr(build, "build", pytest.fail)
    with socket.create_server((build.HOST, 0)) as taken:
        number = port or taken.getsockname()[1]
        command = ["build", "serve", "--port", str(number)]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(
            SystemExit, match=f"^Port {number} .*{why}.*PORT=8001 make serve"
        ):
            build.main()


def test_a_missing_translation_ends_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The catalogue and the sentence are named."""
    monkeypatch.setattr(language, "ROOT", tmp_path)
    monkeypatch.setattr(language, "LOCALE", tmp_path / "locale")
    with language.use("zh"):
        with pytest.raises(fences.FenceError) as told:
            behaviour.table("body")
        with pytest.raises(
            language.UntranslatedError, match=r"nova\.po.*Look"
        ):
            language.say_all("Look.", "nova")
    assert "locale/zh/reference.po has no translation of `the body" in str(
        told.value
    )
    assert language.say_all("Look.", "nova") == "Look."
