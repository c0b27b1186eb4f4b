"""Fills an empty cache while a build begins, on another core.

A build goes through its pages from the first one on. This goes through them
from the last one on, and makes what their blocks and references show; the
build takes it over from where they meet.
"""

import argparse
import atexit
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement

from render import cache
from render.blocks.registry import blocks, ends_build
from render.languages.locale import activate
from render.paths import ROOT
from render.sources.references import References

_BLOCK = re.compile(r"^([ \t]*)```(\w+)[ \t]*\n(.*?)^\1```", re.M | re.S)
_REFERENCE = re.compile(r"\[`([^`\n]+)`\]\(((?:nova|victoria):[^)\n]+)\)")


def start(language: str, repo_url: str, pages: str) -> None:
    """Start a process that does it, and ends with this one at the latest.

    Args:
        language: The language of the build.
        repo_url: The project's repository.
        pages: The folder of the pages.
    """
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "render.publish.ahead",
            language,
            repo_url,
            pages,
        ],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        # The build itself says what is wrong with a page.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(process.kill)


def fill(language: str, repo_url: str, pages: Path) -> None:
    """Make what the blocks and references of pages show.

    Args:
        language: The pages' language.
        repo_url: The project's repository.
        pages: Their folder.
    """
    formatters = {
        name: ends_build(name, block)
        for name, block in blocks(repo_url).items()
    }
    references = References()
    with activate(language):
        texts = [page.read_text("utf-8") for page in pages.rglob("*.md")]
        for text in sorted(texts, key=_weight, reverse=True):
            for block in _BLOCK.finditer(text):
                with suppress(Exception):
                    formatters[block[2]](block[3])
            for reference in _REFERENCE.finditer(text):
                root = Element("p")
                SubElement(root, "a", href=reference[2]).text = reference[1]
                with suppress(Exception):
                    references.run(root)


def _weight(text: str) -> int:
    """How long it may take to make what a page shows."""
    return len(_REFERENCE.findall(text)) + len(_BLOCK.findall(text))


def main() -> None:
    """Do as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m render.publish.ahead")
    for name in "language", "repo_url", "pages":
        parser.add_argument(name)
    given = parser.parse_args()
    cache.activate()
    fill(given.language, given.repo_url, Path(given.pages))


if __name__ == "__main__":
    main()
