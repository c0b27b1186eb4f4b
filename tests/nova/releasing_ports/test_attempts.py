"""When ports are released, how often Nova tries, and when they stay."""

import ast
import time
from unittest import mock

import pytest

from render.sources.upstream import excerpt
from tests.nova.conftest import Nova
from tests.nova.exceptions import HELPER
from tests.nova.releasing_ports.compute import FAILED, NEUTRON, compute, lines

SHUTDOWN = "nova.compute.manager:ComputeManager._shutdown_instance"


def test_the_task_state_stays(nova: Nova) -> None:
    """The function changes `vm_state` only, and raises the same object."""
    error = RuntimeError(NEUTRON)
    with compute(nova) as (manager, instance, _, _):
        manager.network_api.deallocate_for_instance.side_effect = error
        with pytest.raises(RuntimeError) as caught:
            manager._try_deallocate_network(nova.context, instance)
    assert caught.value is error
    assert (instance.vm_state, instance.task_state) == ("error", "deleting")


@pytest.mark.parametrize("name", ["ConnectTimeout", "SSLError"])
def test_only_connect_failure_is_tried_again(nova: Nova, name: str) -> None:
    """Its siblings, a timeout among them, are final."""
    error = getattr(nova.connection, name)
    with compute(nova) as (manager, instance, sleeps, _):
        release = manager.network_api.deallocate_for_instance
        release.side_effect = error("gone")
        with pytest.raises(error):
            manager._try_deallocate_network(nova.context, instance)
    assert (release.call_count, sleeps) == (1, [])


@pytest.mark.parametrize(
    ("raised", "out", "attempts", "requested", "slept"),
    [
        ("ConnectionError", "ConnectFailure", 4, 16, 26),
        ("Timeout", "ConnectTimeout", 1, 4, 3.5),
    ],
)
def test_an_unreachable_neutron_takes_26_seconds(
    nova: Nova,
    raised: str,
    out: str,
    attempts: int,
    requested: int,
    slept: float,
) -> None:
    """Under each attempt, the HTTP client makes four requests."""
    import requests
    from keystoneauth1.session import Session
    from keystoneauth1.token_endpoint import Token

    done: list[object] = []

    def request(*_: object, **__: object) -> None:
        done.append("request")
        raise getattr(requests.exceptions, raised)("no answer")

    token = Token("http://neutron.invalid:9696", "token")
    network = nova.neutron
    with (
        compute(nova) as (manager, instance, sleeps, _),
        mock.patch.object(requests.Session, "request", request),
        mock.patch.object(time, "sleep", done.append),
        mock.patch.object(network, "_get_auth_plugin", return_value=token),
        mock.patch.object(
            network.service_auth,
            "get_service_auth_session",
            return_value=Session(auth=token),
        ),
    ):
        manager.network_api = network.API()
        with pytest.raises(getattr(nova.connection, out)):
            manager._try_deallocate_network(nova.context, instance)
    attempt = ["request", 0.5, "request", 1.0, "request", 2.0, "request"]
    assert done == attempt * attempts
    assert sleeps == [2, 4, 6][: attempts - 1]
    seconds = [n for n in done if isinstance(n, float)]
    assert done.count("request") == requested
    assert sum(seconds) + sum(sleeps) == slept


def test_a_decorated_function_keeps_its_count(nova: Nova) -> None:
    """Why the decorated function is defined anew at each call."""
    calls: list[str] = []

    def fail() -> None:
        calls.append("call")
        raise OSError("refused")

    retry = nova.manager.loopingcall.RetryDecorator(
        max_retry_count=3, inc_sleep_time=2, exceptions=(OSError,)
    )(fail)
    with compute(nova):
        for expected in 4, 5:
            with pytest.raises(OSError, match="refused"):
                retry()
            assert len(calls) == expected


def shut_down(
    nova: Nova, destroy: Exception, release: Exception | None
) -> tuple[Exception | None, int]:
    """Run the real `_shutdown_instance`.

    Args:
        nova: The real Nova.
        destroy: What the hypervisor's driver raises.
        release: What Neutron raises.

    Returns:
        What was raised, and how often Neutron was asked.
    """
    with compute(nova) as (manager, instance, _, _):
        manager.driver = mock.Mock()
        manager.driver.destroy.side_effect = destroy
        manager.share_manager = mock.Mock()
        instance.info_cache = nova.objects.InstanceInfoCache(
            network_info=nova.neutron.network_model.NetworkInfo()
        )
        network = manager.network_api
        network.deallocate_for_instance.side_effect = release
        context = mock.Mock()
        context.elevated.return_value = nova.context
        out = None
        with mock.patch.object(manager, "_get_instance_block_device_info"):
            try:
                manager._shutdown_instance(context, instance, [], notify=False)
            except Exception as error:
                out = error
    return out, network.deallocate_for_instance.call_count


def test_the_clause_with_pass_keeps_the_ports(
    nova: Nova, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without it they go; with a bare `raise` in it they stay.

    After other errors of the driver they go.
    """
    other = OSError("disk busy")
    assert shut_down(nova, other, None) == (other, 1)
    power = nova.exception.InstancePowerOffFailure(reason="timed out")
    assert shut_down(nova, power, None) == (power, 0)

    def outcome(body: list[ast.stmt]) -> tuple[Exception | None, int]:
        tree = ast.parse(excerpt(SHUTDOWN).source)
        clauses = next(
            node.handlers
            for node in ast.walk(tree)
            if isinstance(node, ast.Try)
            and "self.driver.destroy(" in ast.unparse(node)
        )
        assert ast.unparse(clauses[0]) == (
            "except exception.InstancePowerOffFailure:\n"
            "    with excutils.save_and_reraise_exception():\n"
            "        pass"
        )
        if body:
            clauses[0].body = body
        else:
            del clauses[0]
        nova.replace_method(tree, monkeypatch)
        return shut_down(nova, power, None)

    assert outcome([]) == (power, 1)
    assert outcome([ast.Raise()]) == (power, 0)


def test_a_failed_release_displaces_the_drivers_error(
    nova: Nova, caplog: pytest.LogCaptureFixture
) -> None:
    """One handler is inside the other: the driver's error is dropped."""
    driver, neutron = OSError("disk busy"), RuntimeError(NEUTRON)
    error, _ = shut_down(nova, driver, neutron)
    assert error is neutron
    assert error.__context__ is driver
    assert lines(caplog.records) == [FAILED, ("ERROR", HELPER, "disk busy")]
