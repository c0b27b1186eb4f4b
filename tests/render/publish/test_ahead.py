"""The blocks rendered ahead of a build are those that it uses."""

import sys
from pathlib import Path

import pytest
from markdown import markdown

from render import cache
from render.blocks.registry import makeExtension
from render.languages.locale import activate
from render.publish import ahead
from render.sources import upstream

_NAME = "oslo_utils.excutils:save_and_reraise_exception.__enter__"
_PAGE = f"""# Title

A reference, [`check=`](nova:{_NAME}).

```upstream
{_NAME}
```
"""
_WRONG = "```upstream\noslo_utils.excutils:gone\n```\n"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_build_takes_over_what_was_made_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """It makes neither again; what is wrong is left for it to tell."""
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    monkeypatch.setattr(cache, "_folder", None)
    cache.activate()
    (tmp_path / "page.md").write_text(_PAGE + _WRONG)
    url = "https://example.org"
    ahead.fill(language, url, tmp_path)

    def again(name: str) -> None:
        raise AssertionError(f"{name} is looked up again")

    monkeypatch.setattr(upstream, "definition", again)
    extensions = ["render.sources.references", makeExtension(url)]
    with activate(language):
        html = markdown(_PAGE, extensions=extensions)
        assert "return" in html
        with pytest.raises(Exception, match="is looked up again"):
            markdown(_WRONG, extensions=extensions)
