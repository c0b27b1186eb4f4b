"""A model of how Nova's context managers end with an exception.

`Claim` gives back and lets the error go on, `Reporter` may swallow it,
`build` may put another in its place, and `notify` acts on `SystemExit` too.
Look at what each exit does first, and at what comes out.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from oslo_utils import excutils


class ActionNotFound(Exception):
    """The action that an event belongs to has no row any more."""


class BuildAborted(Exception):
    """The build ends here, and no other host is tried."""


class Claim:
    """Hold resources, and give them back when the body fails.

    Examples:
        >>> outcome(Claim(), None)
        out: nothing
        >>> outcome(Claim(), RuntimeError("no disk"))
        claim given back
        out: RuntimeError('no disk')

        A class sees every exception, also one that `except Exception`
        does not catch:

        >>> outcome(Claim(), SystemExit(1))
        claim given back
        out: SystemExit(1)
    """

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            print("claim given back")


class Reporter:
    """Report how an action ended.

    Examples:
        As long as the action has its row, nothing is swallowed:

        >>> outcome(Reporter(graceful=True), RuntimeError("no disk"))
        reported: RuntimeError('no disk')
        out: RuntimeError('no disk')

        Without the row, the error of reporting comes out:

        >>> outcome(Reporter(gone=True), RuntimeError("no disk"))
        out: ActionNotFound('gone')
        context: RuntimeError('no disk')

        A graceful exit swallows that error, and the body's with it:

        >>> graceful = Reporter(graceful=True, gone=True)
        >>> outcome(graceful, RuntimeError("no disk"))
        out: nothing
        >>> outcome(graceful, SystemExit(1))
        out: nothing
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
    """Shut down what the body began; if that fails, abort.

    Examples:
        The body's error goes on, and the caller may try another host:

        >>> outcome(build(), RuntimeError("no disk"))
        shut down
        out: RuntimeError('no disk')

        Where shutting down fails, another error says so.
        No "dropped" line is logged, because `reraise` is False before the
        body of the helper raises:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(build(busy=True), RuntimeError("no disk"))
        out: BuildAborted('no disk')
        context: OSError('disk busy')
        context: RuntimeError('no disk')

        `except Exception` leaves `SystemExit` alone:

        >>> outcome(build(), SystemExit(1))
        out: SystemExit(1)
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
    """Tell listeners of the start and the end of a deletion.

    Examples:
        The end is told however the body ends:

        >>> outcome(notify(), None)
        delete.start
        delete.end
        out: nothing
        >>> outcome(notify(), SystemExit(1))
        delete.start
        delete.end
        out: SystemExit(1)
    """
    try:
        print("delete.start")
        yield
    finally:
        print("delete.end")


def outcome(
    manager: AbstractContextManager[None, bool | None],
    error: BaseException | None,
) -> None:
    """Run a body that may raise, and print what comes out.

    Examples:
        >>> outcome(Claim(), None)
        out: nothing
    """
    try:
        with manager:
            if error:
                raise error
        print("out: nothing")
    except BaseException as caught:
        print("out:", repr(caught))
        while caught.__context__:
            caught = caught.__context__
            print("context:", repr(caught))
