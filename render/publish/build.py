"""The site in both languages.

`python -m render.publish.build build` makes both at once, strictly. `python -m
render.publish.build serve` shows both, and makes them anew after each change.
`--engine zensical` takes another program than MkDocs; `make zensical` installs
it.
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

from render.languages import pages
from render.paths import CHINESE_INPUTS, INPUTS, ROOT
from render.publish import front_matter, output_folder

HOST, PORT = "127.0.0.1", 8000

ENGINES = ["mkdocs", "zensical"]
_CONFIGS = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}
_SUMMARY = sys.executable, "-m", "render.languages.translations", "summary"


def engine_python(engine: str) -> str:
    """Find the Python that has an engine: this one, or its own."""
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
    for name in INPUTS:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder)
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

    Raises:
        FolderError: The folder may not be replaced.
    """
    python = engine_python(engine)
    wanted = list(languages)
    folders = [ROOT / "docs" / language for language in wanted]
    if wrong := list(front_matter.mistakes(folders)):
        print("\n".join(f"ERROR   -  {each}" for each in wrong), flush=True)
        return False
    with output_folder.beside(folder) as made:
        env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        if address := env.get("SITE_URL"):
            env["SITE_URL_ZH"] = f"{address.rstrip('/')}/zh/"

        running: list[subprocess.Popen[str]] = []
        stopped = Event()

        def run(
            root: Path, *command: str, **more: str
        ) -> subprocess.CompletedProcess[str]:
            with subprocess.Popen(
                command,
                cwd=root,
                env={**env, **more},
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
            try:
                summary = pool.submit(run, ROOT, *_SUMMARY)
                done = dict(zip(wanted, pool.map(one, wanted), strict=True))
            except BaseException:
                # Nobody will read what these would still write.
                stopped.set()
                for process in running:
                    process.terminate()
                raise
        for language, result in done.items():
            print(f"--- {_CONFIGS[language]}\n{result.stdout}", flush=True)
        if built := [name for name in wanted if not done[name].returncode]:
            output_folder.replace(folder, made, built)
        if "zh" in wanted:
            print(summary.result().stdout, end="", flush=True)
    failed = [_CONFIGS[name] for name in wanted if done[name].returncode]
    for config in failed:
        print(f"{config} was not built: see above. Its old pages stay.")
    return not failed


def _stamp(language: str) -> int:
    """The last change of what a language's pages are made from."""
    paths = [ROOT / name for name in INPUTS]
    paths += [inner for path in paths for inner in path.rglob("*")]
    chinese = [ROOT / name for name in CHINESE_INPUTS]
    return max(
        path.stat().st_mtime_ns
        for path in paths
        if path.suffix != ".pyc"
        and path.name != "__pycache__"
        and (language == "zh" or not any(map(path.is_relative_to, chinese)))
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
            stamps = {name: _stamp(name) for name in _CONFIGS}
            new = [name for name in stamps if stamps[name] != seen.get(name)]
            seen.update(stamps)
            build(folder, new)

        changed()
        server = LiveReloadServer(changed, HOST, port, str(folder))
        server.error_handler = lambda code: (
            (folder / "404.html").read_bytes() if code == 404 else None
        )
        for name in INPUTS:
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
            return 1
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
