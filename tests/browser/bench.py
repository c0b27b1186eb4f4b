"""Compare builds and pages with bare Material, and time Run: `make bench`.

Bare Material is the theme as it comes, with the words of the English pages.
Printed is the least of three rounds, because other programs only add to it.
Builds are in processor time. Bytes are those after gzip, without the search
index, which our pages load when a reader turns to the search.
"""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.conftest import Server, serving
from tests.project import DOCS, PAGES, ROOT

_LESSON = "learn/dropped_exception/"
_MKDOCS = f"{sys.executable} -m mkdocs build --quiet"
_FINISH = f"{sys.executable} -m render.publish.finish"
_BARE = """site_name: Bare
theme: {name: material, font: false}
markdown_extensions: [admonition, attr_list, def_list, md_in_html, tables, toc,
  pymdownx.highlight, pymdownx.superfences]
"""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
# Press a button of a block and wait until its panel says the words. Those of
# the run before are removed.
_PRESS = """([selector, name, words]) => new Promise((done, failed) => {
    const block = document.querySelector(selector);
    block.querySelector(".run-status")?.replaceChildren();
    const began = performance.now();
    new MutationObserver(() => {
        const said = block.querySelector(".run-status")?.textContent ?? "";
        if (said.includes(words)) done(performance.now() - began);
    }).observe(block, {childList: true, subtree: true, characterData: true});
    setTimeout(() => failed(`the panel does not say: ${words}`), 90_000);
    const buttons = [...block.querySelectorAll("button")];
    buttons.find(one => one.textContent === name).click();
})"""


def _write_bare(folder: Path) -> None:
    """Write the English pages so that the theme alone can build them."""
    for path in PAGES:
        text = path.read_text("utf-8").split("\n---\n", 1)[-1]
        for line, name in re.findall(r"^(::: ([\w.]+))$", text, re.M):
            file = ROOT / f"{name.replace('.', '/')}.py"
            code = file.read_text("utf-8") if file.exists() else ""
            text = text.replace(line, f"```python\n{code}\n```")
        text = re.sub(r"^```(?!python)\w.*$", "```text", text, flags=re.M)
        place = folder / "docs" / path.relative_to(DOCS)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
    (folder / "mkdocs.yml").write_text(_BARE)


def _build(root: Path, command: str) -> float:
    """Build a site: the seconds of processor time that it took."""
    before = os.times()
    subprocess.run(command, shell=True, cwd=root, check=True)
    return sum(os.times()[2:4]) - sum(before[2:4])


def _visit(browser: Browser, site: Path, host: Server) -> dict[str, float]:
    """Open a lesson as a new visitor, and run it where it can run."""
    page = browser.new_context(base_url=host.url).new_page()
    page.goto(_LESSON)
    page.wait_for_timeout(3000)  # For what scripts ask for.
    paths = [site / name.lstrip("/") for name in host.served]
    files = [path / "index.html" if path.is_dir() else path for path in paths]
    content = [x.read_bytes() for x in files if x.name != "search_index.json"]
    found = {"first paint, ms": page.evaluate(_PAINT)}
    found["bytes"] = sum(len(gzip.compress(one)) for one in content)
    if page.locator(".run-bar").count():
        lesson = [".lesson > .language-python", "Run", "as on the page"]
        found["first Run, ms"] = page.evaluate(_PRESS, lesson)
        page.wait_for_timeout(3000)  # A reader reads what was printed.
        found["second Run, ms"] = page.evaluate(_PRESS, lesson)
        page.goto("playground/")
        block = "[data-playground] .highlight"
        page.locator(f"{block} textarea").fill("while True: pass")
        page.evaluate(_PRESS, [block, "Run", "Running"])
        page.wait_for_timeout(1000)
        found["Stop, ms"] = page.evaluate(_PRESS, [block, "Stop", "Stopped"])
    page.context.close()
    return found


def main() -> None:
    """Measure both sites in turns, and print a line for each measure."""
    if not (program := chromium.find(whole=True)):
        raise SystemExit(chromium.advice())
    os.environ["NO_MKDOCS_2_WARNING"] = "1"
    least: dict[str, dict[str, float]] = {"here": {}, "bare": {}}
    with TemporaryDirectory() as temporary, sync_playwright() as playwright:
        bare, site = Path(temporary, "bare"), Path(temporary, "site")
        _write_bare(bare)
        ours = f"{_MKDOCS} -d {site} && {_FINISH} {site} mkdocs.yml"
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        for _ in range(3):
            for where, root, command, built in (
                ("here", ROOT, ours, site),
                ("bare", bare, _MKDOCS, bare / "site"),
            ):
                found = {"build, s": _build(root, command)}
                with serving(built) as host:
                    found |= _visit(browser, built, host)
                for name, value in found.items():
                    before = least[where].get(name, value)
                    least[where][name] = min(before, value)
    print(f"{'':16}{'here':>10}{'bare':>10}{'ratio':>8}")
    for name, here in least["here"].items():
        line = f"{name:16}{here:>10,.1f}"
        if bare_value := least["bare"].get(name):
            line += f"{bare_value:>10,.1f}{here / bare_value:>8.2f}"
        print(line)


if __name__ == "__main__":
    main()
