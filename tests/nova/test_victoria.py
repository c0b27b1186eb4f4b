"""What Nova 22.4.0 has alike, and what it lacks, as pages say."""

import pytest

from render.sources.upstream import NotFoundError, excerpt

MANAGER = "nova.compute.manager:ComputeManager"
WSGI = "nova.api.openstack.wsgi"
BUILD = f"{MANAGER}._build_and_run_instance"
RESOURCES = f"{MANAGER}._build_resources"
# Letter for letter.
SAME = [
    f"{MANAGER}.terminate_instance",
    f"{MANAGER}._set_instance_obj_error_state",
    "nova.compute.manager:reverts_task_state",
    "nova.compute.manager:wrap_instance_fault",
    "nova.compute.utils:wrap_instance_event",
    "nova.compute.utils:EventReporter",
    "nova.compute.utils:add_instance_fault_from_exc",
    "nova.compute.utils:notify_about_instance_delete",
    f"{WSGI}:ResourceExceptionHandler",
    f"{WSGI}:Fault",
    f"{WSGI}:Resource.dispatch",
    "nova.api.openstack:FaultWrapper",
    "nova.scheduler.request_filter:trace_request_filter",
    "nova.conductor.manager:ComputeTaskManager._schedule_instances",
]
# A function, and what came into it.
LACKS = [
    (f"{MANAGER}._delete_instance", "FairLockGuard"),
    (f"{WSGI}:expected_errors", "isinstance(exc, exception.NotSupported)"),
    (f"{MANAGER}.build_and_run_instance", "FAILED_BY_POLICY"),
    (f"{MANAGER}.build_and_run_instance", "_start_recorded_task"),
    (BUILD, "GroupAffinityViolation"),
    (BUILD, "VTPMSecretForbidden"),
    (RESOURCES, "exception.ComputeResourcesUnavailable"),
    (RESOURCES, "exception.InstanceUnacceptable"),
    (RESOURCES, "exception.ExternalNetworkAttachForbidden"),
    (f"{MANAGER}._do_build_and_run_instance", "force=True"),
]


@pytest.mark.parametrize("name", SAME)
def test_victoria_has_the_same(name: str) -> None:
    """The source of both is one."""
    assert excerpt(f"victoria {name}").source == excerpt(name).source


@pytest.mark.parametrize(("name", "text"), LACKS)
def test_victoria_lacks_it(name: str, text: str) -> None:
    """34.0.0 has the words, 22.4.0 has not."""
    assert text in excerpt(name).source
    assert text not in excerpt(f"victoria {name}").source


def test_victoria_counts_no_requests() -> None:
    """The class is new."""
    service = "nova.service:_TrackingEndpointWrapper"
    assert excerpt(service)
    with pytest.raises(NotFoundError):
        excerpt(f"victoria {service}")


def test_the_clause_around_the_spawn_is_the_same() -> None:
    """The whole `except` around the `yield`, without Cyborg's part."""
    clause, before = (
        excerpt(release + RESOURCES)
        .source.partition("except Exception as exc:")[2]
        .partition("finally:")
        for release in ("", "victoria ")
    )
    assert all(clause)
    assert clause[0] == before[0].replace("six.text_type", "str")
