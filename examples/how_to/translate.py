"""Raise your own exception in place of the one that was caught.

Users of the API know `ConflictError`, and not Neutron's errors. `__cause__` and
`__context__` lead from it to the original exception.
"""

import logging
from collections.abc import Callable

from oslo_utils import excutils

LOG = logging.getLogger(__name__)


class NeutronError(Exception):
    """A response of Neutron with an error status."""


class ConflictError(Exception):
    """What the API raises if a port is in use."""


class NotFoundError(Exception):
    """The server is gone, which the caller treats as no error."""


class DeployError(Exception):
    """What the API raises if a server can't be started."""


def translate(port: str) -> None:
    """Translate, and set the cause.

    Examples:
        >>> outcome(translate)
        caught: ConflictError('eth0')
        cause: NeutronError(409)
        context: NeutronError(409)
    """
    try:
        ask_neutron(port)
    except NeutronError as error:
        raise ConflictError(port) from error


def translate_with_helper(port: str) -> None:
    """Translate with the helper, with `reraise=False` in the call.

    Examples:
        There is no cause, and nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(translate_with_helper)
        caught: ConflictError('eth0')
        cause: None
        context: NeutronError(409)
    """
    try:
        ask_neutron(port)
    except NeutronError:
        with excutils.save_and_reraise_exception(reraise=False):
            raise ConflictError(port)


def translate_some(port: str) -> None:
    """Translate one error with the helper, re-raise the others.

    Examples:
        `from error` sets the cause here as well, and nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(translate_some)
        caught: ConflictError('eth0')
        cause: NeutronError(409)
        context: NeutronError(409)

        Every other error is re-raised:

        >>> translate_some("gone")
        Traceback (most recent call last):
            ...
        examples.how_to.translate.NeutronError: 404
    """
    try:
        ask_neutron(port)
    except NeutronError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if error.args == (409,):
                ctxt.reraise = False
                raise ConflictError(port) from error


def deploy(server: str, clean_up: Callable[[str], None]) -> str | None:
    r"""Ignore one error, clean up after the others, and translate them.

    Examples:
        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)

        If the server is gone, nothing is cleaned up or raised:

        >>> print(deploy("gone", unplug))
        None

        The cleanup works:

        >>> try:
        ...     deploy("vm-1", unplug)
        ... except DeployError as error:
        ...     print("caught:", repr(error), "cause:", repr(error.__cause__))
        unplugged vm-1
        caught: DeployError('vm-1') cause: ConnectionError('no host')

        The cleanup fails, which is logged. The caller gets the same
        exception:

        >>> try:  # doctest: +ELLIPSIS
        ...     deploy("vm-1", fail_to_unplug)
        ... except DeployError as error:
        ...     print("caught:", repr(error), "cause:", repr(error.__cause__))
        ERROR:examples.how_to.translate:Cleanup failed
        Traceback (most recent call last):
        ...ConnectionError: no host
        ...PermissionError: unplug vm-1
        caught: DeployError('vm-1') cause: ConnectionError('no host')
    """
    try:
        start(server)
    except NotFoundError:
        return None
    except Exception as error:
        try:
            clean_up(server)
        except Exception:
            LOG.exception("Cleanup failed")
        raise DeployError(server) from error
    return server


def translate_too_late(port: str) -> None:
    """Translate after the handler has ended, which is a mistake.

    Examples:
        Nothing leads to the original exception or its traceback:

        >>> outcome(translate_too_late)
        caught: ConflictError('eth0')
        cause: None
        context: None
    """
    failed = False
    try:
        ask_neutron(port)
    except NeutronError:
        failed = True
    if failed:
        raise ConflictError(port)


def attach(port: str, plug: Callable[[str], None]) -> str:
    """Wait for a port that is in use, by the type of the error.

    Examples:
        >>> attach("eth0", ask_neutron)
        'wait for eth0'

        `except NeutronError` doesn't catch the translated exception:

        >>> attach("eth0", translate)
        Traceback (most recent call last):
            ...
        examples.how_to.translate.ConflictError: eth0
    """
    try:
        plug(port)
    except NeutronError:
        return f"wait for {port}"
    return "attached"


def outcome(way: Callable[[str], None]) -> None:
    """Print what a caller catches, with its cause and context.

    Examples:
        >>> outcome(translate_too_late)
        caught: ConflictError('eth0')
        cause: None
        context: None
    """
    try:
        way("eth0")
    except ConflictError as error:
        print("caught:", repr(error))
        print("cause:", repr(error.__cause__))
        print("context:", repr(error.__context__))


def ask_neutron(port: str) -> None:
    """Fail because the port is in use, or gone.

    Examples:
        >>> ask_neutron("eth0")
        Traceback (most recent call last):
            ...
        examples.how_to.translate.NeutronError: 409
    """
    raise NeutronError(404 if port == "gone" else 409)


def start(server: str) -> None:
    """Fail because the server is gone, or because no host is reached.

    Examples:
        >>> start("gone")
        Traceback (most recent call last):
            ...
        examples.how_to.translate.NotFoundError: gone
        >>> start("vm-1")
        Traceback (most recent call last):
            ...
        ConnectionError: no host
    """
    if server == "gone":
        raise NotFoundError(server)
    raise ConnectionError("no host")


def unplug(server: str) -> None:
    """Do the cleanup that works.

    Examples:
        >>> unplug("vm-1")
        unplugged vm-1
    """
    print("unplugged", server)


def fail_to_unplug(server: str) -> None:
    """Do the cleanup that fails.

    Examples:
        >>> fail_to_unplug("vm-1")
        Traceback (most recent call last):
            ...
        PermissionError: unplug vm-1
    """
    raise PermissionError(f"unplug {server}")
