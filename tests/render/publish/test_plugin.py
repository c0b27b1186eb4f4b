"""The plugin and the cache save time, and change nothing."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from render import cache
from render.publish.plugin import keep_templates
from tests.render.publish.conftest import built, contents


@pytest.mark.parametrize("config", ["mkdocs.yml", "mkdocs.zh.yml"])
def test_the_cache_changes_no_file(
    small: Path, tmp_path: Path, config: str
) -> None:
    """Without it, while it is filled, and from it, the site is the same."""
    whole = (small / "mkdocs.yml").read_text()
    plain = whole.replace("\n  speed: {}", "\n")
    assert plain != whole
    (small / "mkdocs.yml").write_text(plain)
    try:
        without = contents(built(small, tmp_path / "without", config))
    finally:
        (small / "mkdocs.yml").write_text(whole)
    for name in "filling", "filled":
        made = contents(built(small, tmp_path / name, config))
        assert made.keys() == without.keys()
        assert [n for n in made if made[n] != without[n]] == []


def test_a_cache_that_is_deleted_costs_only_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A preview that runs meanwhile continues."""
    monkeypatch.setattr(cache, "_folder", tmp_path / "gone")
    env = Environment(loader=DictLoader({"page": "words"}))
    keep_templates(env)
    assert env.get_template("page").render() == "words"
