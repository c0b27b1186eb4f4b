"""The navigation of mkdocs.yml, with titles in another language.

mkdocs.zh.yml takes it from here, so that a page is added in mkdocs.yml alone.
Titles are translated in `docs/locale/<language>/nav.po`.
"""

from collections.abc import Iterator
from typing import Any

from mkdocs.utils.yaml import yaml_load

from render.languages.locale import English, translate
from render.paths import ROOT

CONFIG = ROOT / "mkdocs.yml"


def english() -> list[Any]:
    """Read the navigation of the English site."""
    with CONFIG.open(encoding="utf-8") as file:
        return list(yaml_load(file)["nav"])


def titles(nav: Any) -> Iterator[str]:
    """List the titles of a navigation.

    Args:
        nav: As mkdocs.yml has it.

    Yields:
        The titles of sections and of pages that have one there.

    Examples:
        >>> list(titles([{"Home": "a.md"}, {"Tab": ["b.md", {"C": ["c.md"]}]}]))
        ['Home', 'Tab', 'C']
    """
    if isinstance(nav, list):
        for item in nav:
            yield from titles(item)
    elif isinstance(nav, dict):
        for title, inside in nav.items():
            yield title
            yield from titles(inside)


def translated(language: str, nav: Any = None, tab: bool = True) -> Any:
    """Translate the titles of a navigation.

    Args:
        language: A folder of `docs/locale`.
        nav: As mkdocs.yml has it; if there is none, that of mkdocs.yml.
        tab: Whether its titles are those of tabs, which a page there needs.

    Returns:
        The same pages in the same order. A section without a translation stays
        in English; a page without one has its own title.

    Examples:
        >>> translated("zh", [{"Learn": "a.md"}, {"?": [{"?": "b.md"}]}])
        [{'学习': 'a.md'}, {'?': ['b.md']}]
    """
    if nav is None:
        nav = english()
    if isinstance(nav, list):
        return [translated(language, item, tab) for item in nav]
    if isinstance(nav, dict):
        [(title, inside)] = nav.items()
        shown = translate(title, language, "nav")
        if isinstance(inside, str) and isinstance(shown, English) and not tab:
            return inside
        return {str(shown): translated(language, inside, tab=False)}
    return nav
