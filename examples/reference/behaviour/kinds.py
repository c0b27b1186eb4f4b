"""Other kinds of exceptions."""

import asyncio
import unittest
from collections.abc import Iterator

from oslo_utils.excutils import save_and_reraise_exception

from .cases import DROPPED, FIRST_DROPPED, First, Second, case


@case(
    "Ctrl-C arrived before, in `except BaseException`",
    "raised KeyboardInterrupt()",
    entries=3,
)
def keyboard_interrupt() -> None:
    try:
        raise KeyboardInterrupt
    except BaseException:
        with save_and_reraise_exception():
            pass


@case("the same with `reraise=False`: it is swallowed", "returned 'goes on'")
def keyboard_interrupt_flag_off() -> str:
    try:
        raise KeyboardInterrupt
    except BaseException:
        with save_and_reraise_exception(reraise=False):
            pass
    return "goes on"


@case(
    "Ctrl-C arrives in the body",
    "raised KeyboardInterrupt()",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def keyboard_interrupt_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            raise KeyboardInterrupt


@case(
    "`sys.exit()` in the body",
    "raised SystemExit(1)",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def exit_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            raise SystemExit(1)


@case("`SystemExit` is re-raised", "raised SystemExit(1)", entries=3)
def system_exit() -> None:
    try:
        raise SystemExit(1)
    except SystemExit:
        with save_and_reraise_exception():
            pass


@case("`GeneratorExit` is re-raised", "raised GeneratorExit()", entries=3)
def generator_exit() -> None:
    try:
        raise GeneratorExit
    except GeneratorExit:
        with save_and_reraise_exception():
            pass


@case(
    "`CancelledError` is re-raised",
    "raised CancelledError()",
    entries=3,
)
def cancelled_error() -> None:
    try:
        raise asyncio.CancelledError
    except asyncio.CancelledError:
        with save_and_reraise_exception():
            pass


class Quota(Exception):
    """An exception that cannot be made without its arguments."""

    def __init__(self, name: str, limit: int) -> None:
        super().__init__(f"{name}: {limit}")


@case(
    "an exception with a constructor of its own",
    "raised Quota('cores: 8')",
    entries=3,
)
def own_constructor() -> None:
    try:
        raise Quota("cores", 8)
    except Quota:
        with save_and_reraise_exception():
            pass


class Unprintable(Exception):
    """An exception whose text cannot be made."""

    __module__ = "__main__"

    def __repr__(self) -> str:
        return "Unprintable()"

    def __str__(self) -> str:
        raise ValueError("no text")


@case(
    "`str()` of the original exception fails: the message is logged anyway",
    "raised Second('cleanup')",
    context="Unprintable()",
    log=[DROPPED + r"[..., 'Unprintable: <exception str() failed>\n']"],
)
def unprintable_dropped() -> None:
    try:
        raise Unprintable
    except Unprintable:
        with save_and_reraise_exception():
            raise Second("cleanup")


@case(
    "an exception group is re-raised whole",
    "raised ExceptionGroup('ports', [First('release')])",
    entries=3,
)
def group() -> None:
    try:
        raise ExceptionGroup("ports", [First("release")])
    except ExceptionGroup:
        with save_and_reraise_exception():
            pass


@case(
    "in `except*`, which matched all of the group",
    "raised ExceptionGroup('ports', [First('a')])",
    entries=3,
)
def except_star() -> None:
    try:
        raise ExceptionGroup("ports", [First("a")])
    except* First:
        with save_and_reraise_exception():
            pass


@case(
    "in `except*`, which matched a part: a new group holds both parts",
    "raised ExceptionGroup('', [ExceptionGroup('ports', [First('a')]), "
    "ExceptionGroup('ports', [KeyError('b')])])",
)
def except_star_part() -> None:
    try:
        raise ExceptionGroup("ports", [First("a"), KeyError("b")])
    except* First:
        with save_and_reraise_exception():
            pass


@case(
    "its `__cause__` is kept",
    "raised First('release')",
    cause="KeyError('eth0')",
    entries=3,
)
def cause_stays() -> None:
    try:
        raise First("release") from KeyError("eth0")
    except First:
        with save_and_reraise_exception():
            pass


@case(
    "its earlier `__context__` is kept",
    "raised First('release')",
    context="KeyError('eth0')",
    entries=3,
)
def context_stays() -> None:
    try:
        try:
            raise KeyError("eth0")
        except KeyError:
            raise First("release")
    except First:
        with save_and_reraise_exception():
            pass


@case(
    "a note added in the body is kept",
    "returned ['port eth0']",
)
def note_in_body() -> list[str]:
    try:
        try:
            raise First("release")
        except First as error:
            with save_and_reraise_exception():
                error.add_note("port eth0")
    except First as error:
        return error.__notes__
    return []


@case(
    "`StopIteration` inside a generator becomes RuntimeError",
    "raised RuntimeError('generator raised StopIteration')",
    context="StopIteration()",
    cause="StopIteration()",
)
def stop_iteration() -> None:
    def ports() -> Iterator[str]:
        try:
            raise StopIteration
        except StopIteration:
            with save_and_reraise_exception():
                yield "port"

    list(ports())


@case("`unittest.SkipTest` is re-raised", "raised SkipTest('no')", entries=3)
def skip_test() -> None:
    try:
        raise unittest.SkipTest("no")
    except unittest.SkipTest:
        with save_and_reraise_exception():
            pass


@case(
    "the body removes the traceback: the re-raise restores it",
    "returned True",
)
def traceback_removed_in_body() -> bool:
    try:
        try:
            raise First("release")
        except First as error:
            first_line = error.__traceback__
            with save_and_reraise_exception():
                error.with_traceback(None)
    except First as error:
        entry = error.__traceback__
        while entry is not None and entry is not first_line:
            entry = entry.tb_next
        return entry is first_line
    return False
