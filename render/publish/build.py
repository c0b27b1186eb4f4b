"""The site in both languages.

`python -m render.publish.build build` makes both at once, strictly.
`--engine zensical` takes another program than MkDocs; `make zensical` installs
it. The preview is `render.publish.serve`.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from types import FrameType

from render.languages import pages
from render.paths import INPUTS, ROOT
from render.publish import front_matter, output_folder

ENGINES = ["mkdocs", "zensical"]
CONFIGS = {"en": "mkdocs.yml", "zh": "mkdocs.zh.yml"}
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
    languages: Iterable[str] = CONFIGS,
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
            config, site = CONFIGS[language], made / language
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
            print(f"--- {CONFIGS[language]}\n{result.stdout}", flush=True)
        if built := [name for name in wanted if not done[name].returncode]:
            output_folder.replace(folder, made, built)
        if "zh" in wanted:
            print(summary.result().stdout, end="", flush=True)
    failed = [CONFIGS[name] for name in wanted if done[name].returncode]
    for config in failed:
        print(f"{config} was not built: see above. Its old pages stay.")
    return not failed


def _end(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m render.publish.build")
    parser.add_argument("what", choices=["build"])
    parser.add_argument("--site-dir", type=Path, default=ROOT / "site")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    given = parser.parse_args()
    try:
        if not build(given.site_dir, CONFIGS, "--strict", engine=given.engine):
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
