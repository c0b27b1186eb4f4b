"""The table of behaviour is filtered by words, also by an address."""

from playwright.sync_api import Page

from tests.browser.conftest import NewPage

TABLE = "reference/behaviour/"
ROWS = "table.cases.results tbody tr:visible"


def rows(page: Page) -> list[str]:
    """The text of the rows that a reader sees."""
    return page.locator(ROWS).all_inner_texts()


def test_words_leave_the_rows_that_have_them_all(page: Page) -> None:
    """Rows, tables and headings without a match are hidden."""
    page.goto(TABLE)
    every = len(rows(page))
    page.get_by_label("Only rows with these words").fill("pickle copy")
    assert rows(page) == []
    assert page.locator("table.cases.results:visible").count() == 0
    page.get_by_label("Only rows with these words").fill("RETURN body")
    found = rows(page)
    assert 0 < len(found) < every
    assert all("return" in t.lower() and "body" in t.lower() for t in found)
    assert page.get_by_text(f"{len(found)} / {every}").is_visible()
    page.get_by_label("Only rows with these words").fill("pickle")
    assert page.get_by_role("heading", name="Misuse").count() == 0


def test_the_address_carries_the_words(page: Page) -> None:
    """A link with words opens the table filtered; Back and reload keep it."""
    page.goto(f"{TABLE}?filter=force_reraise")
    found = rows(page)
    assert found
    assert all("force_reraise" in text for text in found)
    page.get_by_label("Only rows with these words").fill("pickle")
    page.wait_for_url("**/?filter=pickle")
    page.reload()
    assert len(rows(page)) == 1


def test_the_filter_works_after_instant_navigation(page: Page) -> None:
    """A reader who comes by a link has it as well."""
    page.goto("reference/across_versions/")
    page.get_by_role("link", name="The cases", exact=True).click()
    page.get_by_label("Only rows with these words").fill("pickle")
    assert len(rows(page)) == 1


def test_without_script_the_table_is_whole(new_page: NewPage) -> None:
    """Without JavaScript there are all rows and no dead control."""
    page = new_page(java_script_enabled=False)
    page.goto(TABLE)
    assert len(rows(page)) > 100
    assert page.locator("[data-filter] input").count() == 0
