"""Each language is built and put in place on its own."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from render.publish import build as site


def test_a_build_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    """Of its own language; the other one stays."""
    for name in "made/new.html", "site/old.html", "site/zh/index.html":
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    site.move(tmp_path / "made", tmp_path / "site", "en")
    left = {p.name for p in (tmp_path / "site").rglob("*.html")}
    assert left == {"new.html", "index.html"}


@pytest.mark.parametrize("failing", ["en", "zh"])
def test_a_language_that_fails_leaves_the_other_fresh(
    failing: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Its own pages stay, and the last line names it."""
    configs = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}
    summary = "Chinese pages shown in English: 1\n"

    def run(
        command: tuple[str, ...], **_: Any
    ) -> subprocess.CompletedProcess[str]:
        """Stand in for MkDocs, and for what finishes its pages."""
        words = [*map(str, command)]
        if "--site-dir" not in words:
            said = summary if "summary" in words else ""
            return subprocess.CompletedProcess(command, 0, said)
        if configs[failing] in words:
            return subprocess.CompletedProcess(command, 1, "ERROR: why")
        made = Path(words[words.index("--site-dir") + 1])
        made.mkdir()
        (made / "index.html").write_text("after")
        return subprocess.CompletedProcess(command, 0, "")

    pages = {"en": tmp_path / "index.html", "zh": tmp_path / "zh/index.html"}
    for page in pages.values():
        page.parent.mkdir(exist_ok=True)
        page.write_text("before")
    monkeypatch.setattr(subprocess, "run", run)
    assert not site.build(tmp_path)
    assert {name: page.read_text() for name, page in pages.items()} == {
        name: "before" if name == failing else "after" for name in pages
    }
    said = capfd.readouterr().out
    assert "ERROR: why" in said
    assert summary in said
    assert said.splitlines()[-1].startswith(f"{configs[failing]} was not")
