"""The log message and its logger."""

import logging
from typing import Any

from oslo_utils.excutils import save_and_reraise_exception

from .cases import FIRST_DROPPED, First, Second, case


def fail(**arguments: Any) -> None:
    """Fail in the body of a helper with these arguments."""
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(**arguments):
            raise Second("cleanup")


@case(
    "`logger=LOG`",
    "raised Second('cleanup')",
    context="First('release')",
    log=[
        r"ERROR nova.compute: Original exception being dropped: "
        r"[..., 'First: release\n']"
    ],
)
def own_logger() -> None:
    fail(logger=logging.getLogger("nova.compute"))


@case(
    "`logger=` a LoggerAdapter",
    "raised Second('cleanup')",
    context="First('release')",
    log=[
        r"ERROR nova.compute: [req-1] Original exception being dropped: "
        r"[..., 'First: release\n']"
    ],
)
def adapter() -> None:
    class Request(logging.LoggerAdapter[logging.Logger]):
        def process(self, msg: str, kwargs: Any) -> tuple[str, Any]:
            return f"[req-1] {msg}", kwargs

    fail(logger=Request(logging.getLogger("nova.compute"), {}))


@case(
    "`logger=None` is the default",
    "raised Second('cleanup')",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def no_logger() -> None:
    fail(logger=None)


@case(
    "a falsy logger is ignored",
    "raised Second('cleanup')",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def false_logger() -> None:
    class Empty(logging.Logger):
        def __len__(self) -> int:
            return 0

    fail(logger=Empty("nova.compute"))


@case(
    "`ctxt.logger` set in the body",
    "raised Second('cleanup')",
    context="First('release')",
    log=[
        r"ERROR nova.compute: Original exception being dropped: "
        r"[..., 'First: release\n']"
    ],
)
def logger_set_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception() as ctxt:
            ctxt.logger = logging.getLogger("nova.compute")
            raise Second("cleanup")


@case(
    "any object with a method `error`",
    "raised Second('cleanup')",
    context="First('release')",
    log=["WARNING other: Original exception being dropped: %s"],
)
def any_object() -> None:
    class Sink:
        def error(self, message: str, *arguments: object) -> None:
            logging.getLogger("other").warning("%s", message)

    fail(logger=Sink())


@case(
    "an object without `error`: an `AttributeError` replaces the cleanup's error",
    "raised AttributeError(\"'str' object has no attribute 'error'\")",
    context="Second('cleanup')",
    entries=2,
)
def not_a_logger() -> None:
    fail(logger="nova.compute")


@case(
    "a logger that raises: its error reaches the caller",
    "raised OSError('disk full')",
    context="Second('cleanup')",
    entries=2,
)
def logger_raises() -> None:
    class Sink:
        def error(self, message: str, *arguments: object) -> None:
            raise OSError("disk full")

    fail(logger=Sink())


@case(
    "the logger's level is above ERROR: nothing is logged",
    "raised Second('cleanup')",
    context="First('release')",
)
def level_too_high() -> None:
    quiet = logging.getLogger("quiet")
    quiet.setLevel(logging.CRITICAL)
    fail(logger=quiet)


@case(
    "`logging.disable()`: nothing is logged",
    "raised Second('cleanup')",
    context="First('release')",
)
def logging_disabled() -> None:
    logging.disable()
    try:
        fail()
    finally:
        logging.disable(logging.NOTSET)


@case(
    "a filter rejects the message",
    "raised Second('cleanup')",
    context="First('release')",
)
def filtered() -> None:
    logger = logging.getLogger("oslo_utils.excutils")

    def refuse(record: logging.LogRecord) -> bool:
        return not str(record.msg).startswith("Original exception")

    logger.addFilter(refuse)
    try:
        fail()
    finally:
        logger.removeFilter(refuse)


@case(
    "a record's argument is a list, and it has no `exc_info`",
    "returned ('list', 'str', None)",
)
def record() -> tuple[str, str, object]:
    kept: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(record)

    logger = logging.Logger("alone")
    logger.addHandler(Keep())
    try:
        fail(logger=logger)
    except Second:
        pass
    argument: Any = kept[0].args
    lines = argument[0]
    return type(lines).__name__, type(lines[0]).__name__, kept[0].exc_info
