"""The glossary: what it says of Nova's API, and which pages link to it."""

import re
from collections.abc import Iterator
from pathlib import Path

from render.glossary import words
from tests.project import DOCS, PAGES, address, nova_modules, refusing
from tests.site.parsed import elements, parsed, texts

PAGE = DOCS / "reference" / "glossary.md"
GLOSSARY = " ".join(PAGE.read_text("utf-8").split())
TERM = "a[@class='term']"
OUTSIDE = (
    "not(ancestor::p or ancestor::li) or ancestor::code or ancestor::pre or "
    "ancestor::a or ancestor::table or ancestor::summary or "
    "ancestor::*[starts-with(name(), 'h') and string-length(name()) = 2]"
)
COMPUTE = "api/openstack/compute"


def test_the_fault_is_shown_for_the_statuses_that_are_named() -> None:
    """A server that recovered keeps its fault, and doesn't show it."""
    view = nova_modules()[f"{COMPUTE}/views/servers.py"]
    (statuses,) = re.findall(r"_fault_statuses = \((.*?)\)", view, re.S)
    assert f"status is {' or '.join(re.findall('[A-Z]+', statuses))}" in (
        GLOSSARY
    )
    assert 'if server["server"]["status"] in self._fault_statuses:' in view


def test_a_fault_has_a_traceback_only_if_its_status_is_500() -> None:
    """And such a one is shown to administrators alone."""
    saved = nova_modules()["compute/utils.py"]
    assert "if exc_info and error_code == 500:" in saved
    view = nova_modules()[f"{COMPUTE}/views/servers.py"]
    assert "if is_admin or fault['code'] != 500:" in view
    assert "if the status is 500, a traceback for administrators" in GLOSSARY


def test_the_list_of_actions_has_no_events() -> None:
    """Only one action, found by its request's id, is shown with events."""
    actions = nova_modules()[f"{COMPUTE}/instance_actions.py"]
    listed = actions.partition("def index(")[2].partition("def show(")[0]
    shown = actions.partition("def show(")[2]
    assert "action_get_by_request_id" in shown
    assert "_format_event(" in shown
    assert "_format_event(" not in listed
    assert "lists the actions; with a request's id" in GLOSSARY


@refusing
def test_pages_link_the_first_use_of_a_term(site: Path) -> Iterator[str]:
    """Once a page and term, in text alone; entries that no page uses go."""
    used: set[str] = set()
    for path in PAGES:
        name = address(path)
        tree = parsed(site / name / "index.html")
        found = [a.get("href", "") for a in elements(tree, f"//{TERM}")]
        yield from (
            f"{name}: {href} is linked twice"
            for href in {href for href in found if found.count(href) > 1}
        )
        yield from (
            f"{name}: linked outside of text: {text}"
            for text in texts(tree, f"//{TERM}[{OUTSIDE}]")
        )
        if found and path in (DOCS / "index.md", PAGE):
            yield f"{name}: has links to the glossary"
        used |= {href.rpartition("#")[2] for href in found}
    assert {"propagate", "re-raise", "suppress", "rpc-call"} <= used
    linked = {*words("en").values()}
    yield from (f"no page links to #{name}" for name in sorted(linked - used))


def test_each_term_has_an_id_and_a_link(site: Path) -> None:
    """Its definition has at most two sentences, and leads to one page."""
    tree = parsed(site / address(PAGE) / "index.html")
    terms = elements(tree, "//article//dt")
    assert len(terms) > 30
    names = [term.get("id", "") for term in terms]
    assert all(names)
    assert {*words("en").values()} <= {*names}
    for name, text in zip(names, elements(tree, "//article//dd"), strict=True):
        assert len(elements(text, ".//a")) <= 1, name
        said = "".join(map(str, text.itertext())).strip()
        assert len(re.findall(r"[.:?](?=\s+[A-Z`]|$)", said)) <= 3, name
