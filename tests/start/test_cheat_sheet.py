"""The cheat sheet's table says what the library does."""

import logging
import re

import pytest
from oslo_utils import excutils

from tests.project import DOCS

PAGE = (DOCS / "start" / "cheat_sheet.md").read_text("utf-8")
ROWS = re.findall(
    r"^\| (.+) \| `(True|False)` \| (.+) \| (.+) \|$",
    PAGE,
    re.M,
)


@pytest.mark.parametrize(("body", "reraise", "result", "logged"), ROWS)
def test_row_is_what_happens(
    body: str,
    reraise: str,
    result: str,
    logged: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each row's handler runs; the caller and the log are looked at."""
    original, other = OSError("original"), LookupError("other")

    def handler() -> str:
        try:
            raise original
        except OSError:
            flag = {"True": True, "False": False}[reraise]
            with excutils.save_and_reraise_exception(reraise=flag):
                if body == "raises":
                    raise other  # noqa: B904  # The case.
                if body.startswith("`return`"):
                    return "the statement takes effect"
        return "the code after the block runs"

    caught: Exception | None = None
    with caplog.at_level(logging.DEBUG):
        try:
            did = f"suppressed: {handler()}"
        except Exception as error:
            caught = error
            did = {
                id(original): "original exception",
                id(other): "the body's exception; the original is its "
                "`__context__`",
            }[id(error)]
    assert did == result
    if caught is other:
        assert caught.__context__ is original
    messages = [record.msg.partition(":")[0] for record in caplog.records]
    assert (messages or ["nothing"]) == [logged.strip('"')]


def test_the_table_has_all_cases() -> None:
    """Three ways in which a body ends, with `reraise` true and false."""
    assert len({row[:2] for row in ROWS}) == 6
