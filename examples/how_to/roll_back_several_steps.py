"""Roll back several steps when a later one fails.

Booting takes an address, a port and a volume. The forms differ if an undo step
fails as well.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")

Do = Callable[[str], None]


def boot_nested(do: Do, undo: Do) -> None:
    """Undo in nested handlers, one for each step.

    Examples:
        Both undo steps run, the last one first:

        >>> outcome(boot_nested)
        undo port
        undo address
        caught ConnectionError('no volume'), context None

        If undoing the port fails, the outer handler still undoes the
        address. The caller gets the `OSError`, and the original exception
        is logged:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(name)s %(msg)s")
        >>> outcome(boot_nested, broken="port")
        ERROR oslo_utils.excutils Original exception being dropped: %s
        undo address
        caught OSError('port stuck'), context ConnectionError('no volume')
    """
    do("address")
    try:
        do("port")
        try:
            do("volume")
        except Exception:
            with excutils.save_and_reraise_exception():
                undo("port")
    except Exception:
        with excutils.save_and_reraise_exception():
            undo("address")


def boot_in_one_handler(do: Do, undo: Do) -> None:
    """Undo all steps in one handler, unguarded, which is a mistake.

    Examples:
        If undoing the port fails, the address stays allocated:

        >>> import logging, sys
        >>> logging.basicConfig(
        ...     stream=sys.stdout, force=True,
        ...     format="%(levelname)s %(name)s %(msg)s")
        >>> outcome(boot_in_one_handler, broken="port")
        ERROR oslo_utils.excutils Original exception being dropped: %s
        caught OSError('port stuck'), context ConnectionError('no volume')
    """
    do("address")
    try:
        do("port")
        do("volume")
    except Exception:
        with excutils.save_and_reraise_exception():
            undo("port")
            undo("address")


def boot_with_stack(do: Do, undo: Do) -> None:
    """Undo from a stack; `pop_all` keeps everything on success.

    Examples:
        The volume fails, so port and address are undone; a success
        undoes nothing:

        >>> outcome(boot_with_stack)
        undo port
        undo address
        caught ConnectionError('no volume'), context None
        >>> boot_with_stack(lambda name: None, print)

        If undoing the port fails, the address is still undone. The caller
        gets the `OSError`, and nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(boot_with_stack, broken="port")
        undo address
        caught OSError('port stuck'), context ConnectionError('no volume')
    """
    with ExitStack() as done:
        for name in "address", "port", "volume":
            do(name)
            done.callback(undo, name)
        done.pop_all()


def boot_guarded(do: Do, undo: Do) -> None:
    """Undo from a stack, and guard each undo step.

    Examples:
        All undo steps are tried, and the original exception is re-raised:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(boot_guarded, broken="port")
        WARNING:nova.compute.manager:port is left over: port stuck
        undo address
        caught ConnectionError('no volume'), context None
    """

    def undo_guarded(name: str) -> None:
        with left_over(name):
            undo(name)

    boot_with_stack(do, undo_guarded)


def boot_by_type(error: Exception) -> None:
    """Undo by the exception's type, which `push` passes to its function.

    Examples:
        >>> for error in ConnectionError("no volume"), KeyError("vm-1"):
        ...     try:
        ...         boot_by_type(error)
        ...     except (ConnectionError, KeyError) as caught:
        ...         print("caught", repr(caught))
        undo port after ConnectionError
        caught ConnectionError('no volume')
        caught KeyError('vm-1')
    """

    def undo(
        type_: type[BaseException] | None, *_: BaseException | object
    ) -> None:
        if type_ is not None and issubclass(type_, OSError):
            print("undo port after", type_.__name__)

    with ExitStack() as done:
        done.push(undo)
        raise error


@contextmanager
def left_over(name: str) -> Iterator[None]:
    """Log what could not be undone, and suppress the exception.

    Examples:
        The message names what is left over:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> with left_over("port"):
        ...     raise OSError("port stuck")
        WARNING:nova.compute.manager:port is left over: port stuck
    """
    try:
        yield
    except Exception as error:
        LOG.warning("%s is left over: %s", name, error)


def outcome(way: Callable[[Do, Do], None], broken: str = "") -> None:
    """Fail to get a volume; print what is undone and what a caller catches.

    Examples:
        >>> outcome(boot_guarded)
        undo port
        undo address
        caught ConnectionError('no volume'), context None
    """

    def do(name: str) -> None:
        if name == "volume":
            raise ConnectionError("no volume")

    def undo(name: str) -> None:
        if name == broken:
            raise OSError(f"{name} stuck")
        print("undo", name)

    try:
        way(do, undo)
    except Exception as error:
        print(f"caught {error!r}, context {error.__context__!r}")
