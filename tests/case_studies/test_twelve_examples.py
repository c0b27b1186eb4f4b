"""What is said of chosen uses, where their code is installed and can run."""

import traceback
from importlib import metadata

import pytest
from oslo_db import api, exception

from render.blocks.wild import data
from tests.project import DOCS, blocks


def test_twelve_places_are_shown() -> None:
    """In as many chapters; one has two that do the same."""
    page = DOCS / "case_studies" / "twelve_examples.md"
    chapters = page.read_text("utf-8").count("\n## ") - 1  # "Next steps".
    shown = [text for _, kind, text in blocks(page) if kind == "wild"]
    places = [text for text in shown if text.startswith("site\n")]
    assert chapters == 12
    assert len(places) == len(set(places)) == 13


def test_oslo_db_raises_what_it_puts_into_the_helper() -> None:
    """The wrapped exception reaches the caller, not the original one."""
    (site,) = [s for s in data.sites() if s["file"] == "oslo_db/api.py"]
    assert site["version"] == metadata.version("oslo.db")
    inner = KeyError("the row")

    @api.wrap_db_retry(max_retries=0)  # type: ignore[untyped-decorator]  # Upstream's.
    def write() -> None:
        raise exception.RetryRequest(inner)

    with pytest.raises(KeyError) as caught:
        write()
    assert caught.value is inner


def test_oslo_db_loses_the_traceback_of_what_it_raises() -> None:
    """The deadlock's statement is in no traceback; in a plain handler it is.

    The page counts it among those that mislead.
    """

    def deadlock() -> None:
        raise exception.DBDeadlock

    def request() -> None:
        try:
            deadlock()
        except exception.DBDeadlock as error:
            raise exception.RetryRequest(error) from None

    def plain() -> None:
        try:
            request()
        except exception.RetryRequest as error:
            raise error.inner_exc from None

    def names(error: BaseException | None) -> list[str]:
        stack = traceback.extract_tb(error.__traceback__) if error else []
        return [entry.name for entry in stack]

    retried = api.wrap_db_retry(max_retries=0)(request)
    with pytest.raises(exception.DBDeadlock) as caught:
        retried()
    shown = names(caught.value), names(caught.value.__context__)
    assert [("request" in s, "deadlock" in s) for s in shown] == [
        (True, False)
    ] * 2
    with pytest.raises(exception.DBDeadlock) as caught:
        plain()
    assert names(caught.value)[-1] == "deadlock"
    page = (DOCS / "case_studies" / "twelve_examples.md").read_text("utf-8")
    misleading = page.partition("## 9. Replace the saved exception")[2]
    assert misleading.count("\n## ") == 4  # Three more, and "Next steps".
    assert "Eight of these do" in page
    assert "The last four show how the helper misleads" in page
