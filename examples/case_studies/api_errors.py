"""A model of how Nova's API turns an exception into an HTTP status.

`Translator` has the shape of `ResourceExceptionHandler`: its `__exit__`
raises another exception for some kinds, and returns False for the rest.
Around and inside it stand small forms of Nova's other two places: `expected`
is the decorator on a method, `answer` the request with `FaultWrapper` around
it. Look at who answers, and at what is left of the first exception.
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
    """An answer, ready for the client."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Forbidden(Exception):
    """The policy says no."""


class Invalid(Exception):
    """The request makes no sense."""

    code = 400


class ValidationError(Invalid):
    """The body does not fit the schema."""


class VersionNotFound(Invalid):
    """The method is not part of this microversion."""


class NotFound(Exception):
    """There is no such instance."""

    code = 404


class Translator:
    """Raise a `Fault` for the kinds below; let the others go on."""

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
    """Make an error 500, unless it is an `HTTPError` with such a code.

    Examples:
        A kind whose `code` is expected is unexpected all the same:

        >>> @expected(404)
        ... def show():
        ...     raise NotFound("vm-1")
        >>> answer(show)
        'translator: 500 unexpected: NotFound'

        So a method turns what it expects into an `HTTPError` itself:

        >>> @expected(404)
        ... def show():
        ...     try:
        ...         raise NotFound("no vm-1")
        ...     except NotFound as error:
        ...         raise HTTPError(404, str(error))
        >>> answer(show)
        'translator: 404 no vm-1'

        Two kinds are expected of every method:

        >>> @expected(404)
        ... def show():
        ...     raise Forbidden("not yours")
        >>> answer(show)
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


def answer(method: Callable[[], str]) -> str:
    """What a client gets, and who answers.

    Examples:
        >>> answer(lambda: "done")
        'method: 200 done'

        Without `expected`, the kind decides who answers:

        >>> def show():
        ...     raise Invalid("no such flavor")
        >>> answer(show)
        'translator: 400 no such flavor'
        >>> def show():
        ...     raise NotFound("no vm-1")
        >>> answer(show)
        'wrapper: 404'
        >>> def show():
        ...     raise KeyError("vm-1")
        >>> answer(show)
        'wrapper: 500'

        A mistake in the method's own code becomes the client's mistake:

        >>> def show():
        ...     return len(None)
        >>> answer(show)
        'translator: 400 malformed or otherwise incorrect'

        A version that has no such method looks like a wrong address:

        >>> def show():
        ...     raise VersionNotFound("2.1")
        >>> answer(show)
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
    """Call the method; the only place inside the `with`.

    Examples:
        >>> dispatch(lambda: "done")
        'method: 200 done'
    """
    try:
        return f"method: 200 {method()}"
    except VersionNotFound:
        return "dispatch: 404"


def leave(error: Exception | None) -> None:
    """Leave a `with Translator()` by an error, and print what comes out.

    Examples:
        Without an error, the `return True` of `__exit__` changes nothing:

        >>> leave(None)
        out: nothing

        Raising another exception in `__exit__` puts it in the place of the
        first one, which is its `__context__`:

        >>> leave(Forbidden("not yours"))
        out: Fault('not yours') 403
        context: Forbidden('not yours')
        >>> leave(Invalid("no such flavor"))
        out: Fault('no such flavor') 400
        context: Invalid('no such flavor')

        A `Fault` stays the object that it is, and gets no context:

        >>> leave(Fault(409, "locked"))
        out: Fault('locked') 409, the same object
        context: None

        `return False` lets the exception go on:

        >>> leave(NotFound("vm-1"))
        out: NotFound('vm-1') 404, the same object
        context: None
        >>> leave(KeyError("vm-1"))
        out: KeyError('vm-1') None, the same object
        context: None

        The bare `raise` does the same, because the body's exception is the
        active one while `__exit__` runs:

        >>> leave(VersionNotFound("2.1"))
        out: VersionNotFound('2.1') 400, the same object
        context: None
    """
    try:
        with Translator():
            if error:
                raise error
        print("out: nothing")
    except Exception as out:
        same = ", the same object" if out is error else ""
        print(f"out: {out!r} {getattr(out, 'code', None)}{same}")
        print("context:", repr(out.__context__))


def entries(error: Exception) -> list[str]:
    """The functions in the traceback of what leaves a `Translator`.

    Examples:
        After `return False`, the traceback is as the body left it:

        >>> entries(NotFound("vm-1"))
        ['entries', 'body']

        The bare `raise` adds an entry for the function around the `with`:

        >>> entries(VersionNotFound("2.1"))
        ['entries', 'entries', 'body']

        `raise error` adds one more, for `__exit__`:

        >>> entries(Fault(409, "locked"))
        ['entries', '__exit__', 'entries', 'body']

        Another exception begins in `__exit__`; the body is in its context:

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
    """Raise another exception in the body of the helper.

    Examples:
        What comes out is the same as with `Translator`.
        The helper logs the first exception, traceback and all, as dropped:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:  # doctest: +ELLIPSIS
        ...     by_helper(Invalid("no such flavor"))
        ... except Fault as fault:
        ...     print(repr(fault), repr(fault.__context__))
        ERROR:oslo_utils.excutils:Original exception being dropped: [...Invalid: no such flavor...]
        Fault('no such flavor') Invalid('no such flavor')

        With `reraise=False`, it is as silent as `Translator`:

        >>> error = Invalid("no such flavor")
        >>> try:
        ...     by_helper(error, reraise=False)
        ... except Fault as fault:
        ...     print(repr(fault), repr(fault.__context__))
        Fault('no such flavor') Invalid('no such flavor')
        >>> leave(Invalid("no such flavor"))
        out: Fault('no such flavor') 400
        context: Invalid('no such flavor')
    """
    try:
        raise error
    except Invalid as invalid:
        with excutils.save_and_reraise_exception(reraise=reraise):
            raise Fault(invalid.code, str(invalid)) from invalid
