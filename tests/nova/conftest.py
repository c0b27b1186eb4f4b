"""The real Nova, imported once for all tests that run it."""

import ast
import importlib
import sys
import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest


@dataclass(frozen=True)
class Nova:
    """What the tests need of Nova and of the libraries below it.

    Attributes:
        manager: `nova.compute.manager`.
        neutron: `nova.network.neutron`, Nova's side of the network API.
        exception: `nova.exception`.
        objects: `nova.objects`, with every class registered.
        context: A request's context, made without reading policy files.
        connection: `keystoneauth1.exceptions.connection`.
        looping: The class of oslo.service whose `_sleep` waits for retries.
    """

    manager: ModuleType
    neutron: ModuleType
    exception: ModuleType
    objects: ModuleType
    context: Any
    connection: ModuleType
    looping: Any

    def compute_manager(self) -> Any:
        """A ComputeManager that isn't connected to a hypervisor."""
        return self.manager.ComputeManager.__new__(self.manager.ComputeManager)

    def replace_method(
        self, tree: ast.Module, patch: pytest.MonkeyPatch
    ) -> None:
        """Put an edited method into ComputeManager, for one test.

        Args:
            tree: The method's source, parsed and changed.
            patch: Undoes it.
        """
        (method,) = tree.body
        assert isinstance(method, ast.FunctionDef)
        names = dict(vars(self.manager))
        code = compile(ast.fix_missing_locations(tree), "edited", "exec")
        exec(code, names)
        compute = self.manager.ComputeManager
        patch.setattr(compute, method.name, names[method.name])


def imported(name: str) -> Any:
    """Import a module; only there are warnings silent.

    The modules of Nova's commands choose a backend; the fixture below has
    done so.
    """
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setattr("nova.monkey_patch.patch", lambda **_: None)
        warnings.simplefilter("ignore")
        return importlib.import_module(name)


@pytest.fixture(scope="session")
def nova() -> Nova:
    """Nova as nova-compute 34.0.0 starts by default: on native threads.

    Nova's own start-up code chooses the threading backend of oslo.service
    and refuses to import eventlet, so nothing is monkey-patched. The refusal
    ends with the import: other tests may import what they like.

    The import takes about 4 seconds. It warns of what Nova and its libraries
    use themselves, such as the module `cgi`; only there are warnings silent.
    """
    finders = sys.meta_path[:]
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("OS_NOVA_DISABLE_EVENTLET_PATCHING", "1")
        warnings.simplefilter("ignore")
        from nova import monkey_patch

        monkey_patch.patch(backend="threading")
        try:
            from keystoneauth1.exceptions import connection
            from nova import context, exception, objects
            from nova.compute import manager
            from nova.network import neutron
            from oslo_service.backend._threading import loopingcall

            objects.register_all()
        finally:
            sys.meta_path[:] = finders
    return Nova(
        manager,
        neutron,
        exception,
        objects,
        context.RequestContext("user", "project", is_admin=False),
        connection,
        loopingcall.LoopingCallBase,
    )
