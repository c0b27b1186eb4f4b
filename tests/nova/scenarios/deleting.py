"""Servers that are deleted, and servers that are not, in a whole Nova.

Each scenario keeps a diary, see `diary.py`.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pkgutil import resolve_name
from typing import Any
from unittest import mock

from tests.nova.deployment import main
from tests.nova.scenarios.diary import Diary, watched


def neutron_down(cloud: Any, kind: type[Exception] | None = None) -> Any:
    """Nobody can reach Neutron, or it fails in another way."""
    from keystoneauth1.exceptions import ConnectFailure

    def refuse(*_: Any, **__: Any) -> None:
        raise (kind or ConnectFailure)("connection refused")

    return mock.patch.object(cloud.neutron, "list_ports", refuse)


def row_gone() -> Any:
    """The server's row is gone when nova-compute has deleted the rest."""
    from nova import exception, objects

    save = objects.Instance.save

    def refuse(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.vm_state == "deleted":
            raise exception.InstanceNotFound(instance_id=self.uuid)
        return save(self, *args, **kwargs)

    return mock.patch.object(objects.Instance, "save", refuse)


@contextmanager
def refused(*names: str) -> Iterator[None]:
    """The database refuses what nova-compute saves after a failure."""
    from nova import objects
    from nova.db.main import api as database

    lost = resolve_name("oslo_db.exception:DBConnectionError")

    def refuse(what: str, owner: Any, name: str) -> Any:
        real = getattr(owner, name)

        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if sys.exception() is None:
                return real(*args, **kwargs)
            raise lost(f"cannot save the {what}")

        return mock.patch.object(owner, name, wrapper)

    seams = {
        "instance": (objects.Instance, "save"),
        "fault": (objects.InstanceFault, "create"),
        "event": (database, "action_event_finish"),
    }
    with ExitStack() as stack:
        for name in names:
            stack.enter_context(refuse(name, *seams[name]))
        yield


def create(cloud: Any, networks: str = "auto") -> str:
    """Boot a server, and wait until every service knows of it."""
    uuid: str = cloud._create_server(networks=networks)["id"]
    cloud.known_to_scheduler(uuid)
    return uuid


def delete(cloud: Any, uuid: str) -> Diary:
    """Send DELETE, and wait until nova-compute is done."""
    with watched(cloud) as diary:
        status = request(cloud.api, "DELETE", uuid)[0]
        diary.write("answers", str(status), None)
        if not any("ignoring" in entry["what"] for entry in diary.entries):
            assert diary.ended.wait(20), diary.entries
    return diary


def request(
    api: Any, method: str, uuid: str, rest: str = ""
) -> tuple[int, Any]:
    """Send a request, and return the status and the body's only value."""
    answer = api.api_request(f"/servers/{uuid}{rest}", method=method)
    if not answer.text:
        return answer.status_code, None
    [value] = answer.json().values()
    return answer.status_code, value


def seen_by(api: Any, uuid: str) -> dict[str, Any]:
    """What a client reads of a server and of the last thing done to it."""
    code, server = request(api, "GET", uuid)
    if code == 404:
        return {"code": code}
    _, [action, *_] = request(api, "GET", uuid, "/os-instance-actions")
    rest = f"/os-instance-actions/{action['request_id']}"
    _, detail = request(api, "GET", uuid, rest)
    return {
        "code": code,
        "status": server["status"],
        "vm_state": server["OS-EXT-STS:vm_state"],
        "task_state": server["OS-EXT-STS:task_state"],
        "fault": server.get("fault"),
        "action": action,
        "events": detail["events"],
    }


def deleting(cloud: Any) -> object:
    """Deletes that succeed, and that fail in several ways.

    Returns:
        For each, the diary, the `with` that were reached, and what clients
        read afterwards.
    """
    found: dict[str, Any] = {}

    def done(name: str, uuid: str, *around: Any, trace: bool = False) -> None:
        with ExitStack() as stack:
            for manager in around:
                stack.enter_context(manager)
            tracing = cloud.tracing() if trace else nullcontext([])
            seen = stack.enter_context(tracing)
            diary = delete(cloud, uuid)
        found[name] = {**told_of(cloud, uuid, diary), "seen": seen}

    uuid = create(cloud)
    done("neutron down", uuid, neutron_down(cloud), trace=True)
    done("again", uuid, trace=True)
    cloud._tracer.remove()  # The rest is faster without.

    uuid = create(cloud)
    everything = refused("instance", "fault", "event")
    done("database down", uuid, neutron_down(cloud), everything)
    done("ignored", uuid)
    with watched(cloud) as diary:
        cloud.restart_compute_service(cloud.compute)
    found["restarted"] = told_of(cloud, uuid, diary)

    uuid = create(cloud)
    done("no fault", uuid, neutron_down(cloud), refused("fault"))
    done("final", create(cloud), neutron_down(cloud, OSError))
    done("gone", create(cloud), row_gone())

    uuid = create(cloud)
    [service] = cloud.admin_api.get_services(binary="nova-compute")
    for name, down in {"local fails": True, "local ignored": False}.items():
        forced = {"forced_down": down}
        cloud.admin_api.put_service(service["id"], forced)
        neutron = neutron_down(cloud) if down else nullcontext()
        with neutron, watched(cloud) as diary:
            answer = request(cloud.api, "DELETE", uuid)
        found[name] = {**told_of(cloud, uuid, diary), "answer": answer}
    reset = {"os-resetState": {"state": "active"}}
    cloud.admin_api.post_server_action(uuid, reset)
    done("reset", uuid)

    # Nova has noted no port for this one, so it asks Neutron first.
    done("no ports", create(cloud, "none"), neutron_down(cloud))

    uuid = create(cloud)
    lose_host(uuid)
    with watched(cloud) as diary:
        answer = request(cloud.api, "DELETE", uuid)
    found["no host"] = {**told_of(cloud, uuid, diary), "answer": answer}
    return found


def lose_host(uuid: str) -> None:
    """Save a server as one that is not on a host."""
    from nova import context, objects

    admin = context.get_admin_context()
    mapping = objects.InstanceMapping.get_by_instance_uuid(admin, uuid)
    with context.target_cell(admin, mapping.cell_mapping) as targeted:
        instance = objects.Instance.get_by_uuid(targeted, uuid)
        instance.vm_state = "building"
        instance.host = instance.node = instance.compute_id = None
        instance.save()


def told_of(cloud: Any, uuid: str, diary: Diary) -> dict[str, Any]:
    """A diary, and what clients read afterwards."""
    return {
        "entries": diary.entries,
        "tracebacks": diary.tracebacks,
        "chain": diary.chain,
        "states": diary.states,
        "deleted": diary.deleted,
        "user": seen_by(cloud.api, uuid),
        "admin": seen_by(cloud.admin_api, uuid),
    }


if __name__ == "__main__":
    main(deleting, trace=True)
