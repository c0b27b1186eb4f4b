"""Generators and context managers."""

import contextlib
from collections.abc import Generator, Iterator

from oslo_utils.excutils import save_and_reraise_exception

from .cases import FIRST_DROPPED, First, Second, case


@case(
    "in a `@contextmanager` generator: no entries are added",
    "raised First('release')",
)
def in_a_context_manager() -> None:
    @contextlib.contextmanager
    def error_state() -> Iterator[None]:
        try:
            yield
        except First:
            with save_and_reraise_exception():
                pass

    with error_state():
        raise First("release")


@case(
    "in a `@contextmanager` generator, with `reraise=False`: swallowed",
    "returned 'goes on'",
)
def in_a_context_manager_flag_off() -> str:
    @contextlib.contextmanager
    def tolerant() -> Iterator[None]:
        try:
            yield
        except First:
            with save_and_reraise_exception(reraise=False):
                pass

    with tolerant():
        raise First("release")
    return "goes on"


@case(
    "`yield` in the body, and the generator is resumed",
    "raised First('release')",
    entries=3,
)
def yield_in_body() -> None:
    def ports() -> Generator[str]:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                yield "eth0"

    for _ in ports():
        pass


@case(
    "`yield` in the body, and the generator is closed there: the original exception is swallowed",
    "returned 'closed'",
    log=[FIRST_DROPPED],
)
def closed_in_body() -> str:
    def ports() -> Generator[str]:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                yield "eth0"

    running = ports()
    next(running)
    running.close()
    return "closed"


@case(
    "`yield` in the body, and the caller uses `throw()`",
    "raised Second('thrown in')",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def thrown_into_body() -> None:
    def ports() -> Generator[str]:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                yield "eth0"

    running = ports()
    next(running)
    running.throw(Second("thrown in"))


@case(
    "entered in an `ExitStack` in the handler",
    "raised First('release')",
    entries=3,
)
def in_an_exit_stack() -> None:
    try:
        raise First("release")
    except First:
        with contextlib.ExitStack() as stack:
            stack.enter_context(save_and_reraise_exception())


@case(
    "entered in an `ExitStack`, and removed with `pop_all()`: swallowed",
    "returned 'goes on'",
)
def popped_from_an_exit_stack() -> str:
    try:
        raise First("release")
    except First:
        with contextlib.ExitStack() as stack:
            stack.enter_context(save_and_reraise_exception())
            kept = stack.pop_all()
    return "goes on" if kept else "nothing kept"


@case(
    "`suppress` in the body around the statement that raises",
    "raised First('release')",
    entries=3,
)
def suppress_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(), contextlib.suppress(Second):
            raise Second("cleanup")


@case(
    "`suppress` around the helper, in the handler: swallowed",
    "returned 'goes on'",
)
def suppress_around() -> str:
    try:
        raise First("release")
    except First:
        with contextlib.suppress(First), save_and_reraise_exception():
            pass
    return "goes on"


@case(
    "`closing` in the same statement closes before the re-raise",
    "returned ['closed', 'raised']",
)
def closing_in_the_same_statement() -> list[str]:
    events = []

    class Image:
        def close(self) -> None:
            events.append("closed")

    try:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception(), contextlib.closing(Image()):
                pass
    except First:
        events.append("raised")
    return events
