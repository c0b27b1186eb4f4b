"""A page of the preview follows its source, under the site's policy."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from render.publish import policy
from render.publish.preview import Preview


def write(folder: Path, name: str, text: str) -> None:
    """Write a page as `render.publish.finish` leaves it."""
    html = f'<meta charset="utf-8"><title>T</title><body><p>{text}</p></body>'
    page = policy.added(policy.prepared(name, html), policy.policy([]))
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(page, "utf-8")


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    """A site of two languages, of which one is built."""
    with Preview(("127.0.0.1", 0), tmp_path) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for folder in "", "zh/":
            server.expect(folder)
        write(tmp_path, "index.html", "first")
        server.changed("", ["index.html"])
        yield server
        server.shutdown()


@pytest.fixture
def page(browser: Browser, preview: Preview, wrong: list[str]) -> Page:
    """The first page, open."""
    page = browser.new_page(
        base_url=f"http://127.0.0.1:{preview.server_port}/"
    )

    def note(said: ConsoleMessage) -> None:
        if "Policy" in said.text:
            wrong.append(said.text)

    page.on("console", note)
    page.goto("/")
    page.evaluate("window.same = true")
    return page


def test_a_page_is_loaded_anew_when_it_changes(
    page: Page, preview: Preview
) -> None:
    """And not when another one does."""
    write(preview.root, "other/index.html", "other")
    preview.changed("", ["other/index.html", "index.md", "llms.txt"])
    preview.changed("", ["search/search_index.json"])
    page.wait_for_timeout(500)
    assert page.evaluate("window.same")
    write(preview.root, "index.html", "second")
    preview.changed("", ["index.html"])
    expect(page.locator("p")).to_have_text("second")
    with page.expect_navigation():
        preview.changed("", ["assets/site.css"])


def test_what_is_wrong_is_shown_until_it_is_right(
    page: Page, preview: Preview
) -> None:
    """Over the last good page; a page that is opened meanwhile has it, too."""
    alert = page.get_by_role("alert")
    preview.failed("", "docs/en/index.md:3: <b>it</b> is wrong")
    expect(alert).to_have_text("docs/en/index.md:3: <b>it</b> is wrong")
    assert alert.bounding_box()
    expect(page.locator("p")).to_have_text("first")
    page.reload()
    expect(alert).to_contain_text("is wrong")
    preview.failed("", "")
    expect(alert).to_have_count(0)


def test_a_language_that_is_not_built_yet_appears(
    page: Page, preview: Preview
) -> None:
    """Its readers wait; what is wrong with one is not shown in the other."""
    answer = page.goto("/zh/")
    assert answer
    assert answer.status == 503
    preview.failed("", "English is wrong")
    write(preview.root, "zh/index.html", "中文")
    preview.changed("zh/", ["index.html"])
    expect(page.locator("p")).to_have_text("中文")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_page_that_does_not_exist_appears_when_it_does(
    page: Page, preview: Preview
) -> None:
    """Until then, the site's own page for that is shown."""
    write(preview.root, "404.html", "none")
    answer = page.goto("/new/")
    assert answer
    assert answer.status == 404
    expect(page.locator("p")).to_have_text("none")
    write(preview.root, "new/index.html", "new")
    preview.changed("", ["new/index.html"])
    expect(page.locator("p")).to_have_text("new")
