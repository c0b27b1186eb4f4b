"""What tests read of exceptions: their contexts, and the helper's log."""

import ast
import logging
from collections.abc import Iterable, Iterator

HELPER = "oslo_utils.excutils"


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An exception, its context, that one's context, and so on."""
    while error:
        yield error
        error = error.__context__


def dropped(records: Iterable[logging.LogRecord]) -> list[str]:
    """What the helper logged: the last row of each dropped traceback."""
    found = []
    for record in records:
        if record.name == HELPER:
            assert record.levelname == "ERROR"
            assert record.msg == "Original exception being dropped: %s"
            _, _, rows = record.getMessage().partition(": ")
            found.append(str(ast.literal_eval(rows)[-1]).rstrip("\n"))
    return found
