"""What becomes of the site with many more lessons.

    python -m tests.site.growth [TIMES ...]

Makes copies of the English site with 10 and 50 times as many lessons in a
temporary folder, and measures builds, the search index, and how long a reader
waits for the first hit in Chromium. A build that takes longer than the limit
is ended, and named.
"""

import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.utils.yaml import yaml_load
from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.browser.page_speed import served, visit
from tests.project import DOCS, LESSONS, ROOT, module, page

_LIMIT = 900
_ROUNDS = 3
_LESSON = "excutils/cleanup_fails/"
_WORDS = "original exception being dropped"
_FOLDERS = "docs", "examples", "render", "runner", "survey"


def grow(folder: Path, times: int) -> int:
    """Copy the project, each lesson several times.

    Args:
        folder: Where to.
        times: How often a lesson is there in the end.

    Returns:
        How many lessons there are.
    """
    for name in _FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    with (ROOT / "mkdocs.yml").open(encoding="utf-8") as file:
        nav = yaml_load(file)["nav"]
    for number in range(2, times + 1):
        names = []
        for lesson in LESSONS:
            if not page(lesson).is_file():
                continue
            own = f"{lesson.stem}_{number}"
            place = lesson.relative_to(ROOT).with_stem(own)
            shutil.copy(lesson, folder / place)
            directive = f"::: {module(lesson)}"
            text = page(lesson).read_text("utf-8")
            text = text.replace(directive, f"{directive}_{number}")
            told = page(lesson).relative_to(DOCS).with_stem(own)
            (folder / "docs/en" / told).write_text(text, "utf-8")
            names.append(str(told))
        nav.append({f"Part {number}": names})
    grown = {"INHERIT": "mkdocs.yml", "nav": nav}
    (folder / "grown.yml").write_text(json.dumps(grown), "utf-8")
    return times * sum(page(lesson).is_file() for lesson in LESSONS)


def build(folder: Path, limit: float) -> float:
    """Build a copy.

    Args:
        folder: The copy.
        limit: How many seconds it may take.

    Returns:
        How many it took.

    Raises:
        subprocess.TimeoutExpired: More than the limit.
        SystemExit: It failed.
    """
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    began = time.monotonic()
    done = subprocess.run(
        [*command, "--config-file", "grown.yml"],
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=limit,
    )
    if done.returncode:
        # A message may name all lessons.
        raise SystemExit(f"the build ends: ...{done.stdout[-300:]}")
    return time.monotonic() - began


def main() -> None:
    """Read the command line, measure, print a line for each size."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("times", type=int, nargs="*", default=[1, 10, 50])
    parser.add_argument("--limit", type=float, default=_LIMIT, help="seconds")
    given = parser.parse_args()
    heads = "lessons", "pages", "build s", "again s", "index KiB", "hit s"
    print(("{:>10}" * 7).format("times", *heads), flush=True)
    for times in given.times:
        with TemporaryDirectory() as temporary:
            folder = Path(temporary)
            lessons = grow(folder, times)
            cells = [str(times), str(lessons)]
            try:
                took = build(folder, given.limit)
                site = folder / "site"
                cells.append(str(len(list(site.rglob("*.html")))))
                cells.append(f"{took:.0f}")
                index = (site / "search/search_index.json").read_bytes()
                size = len(gzip.compress(index, 9)) / 1024
                hits = []
                with served(site) as host, sync_playwright() as playwright:
                    browser = playwright.chromium.launch(
                        executable_path=chromium.find(whole=True),
                        args=["--no-sandbox"],
                    )
                    for _ in range(_ROUNDS):
                        hits.append(visit(browser, host, _LESSON, _WORDS)[1])
                    browser.close()
                with (folder / "docs/en/faq.md").open("a") as file:
                    file.write("\nOne more sentence.\n")
                try:
                    cells.append(f"{build(folder, given.limit):.0f}")
                except subprocess.TimeoutExpired:
                    cells.append(f"> {given.limit:.0f}")
                cells += [f"{size:.0f}", f"{sorted(hits)[1]:.2f}"]
            except subprocess.TimeoutExpired:
                cells += ["", f"> {given.limit:.0f}"]
            print(("{:>10}" * len(cells)).format(*cells), flush=True)


if __name__ == "__main__":
    main()
