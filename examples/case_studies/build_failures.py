"""A model of a build that fails on a compute host.

`build` has the shape of Nova's `_do_build_and_run_instance`, `build_once` of
`_build_and_run_instance`, `resources` of `_build_resources`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from oslo_utils import excutils

LOG = logging.getLogger("model")


class BuildAbortException(Exception):
    """No other host would succeed."""


class RescheduledException(Exception):
    """Another host may succeed."""


class UnexpectedDeletingTaskStateError(Exception):
    """The user has deleted the instance during the build."""


@dataclass
class Instance:
    """What the user sees of an instance, and whether it has ports."""

    vm_state: str = "building"
    host: str | None = None
    fault: str = ""
    ports: bool = False


class Host:
    """A compute host, and the steps that fail there."""

    def __init__(self, name: str, **errors: Exception) -> None:
        self.name, self.errors = name, errors

    def do(self, step: str) -> None:
        if step in self.errors:
            raise self.errors[step]


@contextmanager
def resources(instance: Instance, host: Host) -> Iterator[None]:
    """Allocate ports for a build; clean up if the body fails.

    Examples:
        The body's error is re-raised. If the cleanup fails too, an abort is
        raised in its place, with both errors as contexts, and nothing is
        logged as dropped:

        >>> import sys
        >>> logging.basicConfig(stream=sys.stdout, force=True)
        >>> def fill(host: Host) -> None:
        ...     with resources(Instance(), host):
        ...         raise OSError("disk full")
        >>> chain(fill, Host("one"))
        OSError('disk full')
        >>> chain(fill, Host("one", destroy=OSError("busy")))
        WARNING:model:not cleaned up: busy
        BuildAbortException('disk full')
        OSError('busy')
        OSError('disk full')
    """
    instance.ports = True
    try:
        yield
    except Exception as error:
        with excutils.save_and_reraise_exception() as ctxt:
            try:
                host.do("destroy")
            except Exception as second:
                ctxt.reraise = False
                LOG.warning("not cleaned up: %s", second)
                raise BuildAbortException(str(error))


def build_once(instance: Instance, host: Host) -> None:
    """Build, and raise one of three exceptions.

    Examples:
        A `ValueError` aborts the build; an `OSError` is rescheduled:

        >>> chain(build_once, Instance(), Host("one", spawn=ValueError("no")))
        BuildAbortException('no')
        ValueError('no')
        >>> chain(build_once, Instance(), Host("one", spawn=OSError("full")))
        RescheduledException('full')
        OSError('full')
    """
    instance.host = host.name
    try:
        with resources(instance, host):
            host.do("spawn")
    except (UnexpectedDeletingTaskStateError, BuildAbortException):
        with excutils.save_and_reraise_exception():
            LOG.info("create.error")
    except ValueError as error:  # What no host could build.
        raise BuildAbortException(str(error))
    except Exception as error:
        raise RescheduledException(str(error))


def build(instance: Instance, host: Host, retry: bool = True) -> str:
    """Build, and turn the exception into a result.

    Examples:
        The same error, with retries and without:

        >>> full = Host("one", spawn=OSError("disk full"))
        >>> build(Instance(), full)
        'rescheduled'
        >>> build(Instance(), full, retry=False)
        'failed'

        An exception inside an `except` clause propagates:

        >>> full.errors["cast"] = OSError("bus down")
        >>> chain(build, Instance(), full)
        OSError('bus down')
        RescheduledException('disk full')
        OSError('disk full')
    """
    try:
        build_once(instance, host)
    except RescheduledException as error:
        instance.ports, instance.host = False, None
        if not retry:
            instance.vm_state, instance.fault = "error", str(error)
            return "failed"
        host.do("cast")
        return "rescheduled"
    except UnexpectedDeletingTaskStateError:
        instance.ports = False
        return "failed"
    except Exception as error:
        instance.ports, instance.host = False, None
        instance.vm_state, instance.fault = "error", str(error)
        return "failed"
    instance.vm_state = "active"
    return "active"


def boot(*hosts: Host, retry: bool = True) -> Instance:
    """Try one host after the other, as the conductor does.

    Examples:
        The second host succeeds, or fails too:

        >>> full = Host("one", spawn=OSError("disk full"))
        >>> boot(full, Host("two"))
        Instance(vm_state='active', host='two', fault='', ports=True)
        >>> boot(full, full)
        Instance(vm_state='error', host=None, fault='no host left', ports=False)

        Without retries, or after an abort, no other host is tried:

        >>> boot(full, Host("two"), retry=False)
        Instance(vm_state='error', host=None, fault='disk full', ports=False)
        >>> unfit = Host("one", spawn=BuildAbortException("unfit"))
        >>> boot(unfit, Host("two"))
        Instance(vm_state='error', host=None, fault='unfit', ports=False)
    """
    instance = Instance()
    for host in hosts:
        if build(instance, host, retry) != "rescheduled":
            return instance
    instance.vm_state, instance.fault = "error", "no host left"
    return instance


def chain(function: Callable[..., object], *arguments: object) -> None:
    """Print what is raised, and its chain of contexts.

    Examples:
        Nothing is raised here:

        >>> chain(print, "no exception")
        no exception
    """
    try:
        function(*arguments)
    except Exception as error:
        out: BaseException | None = error
        while out:
            print(repr(out))
            out = out.__context__
