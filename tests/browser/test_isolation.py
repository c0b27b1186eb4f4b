"""What code in the reader's browser can reach: nothing but its own worker.

Python runs in a worker of a sandboxed frame whose policy allows no request.
These tests assume the worst, a program that has got hold of the worker's own
JavaScript, and count what arrives at two servers. A second run without the
frame's protection shows that the attempts are real.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import chromium
from tests.browser.conftest import SECONDS, NewPage, Server, packed, serving
from tests.browser.test_panel import host, tried, write
from tests.browser.test_running import ended, press, run

pytestmark = packed


# Stands in for worker.js: nothing has been taken away from it.
_ATTACK = Path(__file__).with_name("attack.js").read_text("utf-8")

_LEFT = """async () => [
    ...(await indexedDB.databases()).map(one => one.name),
    ...await caches.keys(),
    ...await Array.fromAsync(
        (await navigator.storage.getDirectory()).keys()),
    document.cookie,
].filter(Boolean)"""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Another host: the same address with another port."""
    folder = tmp_path_factory.mktemp("other")
    (folder / "assets").mkdir()
    (folder / "assets" / "leak.js").write_text("1")
    with serving(folder) as server:
        yield server


def _replaced(changes: dict[str, str]) -> Callable[[Route], None]:
    """An answer with parts of it replaced; fails without these parts."""

    def answer(route: Route) -> None:
        response = route.fetch()
        text = response.text()
        for old, new in changes.items():
            assert old in text, f"{route.request.url} has no {old}"
            text = text.replace(old, new)
        route.fulfill(response=response, body=text)

    return answer


def _attacked(page: Page, server: Server, other: Server) -> dict[str, str]:
    """Run the attack in place of Python: what became of each attempt."""
    places = {"other": other.url, "same": server.url}
    code = _ATTACK.replace("PLACES", json.dumps(places))
    page.route("**/worker.js", lambda route: route.fulfill(body=code))
    page.goto("playground/")
    page.evaluate(
        "() => { window.heard = []; new BroadcastChannel('left').onmessage ="
        " ({data}) => heard.push(data); }"
    )
    write(page, "print(1)")
    press(host(page), "Run")
    status = host(page).locator(".run-status")
    expect(status).to_contain_text("{", timeout=20_000)
    text = status.inner_text()
    found = json.loads(text[text.index("{") : text.rindex("}") + 1])
    assert isinstance(found, dict)
    return found


def _leaks(*servers: Server) -> list[str]:
    return [path for one in servers for path in one.served if "leak" in path]


@pytest.mark.parametrize("protected", [True, False], ids=["as is", "open"])
def test_even_javascript_reaches_no_host_and_keeps_nothing(
    browser: Browser,
    server: Server,
    other: Server,
    protected: bool,
    tmp_path: Path,
) -> None:
    """Without the frame's policy and sandbox, all that would happen."""

    def opened() -> Page:
        context = browser.browser_type.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=chromium.find(),
            base_url=server.url,
            # Chromium itself would refuse requests to this machine that come
            # from pages whose answers are replaced.
            args=[
                "--no-sandbox",
                "--disable-features=LocalNetworkAccessChecks",
            ],
        )
        return context.pages[0]

    page = opened()
    if not protected:
        unlocked = {"http-equiv=": "data-off=", 'origin === "null"': "true"}
        page.route("**/frame.htm", _replaced(unlocked))
        sandbox = 'frame.sandbox = "allow-scripts";'
        page.route("**/python.js", _replaced({sandbox: ""}))
    server.served.clear()
    other.served.clear()
    found = _attacked(page, server, other)
    heard = page.evaluate("heard")
    page.context.close()
    page = opened()
    page.goto("playground/")
    left = page.evaluate(_LEFT)
    page.context.close()
    if protected:
        done = {name: how for name, how in found.items() if "did" in how}
        assert not done
        assert _leaks(server, other) == []
        assert (left, heard) == ([], [])
    else:
        assert {path.partition("?")[2] for path in _leaks(other)} >= {
            "fetch", "xhr", "socket", "events", "import", "scripts", "font",
            "nested", "nested-fetch",
        }  # fmt: skip
        assert set(left) >= {"left"}
        assert heard == ["heard"]


@pytest.fixture(scope="module")
def visit(visit: Page) -> Page:
    """The playground, with Python started."""
    visit.goto("playground/")
    write(visit, "print(1)")
    run(host(visit))
    return visit


# Looks at everything that can be reached from the objects that Pyodide hands
# out, and prints what the browser, and not the language, has made.
_REACH = """
import js, pyodide_js, re
from pyodide.ffi import JsProxy
BROWSERS = {BROWSERS!r}
seen, waiting, found = set(), [(js, "js"), (pyodide_js, "pyodide_js")], set()
while waiting and len(seen) < 3000:
    one, path = waiting.pop(0)
    if one.js_id in seen or hasattr(one, "BYTES_PER_ELEMENT"):
        continue
    seen.add(one.js_id)
    for name in dir(one):
        try:
            value = getattr(one, name)
        except BaseException:
            continue
        if not isinstance(value, JsProxy):
            continue
        waiting.append((value, f"{{path}}.{{name}}"))
        if name not in BROWSERS:
            continue
        try:
            shown = str(value)
        except BaseException:
            shown = "object"
        # Pyodide has a function of its own that is called indexedDB.
        if re.search("native code|object", shown):
            found.add(f"{{path}}.{{name}}")
print(len(seen) > 100, sorted(found))
"""


def test_python_reaches_nothing_of_the_browser(visit: Page) -> None:
    """By no object that Pyodide hands out, nor by code made of text."""
    names = visit.evaluate(
        "Object.getOwnPropertyNames(self).filter(name =>"
        " /^[A-Z]|fetch|caches|indexedDB|Storage|document/.test(name)"
        " && !(/^(Object|Function|Array|Error|Promise|Map|Set|Symbol|Number"
        "|String|Boolean|Date|Math|JSON|Proxy|Reflect|RegExp|BigInt"
        "|WebAssembly|Iterator|Node)$/.test(name)))"
    )
    assert "XMLHttpRequest" in names
    said, shown = tried(visit, _REACH.format(BROWSERS=set(names)))
    assert said == "The program ended.", shown
    assert shown == "True []"
    for way in "pyodide_js.setStdin.constructor", "pyodide_js._module.eval":
        said, shown = tried(visit, f"import pyodide_js\n{way}('1')()")
        assert said.endswith("uncaught exception.")
        assert re.search("Content Security Policy|AttributeError", shown)
    said, shown = tried(visit, "from pyodide.code import run_js\nrun_js('1')")
    assert "ImportError" in shown


def test_a_worker_keeps_the_language_alone(new_page: NewPage) -> None:
    """What a browser adds to it is taken away before a program runs."""
    page = new_page()
    page.set_default_timeout(SECONDS)
    page.route(
        "**/worker.js",
        _replaced(
            {
                "\n  takeAway();": "\n  takeAway(); throw new Error(Object"
                ".getOwnPropertyNames(self)"
                ".filter(name => self[name] !== undefined).join(' '));"
            }
        ),
    )
    page.goto("playground/")
    write(page, "print(1)")
    press(host(page), "Run")
    status = host(page).locator(".run-status")
    expect(status).to_contain_text("Uint8Array")
    left = set(re.findall(r"\w+", status.inner_text()))
    assert not left & {
        "fetch", "indexedDB", "caches", "setTimeout", "Worker", "FontFace",
        "BroadcastChannel", "MessageChannel", "navigator", "location", "fonts",
        "importScripts", "postMessage", "close", "Blob", "onmessage",
    }  # fmt: skip


def test_code_that_outlives_its_run_is_ended(visit: Page) -> None:
    """A worker that doesn't answer is replaced; the next run has a new one."""
    # A promise's callback comes when the program has ended.
    code = (
        "import asyncio, pyodide_js\nfrom pyodide.webloop import WebLoop\n"
        "asyncio._set_running_loop(WebLoop())\n"
        "def again(*_):\n    while True:\n        pass\n"
        "pyodide_js._api.packageIndexReady.then(again)\nprint('began')"
    )
    before = visit.locator("iframe").element_handle()
    assert tried(visit, code) == ("The program ended.", "began")
    visit.wait_for_function("one => !one.isConnected", arg=before)
    assert visit.locator("iframe").count() == 0
    assert tried(visit, "print(6 * 7)") == ("The program ended.", "42")


@pytest.mark.parametrize(
    "code",
    [
        "import asyncio\nasyncio.get_event_loop().call_later(0, print)",
        "import pyodide_js\npyodide_js._api.scheduleCallback(print, 0)",
    ],
)
def test_nothing_is_called_later(visit: Page, code: str) -> None:
    """A program that ended has no timer."""
    said, _ = tried(visit, code)
    assert said == "The program ended with an uncaught exception."
    assert tried(visit, "print(6 * 7)") == ("The program ended.", "42")


def test_output_without_end_is_ended(visit: Page) -> None:
    """Also where a program takes Python's own limit away."""
    code = (
        "import sys\nterminal = sys.stdout._terminal\n"
        "while True:\n    terminal.length = terminal._pieces = 0\n"
        "    terminal._cut = False\n    print('port' * 99)"
    )
    write(visit, code)
    press(host(visit), "Run")
    assert ended(host(visit)).startswith("The program was stopped: ")
    shown = host(visit).locator(".run-output").inner_text()
    assert 100_000 < len(shown) < 300_000
    assert tried(visit, "print(6 * 7)") == ("The program ended.", "42")
