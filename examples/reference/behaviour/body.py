"""The body and `reraise`."""

from typing import Any

from oslo_utils.excutils import save_and_reraise_exception

from .cases import FIRST_DROPPED, First, Second, case


@case("the body succeeds", "raised First('release')", entries=3)
def body_succeeds() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            pass


@case("`reraise=False` in the call", "returned 'after the try'")
def reraise_false_in_front() -> str:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(reraise=False):
            pass
    return "after the try"


@case("`ctxt.reraise = False` in the body", "returned 'after the try'")
def flag_cleared() -> str:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception() as ctxt:
            ctxt.reraise = False
    return "after the try"


@case(
    "`reraise=False` in the call, set to `True` in the body",
    "raised First('release')",
    entries=3,
)
def flag_set_again() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(reraise=False) as ctxt:
            ctxt.reraise = True


@case(
    "`reraise` is a string that isn't empty: truthy",
    "raised First('release')",
    entries=3,
)
def flag_is_text() -> None:
    helper: Any = save_and_reraise_exception
    try:
        raise First("release")
    except First:
        with helper(reraise="yes"):
            pass


@case(
    "the body raises",
    "raised Second('cleanup')",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def body_raises() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            raise Second("cleanup")


@case(
    "the body raises, with `reraise=False`",
    "raised Second('cleanup')",
    context="First('release')",
)
def body_raises_flag_off() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(reraise=False):
            raise Second("cleanup")


@case(
    "the body sets `reraise` to `False`, then raises",
    "raised Second('cleanup')",
    context="First('release')",
)
def body_raises_after_flag() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception() as ctxt:
            ctxt.reraise = False
            raise Second("cleanup")


@case(
    "`ctxt.reraise = False` comes after the statement that raises: too late",
    "raised Second('cleanup')",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def flag_too_late() -> None:
    def clean_up() -> None:
        raise Second("cleanup")

    try:
        raise First("release")
    except First:
        with save_and_reraise_exception() as ctxt:
            clean_up()
            ctxt.reraise = False


@case(
    "a bare `raise` in the body",
    "raised First('release')",
    log=[FIRST_DROPPED],
)
def bare_raise_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            raise


@case(
    "`raise error` in the body",
    "raised First('release')",
    log=[FIRST_DROPPED],
)
def raise_error_in_body() -> None:
    try:
        raise First("release")
    except First as error:
        with save_and_reraise_exception():
            raise error


@case(
    "`raise ... from error` in the body",
    "raised Second('cleanup')",
    context="First('release')",
    cause="First('release')",
    log=[FIRST_DROPPED],
)
def raise_from_in_body() -> None:
    try:
        raise First("release")
    except First as error:
        with save_and_reraise_exception():
            raise Second("cleanup") from error


@case(
    "`raise ... from None` in the body",
    "raised Second('cleanup')",
    context="First('release')",
    log=[FIRST_DROPPED],
)
def raise_from_none_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            raise Second("cleanup") from None


@case(
    "the body raises and handles an error of its own",
    "raised First('release')",
    entries=3,
)
def body_recovers() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            try:
                raise Second("cleanup")
            except Second:
                pass


@case(
    "the handler is `except (First, OSError)`",
    "raised First('release')",
    entries=3,
)
def tuple_of_types() -> None:
    try:
        raise First("release")
    except (First, OSError):
        with save_and_reraise_exception():
            pass


@case(
    "the next `except` of the same `try` would match: it isn't tried",
    "raised First('release')",
    entries=3,
)
def next_clause_is_passed_over() -> str:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            pass
    except Exception:
        return "the next clause"
    return "after the try"
