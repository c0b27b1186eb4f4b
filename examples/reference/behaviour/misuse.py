"""Misuse."""

from typing import Any

from oslo_utils import excutils
from oslo_utils.excutils import save_and_reraise_exception

from .cases import First, case


@case("without `with`: swallowed", "returned 'goes on'")
def without_with() -> str:
    try:
        raise First("release")
    except First:
        save_and_reraise_exception()
    return "goes on"


@case(
    "without parentheses: `with save_and_reraise_exception:`",
    "raised TypeError(\"'type' object does not support the context "
    'manager protocol")',
    context="First('release')",
)
def without_parentheses() -> None:
    helper: Any = save_and_reraise_exception
    try:
        raise First("release")
    except First:
        with helper:
            pass


@case(
    "a misspelt function name",
    "raised AttributeError(\"module 'oslo_utils.excutils' has no attribute "
    "'save_and_raise_exception'\")",
    context="First('release')",
)
def misspelt() -> None:
    module: Any = excutils
    try:
        raise First("release")
    except First:
        with module.save_and_raise_exception():
            pass


@case(
    "an unknown argument",
    'raised TypeError("save_and_reraise_exception.__init__() got an '
    "unexpected keyword argument 're_raise'\")",
    context="First('release')",
)
def unknown_argument() -> None:
    helper: Any = save_and_reraise_exception
    try:
        raise First("release")
    except First:
        with helper(re_raise=False):
            pass


@case(
    "the exception is passed as `reraise`: truthy, so it is re-raised",
    "raised First('release')",
    entries=3,
)
def exception_as_flag() -> None:
    helper: Any = save_and_reraise_exception
    try:
        raise First("release")
    except First as error:
        with helper(error):
            pass


@case(
    "the exception is passed as `reraise`, and it is falsy: swallowed",
    "returned 'swallowed'",
)
def false_exception_as_flag() -> str:
    class Errors(Exception):
        def __len__(self) -> int:
            return 0

    helper: Any = save_and_reraise_exception
    try:
        raise Errors
    except Errors as error:
        with helper(error):
            pass
    return "swallowed"


@case(
    "a misspelt attribute, `ctxt.re_raise = False`: no effect",
    "raised First('release')",
    entries=3,
)
def misspelt_flag() -> None:
    helper: Any = save_and_reraise_exception
    try:
        raise First("release")
    except First:
        with helper() as ctxt:
            ctxt.re_raise = False


@case(
    "used as a decorator",
    "raised TypeError(\"'save_and_reraise_exception' object is not "
    'callable")',
)
def as_a_decorator() -> None:
    decorator: Any = save_and_reraise_exception()

    def clean_up() -> None:
        pass

    decorator(clean_up)


@case(
    "`reraise` set on the class: no effect on later uses",
    "raised First('release')",
    entries=3,
)
def flag_on_the_class() -> None:
    cls: Any = save_and_reraise_exception
    cls.reraise = False
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            pass
    finally:
        del cls.reraise
