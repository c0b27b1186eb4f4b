"""A model of how Nova's context managers end with an exception.

`Claim` releases and lets the exception propagate, `Reporter` may suppress it,
`build` may replace it, and `notify` acts on `SystemExit` too.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from oslo_utils import excutils


class ActionNotFound(Exception):
    """The action that an event belongs to no longer has a row."""


class BuildAborted(Exception):
    """The build ends here, and no other host is tried."""


class Claim:
    """Hold resources, and release them if the body fails.

    Examples:
        On success, the exit does nothing; on an exception, it releases:

        >>> report(Claim(), None)
        raised: nothing
        >>> report(Claim(), RuntimeError("no disk"))
        claim released
        raised: RuntimeError('no disk')

        `__exit__` gets every exception, even one that `except Exception`
        doesn't catch:

        >>> report(Claim(), SystemExit(1))
        claim released
        raised: SystemExit(1)
    """

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            print("claim released")


class Reporter:
    """Report how an action ended.

    Examples:
        As long as the action has its row, the exception propagates:

        >>> report(Reporter(graceful=True), RuntimeError("no disk"))
        reported: RuntimeError('no disk')
        raised: RuntimeError('no disk')

        Without the row, the error of reporting replaces it:

        >>> report(Reporter(gone=True), RuntimeError("no disk"))
        raised: ActionNotFound('gone')
        context: RuntimeError('no disk')

        A graceful exit suppresses that error, and the body's as well:

        >>> graceful = Reporter(graceful=True, gone=True)
        >>> report(graceful, RuntimeError("no disk"))
        raised: nothing
        >>> report(graceful, SystemExit(1))
        raised: nothing
    """

    def __init__(
        self,
        graceful: bool = False,
        gone: bool = False,
    ) -> None:
        self.graceful = graceful
        self.gone = gone

    def __enter__(self) -> None: ...

    def __exit__(self, _: object, error: object, __: object) -> bool:
        try:
            self.finish(error)
        except ActionNotFound:
            with excutils.save_and_reraise_exception(
                reraise=not self.graceful
            ):
                if self.graceful:
                    return True
        return False

    def finish(self, error: object) -> None:
        if self.gone:
            raise ActionNotFound("gone")
        print("reported:", repr(error) if error else "success")


@contextmanager
def build(busy: bool = False) -> Iterator[None]:
    """Shut down what the body started; if that fails, abort.

    Examples:
        The body's error is re-raised, and the caller may try another host:

        >>> report(build(), RuntimeError("no disk"))
        shut down
        raised: RuntimeError('no disk')

        If shutting down fails, a different exception is raised.
        Nothing is logged as dropped, because `reraise` is `False` before
        the body of the helper raises:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> report(build(busy=True), RuntimeError("no disk"))
        raised: BuildAborted('no disk')
        context: OSError('disk busy')
        context: RuntimeError('no disk')

        `except Exception` doesn't catch `SystemExit`:

        >>> report(build(), SystemExit(1))
        raised: SystemExit(1)
    """
    try:
        yield
    except Exception as error:
        with excutils.save_and_reraise_exception() as ctxt:
            try:
                if busy:
                    raise OSError("disk busy")
                print("shut down")
            except Exception:
                ctxt.reraise = False
                raise BuildAborted(str(error))


@contextmanager
def notify() -> Iterator[None]:
    """Notify of the start and the end of a deletion.

    Examples:
        The end is sent whether the body raised or not:

        >>> report(notify(), None)
        delete.start
        delete.end
        raised: nothing
        >>> report(notify(), SystemExit(1))
        delete.start
        delete.end
        raised: SystemExit(1)
    """
    try:
        print("delete.start")
        yield
    finally:
        print("delete.end")


def report(
    manager: AbstractContextManager[None, bool | None],
    error: BaseException | None,
) -> None:
    """Run a body that may raise, and print what is raised.

    Examples:
        A body that succeeds:

        >>> report(Claim(), None)
        raised: nothing
    """
    try:
        with manager:
            if error:
                raise error
        print("raised: nothing")
    except BaseException as caught:
        print("raised:", repr(caught))
        while caught.__context__:
            caught = caught.__context__
            print("context:", repr(caught))
