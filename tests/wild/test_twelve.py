"""What is said of chosen uses, where their code is installed and can run."""

from importlib import metadata

import pytest
from oslo_db import api, exception

from render.blocks.wild import data
from tests.project import DOCS, blocks


def test_twelve_places_are_shown() -> None:
    """In as many chapters; one has two that do the same."""
    page = DOCS / "wild" / "twelve.md"
    chapters = page.read_text("utf-8").count("\n## ") - 1  # "Read next".
    shown = [text for _, kind, text in blocks(page) if kind == "wild"]
    places = [text for text in shown if text.startswith("site\n")]
    assert chapters == 12
    assert len(places) == len(set(places)) == 13


def test_oslo_db_raises_what_it_puts_into_the_helper() -> None:
    """The wrapped exception comes out, and not the one that was caught."""
    (site,) = [s for s in data.sites() if s["file"] == "oslo_db/api.py"]
    assert site["version"] == metadata.version("oslo.db")
    inner = KeyError("the row")

    @api.wrap_db_retry(max_retries=0)  # type: ignore[untyped-decorator]
    def write() -> None:
        raise exception.RetryRequest(inner)

    with pytest.raises(KeyError) as caught:
        write()
    assert caught.value is inner
