"""Renders a language for `make serve`, in a process of its own.

`python -m render.publish.worker LANGUAGE MADE FOLDER` builds it, writes a line
about that, and then a line for each line of changes that it reads. MkDocs
builds into MADE; what is finished goes to FOLDER, each file as a whole and only
if it is another than before.
"""

import gc
import json
import logging
import os
import select
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.utils.yaml import yaml_load

from render.errors import RenderError, explained
from render.languages import pages
from render.languages.locale import activate
from render.lessons import history
from render.paths import ROOT
from render.publish import front_matter
from render.publish.build import CONFIGS
from render.publish.finish import STYLES, Finisher, without_unused
from render.publish.plugin import Built, Speed
from render.publish.warm import OutdatedError, Site
from render.publish.watching import Changes


class Finished:
    """The finished files of a language, in the folder that is served."""

    def __init__(self, made: Path, folder: Path, config: Path) -> None:
        """Take the folders.

        Args:
            made: Where MkDocs builds.
            folder: Where the finished files go.
            config: What they are built from.
        """
        self._made, self._folder, self._config = made, folder, config
        self._stamps: dict[str, tuple[int, int]] = {}
        self._written: dict[str, bytes] = {}
        self._changed: list[str] = []

    def update(self, *, whole: bool) -> None:
        """Finish what MkDocs has written since the last time.

        Args:
            whole: Whether it has built all.

        Raises:
            markdown_copies.PageError: A page lacks what each has.
            policy.PolicyError: A page has no place for a policy.
        """
        if whole:
            with self._config.open(encoding="utf-8") as file:
                given = yaml_load(file)
            self._finisher = Finisher(given)
            self._language = given["theme"]["language"]
            self._stamps = {}
        styles = {*self._made.glob(STYLES)}
        with activate(self._language):
            for path in sorted(self._made.rglob("*")):
                about = path.stat()
                stamp = about.st_mtime_ns, about.st_size
                name = path.relative_to(self._made).as_posix()
                if path.is_dir() or self._stamps.get(name) == stamp:
                    continue
                content = path.read_bytes()
                if path.suffix == ".html":
                    self._finisher.add(name, content.decode())
                elif path in styles:
                    style = without_unused(content.decode())
                    self._write(name, style.encode())
                else:
                    self._write(name, content)
                self._stamps[name] = stamp
            for name, text in self._finisher.pages():
                self._write(name, text.encode())
        if whole:
            self._keep({*self._stamps}, _is_engines)

    def changed(self) -> list[str]:
        """Tell which files are not as they were at the last call."""
        found, self._changed = self._changed, []
        return found

    def copies(self) -> Iterator[None]:
        """Write what programs read.

        Yields:
            Nothing, after each file: the rest may wait.
        """
        names = set()
        with activate(self._language):
            for name, text in self._finisher.copies():
                self._write(name, text.encode())
                names.add(name)
                yield
        self._keep(names, lambda name: not _is_engines(name))

    def _keep(self, names: set[str], kind: Callable[[str], bool]) -> None:
        """Delete files of a kind that are not there any more."""
        for name in [n for n in self._written if kind(n) and n not in names]:
            (self._folder / name).unlink()
            del self._written[name]
            self._changed.append(name)

    def _write(self, name: str, content: bytes) -> None:
        """Write a file as a whole, unless it is as it was."""
        if self._written.get(name) == content:
            return
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        part.replace(path)
        self._written[name] = content
        self._changed.append(name)


def _is_engines(name: str) -> bool:
    """Whether MkDocs makes a file, or `copies` does."""
    return not name.endswith(("index.md", "llms.txt"))


class _Warnings(logging.Handler):
    """What MkDocs warns of while it renders."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        # Errors are raised as well.
        if record.levelno == logging.WARNING:
            self.lines.append(record.getMessage())


def builder(language: str, made: Path) -> Callable[[], Built]:
    """Prepare to build a language as a whole.

    Args:
        language: `en` or `zh`.
        made: Where to.

    Returns:
        A function that does it, as often as it is called.
    """
    started = False

    def whole() -> Built:
        nonlocal started
        wrong = [*front_matter.mistakes([ROOT / "docs" / language])]
        if wrong:
            raise RenderError("\n".join(wrong))
        os.environ.pop("DOCS_DIR_ZH", None)
        if language == "zh":
            folder = made.with_name("pages")
            shutil.rmtree(folder, ignore_errors=True)
            if pages.english_fallbacks(folder):
                os.environ["DOCS_DIR_ZH"] = str(folder)
        config = load_config(
            config_file=str(ROOT / CONFIGS[language]), site_dir=str(made)
        )
        if not started:
            config.plugins.on_startup(command="serve", dirty=False)
            started = True
        build(config)
        return next(
            plugin.built
            for plugin in config.plugins.values()
            if isinstance(plugin, Speed)
        )

    return whole


def main() -> None:
    """Do as the first lines of this file say."""
    language, made, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    # What is imported may print; the answers have a way of their own.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    # Ctrl-C is for the process that reads the answers; it ends this one. To
    # ignore the signal would let lessons ignore it, too.
    signal.signal(signal.SIGINT, lambda *_: None)
    warnings = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    logger.propagate = False
    gc.disable()
    site = Site(builder(language, made))
    finished = Finished(made, folder, ROOT / CONFIGS[language])
    finished_builds = 0
    changes: Changes | None = None
    while True:
        began = time.monotonic()
        answer: dict[str, Any] = {"pages": [], "errors": []}
        is_finished = False
        try:
            answer["pages"] = (
                site.build() if changes is None else site.update(changes)
            )
            answer["whole"] = site.builds != finished_builds
            if site.ready:
                finished.update(whole=answer["whole"])
                finished_builds, is_finished = site.builds, True
        except OutdatedError:
            answer["outdated"] = True
        except Exception as error:
            answer["errors"].append(str(explained(error)))
        answer["errors"] += [str(error) for error in site.errors.values()]
        answer["files"] = finished.changed()
        answer["seconds"] = time.monotonic() - began
        answer["warnings"], warnings.lines = warnings.lines, []
        print(json.dumps(answer), file=answers, flush=True)
        if changes is None:
            gc.freeze()  # What is there now stays.
            gc.enable()
        if is_finished:
            for _ in finished.copies():
                if select.select([sys.stdin], [], [], 0)[0]:
                    break
            finished.changed()  # No page shows them.
        history.prepare()
        if not (line := sys.stdin.readline()):
            return
        changes = json.loads(line)


if __name__ == "__main__":
    main()
