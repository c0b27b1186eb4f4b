"""The site in both languages.

`python -m render.publish.build build` makes both at once, strictly. `python -m
render.publish.build serve` shows both, and makes them anew after each change.
`--engine` takes another program than MkDocs; `make test` installs them.
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

from render.languages import pages
from render.paths import ROOT
from render.publish import front_matter

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
ENGINES = ["mkdocs", "properdocs", "zensical"]
_CONFIGS = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}
_SUMMARY = sys.executable, "-m", "render.languages.translations", "summary"


def engine_python(engine: str) -> str:
    """Find the Python that has an engine: this one, or its own."""
    if find_spec(engine):
        return sys.executable
    python = Path(sys.prefix, "engines", engine, "bin", "python")
    if not python.is_file():
        raise SystemExit(
            f"{engine} is not installed: make .venv/engines/{engine}.done"
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
        folder: Where it goes, the Chinese pages in `zh` below it. A language
            that fails leaves what was there of it; the other one is new.
        languages: What to make.
        options: For `mkdocs build`.
        engine: The program that makes it.

    Returns:
        Whether all of it was made. What the engine said is printed.
    """
    python = engine_python(engine)
    wanted = list(languages)
    folders = [ROOT / "docs" / language for language in wanted]
    if wrong := list(front_matter.mistakes(folders)):
        print("\n".join(f"ERROR   -  {each}" for each in wrong), flush=True)
        return False
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary)
        env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        if address := env.get("SITE_URL"):
            env["SITE_URL_ZH"] = f"{address.rstrip('/')}/zh/"

        def run(
            root: Path, *command: str, **more: str
        ) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                command,
                cwd=root,
                env={**env, **more},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )

        def one(language: str) -> subprocess.CompletedProcess[str]:
            config, site = _CONFIGS[language], made / language
            place = ["--site-dir", str(site)]
            root, more = ROOT, {}
            if language == "zh":
                try:
                    if pages.english_fallbacks(made / "pages"):
                        more["DOCS_DIR_ZH"] = str(made / "pages")
                except ValueError as error:
                    return subprocess.CompletedProcess([], 1, f"{error}\n")
            if engine == "zensical":
                # It reads and writes below its configuration alone.
                root = _copied(made / f"{language}-project")
                if more:
                    shutil.copytree(made / "pages", root / "docs/pages")
                    more["DOCS_DIR_ZH"] = "docs/pages"
                place = []
            given = ["--config-file", config, *place, *options]
            done = run(root, python, "-m", engine, "build", *given, **more)
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

        with ThreadPoolExecutor() as pool:
            summary = pool.submit(run, ROOT, *_SUMMARY)
            done = dict(zip(wanted, pool.map(one, wanted), strict=True))
        for language, result in done.items():
            print(f"--- {_CONFIGS[language]}\n{result.stdout}", flush=True)
            if not result.returncode:
                move(made / language, folder, language)
        if "zh" in wanted:
            print(summary.result().stdout, end="", flush=True)
    failed = [_CONFIGS[name] for name in wanted if done[name].returncode]
    for config in failed:
        print(f"{config} was not built: see above. Its old pages stay.")
    return not failed


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
