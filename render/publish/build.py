"""The site in both languages.

`python -m render.publish.build build` makes both at once, strictly. `python -m
render.publish.build serve` shows both, and makes them anew after each change.
`--engine zensical` takes another program than MkDocs; `make zensical` installs
it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from render.languages import translations as twins
from render.paths import ROOT

HOST, PORT = "127.0.0.1", 8000

# What each language's pages are made from.
_SHARED = ["docs/data", "docs/theme", "examples", "mkdocs.yml", "render"]
SOURCES = {
    "en": ["docs/en", *_SHARED],
    "zh": [
        "docs/zh",
        "docs/en",
        "docs/locale",
        "mkdocs.lists.yml",
        "mkdocs.zh.yml",
        *_SHARED,
    ],
}
ENGINES = ["mkdocs", "zensical"]
_CONFIGS = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}

_NOTE = "!!! note\n    本页还没有中文版，以下是英文原文。\n"


def stand_ins(folder: Path) -> None:
    """Gather the Chinese pages, and English ones where there are none.

    Args:
        folder: Where to. It holds links to the Chinese pages; an English one
            is a copy with a note under its title.
    """
    for path in twins.CHINESE.rglob("*.md"):
        place = folder / path.relative_to(twins.CHINESE)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(path)
    for path in twins.missing():
        place = folder / path.relative_to(twins.CHINESE)
        place.parent.mkdir(parents=True, exist_ok=True)
        text = twins.twin(path).read_text("utf-8")
        title = next(b for b in twins.blocks(text) if b.text.startswith("# "))
        place.write_text(
            text.replace(title.text, f"{title.text}\n\n{_NOTE}", 1), "utf-8"
        )


def _python(engine: str) -> str:
    """The Python that has an engine: this one, or that of its environment."""
    if find_spec(engine):
        return sys.executable
    python = Path(sys.prefix, "engines", engine, "bin", "python")
    if not python.is_file():
        raise SystemExit(
            f"{engine} is not installed: make {engine} installs it"
        )
    return str(python)


def _copied(folder: Path) -> Path:
    """A copy of what Zensical reads and imports."""
    for name in "docs", "examples", "render", "runner", "survey":
        shutil.copytree(
            ROOT / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    for path in ROOT.glob("mkdocs*.yml"):
        shutil.copy(path, folder)
    return folder


def build(
    folder: Path,
    languages: Iterable[str] = _CONFIGS,
    *options: str,
    engine: str = ENGINES[0],
) -> bool:
    """Make the site, or parts of it.

    Args:
        folder: Where it goes, the Chinese pages in `zh` below it. What was
            there stays if anything fails.
        languages: What to make.
        options: For `mkdocs build`.
        engine: The program that makes it.

    Returns:
        Whether it was made. What the engine said is printed.
    """
    python = _python(engine)
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        if address := env.get("SITE_URL"):
            env["SITE_URL_ZH"] = f"{address.rstrip('/')}/zh/"
        if twins.missing():
            env["DOCS_DIR_ZH"] = str(made / "pages")
            stand_ins(made / "pages")

        def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command,
                cwd=root,
                env=env if root == ROOT else {**env, "DOCS_DIR_ZH": "docs/zh"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )

        def one(language: str) -> subprocess.CompletedProcess[str]:
            config, site = _CONFIGS[language], made / language
            place = ["--site-dir", str(site)]
            root = ROOT
            if engine == "zensical":
                # It reads and writes below its configuration alone.
                root = _copied(made / f"{language}-project")
                if "DOCS_DIR_ZH" in env:
                    shutil.rmtree(root / "docs/zh")
                    shutil.copytree(made / "pages", root / "docs/zh")
                place = []
            given = ["--config-file", config, *place, *options]
            done = run(root, python, "-m", engine, "build", *given)
            if done.returncode:
                return done
            if root != ROOT:
                written = root / ("site/zh" if language == "zh" else "site")
                written.rename(site)
            finish = (
                sys.executable,
                "-m",
                "render.publish.finish",
                str(site),
                config,
            )
            finished = run(ROOT, *finish)
            done.returncode = finished.returncode
            done.stdout += finished.stdout
            return done

        wanted = list(languages)
        with ThreadPoolExecutor() as pool:
            done = list(pool.map(one, wanted))
        for language, result in zip(wanted, done, strict=True):
            print(f"--- {_CONFIGS[language]}\n{result.stdout}", flush=True)
        if any(result.returncode for result in done):
            return False
        for language in wanted:
            move(made / language, folder, language)
    return True


def move(made: Path, folder: Path, language: str) -> None:
    """Put a language's pages in the place of those from before."""
    if language == "zh":
        folder /= "zh"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name == "zh" and language == "en":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in made.iterdir():
        shutil.move(path, folder / path.name)


def _stamp(names: list[str]) -> int:
    """The last change below some folders."""
    paths = [ROOT / name for name in names]
    paths += [inner for path in paths for inner in path.rglob("*")]
    return max(
        path.stat().st_mtime_ns
        for path in paths
        if path.suffix != ".pyc" and path.name != "__pycache__"
    )


def serve() -> None:
    """Show the site, and make it anew after each change."""
    os.environ["SITE_URL"] = f"http://{HOST}:{PORT}/"
    seen: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:

        def changed() -> None:
            stamps = {name: _stamp(paths) for name, paths in SOURCES.items()}
            new = [name for name in stamps if stamps[name] != seen.get(name)]
            seen.update(stamps)
            build(Path(folder), new)

        changed()
        server = LiveReloadServer(changed, HOST, PORT, folder)
        server.error_handler = lambda code: (
            Path(folder, "404.html").read_bytes() if code == 404 else None
        )
        for name in sorted({n for names in SOURCES.values() for n in names}):
            server.watch(str(ROOT / name))
        print(f"http://{HOST}:{PORT}/ and http://{HOST}:{PORT}/zh/")
        try:
            # MkDocs gives this method no types.
            server.serve()  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:
            server.shutdown()


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m render.publish.build")
    parser.add_argument("what", choices=["build", "serve"])
    parser.add_argument("--site-dir", type=Path, default=ROOT / "site")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    given = parser.parse_args()
    if given.what == "build":
        return not build(
            given.site_dir, _CONFIGS, "--strict", engine=given.engine
        )
    serve()
    return 0


if __name__ == "__main__":
    sys.exit(main())
