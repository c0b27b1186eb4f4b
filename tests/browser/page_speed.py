"""How long builds and pages take, for what a bare Material page takes.

    python -m tests.browser.page_speed SITE_FOLDER

Builds the English site and a site of one bare page with the theme as it comes,
in turns, then opens a lesson of the built site and the bare page in a browser
without a window, in turns. Printed is the least of each, for other programs
only add to it, and the ratio against the budgets of tests/budgets.toml. Builds
are told in processor time. The exit status is the number of missed budgets.

How long code takes to run is told by tests/browser/running_speed.py.
"""

import argparse
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.running_speed import Host
from tests.project import BUDGETS, ROOT

_BUILDS, _ROUNDS = 3, 7
_LESSON = "excutils/cleanup_fails/"
_WORD = "dropped"
_BARE = """site_name: Bare
site_url: http://127.0.0.1:8000/
theme: {name: material, font: false}
plugins: [search]
markdown_extensions:
  toc: {permalink: true}
"""
_PAGE = "# Bare\n\nThe line about the dropped one, and no more.\n"

# What `make serve` does after a change.
_RELOAD = """import sys
from pathlib import Path
from render.publish import build
sys.exit(not build.build(Path(sys.argv[1])))
"""

# The first text that a visitor sees, in milliseconds.
_PAINT = """() => new Promise(done => new PerformanceObserver(list => {
    const [first] = list.getEntriesByName("first-contentful-paint");
    if (first) done(first.startTime);
}).observe({type: "paint", buffered: true}))"""
# From the first letter to the first hit.
_SEARCH = """word => new Promise((done, failed) => {
    const field = document.querySelector("[data-md-component=search-query]");
    const list = document.querySelector(".md-search-result__list");
    const began = performance.now();
    new MutationObserver(() => {
        if (list.children.length) done(performance.now() - began);
    }).observe(list, {childList: true, subtree: true});
    setTimeout(() => failed("no hit for " + word), 60_000);
    field.focus();
    field.value = word;
    field.dispatchEvent(new Event("keyup", {bubbles: true}));
    field.dispatchEvent(new Event("input", {bubbles: true}));
})"""

Found = dict[str, list[float]]


def spent(command: list[str], **options: object) -> float:
    """Run a program: the seconds of processor time that it took.

    Args:
        command: The program.
        options: As for `subprocess.run`.

    Returns:
        Seconds, of its own programs as well.

    Raises:
        SystemExit: It failed; with what it printed.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Options of any kind fit none of its many signatures.
    done = subprocess.run(  # type: ignore[call-overload]
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{done.stdout}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _built(root: Path, folder: Path, cache: Path) -> float:
    env = {**os.environ, "PYTHONPYCACHEPREFIX": str(cache)}
    env["NO_MKDOCS_2_WARNING"] = "1"
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet"]
    place = ["--site-dir", str(folder)]
    return spent([*command, *place], cwd=root, env=env)


def builds(bare: Path, temporary: Path) -> Found:
    """Build both, with and without compiled modules from before.

    Args:
        bare: The folder of the bare page's sources. Its site is below it.
        temporary: An empty folder.

    Returns:
        Processor seconds by names.
    """
    found: Found = {}
    for number in range(_BUILDS):
        for name, root, folder in (
            ("bare ", bare, bare / "site"),
            ("", ROOT, temporary / "site"),
        ):
            cache = temporary / f"{number}{name}"
            for kind in "build_cold", "build_warm":
                took = _built(root, folder, cache)
                found.setdefault(name + kind, []).append(took)
    for _ in range(_BUILDS):
        began = time.monotonic()
        made = subprocess.run(
            [
                sys.executable,
                "-c",
                _RELOAD,
                str(temporary / "both"),
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if made.returncode:
            raise SystemExit("the site cannot be built: make check")
        found.setdefault("reload", []).append(time.monotonic() - began)
    return found


@contextmanager
def served(folder: Path) -> Iterator[Host]:
    """Serve a folder as a static host does.

    Args:
        folder: A built site.

    Yields:
        The server.
    """
    with Host(folder) as host:
        threading.Thread(target=host.serve_forever, daemon=True).start()
        yield host
        host.shutdown()


def visit(browser: Browser, host: Host, path: str, word: str) -> list[float]:
    """Open a page for a new visitor and search there.

    Args:
        browser: The browser.
        host: The site.
        path: The page.
        word: What to search for.

    Returns:
        Seconds to the first text, seconds to the first hit, bytes without the
        search index, and requests.
    """
    context = browser.new_context(base_url=host.url)
    page = context.new_page()
    host.sent.clear()
    page.goto(path, wait_until="networkidle")
    paint = page.evaluate(_PAINT) / 1000
    sent = [
        size for name, size in host.sent if not name.endswith("_index.json")
    ]
    page.locator("[data-md-component=search-query]").click()
    page.wait_for_timeout(1000)  # The index is read.
    hit = page.evaluate(_SEARCH, word) / 1000
    context.close()
    return [paint, hit, sum(sent), len(host.sent)]


def pages(site: Path, bare: Path) -> Found:
    """Open both pages in turns.

    Args:
        site: The built site.
        bare: The bare one.

    Returns:
        What was measured, by names.
    """
    found: Found = {}
    with (
        served(site) as ours,
        served(bare) as theirs,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium.find(whole=True), args=["--no-sandbox"]
        )
        for _ in range(_ROUNDS):
            for name, host, path in (
                ("bare ", theirs, ""),
                ("", ours, _LESSON),
            ):
                told = visit(browser, host, path, _WORD)
                for kind, value in zip(
                    ("paint", "search", "bytes", "requests"), told, strict=True
                ):
                    found.setdefault(name + kind, []).append(value)
        browser.close()
    return found


def table(found: Found) -> Iterator[tuple[str, ...]]:
    """The budgets: what, here, bare, ratio, at most, verdict.

    Args:
        found: What was measured.

    Yields:
        Rows. A reload has the bare page's warm build beside it.
    """
    for name, most in BUDGETS["page"].items():
        here = min(found[name])
        other = "build_warm" if name == "reload" else name
        bare = min(found[f"bare {other}"])
        ratio = here / bare
        form = "{:,.0f}" if name in ("bytes", "requests") else "{:.3f}"
        verdict = "met" if ratio <= most else "MISSED"
        shown = form.format(here), form.format(bare)
        yield name, *shown, f"{ratio:.2f}", f"{most:.2f}", verdict


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("site", type=Path, help="folder of the built site")
    site = parser.parse_args().site
    if not (site / _LESSON / "index.html").is_file():
        parser.error(f"{site} is no built site: make build")
    if chromium.find(whole=True) is None:
        parser.error(chromium.advice())
    with TemporaryDirectory() as folder:
        bare = Path(folder, "bare")
        (bare / "docs").mkdir(parents=True)
        (bare / "docs/index.md").write_text(_PAGE)
        (bare / "mkdocs.yml").write_text(_BARE)
        found = builds(bare, Path(folder))
        found |= pages(site, bare / "site")
    rows = list(table(found))
    print(f"load {os.getloadavg()[0]:.1f}, languages of a reload: 2")
    heads = "", "here", "bare", "ratio", "at most", ""
    for what, here, other, ratio, most, verdict in (heads, *rows):
        line = f"{what:12}{here:>10}{other:>10}{ratio:>8}{most:>9}  {verdict}"
        print(line.rstrip())
    raise SystemExit(sum(verdict == "MISSED" for *_, verdict in rows))


if __name__ == "__main__":
    main()
