"""The pages on usage: uses are picked and sorted, squares lead to them."""

import csv
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage, Server
from tests.project import BUDGETS, ROOT

FIND = "reference/usage/find/"
ROWS = "table.sites tbody tr:visible"
STEP = 40

with (ROOT / "survey" / "data" / "sites.csv").open(encoding="utf-8") as _file:
    SITES = list(csv.DictReader(_file))
Row = dict[str, str]


def expect_uses(page: Page, fit: list[Row]) -> None:
    """The page counts these uses, and shows the first of them."""
    shown = min(len(fit), STEP)
    told = f"{len(fit)} of {len(SITES)} uses; {shown} shown"
    expect(page.get_by_role("status")).to_have_text(told)
    places = [f"{site['file']}:{site['line']}" for site in fit[:STEP]]
    assert page.locator(f"{ROWS} th").all_text_contents() == places


def test_choices_leave_what_fits(page: Page) -> None:
    """Each narrows; the count says how far."""
    page.goto(FIND)
    expect_uses(page, SITES)
    page.get_by_label("Project").select_option("neutron")
    neutron = [s for s in SITES if s["project"] == "neutron"]
    expect_uses(page, neutron)
    page.get_by_label("Body").select_option("decides")
    fit = [s for s in neutron if s["body"] == "decides"]
    assert 0 < len(fit) < len(neutron)
    expect_uses(page, fit)
    kind = "BaseException"
    for label, option, fits in (
        ("Catches", kind, lambda s: s["catches"] == kind),
        ("A bare raise", "flag", lambda s: s["bare_raise"] == "flag"),
        ("Looks wrong", "*", lambda s: s["findings"]),
        ("Looks wrong", "SRE301", lambda s: "SRE301" in s["findings"]),
    ):
        page.goto(FIND)
        page.get_by_label(label).select_option(option)
        expect_uses(page, [s for s in SITES if fits(s)])


def test_rows_of_the_script_are_those_of_the_page(page: Page) -> None:
    """All cells, the link, and where long names may break."""
    page.goto(FIND)
    rows = page.locator("table.sites tbody")
    served = rows.inner_html()
    assert "<wbr>" in served
    page.get_by_label("Words").fill("py")
    page.get_by_label("Words").fill("")
    expect(page.locator("table[aria-busy]")).to_have_count(0)
    expect_uses(page, SITES)
    assert rows.inner_html() == served


def test_more_rows_follow(page: Page) -> None:
    """With the focus on the first of them; at the end there is no button."""
    page.goto(f"{FIND}?project=neutron")
    fit = [s for s in SITES if s["project"] == "neutron"]
    expect_uses(page, fit)
    more = page.get_by_role("button", name="Show more")
    more.click()
    expect(page.locator(ROWS)).to_have_count(len(fit))
    row = page.locator(ROWS).nth(STEP)
    expect(row.get_by_role("link")).to_be_focused()
    expect(row).to_contain_text(fit[STEP]["function"])
    expect(more).to_be_hidden()


def test_headings_sort_uses(page: Page) -> None:
    """From a to z and back, all of them, and what a cell lacks comes last."""
    page.goto(FIND)
    heading = page.get_by_role("columnheader", name="Function")
    cells = page.locator(f"{ROWS} td:nth-child(2)")

    def names(*, down: bool) -> list[str]:
        every = {site["function"] for site in SITES}
        order = page.evaluate(
            "all => all.sort((a, b) => "
            "a.localeCompare(b, undefined, {numeric: true}))",
            sorted(every),
        )
        return list(reversed(order) if down else order)

    for down, said in (False, "ascending"), (True, "descending"):
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", said)
        expect(cells.first).to_have_text(names(down=down)[0])
        shown = list(dict.fromkeys(cells.all_text_contents()))
        assert shown == names(down=down)[: len(shown)]
    page.get_by_role("button", name="Looks wrong").click()
    expect(heading).not_to_have_attribute("aria-sort", "descending")
    found = page.locator(f"{ROWS} td:nth-child(6)")
    expect(found.first).to_contain_text("SRE")
    assert all(found.all_text_contents())


def test_head_of_the_uses_stays_in_sight(page: Page) -> None:
    """A reader far down sees what a column holds, and nothing above it."""
    page.goto(FIND)
    page.locator(ROWS).nth(30).scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    head = page.get_by_role("columnheader", name="Function")
    expect(head).to_be_in_viewport(ratio=1)
    header = page.locator(".md-header").bounding_box()
    box = head.bounding_box()
    assert header is not None
    assert box is not None
    assert box["y"] == pytest.approx(header["height"], abs=1)


def test_choices_of_the_other_language_are_kept(
    page: Page, server: Server
) -> None:
    """The switch takes filters and anchor along; values have no language."""
    page.goto("zh/reference/usage/")
    page.locator(".legend").get_by_role("link", name="清理").click()
    page.wait_for_url("**/zh/reference/usage/find/?body=*")
    expect(page.get_by_label("语句体")).to_have_value("cleans up")
    fit = [s for s in SITES if s["body"] == "cleans up"]
    expect(page.locator(f"{ROWS} th")).to_have_text(
        [f"{s['file']}:{s['line']}" for s in fit[:STEP]]
    )
    expect(page.locator(f"{ROWS} td:nth-child(4)").first).to_have_text("清理")
    page.get_by_label("关键词").fill("manager")
    page.wait_for_url("**words=manager**")
    page.get_by_role("link", name="English").click()
    page.wait_for_url(f"{server.url}{FIND}?words=manager&body=cleans+up")
    expect(page.get_by_label("Body")).to_have_value("cleans up")
    page.goto("reference/usage/#over-the-years")
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/zh/reference/usage/#over-the-years")


def test_words_are_looked_for_in_all_a_row_says(page: Page) -> None:
    """The search covers file and line, function, and the cells."""
    page.goto(FIND)
    words = page.get_by_label("Words")
    for text, count in (
        ("nova/compute/manager.py:3246", 1),
        ("COMPUTE/manager _shutdown power", 1),
        ("no such words", 0),
    ):
        words.fill(text)
        expect(page.locator(ROWS)).to_have_count(count)


def test_no_use_leads_back_to_all(page: Page) -> None:
    """A button clears the filters, and is there only if nothing fits."""
    page.goto(f"{FIND}?project=nova")
    clear = page.get_by_role("button", name="clear the filters")
    expect_uses(page, [s for s in SITES if s["project"] == "nova"])
    expect(clear).to_be_hidden()
    page.get_by_label("Words").fill("no such words")
    expect_uses(page, [])
    clear.click()
    expect_uses(page, SITES)
    expect(clear).to_be_hidden()
    expect(page.get_by_label("Words")).to_be_focused()
    assert page.url.endswith(FIND)


def test_a_list_that_does_not_come_is_said(new_page: NewPage) -> None:
    """The rows of the page stay; the next try loads it."""
    page = new_page()
    page.goto(FIND)
    page.route("**/text/", lambda route: route.fulfill(body="<p>moved"))
    page.get_by_label("Project").select_option("nova")
    expect(page.get_by_role("status")).to_contain_text("could not be loaded")
    expect(page.locator("table[aria-busy]")).to_have_count(0)
    assert page.locator(ROWS).count() == STEP
    page.unroute("**/text/")
    page.get_by_label("Project").select_option("zun")
    expect_uses(page, [s for s in SITES if s["project"] == "zun"])


def test_the_address_carries_what_is_picked(page: Page) -> None:
    """A link opens the table so; a reload keeps it; nonsense shows all."""
    page.goto(FIND)
    page.get_by_label("Project").select_option("nova")
    page.get_by_label("Body").select_option("cleans up")
    page.get_by_label("Words").fill("virt")
    page.wait_for_url("**/find/?words=virt&project=nova&body=cleans+up")
    expect(page.get_by_role("status")).not_to_have_text(re.compile("^932 of"))
    told = page.get_by_role("status").inner_text()
    page.reload()
    expect(page.get_by_role("status")).to_have_text(told)
    page.goto(f"{FIND}?finding=SRE301")
    expect_uses(page, [s for s in SITES if "SRE301" in s["findings"]])
    page.goto(f"{FIND}?project=<img src=x onerror=alert(1)>")
    expect_uses(page, SITES)
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
    for _ in range(5):  # Four choices, and the first heading.
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    name = "File and line"
    heading = page.get_by_role("columnheader", name=name)
    expect(heading).to_have_attribute("aria-sort", "descending")
    for _ in range(6):
        page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.href")
    assert "/openstack/nova/src/tag/" in focused


@pytest.mark.parametrize("width", [390, 1440])
def test_a_key_press_is_fast(new_page: NewPage, width: int) -> None:
    """Its rows are there within the budget, once the list is loaded."""
    page = new_page(viewport={"width": width, "height": 844})
    page.goto(f"{FIND}?project=zun")
    expect_uses(page, [s for s in SITES if s["project"] == "zun"])
    milliseconds = page.evaluate("""async () => {
        const words = document.querySelector("form.pick input");
        const told = document.querySelector("[role=status]");
        const took = [];
        for (const value of ["s", "se", "set", ""]) {
            const began = performance.now();
            const changed = new Promise(done =>
                new MutationObserver(done).observe(told, { childList: true }));
            words.value = value;
            words.dispatchEvent(new Event("input", { bubbles: true }));
            await changed;
            document.body.offsetHeight;  // Lays the page out.
            took.push(performance.now() - began);
        }
        return Math.min(...took);
    }""")
    assert milliseconds < BUDGETS["parts"]["keypress"]


def test_without_script_the_table_is_plain(new_page: NewPage) -> None:
    """First rows, a link to all, and no control that does nothing."""
    page = new_page(java_script_enabled=False)
    page.goto(FIND)
    assert page.locator(ROWS).count() == STEP
    first = page.locator(f"{ROWS} >> nth=0").locator("th, td")
    place = f"{SITES[0]['file']}:{SITES[0]['line']}"
    assert first.all_inner_texts()[:2] == [place, SITES[0]["function"]]
    controls = page.locator("article :is(button, input, select):visible")
    assert controls.count() == 0
    page.get_by_role("link", name="as plain text").click()
    page.wait_for_url("**/usage/text/")
    last = SITES[-1]
    line = f"{last['file']}:{last['line']} | {last['function']}"
    assert page.get_by_text(line).is_visible()
    page.goto("reference/usage/purposes/")
    assert page.locator("table.sorted button").count() == 0
    assert page.locator("table.sorted tbody tr:visible").count() > 30


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_squares_lead_to_their_uses(page: Page, way: str) -> None:
    """After instant navigation as well; Back comes back."""
    page.goto("reference/usage/purposes/")
    page.get_by_role("link", name="By project", exact=True).click()
    page.wait_for_url("**/usage/")
    fit = [s for s in SITES if (s["project"], s["body"]) == ("nova", "logs")]
    squares = page.get_by_role("link", name=f"nova, logs: {len(fit)}")
    if way == "mouse":
        squares.locator("path").click(position={"x": 3, "y": 20})
    else:
        squares.focus()
        page.keyboard.press("Enter")
    page.wait_for_url("**/find/?project=nova&body=logs")
    expect_uses(page, fit)
    page.go_back()
    expect(squares).to_be_visible()


def test_squares_can_be_passed(new_page: NewPage) -> None:
    """A link for the keyboard leads past all of them."""
    # A page that was here before and went back may not have a target again.
    page = new_page()
    page.goto("reference/usage/")
    page.get_by_role("link", name="Past the squares").press("Enter")
    page.locator("#past:target").wait_for(state="attached")
    page.wait_for_timeout(200)  # Tab begins there.
    page.keyboard.press("Tab")
    expect(page.locator("#over-the-years .headerlink")).to_be_focused()


def test_headings_sort(page: Page) -> None:
    """Numbers the largest first, names from a to z, and back."""
    page.goto("reference/usage/")
    table = page.locator("table.projects")

    def column(number: int) -> list[str]:
        cells = table.locator(f"tbody tr > :nth-child({number})")
        return cells.all_inner_texts()

    button = table.get_by_role("button", name="Uses", exact=True)
    button.click()
    shown = [int(n.replace(",", "")) for n in column(3)]
    assert shown == sorted(shown, reverse=True)
    heading = table.get_by_role("columnheader", name="Uses", exact=True)
    assert heading.get_attribute("aria-sort") == "descending"
    button.click()
    shown = [int(n.replace(",", "")) for n in column(3)]
    assert shown == sorted(shown)
    table.get_by_role("button", name="Project").click()
    assert column(1) == sorted(column(1), key=str.casefold)
    assert heading.get_attribute("aria-sort") is None
