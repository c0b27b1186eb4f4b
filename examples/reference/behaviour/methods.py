"""Methods, attributes, using one twice."""

import copy
import pickle

from oslo_utils.excutils import save_and_reraise_exception

from .cases import DROPPED, FIRST_DROPPED, First, Second, case


@case("`as` binds the helper itself", "returned True")
def what_as_binds() -> bool:
    helper = save_and_reraise_exception(reraise=False)
    with helper as ctxt:
        pass
    return ctxt is helper


@case(
    "inside the body, `type_`, `value` and `tb` hold the exception",
    "returned ('First', 'release', True)",
)
def attributes_in_body() -> tuple[str, str, bool]:
    try:
        raise First("release")
    except First as error:
        with save_and_reraise_exception(reraise=False) as ctxt:
            assert ctxt.type_ is not None
            same = ctxt.tb is error.__traceback__
            return ctxt.type_.__name__, str(ctxt.value), same
    return "", "", False


@case(
    "after the re-raise, `value` and `tb` are `None`, `type_` is kept",
    "returned ('First', True, True)",
)
def attributes_after_reraise() -> tuple[str, bool, bool]:
    helper = save_and_reraise_exception()
    try:
        try:
            raise First("release")
        except First:
            with helper:
                pass
    except First:
        pass
    assert helper.type_ is not None
    return helper.type_.__name__, helper.value is None, helper.tb is None


@case(
    "after the exception was swallowed, all three are kept, with their frames",
    "returned ('First', 'release', True)",
)
def attributes_after_swallow() -> tuple[str, str, bool]:
    helper = save_and_reraise_exception(reraise=False)
    try:
        raise First("release")
    except First:
        with helper:
            pass
    assert helper.type_ is not None
    return helper.type_.__name__, str(helper.value), helper.tb is not None


@case(
    "after the body raised, all three are kept",
    "returned ('First', 'release', True)",
    log=[FIRST_DROPPED],
)
def attributes_after_drop() -> tuple[str, str, bool]:
    helper = save_and_reraise_exception()
    try:
        try:
            raise First("release")
        except First:
            with helper:
                raise Second("cleanup")
    except Second:
        pass
    assert helper.type_ is not None
    return helper.type_.__name__, str(helper.value), helper.tb is not None


@case(
    "`capture()` while no exception is active",
    "raised RuntimeError('There is no active exception to capture')",
    entries=1,
)
def capture_nothing() -> None:
    save_and_reraise_exception().capture()


@case(
    "`capture(check=False)` while no exception is active: it returns the helper, empty",
    "returned (True, None)",
)
def capture_unchecked() -> tuple[bool, object]:
    helper = save_and_reraise_exception()
    return helper.capture(check=False) is helper, helper.value


@case(
    "`force_reraise()` without a captured exception",
    "raised RuntimeError('There is no (currently) captured exception"
    " to force the reraising of')",
    entries=1,
)
def force_nothing() -> None:
    save_and_reraise_exception().force_reraise()


@case(
    "`capture()` in the handler, `force_reraise()` after it",
    "raised First('release')",
    entries=1,
)
def capture_then_force() -> None:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        helper.capture()
    helper.force_reraise()


@case(
    "`force_reraise()` with `reraise=False`: it raises anyway",
    "raised First('release')",
    entries=1,
)
def force_with_flag_off() -> None:
    helper = save_and_reraise_exception(reraise=False)
    try:
        raise First("release")
    except First:
        helper.capture()
    helper.force_reraise()


@case(
    "`force_reraise()` twice: the second is a new, empty exception",
    "raised First()",
    entries=1,
)
def force_twice() -> None:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        helper.capture()
    try:
        helper.force_reraise()
    except First:
        pass
    helper.force_reraise()


@case(
    "`force_reraise()` twice, and the type needs arguments",
    "raised TypeError('function takes exactly 5 arguments (0 given)')",
    entries=1,
)
def force_twice_with_arguments() -> None:
    helper = save_and_reraise_exception()
    try:
        b"\xff".decode()
    except UnicodeDecodeError:
        helper.capture()
    try:
        helper.force_reraise()
    except UnicodeDecodeError:
        pass
    helper.force_reraise()


@case(
    "`force_reraise()` in the body: a false log message",
    "raised First('release')",
    log=[DROPPED + r"[..., 'NoneType: None\n']"],
    entries=1,
)
def force_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception() as ctxt:
            ctxt.force_reraise()


@case(
    "`force_reraise()` after the block swallowed it",
    "raised First('release')",
    entries=1,
)
def force_after_swallow() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception(reraise=False) as ctxt:
            pass
    ctxt.force_reraise()


@case(
    "`capture()` again in the body, in a handler: that exception is raised",
    "raised Second('cleanup')",
    context="First('release')",
    entries=3,
)
def capture_again_in_body() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception() as ctxt:
            try:
                raise Second("cleanup")
            except Second:
                ctxt.capture()


@case(
    "the body replaces `value`",
    "raised Second('replaced')",
    context="First('release')",
    entries=3,
)
def value_replaced() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception() as ctxt:
            ctxt.value = Second("replaced")


@case(
    "the body sets `value` to `None`: a new one of the type is raised",
    "raised First()",
    context="First('release')",
    entries=3,
)
def value_removed() -> None:
    try:
        raise First("release")
    except First:
        with save_and_reraise_exception() as ctxt:
            ctxt.value = None


@case(
    "the same object entered for a second error, after a re-raise",
    "raised Second('again')",
    entries=3,
)
def used_twice() -> None:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        try:
            with helper:
                pass
        except First:
            pass
    try:
        raise Second("again")
    except Second:
        with helper:
            pass


@case(
    "`reraise` keeps its value for the next use",
    "returned 'swallowed'",
)
def flag_stays() -> str:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        with helper:
            helper.reraise = False
    try:
        raise Second("again")
    except Second:
        with helper:
            pass
    return "swallowed"


@case(
    "the same object inside itself",
    "raised First('release')",
    log=[DROPPED + r"[..., 'NoneType: None\n']"],
    entries=3,
)
def inside_itself() -> None:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        with helper, helper:
            pass


@case(
    "`__enter__` and `__exit__` called by hand",
    "raised First('release')",
    entries=3,
)
def called_by_hand() -> None:
    try:
        raise First("release")
    except First:
        helper = save_and_reraise_exception()
        helper.__enter__()
        helper.__exit__(None, None, None)


@case("`__exit__` with `reraise=False` returns", "returned None")
def exit_returns() -> object:
    helper = save_and_reraise_exception(reraise=False)
    helper.__enter__()
    return helper.__exit__(None, None, None)


@case(
    "`__exit__` returns `False` if the body raised",
    "returned False",
    log=[FIRST_DROPPED],
)
def exit_returns_after_failure() -> object:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        helper.__enter__()
        error = Second("cleanup")
        return helper.__exit__(Second, error, None)
    return None


@case(
    "a subclass that sets `reraise` itself",
    "returned 'swallowed'",
)
def subclass() -> str:
    class Tolerant(save_and_reraise_exception):
        def __enter__(self) -> "Tolerant":
            super().__enter__()
            self.reraise = not isinstance(self.value, First)
            return self

    try:
        raise First("release")
    except First:
        with Tolerant():
            pass
    return "swallowed"


@case(
    "`copy.copy()` of one that has captured raises the same exception",
    "raised First('release')",
    entries=1,
)
def copied() -> None:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        copied_helper = copy.copy(helper.capture())
    copied_helper.force_reraise()


@case(
    "`pickle` of one that has captured",
    "raised TypeError(\"cannot pickle 'traceback' object\")",
)
def pickled() -> None:
    helper = save_and_reraise_exception()
    try:
        raise ValueError("release")
    except ValueError:
        helper.capture()
    pickle.dumps(helper)


@case("it is always truthy, even when empty", "returned True")
def truth() -> bool:
    return bool(save_and_reraise_exception())
