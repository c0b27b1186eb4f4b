"""Raise your own exception in place of the one that was caught.

The API's users know `ConflictError`, not Neutron's words. Look at the cause and
the context of each: they are all that is left of the first error.
"""

from collections.abc import Callable

from oslo_utils import excutils


class NeutronError(Exception):
    """An answer of Neutron other than success."""


class ConflictError(Exception):
    """The API's answer when a port is in use."""


def translate(port: str) -> None:
    """Translate and name the cause: the form to take.

    Examples:
        >>> outcome(translate)
        out: ConflictError('eth0')
        cause: NeutronError(409)
        context: NeutronError(409)
    """
    try:
        ask_neutron(port)
    except NeutronError as error:
        raise ConflictError(port) from error


def translate_with_helper(port: str) -> None:
    """Translate under the helper, with the flag off from the start.

    Examples:
        There is no cause, and nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(translate_with_helper)
        out: ConflictError('eth0')
        cause: None
        context: NeutronError(409)
    """
    try:
        ask_neutron(port)
    except NeutronError:
        with excutils.save_and_reraise_exception(reraise=False):
            raise ConflictError(port)


def translate_some(port: str) -> None:
    """Translate one answer under the helper, let the others go on.

    Examples:
        The flag is off for what is translated, and on for the rest.
        `from` sets the cause here as well, and nothing is logged:

        >>> import logging, sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> outcome(translate_some)
        out: ConflictError('eth0')
        cause: NeutronError(409)
        context: NeutronError(409)
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


def translate_too_late(port: str) -> None:
    """Translate after the handler has ended, which is a mistake.

    Examples:
        Cause and context are gone, and the first traceback with them:

        >>> outcome(translate_too_late)
        out: ConflictError('eth0')
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

        A caller that acts on the type does not know the translation:

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
    """Print what a caller catches, and what it carries.

    Examples:
        >>> outcome(translate_too_late)
        out: ConflictError('eth0')
        cause: None
        context: None
    """
    try:
        way("eth0")
    except ConflictError as error:
        print("out:", repr(error))
        print("cause:", repr(error.__cause__))
        print("context:", repr(error.__context__))


def ask_neutron(port: str) -> None:
    """Answer that the port is in use, or gone.

    Examples:
        >>> ask_neutron("eth0")
        Traceback (most recent call last):
            ...
        examples.how_to.translate.NeutronError: 409
    """
    raise NeutronError(404 if port == "gone" else 409)
