"""The one list of what pages are made from."""

import pytest
from mkdocs.utils.yaml import yaml_load

from render.paths import CHINESE_INPUTS, INPUTS, ROOT
from tests.test_imports import ALLOWED


def test_inputs_hold_every_folder_that_pages_import() -> None:
    """A change in one that is left out would not show in a preview."""
    imported = {name for name in ALLOWED["render"] if (ROOT / name).is_dir()}
    assert {"docs", "render", *imported} <= {*INPUTS}


def test_inputs_exist() -> None:
    """A name that is left over would be watched in vain."""
    for name in (*INPUTS, *CHINESE_INPUTS):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("config", ["mkdocs.yml", "mkdocs.zh.yml"])
def test_mkdocs_watches_the_inputs(config: str) -> None:
    """`mkdocs serve` and `make serve` see the same changes."""
    folders = [name for name in INPUTS if (ROOT / name).is_dir()]
    with (ROOT / config).open(encoding="utf-8") as file:
        assert yaml_load(file)["watch"] == folders
