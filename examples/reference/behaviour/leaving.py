"""Leaving the body early."""

from oslo_utils.excutils import save_and_reraise_exception

from .cases import First, Second, case


@case("`return` in the body", "raised First('release')", entries=3)
def return_in_body() -> str:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            return "from the body"


@case("`return` with `reraise=False`", "returned 'from the body'")
def return_flag_off() -> str:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(reraise=False):
            return "from the body"


@case(
    "`break` in the body",
    "raised First('release')",
    entries=3,
)
def break_in_body() -> str:
    while True:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                break
    return "after the loop"


@case(
    "`break` with `reraise=False`",
    "returned 'after the loop'",
)
def break_flag_off() -> str:
    while True:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception(reraise=False):
                break
    return "after the loop"


@case(
    "`continue` in the body",
    "raised First('release')",
    entries=3,
)
def continue_in_body() -> str:
    for _ in range(3):
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                continue
    return "after the loop"


@case(
    "`continue` with `reraise=False`",
    "returned 'after 3 rounds'",
)
def continue_flag_off() -> str:
    rounds = 0
    for _ in range(3):
        rounds += 1
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception(reraise=False):
                continue
    return f"after {rounds} rounds"


@case(
    "a statement after the block, `reraise` is `True`: it doesn't run",
    "raised First('release')",
    entries=3,
)
def after_the_block() -> str:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            pass
        return "after the block"


@case(
    "a statement after the block, `reraise` is `False`: it runs",
    "returned 'after the block'",
)
def after_the_block_flag_off() -> str:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(reraise=False):
            pass
        return "after the block"


@case(
    "the `finally` of the same `try` raises",
    "raised Second('finally')",
    context="First('release')",
)
def finally_raises() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            pass
    finally:
        raise Second("finally")


@case(
    "a `finally` in the body runs before the re-raise",
    "raised First('release after finally')",
    entries=3,
)
def finally_in_body() -> None:
    error = First("release")
    try:
        raise error
    except First:
        with save_and_reraise_exception():
            try:
                pass
            finally:
                error.args = ("release after finally",)


@case(
    "the body changes the exception's arguments",
    "raised First('changed')",
    entries=3,
)
def arguments_changed() -> None:
    try:
        raise First("release")
    except First as error:
        with save_and_reraise_exception():
            error.args = ("changed",)
