"""Our plugin for MkDocs: it saves time, and changes no page.

An engine that does not know it makes the same site.
"""

import gc
import re
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from material.plugins.search.plugin import SearchIndex, SearchPlugin
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure.pages import Page
from mkdocstrings import MkdocstringsPlugin

from render import cache
from render.lessons import history
from render.publish import ahead

# What the search excludes; none of these holds another of its kind. It takes
# half of the time to parse, and adds nothing.
_EXCLUDED = re.compile(
    r"(<(div|figure|section|table)\b[^>]* data-search-exclude[^>]*>)"
    r"(?:(?!<\2\b).)*?(</\2>)",
    re.S,
)


# It has no options, and MkDocs gives its base class no types.
class Speed(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Takes results over from earlier builds."""

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Activate the cache."""
        self._is_first = not cache.activate()
        if self._is_first:
            # All lessons will run, and the interpreter takes a while.
            history.prepare()
        if command == "build":
            # The process ends soon; the collector would take a twelfth of it.
            gc.disable()

    def on_config(self, config: MkDocsConfig) -> None:
        """Let the other plugins take results over, which are ready by now."""
        if self._is_first and cache.folder():
            language = config.theme["language"]
            ahead.start(language, str(config.repo_url), config.docs_dir)
            self._is_first = False
        for plugin in config.plugins.values():
            if isinstance(plugin, SearchPlugin):
                plugin.search_index = Index(**plugin.search_index.config)
            elif isinstance(plugin, MkdocstringsPlugin):
                keep_templates(plugin.get_handler("python").env)

    def on_env(self, env: Environment, **_: Any) -> None:
        """Keep the compiled templates; none has been used yet."""
        keep_templates(env)


def keep_templates(env: Environment) -> None:
    """Keep the compiled templates of an environment.

    Args:
        env: The environment.
    """
    if folder := cache.folder():
        env.bytecode_cache = FileSystemBytecodeCache(str(folder))


class Index(SearchIndex):  # type: ignore[misc]  # Untyped.
    """A search index that parses pages only if they have changed."""

    entries: list[Any]

    def add_entry_from_context(self, page: Page) -> None:
        """Add the entries of a page."""

        def make() -> list[Any]:
            whole, before = page.content, self.entries
            page.content = _EXCLUDED.sub(r"\1\3", whole or "")
            self.entries = []
            try:
                super(Index, self).add_entry_from_context(page)
                return self.entries
            finally:
                page.content, self.entries = whole, before

        given = [page.content, page.url, page.title, _ids(page.toc)]
        given += [page.meta.get(key) for key in ("title", "search", "tags")]
        slot = f"search {self.config['lang']} {page.url}"
        self.entries += cache.result(slot, given, make)


def _ids(items: Any) -> list[Any]:
    return [[item.id, item.url, _ids(item.children)] for item in items]
