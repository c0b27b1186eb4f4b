"""What the page on `exception_filter` says of Python's versions."""

import contextlib
import doctest
import functools
import sys
from collections.abc import Callable

import pytest
from oslo_utils import excutils


class Rules:
    """Filters under the decorators that the page advises against."""

    gone = (404, 410)

    @classmethod
    @excutils.exception_filter  # type: ignore[arg-type]  # A method.
    def not_found(cls, error: BaseException) -> bool:
        """A class method around a filter."""
        return error.args[0] in cls.gone

    @staticmethod
    @excutils.exception_filter
    def refused(error: BaseException) -> bool:
        """A static method around a filter."""
        return isinstance(error, ConnectionRefusedError)


def test_a_class_method_around_a_filter_works_up_to_3_12() -> None:
    """Since 3.13, the attribute is a method and no context manager."""
    if sys.version_info < (3, 13):
        with Rules.not_found:
            raise LookupError(404)
        with (
            pytest.raises(LookupError, match="409"),
            Rules.not_found,
        ):
            raise LookupError(409)
        Rules.not_found(LookupError(404))
        return
    message = "'method' object does not support the context manager protocol"
    with (
        pytest.raises(TypeError, match=message),
        Rules.not_found,
    ):
        raise LookupError(404)
    with pytest.raises(TypeError, match="takes 2 positional arguments"):
        Rules.not_found(LookupError(404))


def test_a_static_method_around_a_filter_works() -> None:
    """The order of the two does not matter."""
    with Rules.refused:
        raise ConnectionRefusedError
    with pytest.raises(LookupError), Rules.refused:
        raise LookupError
    Rules.refused(ConnectionRefusedError())


def test_only_suppress_looks_into_groups() -> None:
    """`suppress` takes out what matches since 3.12; a filter never does."""

    @excutils.exception_filter
    def os_errors(error: BaseException) -> bool:
        return isinstance(error, OSError)

    def left(manager: contextlib.AbstractContextManager[object]) -> list[str]:
        both = [OSError(), ValueError()]
        with pytest.raises(ExceptionGroup) as caught, manager:
            raise ExceptionGroup("both", both)
        return [type(e).__name__ for e in caught.value.exceptions]

    assert left(os_errors) == ["OSError", "ValueError"]
    by_type = left(contextlib.suppress(OSError))
    if sys.version_info >= (3, 12):
        assert by_type == ["ValueError"]
    else:
        assert by_type == ["OSError", "ValueError"]


def test_a_filter_asked_as_a_question_says_no() -> None:
    """A filter that swallows returns `None`, which is false."""
    not_found = excutils.exception_filter(lambda error: True)
    assert not_found(LookupError()) is None  # type: ignore[func-returns-value]  # Shown.


def test_the_docstring_of_upstream_fails_as_a_doctest() -> None:
    """Three of its four examples fail."""
    globs = {"exception_filter": excutils.exception_filter}
    (found,) = doctest.DocTestFinder(recurse=False).find(
        excutils.exception_filter, globs=globs
    )
    result = doctest.DocTestRunner(verbose=False).run(
        found, out=lambda text: None
    )
    assert (result.failed, result.attempted) == (3, 4)


Filter = excutils.exception_filter


def by_with(keep: Filter, error: Exception) -> None:
    """Raise it in the body."""
    with keep:
        raise error


def by_call(keep: Filter, error: Exception) -> None:
    """Call the filter in the handler."""
    try:
        raise error
    except Exception as caught:
        keep(caught)


def by_call_after_the_handler(keep: Filter, error: Exception) -> None:
    """Call the filter when no exception is active."""
    with contextlib.suppress(type(error)):
        raise error
    keep(error)


def by_call_with_another_active(keep: Filter, error: Exception) -> None:
    """Call the filter in the handler of an exception of the same class."""
    with contextlib.suppress(type(error)):
        raise error
    try:
        raise type(error)(*error.args)
    except type(error):
        keep(error)


@pytest.mark.parametrize(
    "way",
    [
        by_with,
        by_call,
        by_call_after_the_handler,
        by_call_with_another_active,
    ],
)
def test_what_a_filter_does_not_swallow_is_raised_as_it_is(
    way: Callable[[Filter, Exception], None],
) -> None:
    """The rule is asked once, and the object keeps its cause."""
    asked: list[BaseException] = []
    error, cause = LookupError(409), OSError("no route")
    error.__cause__ = cause
    # `append` returns `None`, which is false.
    with pytest.raises(LookupError) as caught:
        way(Filter(asked.append), error)  # type: ignore[arg-type]  # No bool.
    assert caught.value is error
    assert error.__cause__ is cause
    assert [id(e) for e in asked] == [id(error)]


def test_as_binds_the_filter() -> None:
    """`with not_found as name:` binds what a call needs."""
    not_found = Filter(lambda error: True)
    with not_found as bound:
        pass
    assert bound is not_found


def test_a_bound_filter_has_the_class_of_the_unbound() -> None:
    """What a subclass adds is there in a method, too."""

    class Noted(Filter):
        """A filter with something of its own."""

    class Client:
        """A client whose filter is a method."""

        gone = Noted(lambda self, error: True)  # type: ignore[arg-type, misc]  # A method.

    assert type(Client().gone) is Noted


def test_a_filter_has_the_name_of_a_function_only() -> None:
    """A rule that has no name of its own is not in `__wrapped__`."""

    def gone(error: BaseException, status: int) -> bool:
        return status in error.args

    rule = functools.partial(gone, status=404)
    assert not hasattr(Filter(rule), "__wrapped__")
    with Filter(rule):
        raise LookupError(404)
