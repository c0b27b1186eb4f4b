"""Nothing is being handled."""

from oslo_utils.excutils import save_and_reraise_exception

from .cases import DROPPED, First, Second, case

NOTHING = (
    "raised RuntimeError('There is no (currently) captured exception"
    " to force the reraising of')"
)


@case("outside every handler; the body runs first", NOTHING, entries=3)
def outside() -> None:
    with save_and_reraise_exception():
        pass


@case("the same with `reraise=False`", "returned 'the body ran'")
def outside_flag_off() -> str:
    with save_and_reraise_exception(reraise=False):
        return "the body ran"


@case(
    "the same, and the body raises",
    "raised Second('cleanup')",
    log=[DROPPED + r"[..., 'NoneType: None\n']"],
)
def outside_body_raises() -> None:
    with save_and_reraise_exception():
        raise Second("cleanup")


@case("in `else`: the `try` raised nothing", NOTHING, entries=3)
def in_else() -> None:
    try:
        pass
    except First:
        pass
    else:
        with save_and_reraise_exception():
            pass


@case("in `finally`, and the `try` raised nothing", NOTHING, entries=3)
def in_finally_without_error() -> None:
    try:
        pass
    finally:
        with save_and_reraise_exception():
            pass


@case(
    "in `finally`, while an exception propagates",
    "raised First('release')",
    entries=3,
)
def in_finally_with_error() -> None:
    try:
        raise First("release")
    finally:
        with save_and_reraise_exception():
            pass


@case("after the handler has ended", NOTHING, entries=3)
def after_the_handler() -> None:
    try:
        raise First("release")
    except First:
        pass
    with save_and_reraise_exception():
        pass


@case(
    "made outside the handler, entered inside it",
    "raised First('release')",
    entries=3,
)
def made_before() -> None:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        with helper:
            pass


@case(
    "made inside the handler, entered after it",
    NOTHING,
    entries=3,
)
def entered_after() -> None:
    try:
        raise First("release")
    except First:
        helper = save_and_reraise_exception()
    with helper:
        pass


@case(
    "in a function that the handler calls",
    "raised First('release')",
    entries=3,
)
def in_a_called_function() -> None:
    def clean_up() -> None:
        with save_and_reraise_exception():
            pass

    try:
        raise First("release")
    except First:
        clean_up()
