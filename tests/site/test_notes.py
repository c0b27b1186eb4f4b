"""What pages say of their twins in the other language, with each engine."""

import shutil
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import pytest

from render.publish.build import ENGINES, engine_python
from tests.project import ROOT
from tests.site.parsed import parsed, texts

_ROOT = "http://127.0.0.1:8000/"
_CONFIG = f"""\
site_name: notes
site_url: {_ROOT}zh/
theme:
  name: material
  custom_dir: docs/theme/material
  language: zh
  font: false
extra:
  notes: {{"": behind, tab/new/: english}}
"""
_ENGLISH = f"""\
site_name: offers
site_url: {_ROOT}
theme:
  name: material
  custom_dir: docs/theme/material
  language: en
  font: false
extra:
  untranslated: {{tab/new/: english}}
"""
_NOTE = "//article//*[@class='admonition note'][preceding::h1]"


def _build(engine: str, config: str, folder: Path) -> None:
    """Build a site of three pages with this project's theme."""
    shutil.copytree(ROOT / "docs/theme", folder / "docs/theme")
    (folder / "mkdocs.yml").write_text(config)
    for name in "index", "tab/new", "tab/current":
        path = folder / "docs" / f"{name}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text("# Title\n\nText.\n")
    done = subprocess.run(
        [engine_python(engine), "-m", engine, "build"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_that_is_not_up_to_date_carries_a_note(
    engine: str, tmp_path: Path
) -> None:
    """Below its title, with a link to its English page."""
    _build(engine, _CONFIG, tmp_path)
    for address, language in ("", "zh"), ("tab/new/", "en"):
        tree = parsed(tmp_path / "site" / address / "index.html")
        [href] = texts(tree, f"{_NOTE}//a[@hreflang='en']/@href")
        assert texts(tree, f"{_NOTE}/@lang") == ["zh"]
        assert texts(tree, "//h1/ancestor::*[@lang][1]/@lang") == [language]
        assert urljoin(f"{_ROOT}zh/{address}", href) == f"{_ROOT}{address}"
    tree = parsed(tmp_path / "site/tab/current/index.html")
    assert texts(tree, _NOTE) == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_offers_its_chinese_page_only_if_there_is_one(
    engine: str, tmp_path: Path
) -> None:
    """Not one that the Chinese site shows in English."""
    _build(engine, _ENGLISH, tmp_path)
    offered = {
        address: len(
            texts(
                parsed(tmp_path / "site" / address / "index.html"),
                "//aside[@class='offer']//a/@href",
            )
        )
        for address in ("", "tab/new/", "tab/current/")
    }
    assert offered == {"": 1, "tab/new/": 0, "tab/current/": 1}
