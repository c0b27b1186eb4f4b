"""The site in both languages.

`python -m render.publish.build build` makes both at once, strictly. `python -m
render.publish.build serve` shows both, and makes them anew after each change.
`--engine` takes another program than MkDocs; `make test` installs them.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from types import FrameType

from mkdocs.livereload import LiveReloadServer

from render.languages import translations as twins
from render.paths import ROOT
from render.publish import output_folder

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
        folder: Where it goes, the Chinese pages in `zh` below it. What was
            there is replaced as a whole, or stays if anything fails.
        languages: What to make.
        options: For `mkdocs build`.
        engine: The program that makes it.

    Returns:
        Whether it was made. What the engine said is printed.

    Raises:
        FolderError: The folder may not be replaced.
    """
    python = _python(engine)
    with output_folder.beside(folder) as made:
        env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        if address := env.get("SITE_URL"):
            env["SITE_URL_ZH"] = f"{address.rstrip('/')}/zh/"
        if twins.missing():
            env["DOCS_DIR_ZH"] = str(made / "pages")
            stand_ins(made / "pages")

        running: list[subprocess.Popen[str]] = []
        stopped = Event()

        def run(root: Path, *command: str) -> subprocess.CompletedProcess[str]:
            with subprocess.Popen(
                command,
                cwd=root,
                env=env if root == ROOT else {**env, "DOCS_DIR_ZH": "docs/zh"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process:
                running.append(process)
                if stopped.is_set():
                    process.terminate()
                said, _ = process.communicate()
            return subprocess.CompletedProcess(
                command, process.returncode, said
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
            try:
                done = list(pool.map(one, wanted))
            except BaseException:
                # Nobody will read what these would still write.
                stopped.set()
                for process in running:
                    process.terminate()
                raise
        for language, result in zip(wanted, done, strict=True):
            print(f"--- {_CONFIGS[language]}\n{result.stdout}", flush=True)
        if any(result.returncode for result in done):
            return False
        output_folder.replace(folder, made, wanted)
    return True


def _stamp(names: list[str]) -> int:
    """The last change below some folders."""
    paths = [ROOT / name for name in names]
    paths += [inner for path in paths for inner in path.rglob("*")]
    return max(
        path.stat().st_mtime_ns
        for path in paths
        if path.suffix != ".pyc" and path.name != "__pycache__"
    )


def serve(port: int = PORT) -> None:
    """Show the site, and make it anew after each change.

    Args:
        port: Where a browser finds it.

    Raises:
        SystemExit: The port cannot be used; nothing was built.
    """
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", error)
        raise SystemExit(
            f"Port {port} cannot be used: {why}. Choose another one: "
            "PORT=8001 make serve, or --port 8001"
        ) from None
    os.environ["SITE_URL"] = f"http://{HOST}:{port}/"
    seen: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "site")

        def changed() -> None:
            stamps = {name: _stamp(paths) for name, paths in SOURCES.items()}
            new = [name for name in stamps if stamps[name] != seen.get(name)]
            seen.update(stamps)
            build(folder, new)

        changed()
        server = LiveReloadServer(changed, HOST, port, str(folder))
        server.error_handler = lambda code: (
            (folder / "404.html").read_bytes() if code == 404 else None
        )
        for name in sorted({n for names in SOURCES.values() for n in names}):
            server.watch(str(ROOT / name))
        print(f"http://{HOST}:{port}/ and http://{HOST}:{port}/zh/")
        try:
            # MkDocs gives this method no types.
            server.serve()  # type: ignore[no-untyped-call]
        except KeyboardInterrupt:
            pass
        finally:
            server.shutdown()


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m render.publish.build")
    parser.add_argument("what", choices=["build", "serve"])
    parser.add_argument("--site-dir", type=Path, default=ROOT / "site")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    parser.add_argument("--port", type=int, default=PORT)
    given = parser.parse_args()
    try:
        if given.what == "serve":
            serve(given.port)
        elif not build(
            given.site_dir, _CONFIGS, "--strict", engine=given.engine
        ):
            raise SystemExit(f"Not built; {given.site_dir} is as it was.")
    except (output_folder.FolderError, OSError) as error:
        raise SystemExit(f"Not built: {error}") from None
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return 0


if __name__ == "__main__":
    # Python would end at once at these, and leave its temporary folders.
    for one in signal.SIGTERM, signal.SIGHUP:
        if signal.getsignal(one) != signal.SIG_IGN:
            signal.signal(one, _end)
    sys.exit(main())
