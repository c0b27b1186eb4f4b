"""A language's site that stays in memory and is rendered page by page.

After a whole build by MkDocs, a page that changes is rendered alone. What a
build does for a page is done for it, in the same order and by the same
functions of MkDocs 1.6, so that the site is what a whole build would make.
What concerns more than pages, such as a new file or a template, is built as a
whole, in the same process.
"""

import ast
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from material.plugins.search.plugin import SearchPlugin
from mkdocs.commands import build as mkdocs_build
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils.yaml import yaml_load
from mkdocs_autorefs import AutorefsPlugin
from mkdocstrings import MkdocstringsPlugin

from render.errors import RenderError, explained
from render.lessons.lesson import read_again
from render.paths import CHINESE_INPUTS, INPUTS, ROOT
from render.publish import front_matter
from render.publish.plugin import Built
from render.publish.watching import Changes

# A file here that no page is made from may be a page's or the theme's soon.
_LISTED = ("docs/en", "docs/theme", "docs/zh")
_CONFIGS = ("mkdocs.lists.yml", "mkdocs.yml", "mkdocs.zh.yml")
# References to headings of other pages, which wait until all are rendered.
_OPEN = ("<autoref", "<backlinks")

_Plugin = TypeVar("_Plugin")


class OutdatedError(Exception):
    """This process has loaded what changed: another one has to go on."""


class Site:
    """The pages of a language.

    Attributes:
        builds: How often all of it was built.
        errors: What is wrong now, by the page or the example.
    """

    def __init__(self, whole: Callable[[], Built]) -> None:
        """Take what builds it.

        Args:
            whole: Builds all, and returns what the build worked with.
        """
        self.builds = 0
        self.errors: dict[str, RenderError] = {}
        self._whole = whole
        self._built: Built | None = None
        self._configured: object = None
        self._sources: dict[str, File] = {}
        # Pages that changed, or whose files did, and examples that changed.
        self._due: set[str] = set()
        self._examples: Changes = {}

    def build(self) -> list[str]:
        """Build all.

        Returns:
            The addresses of the pages; none if there are errors.
        """
        self._built, self._due, self._examples = None, set(), {}
        try:
            self.take(self._whole())
        except Exception as error:
            self.errors = {"": explained(error)}
            return []
        return [_page(file).url for file in self._pages()]

    @property
    def ready(self) -> bool:
        """Whether all has been built since the last failure to do so."""
        return self._built is not None

    def take(self, built: Built) -> None:
        """Go on from a build.

        Args:
            built: What it worked with.
        """
        self._built, self.errors = built, {}
        self.builds += 1
        self._configured = _configured(built)
        self._sources = {
            _name(file.abs_src_path): file
            for file in built.files
            if file.abs_src_path
        }

    def update(self, changes: Changes) -> list[str]:
        """Render what changes concern, and what failed before.

        Args:
            changes: What changed in the project.

        Returns:
            The addresses of the pages that were rendered.

        Raises:
            OutdatedError: This process cannot do it.
        """
        if {*changes} & {*_CONFIGS, *_loaded()}:
            raise OutdatedError
        built = self._built
        if built is None or (
            # Pages of the other language may decide on the navigation.
            any(_inside(name, ("docs",)) for name in changes)
            and _configured(built) != self._configured
        ):
            return self.build()
        for name, how in changes.items():
            file = self._sources.get(name)
            if file is None:
                if _inside(name, _LISTED) and not self._is_elsewhere(name):
                    return self.build()
            elif how != "changed":
                return self.build()
            elif not file.is_documentation_page():
                file.copy_file()
            if _inside(name, ("examples",)):
                self._examples[name] = how
        uses = {
            file.src_uri: (own, *built.uses.get(file.src_uri, ()))
            for own, file in self._sources.items()
        }
        self._due |= {
            page
            for page, names in uses.items()
            if any(_inside(name, names) for name in changes)
        }
        self._read_examples()
        return self._render(
            [
                file
                for file in self._pages()
                if file.src_uri in self._due
                and not any(
                    _inside(n, uses[file.src_uri]) for n in self._examples
                )
            ]
        )

    def _is_elsewhere(self, name: str) -> bool:
        """Whether a new or a template's file is of the other language."""
        assert self._built
        if self._built.config.theme["language"] == "en":
            return _inside(name, CHINESE_INPUTS)
        twin = ROOT / "docs/zh" / name.removeprefix("docs/en/")
        return _inside(name, ("docs/en",)) and twin.is_file()

    def _pages(self) -> list[File]:
        assert self._built
        return [*self._built.files.documentation_pages()]

    def _plugin(self, kind: type[_Plugin]) -> _Plugin:
        assert self._built
        plugins = self._built.config.plugins.values()
        return next(one for one in plugins if isinstance(one, kind))

    def _read_examples(self) -> None:
        """Let mkdocstrings read examples that changed, once they are Python."""
        broken = {}
        for name in self._examples:
            self.errors.pop(name, None)
            if name.endswith(".py") and (ROOT / name).is_file():
                try:
                    ast.parse((ROOT / name).read_bytes(), name)
                except SyntaxError as error:
                    what = f"{name}:{error.lineno}: {error.msg}"
                    self.errors[name] = RenderError(what)
                    broken[name] = self._examples[name]
        ready = self._examples.keys() - broken.keys()
        handler: Any = self._plugin(MkdocstringsPlugin).get_handler("python")
        known = handler._modules_collection
        if ready and "examples" in known.members:
            modules = [n.removesuffix(".py").replace("/", ".") for n in ready]
            if any(self._examples[n] != "changed" for n in ready) or (
                not read_again(known, modules)
            ):
                del known.members["examples"]  # It is loaded when it is shown.
        self._examples = broken

    def _render(self, due: list[File]) -> list[str]:
        """Render some pages, and what shows them."""
        built = self._built
        assert built
        before = [_shown_elsewhere(file) for file in self._pages()]
        done = [file for file in due if self._populate(file)]
        if not done:
            return []
        # Its content comes without what is filled in at the end.
        others = [
            file
            for file in self._pages()
            if file.src_uri not in self._due
            and any(one in built.content[file.src_uri] for one in _OPEN)
        ]
        for file in others:
            _page(file).content = built.content[file.src_uri]
        config, changed = built.config, Files([*done, *others])
        config.plugins.on_env(built.env, config=config, files=changed)
        search = self._plugin(SearchPlugin)
        search.search_index.only = {_page(file).url for file in changed}
        if before != [_shown_elsewhere(file) for file in self._pages()]:
            failed = self._due - {file.src_uri for file in done}
            changed = Files(
                file for file in self._pages() if file.src_uri not in failed
            )
            for name in config.theme.static_templates:
                mkdocs_build._build_theme_template(
                    name, built.env, built.files, config, built.nav
                )
        for file in changed:
            self._fill(file)
        search.on_post_build(config=config)
        return [_page(file).url for file in done]

    def _populate(self, file: File) -> bool:
        """Turn a page into HTML; returns whether that was possible."""
        built = self._built
        assert built
        self._forget(file)
        with self._blamed(file):
            if wrong := front_matter.mistake(Path(str(file.abs_src_path))):
                raise RenderError(wrong)
            mkdocs_build._populate_page(_page(file), built.config, built.files)
            return True
        return False

    def _fill(self, file: File) -> None:
        """Fill a page into its template, and write it."""
        built = self._built
        assert built
        with self._blamed(file):
            mkdocs_build._build_page(
                _page(file), built.config, self._pages(), built.nav, built.env
            )
            self._due.discard(file.src_uri)

    @contextmanager
    def _blamed(self, file: File) -> Iterator[None]:
        """Note what is wrong with a page, and go on."""
        self.errors.pop(file.src_uri, None)
        try:
            yield
        except Exception as error:
            path = Path(str(file.abs_src_path))
            self.errors[file.src_uri] = explained(error, path)

    def _forget(self, file: File) -> None:
        """Forget the headings and objects that a page had before."""
        url = _page(file).url
        own = f"{url}#"
        autorefs = self._plugin(AutorefsPlugin)
        for known in autorefs._primary_url_map, autorefs._secondary_url_map:
            for name, urls in [*known.items()]:
                known[name] = [url for url in urls if not url.startswith(own)]
                if not known[name]:
                    del known[name]
        for titles in autorefs._title_map, autorefs._breadcrumbs_map:
            for known_url in [
                u for u in titles if u == url or u.startswith(own)
            ]:
                del titles[known_url]
        inventory = self._plugin(MkdocstringsPlugin).handlers.inventory
        for name, item in [*inventory.items()]:
            if item.uri.startswith(own):
                del inventory[name]


def _page(file: File) -> Page:
    assert file.page
    return file.page


def _shown_elsewhere(file: File) -> object:
    """What the navigation of other pages may show of a page."""
    page = _page(file)
    meta = {k: v for k, v in page.meta.items() if k != "description"}
    return page.title, meta


def _configured(built: Built) -> object:
    """What the configuration computes from files."""
    with open(built.config.config_file_path, encoding="utf-8") as file:
        given = yaml_load(file)
    return given.get("nav"), given.get("extra")


def _name(path: str) -> str:
    """A file's path from the root of the project, links followed."""
    real = Path(path).resolve()
    return (
        real.relative_to(ROOT).as_posix() if real.is_relative_to(ROOT) else ""
    )


def _inside(name: str, places: Collection[str]) -> bool:
    """Whether a file is one of some files, or in one of some folders."""
    return any(name == p or name.startswith(f"{p}/") for p in places)


def _loaded() -> set[str]:
    """The files of the project that this process has imported."""
    root = f"{ROOT}/"
    files = [str(getattr(m, "__file__", "")) for m in [*sys.modules.values()]]
    names = [f.removeprefix(root) for f in files if f.startswith(root)]
    return {name for name in names if name.partition("/")[0] in INPUTS}
