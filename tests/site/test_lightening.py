"""What the theme's style loses, and what it keeps."""

import re
import shutil
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from render.publish import finish

_STYLES = Path("assets", "stylesheets")
_RULE = re.compile(r"[^{}]+\{[^{}]*\}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site with the theme's style."""
    theme = Path(str(files("material"))) / "templates"
    shutil.copytree(theme / _STYLES, tmp_path / _STYLES)
    return tmp_path


def _lightened(folder: Path, text: str) -> tuple[str, str]:
    page = folder / "index.html"
    page.write_text(text, "utf-8")
    before, after = "", ""
    for path in sorted(folder.glob("assets/stylesheets/**/*.css")):
        before += path.read_text("utf-8")
    finish.lighten(folder, [page])
    for path in sorted(folder.glob("assets/stylesheets/**/*.css")):
        after += path.read_text("utf-8")
    return before, after


def test_what_no_page_needs_goes(folder: Path) -> None:
    """Rules for tabs and for the moment of switching; no other."""
    before, after = _lightened(folder, "<p>no tabs</p>")
    gone = Counter(_RULE.findall(before)) - Counter(_RULE.findall(after))
    assert len(gone) > 80
    for rule in gone:
        for one in re.split(r",(?![^(]*\))", rule.partition("{")[0]):
            assert "tabbed-" in one or "[data-md-color-switching]" in one
    assert "data-md-color-switching" not in after
    assert after.count("{") == after.count("}")


def test_tabs_keep_their_style(folder: Path) -> None:
    """A page with tabs in its text looks as the theme has it."""
    before, after = _lightened(folder, '<div class="tabbed-set">')
    gone = Counter(_RULE.findall(before)) - Counter(_RULE.findall(after))
    assert len(gone) == 1
