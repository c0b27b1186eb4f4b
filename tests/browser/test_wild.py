"""The tab "In the wild": squares lead to rows, rows are picked and sorted."""

import csv

import pytest
from playwright.sync_api import Page, expect

from render.blocks.wild.data import findings
from reraise_lint import RULES
from tests.browser.conftest import NewPage
from tests.project import BUDGETS, ROOT

FIND = "reference/usage/find/"
ROWS = "table.sites tr[id]:visible"
OUTSIDE = f"SRE301 {RULES['SRE301'].name}"

with (ROOT / "survey" / "data" / "sites.csv").open(encoding="utf-8") as _file:
    SITES = list(csv.DictReader(_file))


def rows(page: Page) -> int:
    """How many rows a reader sees."""
    return page.locator(ROWS).count()


def test_choices_leave_what_fits(page: Page) -> None:
    """Each narrows; the count says how far; files without a row go."""
    page.goto(FIND)
    assert rows(page) == len(SITES)
    page.get_by_label("Project").select_option("neutron")
    neutron = [s for s in SITES if s["project"] == "neutron"]
    assert rows(page) == len(neutron)
    page.get_by_label("Body").select_option("decides")
    fit = [s for s in neutron if s["body"] == "decides"]
    assert 0 < rows(page) == len(fit) < len(neutron)
    files = page.locator("table.sites tbody:visible").count()
    assert files == len({s["file"] for s in fit})
    assert page.get_by_text(f"{len(fit)} / {len(SITES)}").is_visible()
    kind = "BaseException"
    for label, option, fits in (
        ("Catches", kind, lambda s: s["catches"] == kind),
        ("A bare raise", "no: flag", lambda s: s["bare_raise"] == "flag"),
        ("Looks wrong", "something", lambda s: s["findings"]),
        ("Looks wrong", OUTSIDE, lambda s: "SRE301" in s["findings"]),
    ):
        page.goto(FIND)
        page.get_by_label(label).select_option(option)
        assert rows(page) == sum(bool(fits(s)) for s in SITES), label


def test_the_chinese_table_is_picked_from_as_well(page: Page) -> None:
    """By its own words, from the links of other pages, several in a cell."""
    page.goto("zh/reference/usage/")
    page.locator(".legend").get_by_role("link", name="清理").click()
    page.wait_for_url("**/zh/reference/usage/find/?body=*")
    expect(page.get_by_label("语句体")).to_have_value("清理")
    assert rows(page) == sum(s["body"] == "cleans up" for s in SITES)
    page.get_by_label("语句体").select_option("")
    page.get_by_label("疑点").select_option("有疑点")
    assert rows(page) == sum(bool(s["findings"]) for s in SITES)
    page.get_by_label("疑点").select_option(OUTSIDE)
    assert rows(page) == sum("SRE301" in s["findings"] for s in SITES)
    several = [s for s in SITES if len({c for _, c in findings(s)}) > 1]
    page.get_by_label("疑点").select_option("有疑点")
    told = page.locator(f"{ROWS} td:nth-child(6)").all_text_contents()
    assert sum("、" in text for text in told) == len(several)


def test_words_are_looked_for_in_all_a_row_says(page: Page) -> None:
    """The search covers file and line, function, and the cells."""
    page.goto(FIND)
    words = page.get_by_label("Words")
    words.fill("nova/compute/manager.py:3246")
    assert rows(page) == 1
    words.fill("COMPUTE/manager _shutdown power")
    assert rows(page) == 1
    words.fill("no such words")
    assert rows(page) == 0


def test_the_address_carries_what_is_picked(page: Page) -> None:
    """A link opens the table so; a reload keeps it; nonsense shows all."""
    page.goto(FIND)
    page.get_by_label("Project").select_option("nova")
    page.get_by_label("Body").select_option("cleans up")
    page.get_by_label("Words").fill("virt")
    page.wait_for_url("**/find/?words=virt&project=nova&body=cleans+up")
    found = rows(page)
    page.reload()
    assert 0 < rows(page) == found < len(SITES)
    page.goto(f"{FIND}?finding={OUTSIDE.replace(' ', '+')}")
    assert rows(page) == sum("SRE301" in s["findings"] for s in SITES)
    page.goto(f"{FIND}?project=<img src=x onerror=alert(1)>")
    assert rows(page) == len(SITES)
    assert page.get_by_label("Project").evaluate("e => e.selectedIndex") == 0
    assert page.locator("article img").count() == 0


def test_the_keyboard_is_enough(page: Page) -> None:
    """Words, Tab, a choice by its first letters, and Tab to the first row."""
    page.goto(FIND)
    page.get_by_label("Words").focus()
    page.keyboard.type("manager")
    page.keyboard.press("Tab")
    page.keyboard.type("nova")
    assert page.get_by_label("Project").input_value() == "nova"
    for _ in range(5):
        page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.href")
    assert "/openstack/nova/src/tag/" in focused


@pytest.mark.parametrize("width", [390, 1440])
def test_a_thousand_rows_are_fast(new_page: NewPage, width: int) -> None:
    """A key press shows its rows within its budget."""
    page = new_page(viewport={"width": width, "height": 844})
    page.goto(FIND)
    milliseconds = page.evaluate("""() => {
        const words = document.querySelector("form.pick input");
        const took = ["s", "se", "set", ""].map((value) => {
            const began = performance.now();
            words.value = value;
            words.dispatchEvent(new Event("input", { bubbles: true }));
            document.body.offsetHeight;  // Lays the page out.
            return performance.now() - began;
        });
        return Math.min(...took);
    }""")
    assert milliseconds < BUDGETS["parts"]["keypress"]


def test_without_script_the_table_is_plain(new_page: NewPage) -> None:
    """All rows, links to files, and no control that does nothing."""
    page = new_page(java_script_enabled=False)
    page.goto(FIND)
    assert rows(page) == len(SITES)
    first = page.locator(ROWS).first.locator("td").all_inner_texts()
    assert first[:2] == [SITES[0]["line"], SITES[0]["function"]]
    assert page.locator("form.pick *").count() == 0
    page.goto("reference/usage/purposes/")
    assert page.locator("table.sorted button").count() == 0
    assert page.locator("table.sorted tbody tr:visible").count() > 30


def test_a_square_leads_to_its_row(page: Page) -> None:
    """By the mouse, after instant navigation as well; Back comes back."""
    page.goto("reference/usage/")
    number = 1 + next(
        i
        for i, site in enumerate(SITES)
        if site["function"] == "ComputeManager._shutdown_instance"
        and site["body"] == "nothing"
    )
    square = page.locator(f'.squares a[href$="find/#s{number}"]')
    square.click()
    page.wait_for_url("**/find/#*")
    row = page.locator("table.sites tr:target")
    expect(row).to_contain_text("ComputeManager._shutdown_instance")
    expect(row).to_be_in_viewport()
    assert page.get_by_label("Project").is_visible()
    page.go_back()
    expect(square).to_be_visible()


def test_squares_by_keyboard(page: Page) -> None:
    """One stop of Tab for a project; arrows inside; Enter opens."""
    page.goto("reference/usage/")
    fields = page.locator(".squares p").count()
    assert page.locator('.squares p a[tabindex="0"]').count() == fields
    squares = page.locator(".squares div").first.locator("p a")
    squares.first.focus()
    page.keyboard.press("ArrowRight")
    expect(squares.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    here = "document.activeElement.offsetTop"
    assert page.evaluate(here) > squares.first.evaluate("e => e.offsetTop")
    page.keyboard.press("ArrowUp")
    expect(squares.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    second = page.locator(".squares div").nth(1)
    expect(second.locator(":scope > a")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    last = second.locator("p a").last
    expect(last).to_be_focused()
    row = (last.get_attribute("href") or "").partition("#")[2]
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/find/#{row}")
    expect(page.locator("table.sites tr:target")).to_have_id(row)


def test_headings_sort(page: Page) -> None:
    """Numbers the largest first, names from a to z, and back."""
    page.goto("reference/usage/two_ways/")
    table = page.locator("table.sorted")

    def column(number: int) -> list[str]:
        cells = table.locator(f"tbody tr > :nth-child({number})")
        return cells.all_inner_texts()

    button = table.get_by_role("button", name="helper")
    button.click()
    shown = [int(n.replace(",", "")) for n in column(2)]
    assert shown == sorted(shown, reverse=True)
    heading = table.get_by_role("columnheader", name="helper")
    assert heading.get_attribute("aria-sort") == "descending"
    button.click()
    shown = [int(n.replace(",", "")) for n in column(2)]
    assert shown == sorted(shown)
    table.get_by_role("button", name="Project").click()
    assert column(1) == sorted(column(1), key=str.casefold)
    assert heading.get_attribute("aria-sort") is None
