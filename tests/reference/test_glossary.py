"""What the glossary says of Nova's API is what Nova's code says."""

import re

from tests.project import DOCS, nova_modules

GLOSSARY = " ".join(
    (DOCS / "reference" / "glossary.md").read_text("utf-8").split()
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
