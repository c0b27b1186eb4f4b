"""Readers go from one language to the other, and are never sent there."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Server

# Two pages, one after the other, that have Chinese text.
LESSON = "reference/behaviour/body/"
NEXT = "reference/behaviour/nothing_to_raise/"
OFFER = ".offer"


def test_the_switch_leads_to_the_same_page(page: Page, server: Server) -> None:
    """There and back, also after a page that was not loaded anew."""
    page.goto(LESSON)
    page.get_by_role("link", name="中文").click()
    page.wait_for_url(f"{server.url}zh/{LESSON}")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{server.url}{LESSON}")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".md-footer__link--next").click()
    page.wait_for_url(f"{server.url}{NEXT}")
    page.get_by_role("link", name="中文").click()
    page.wait_for_url(f"{server.url}zh/{NEXT}")
    expect(page.locator("html")).to_have_attribute("lang", "zh")


def test_readers_of_chinese_are_offered_it(
    new_page: NewPage, server: Server
) -> None:
    """Once they said no, no more; a later page has its own link."""
    reader = new_page(locale="zh-CN")
    reader.goto(LESSON)
    expect(reader.locator(OFFER)).to_be_visible()
    reader.locator(".md-footer__link--next").click()
    reader.wait_for_url(f"{server.url}{NEXT}")
    expect(reader.locator(OFFER)).to_be_visible()
    reader.get_by_role("link", name="本页有中文版").click()
    reader.wait_for_url(f"{server.url}zh/{NEXT}")
    assert reader.locator(OFFER).count() == 0
    reader.goto(LESSON)
    reader.get_by_role("button", name="不再提示").click()
    expect(reader.locator(OFFER)).to_be_hidden()
    reader.reload()
    expect(reader.locator(OFFER)).to_be_hidden()


def test_others_are_not(new_page: NewPage) -> None:
    """Nor those whose browser runs no scripts."""
    for locale in "en-US", "de-DE":
        reader = new_page(locale=locale)
        reader.goto(LESSON)
        expect(reader.locator(OFFER)).to_be_hidden()
    reader = new_page(locale="zh-CN", java_script_enabled=False)
    reader.goto(LESSON)
    expect(reader.locator(OFFER)).to_be_hidden()
    reader.get_by_role("link", name="中文").click()
    expect(reader.locator("html")).to_have_attribute("lang", "zh")
