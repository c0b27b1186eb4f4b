"""A model of how Nova's API turns an exception into an HTTP status.

`Translator` has the shape of `ResourceExceptionHandler`: its `__exit__`
raises a different exception for some types, and returns False for the rest.
`expected` is the decorator of a method, and `api_response` a request with
`FaultWrapper` around it.
"""

import functools
import logging
import traceback
from collections.abc import Callable
from types import TracebackType

from oslo_utils import excutils

LOG = logging.getLogger("model")


class HTTPError(Exception):
    """What a method raises to choose a status, as those of webob."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Fault(Exception):
    """A response, ready for the client."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Forbidden(Exception):
    """The policy refuses the request."""


class Invalid(Exception):
    """The request is invalid."""

    code = 400


class ValidationError(Invalid):
    """The body doesn't match the schema."""


class VersionNotFound(Invalid):
    """The method isn't part of this microversion."""


class NotFound(Exception):
    """The instance doesn't exist."""

    code = 404


class Translator:
    """Raise a `Fault` for the types below; the others propagate."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not error:
            return True
        if isinstance(error, Forbidden):
            raise Fault(403, str(error))
        if isinstance(error, VersionNotFound):
            raise
        if isinstance(error, Invalid):
            raise Fault(error.code, str(error))
        if isinstance(error, TypeError):
            LOG.error("exception: %s", error, exc_info=error)
            raise Fault(400, "malformed or otherwise incorrect")
        if isinstance(error, Fault):
            LOG.info("fault: %s", error)
            raise error
        if isinstance(error, HTTPError):
            LOG.info("HTTP exception: %s", error)
            raise Fault(error.code, str(error))
        return False


def expected(
    *codes: int,
) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Turn an error into a 500, unless it is an `HTTPError` in `codes`.

    Examples:
        An exception with the attribute `code` isn't an `HTTPError`, so it
        becomes a 500:

        >>> @expected(404)
        ... def show():
        ...     raise NotFound("vm-1")
        >>> api_response(show)
        'translator: 500 unexpected: NotFound'

        So a method raises an `HTTPError` for what it expects:

        >>> @expected(404)
        ... def show():
        ...     try:
        ...         raise NotFound("no vm-1")
        ...     except NotFound as error:
        ...         raise HTTPError(404, str(error))
        >>> api_response(show)
        'translator: 404 no vm-1'

        `Forbidden` and `ValidationError` always propagate:

        >>> @expected(404)
        ... def show():
        ...     raise Forbidden("not yours")
        >>> api_response(show)
        'translator: 403 not yours'
    """

    def decorate(method: Callable[[], str]) -> Callable[[], str]:
        @functools.wraps(method)
        def wrapped() -> str:
            try:
                return method()
            except Exception as error:
                if isinstance(error, HTTPError):
                    if error.code in codes:
                        raise
                elif isinstance(error, Forbidden | ValidationError):
                    raise
                name = type(error).__name__
                raise HTTPError(500, f"unexpected: {name}") from error

        return wrapped

    return decorate


def api_response(method: Callable[[], str]) -> str:
    """Return what a client gets, and which place responds.

    Examples:
        A method that returns:

        >>> api_response(lambda: "done")
        'method: 200 done'

        Without `expected`, the type decides which place responds:

        >>> def show():
        ...     raise Invalid("no such flavor")
        >>> api_response(show)
        'translator: 400 no such flavor'
        >>> def show():
        ...     raise NotFound("no vm-1")
        >>> api_response(show)
        'wrapper: 404'
        >>> def show():
        ...     raise KeyError("vm-1")
        >>> api_response(show)
        'wrapper: 500'

        A `TypeError`, a bug in the method itself, becomes the client's 400:

        >>> def show():
        ...     return len(None)
        >>> api_response(show)
        'translator: 400 malformed or otherwise incorrect'

        A microversion without this method looks like a wrong URL:

        >>> def show():
        ...     raise VersionNotFound("2.1")
        >>> api_response(show)
        'dispatch: 404'
    """
    try:
        try:
            with Translator():
                result = dispatch(method)
        except Fault as fault:
            result = f"translator: {fault.code} {fault}"
    except Exception as error:
        result = f"wrapper: {getattr(error, 'code', 500)}"
    return result


def dispatch(method: Callable[[], str]) -> str:
    """Call the method, inside the `with`.

    Examples:
        It catches one type; everything else propagates:

        >>> dispatch(lambda: "done")
        'method: 200 done'
    """
    try:
        return f"method: 200 {method()}"
    except VersionNotFound:
        return "dispatch: 404"


def leave(error: Exception | None) -> None:
    """Leave `with Translator()` by an error, and print what is raised.

    Examples:
        Without an error, `return True` in `__exit__` has no effect:

        >>> leave(None)
        raised: nothing

        A new exception in `__exit__` replaces the original one, which
        becomes its `__context__`:

        >>> leave(Forbidden("not yours"))
        raised: Fault('not yours') 403
        context: Forbidden('not yours')
        >>> leave(Invalid("no such flavor"))
        raised: Fault('no such flavor') 400
        context: Invalid('no such flavor')

        A `Fault` is re-raised as the same object, without a context:

        >>> leave(Fault(409, "locked"))
        raised: Fault('locked') 409, the same object
        context: None

        After `return False`, the exception propagates:

        >>> leave(NotFound("vm-1"))
        raised: NotFound('vm-1') 404, the same object
        context: None
        >>> leave(KeyError("vm-1"))
        raised: KeyError('vm-1') None, the same object
        context: None

        The bare `raise` re-raises the body's exception, because that is the
        active one while `__exit__` runs:

        >>> leave(VersionNotFound("2.1"))
        raised: VersionNotFound('2.1') 400, the same object
        context: None
    """
    try:
        with Translator():
            if error:
                raise error
        print("raised: nothing")
    except Exception as out:
        same = ", the same object" if out is error else ""
        print(f"raised: {out!r} {getattr(out, 'code', None)}{same}")
        print("context:", repr(out.__context__))


def entries(error: Exception) -> list[str]:
    """Return the functions in the traceback of what is raised.

    Examples:
        After `return False`, the traceback is unchanged:

        >>> entries(NotFound("vm-1"))
        ['entries', 'body']

        The bare `raise` adds an entry for the function around the `with`:

        >>> entries(VersionNotFound("2.1"))
        ['entries', 'entries', 'body']

        `raise error` adds one more, for `__exit__`:

        >>> entries(Fault(409, "locked"))
        ['entries', '__exit__', 'entries', 'body']

        A new exception is raised in `__exit__`, where its traceback ends; the
        body is in that of its context:

        >>> entries(Forbidden("not yours"))
        ['entries', '__exit__']
    """

    def body() -> None:
        raise error

    try:
        with Translator():
            body()
    except Exception as out:
        error = out
    found = traceback.extract_tb(error.__traceback__)
    return [entry.name for entry in found]


def by_helper(error: Exception, *, reraise: bool = True) -> None:
    """Raise a new exception in the body of the helper.

    Examples:
        The same `Fault` with the same context reaches the caller as with
        `Translator`. The original exception is also logged as dropped:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:  # doctest: +ELLIPSIS
        ...     by_helper(Invalid("no such flavor"))
        ... except Fault as fault:
        ...     print(repr(fault), repr(fault.__context__))
        ERROR:oslo_utils.excutils:Original exception being dropped: [...Invalid: no such flavor...]
        Fault('no such flavor') Invalid('no such flavor')

        With `reraise=False`, nothing is logged, as with `Translator`:

        >>> error = Invalid("no such flavor")
        >>> try:
        ...     by_helper(error, reraise=False)
        ... except Fault as fault:
        ...     print(repr(fault), repr(fault.__context__))
        Fault('no such flavor') Invalid('no such flavor')
        >>> leave(Invalid("no such flavor"))
        raised: Fault('no such flavor') 400
        context: Invalid('no such flavor')
    """
    try:
        raise error
    except Invalid as invalid:
        with excutils.save_and_reraise_exception(reraise=reraise):
            raise Fault(invalid.code, str(invalid)) from invalid
