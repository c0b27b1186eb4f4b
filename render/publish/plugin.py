"""Our plugin for MkDocs: it saves time, and changes no page.

An engine that does not know it makes the same site.
"""

import gc
import os
import re
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket
from material.plugins.search.plugin import SearchIndex, SearchPlugin
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocstrings import MkdocstringsPlugin

from render import cache
from render.lessons import history
from render.paths import PACKED, ROOT
from render.publish import ahead

# What the search excludes; none of these holds another of its kind. It takes
# half of the time to parse, and adds nothing.
_EXCLUDED = re.compile(
    r"(<(div|figure|section|table)\b[^>]* data-search-exclude[^>]*>)"
    r"(?:(?!<\2\b).)*?(</\2>)",
    re.S,
)


@dataclass
class Built:
    """What a build worked with, for a preview that reuses it.

    Attributes:
        config: Its configuration.
        files: All files.
        nav: The navigation.
        env: The theme's templates.
        uses: What each page was made from beside its own file.
        content: Each page's HTML before plugins went over all pages.
    """

    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment
    uses: dict[str, cache.Files] = field(default_factory=dict)
    content: dict[str, str] = field(default_factory=dict)


# It has no options, and MkDocs gives its base class no types.
class Speed(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Takes results over from earlier builds, and serves page by page."""

    built: Built

    def __init__(self) -> None:
        """Begin outside a build."""
        super().__init__()
        self._is_first = self._serves = False
        self._until = ExitStack()
        self._uses: cache.Files = {}
        self._page: Page | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Activate the cache."""
        self._serves = command == "serve"
        if self._serves:
            from render.publish.watching import inputs

            self._inputs = inputs()
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
                self._mkdocstrings = plugin.handlers
                self._handler = plugin.get_handler("python")
                keep_templates(self._handler.env)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> None:
        """Begin to note what the build works with."""
        if self._serves:
            # Python may be packed anew at any time: the server takes it from
            # where it is packed.
            for file in [*files]:
                if _name(file).startswith(f"{PACKED}/"):
                    files.remove(file)
        env = config.theme.get_env()
        self.built = Built(config, files, Navigation([], []), env)

    def on_nav(self, nav: Navigation, **_: Any) -> None:
        """Note the navigation."""
        self.built.nav = nav

    def on_pre_page(self, page: Page, **_: Any) -> Page:
        """Note from here on what the page is made from."""
        self._until.close()  # The last page may have failed.
        self._uses = self._until.enter_context(cache.record())
        self._page = page
        return page

    def on_page_content(self, html: str, *, page: Page, **_: Any) -> None:
        """Stop noting what the page is made from."""
        self._until.close()
        self._page = None
        self.built.uses[page.file.src_uri] = self._uses
        self.built.content[page.file.src_uri] = html

    def on_env(self, env: Environment, **_: Any) -> None:
        """Keep the compiled templates; none has been used yet."""
        keep_templates(env)
        self.built.env = env

    def on_page_context(self, context: Any, *, page: Page, **_: Any) -> None:
        """Note which page is filled into its template."""
        self._page = page

    def on_post_page(self, output: str, **_: Any) -> None:
        """Note that it is done."""
        self._page = None

    def on_post_build(self, **_: Any) -> None:
        """Let a preview go on with the modules that mkdocstrings has read."""
        if self._serves:
            self._mkdocstrings._handlers["python"] = self._handler

    def on_serve(
        self, server: LiveReloadServer, *, builder: Any, **_: Any
    ) -> Any:
        """Let `mkdocs serve` go on page by page."""
        from render.publish.plain import PlainServer
        from render.publish.watching import Watch

        return PlainServer(
            server, lambda: self.built, builder, Watch(self._inputs)
        )

    def on_build_error(self, *, error: Exception, **_: Any) -> None:
        """Let an error name the page."""
        if self._page and self._page.file.abs_src_path:
            vars(error)["page"] = Path(self._page.file.abs_src_path)
        self._page = None


def _name(file: File) -> str:
    """A file's path from the root of the project."""
    return os.path.relpath(file.abs_src_path or "", ROOT)


class _Templates(FileSystemBytecodeCache):
    """Compiled templates in a folder, which may be deleted meanwhile."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def keep_templates(env: Environment) -> None:
    """Keep the compiled templates of an environment.

    Args:
        env: The environment.
    """
    if folder := cache.folder():
        env.bytecode_cache = _Templates(str(folder))


class Index(SearchIndex):  # type: ignore[misc]  # Untyped.
    """A search index that parses pages only if they have changed.

    Attributes:
        only: The addresses of the pages whose entries are made; those of
            others stay as they are.
    """

    entries: list[Any]

    def __init__(self, **config: Any) -> None:
        """Take the options of the search, and make entries of all pages."""
        super().__init__(**config)
        self.only: set[str] | None = None
        self._pages: dict[str, list[Any]] = {}

    def add_entry_from_context(self, page: Page) -> None:
        """Make the entries of a page."""

        def make() -> list[Any]:
            whole, self.entries = page.content, []
            page.content = _EXCLUDED.sub(r"\1\3", whole or "")
            try:
                super(Index, self).add_entry_from_context(page)
                return self.entries
            finally:
                page.content = whole

        if self.only is not None and page.url not in self.only:
            return
        given = [page.content, page.url, page.title, _ids(page.toc)]
        given += [page.meta.get(key) for key in ("title", "search", "tags")]
        slot = f"search {self.config['lang']} {page.url}"
        self._pages[page.url] = cache.result(slot, given, make)

    def generate_search_index(self, prev: Any) -> str:
        """Make the index, in the order of the first build."""
        self.entries = [*chain.from_iterable(self._pages.values())]
        made: str = super().generate_search_index(prev)
        return made


def _ids(items: Any) -> list[Any]:
    return [[item.id, item.url, _ids(item.children)] for item in items]
