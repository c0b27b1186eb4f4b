"""One handler with several mistakes, for `reraise-lint` to report.

It means to ignore one error, and to translate the others. It does neither as
meant.
"""

import logging

from oslo_utils import excutils

LOG = logging.getLogger(__name__)


class NotFoundError(Exception):
    """The server is gone, which should be no error."""


class DeployError(Exception):
    """What the API raises if a server can't be started."""


def wrong_deploy(server: str) -> str | None:
    r"""Return, clean up and translate in one body.

    Examples:
        The error that should be ignored reaches the caller:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> try:
        ...     wrong_deploy("gone")
        ... except NotFoundError as error:
        ...     print("caller gets:", repr(error))
        ERROR:examples.how_to.lint_your_code:failed: gone
        caller gets: NotFoundError('gone')

        The translation is right, and logged as a dropped exception:

        >>> try:  # doctest: +ELLIPSIS
        ...     wrong_deploy("vm-1")
        ... except DeployError as error:
        ...     print("caller gets:", repr(error))
        ERROR:examples.how_to.lint_your_code:failed: no host
        unplugged vm-1
        ERROR:oslo_utils.excutils:Original exception being dropped: ['Traceback...ConnectionError: no host\n']
        caller gets: DeployError('vm-1')
    """
    try:
        start(server)
    except Exception as error:
        with excutils.save_and_reraise_exception():
            LOG.error("failed: %s", error)
            if isinstance(error, NotFoundError):
                return None
            unplug(server)
            raise DeployError(server)
    return server


def start(server: str) -> None:
    """Fail because the server is gone, or because no host is reached.

    Examples:
        >>> start("gone")
        Traceback (most recent call last):
            ...
        examples.how_to.lint_your_code.NotFoundError: gone
    """
    if server == "gone":
        raise NotFoundError(server)
    raise ConnectionError("no host")


def unplug(server: str) -> None:
    """Do the cleanup, which works.

    Examples:
        >>> unplug("vm-1")
        unplugged vm-1
    """
    print("unplugged", server)
