"""Each language is built and put in place on its own."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from render.publish import build, output_folder


def test_a_build_leaves_no_temporary_files(site: Path) -> None:
    """Each build of a day would add its own, 36 MB of them."""
    assert not list(site.with_name("temporary").iterdir())


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

    class Process(subprocess.Popen[str]):
        """Stands in for MkDocs, and for what finishes its pages."""

        def __init__(self, command: tuple[str, ...], **_: Any) -> None:
            words = [*map(str, command)]
            self.returncode, self.said = 0, ""
            if "--site-dir" not in words:
                self.said = summary if "summary" in words else ""
            elif configs[failing] in words:
                self.returncode, self.said = 1, "ERROR: why"
            else:
                made = Path(words[words.index("--site-dir") + 1])
                made.mkdir()
                (made / "index.html").write_text("after")

        def __exit__(self, *_: object) -> None:
            """Nothing runs that one could wait for."""

        def __del__(self) -> None:
            """Nor is there anything to clean up."""

        def communicate(self, *_: Any, **__: Any) -> tuple[str, str]:
            return self.said, ""

    folder = tmp_path / "site"
    pages = {"en": folder / "index.html", "zh": folder / "zh/index.html"}
    for page in pages.values():
        page.parent.mkdir()
        page.write_text("before")
    marker = folder / output_folder.MARKER
    marker.write_text("\nindex.html\nzh/index.html\n")
    monkeypatch.setattr(subprocess, "Popen", Process)
    assert not build.build(folder)
    assert {name: page.read_text() for name, page in pages.items()} == {
        name: "before" if name == failing else "after" for name in pages
    }
    said = capfd.readouterr().out
    assert "ERROR: why" in said
    assert summary in said
    assert said.splitlines()[-1].startswith(f"{configs[failing]} was not")
