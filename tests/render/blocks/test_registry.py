"""A block that is wrong ends the build, and says where it is."""

from pathlib import Path

import pytest
from markdown import Markdown
from mkdocs.exceptions import BuildError
from pymdownx.superfences import SuperFencesException

from render.blocks import BlockError, registry
from render.languages import locale

BLOCKS = registry.blocks("https://example.org")


def _convert(page: str) -> str:
    extensions = ["pymdownx.superfences", "render.blocks.registry"]
    options = {"repo_url": "https://example.org"}
    markdown = Markdown(
        extensions=extensions,
        extension_configs={"render.blocks.registry": options},
    )
    return str(markdown.convert(page))


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_that_is_wrong_ends_the_build(name: str) -> None:
    """Whatever its function raises; no page shows the text as code."""
    with pytest.raises(SuperFencesException, match=f"```{name}: "):
        _convert(f"```{name}\ncall gone: gone\ngone\n```\n")


def test_a_block_takes_no_options() -> None:
    """With options, superfences would show the text as code."""
    with pytest.raises(SuperFencesException, match="```release takes no"):
        _convert('```release title="Version"\noslo.utils\n```\n')
    with pytest.raises(SuperFencesException, match="```release takes no"):
        _convert('```{.release title="Version"}\noslo.utils\n```\n')


def test_the_message_names_page_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the page built, or the English page that replaces it."""
    monkeypatch.setattr(registry, "ROOT", tmp_path)
    both = "---\ntitle: t\n---\n\n```release\ngone\n```\n"
    nested = "Text.\n\n- Item\n\n    ```release\n    missing\n    ```\n"
    for page, text in (
        ("docs/en/a/both.md", both),
        ("docs/en/a/nested.md", nested),
        ("docs/zh/a/both.md", "\n" + both),
    ):
        path = tmp_path / page
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def told(page: str, language: str) -> str:
        text = (tmp_path / page).read_text()
        with (
            locale.activate(language),
            pytest.raises(SuperFencesException) as info,
        ):
            _convert(text)
        return str(info.value)

    why = "```release: gone is not installed"
    assert told("docs/en/a/both.md", "en") == f"docs/en/a/both.md:5: {why}"
    assert told("docs/zh/a/both.md", "zh") == f"docs/zh/a/both.md:6: {why}"
    assert told("docs/en/a/nested.md", "zh") == (
        "docs/en/a/nested.md:5: ```release: missing is not installed"
    )


def test_only_a_defect_has_its_type_and_a_traceback() -> None:
    """A KeyError alone would say no more than a name."""

    def fails(text: str) -> str:
        raise {"block": BlockError, "key": KeyError}[text](text)

    formatter = registry.ends_build("fails", fails)
    for text, wanted in ("block", "block"), ("key", "KeyError: 'key'"):
        with pytest.raises(SuperFencesException) as info:
            formatter(text)
        assert str(info.value) == f"```fails: {wanted}"
        # MkDocs prints no traceback of a BuildError.
        assert isinstance(info.value, BuildError) == (text == "block")
