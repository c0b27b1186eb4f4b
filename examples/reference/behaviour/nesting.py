"""One helper inside another."""

from oslo_utils.excutils import save_and_reraise_exception

from .cases import DROPPED, FIRST_DROPPED, First, Second, case

SECOND_DROPPED = DROPPED + r"[..., 'Second: cleanup\n']"


@case(
    "the inner body succeeds, in one handler: a false log message",
    "raised First('release')",
    log=[FIRST_DROPPED],
    entries=3,
)
def one_in_the_other() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            with save_and_reraise_exception():
                pass


@case(
    "the inner one has `reraise=False`",
    "raised First('release')",
    entries=3,
)
def inner_flag_off() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            with save_and_reraise_exception(reraise=False):
                pass


@case(
    "the outer one has `reraise=False`",
    "raised First('release')",
    entries=3,
)
def outer_flag_off() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(reraise=False):
            with save_and_reraise_exception():
                pass


@case(
    "a handler in the body re-raises its own error",
    "raised Second('cleanup')",
    context="First('release')",
    log=[FIRST_DROPPED],
    entries=3,
)
def handler_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            try:
                raise Second("cleanup")
            except Second:
                with save_and_reraise_exception():
                    pass


@case(
    "a handler in the body swallows its own error",
    "raised First('release')",
    entries=3,
)
def handler_in_body_swallows() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            try:
                raise Second("cleanup")
            except Second:
                with save_and_reraise_exception(reraise=False):
                    pass


@case(
    "handlers one outside the other, each with a helper",
    "raised First('release')",
    entries=6,
)
def one_after_the_other() -> None:
    def inner() -> None:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                pass

    try:
        inner()
    except First:
        with save_and_reraise_exception():
            pass


@case(
    "both in one statement: `with A, B`",
    "raised First('release')",
    log=[FIRST_DROPPED],
    entries=3,
)
def one_statement() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(), save_and_reraise_exception():
            pass


@case(
    "three deep, and the innermost body raises",
    "raised ZeroDivisionError('division by zero')",
    context="Second('cleanup')",
    log=[SECOND_DROPPED, FIRST_DROPPED],
)
def three_errors() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            try:
                raise Second("cleanup")
            except Second:
                with save_and_reraise_exception():
                    print(1 / 0)
