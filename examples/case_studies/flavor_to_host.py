"""A model of how Nova finds a host for a flavor.

`select_destinations` has the scheduler's steps: amounts, candidates, filters,
weighers, claim. If one of them leaves no host, it raises `NoValidHost`, whose
text says whether placement returned candidates.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from oslo_utils import timeutils


class NoValidHost(Exception):
    """No host is left."""


@dataclass
class Flavor:
    """Disks in GiB, memory and swap in MiB."""

    vcpus: int
    memory_mb: int
    root_gb: int
    ephemeral_gb: int = 0
    swap: int = 0
    extra_specs: dict[str, str] = field(default_factory=dict)


@dataclass
class Host:
    """What placement and the scheduler know of a host."""

    name: str
    free: dict[str, int]
    traits: set[str] = field(default_factory=set)
    up: bool = True
    capabilities: dict[str, str] = field(default_factory=dict)


def resources(
    flavor: Flavor,
    volume_backed: bool = False,
) -> dict[str, int]:
    """Return the amounts that placement is asked for.

    Examples:
        The disks are one amount; 512 MiB of swap are rounded up to a GiB:

        >>> resources(Flavor(2, 2048, 20, ephemeral_gb=5, swap=512))
        {'VCPU': 2, 'MEMORY_MB': 2048, 'DISK_GB': 26}

        A server that boots from a volume has no root disk on the host:

        >>> resources(Flavor(2, 2048, 20), volume_backed=True)
        {'VCPU': 2, 'MEMORY_MB': 2048}

        An extra spec replaces the flavor's own number, or adds one:

        >>> specs = {"resources:VCPU": "0", "resources:CUSTOM_GPU": "1"}
        >>> resources(Flavor(2, 2048, 20, extra_specs=specs))
        {'MEMORY_MB': 2048, 'DISK_GB': 20, 'CUSTOM_GPU': 1}
    """
    root_gb = 0 if volume_backed else flavor.root_gb
    swap_gb = -(-flavor.swap // 1024)
    amounts = {
        "VCPU": flavor.vcpus,
        "MEMORY_MB": flavor.memory_mb,
        "DISK_GB": root_gb + flavor.ephemeral_gb + swap_gb,
    }
    for name, amount in scoped("resources", flavor):
        amounts[name] = int(amount)
    return {name: n for name, n in amounts.items() if n}


def is_candidate(host: Host, flavor: Flavor) -> bool:
    """Check amounts and traits, as placement does.

    Examples:
        The small host doesn't have eight VCPUs:

        >>> small, large = cloud()
        >>> is_candidate(small, Flavor(8, 2048, 20))
        False
    """
    return all(
        amount <= host.free.get(name, 0)
        for name, amount in resources(flavor).items()
    ) and all(
        (name in host.traits) == (kind == "required")
        for name, kind in scoped("trait", flavor)
    )


def passes(host: Host, flavor: Flavor) -> bool:
    """Check that the host is up, and its capabilities, as filters do.

    Examples:
        No filter checks the amounts:

        >>> small, large = cloud()
        >>> passes(small, Flavor(8, 2048, 20))
        True
    """
    return host.up and all(
        host.capabilities.get(name) == value
        for name, value in scoped("capabilities", flavor)
    )


def weigh(hosts: Sequence[Host]) -> list[Host]:
    """Put the host with the most free resources first.

    Examples:
        The large host has more of everything:

        >>> [host.name for host in weigh(cloud())]
        ['large', 'small']
    """

    def weight(host: Host) -> float:
        most = {n: max(h.free[n] for h in hosts) for n in host.free}
        return sum(n / most[name] for name, n in host.free.items() if n)

    return sorted(hosts, key=weight, reverse=True)


def claim(host: Host, flavor: Flavor) -> bool:
    """Reserve the amounts in placement, if they are still free.

    Examples:
        The second claim fails, because one VCPU is left:

        >>> small, large = cloud()
        >>> claim(small, Flavor(3, 2048, 20)), small.free["VCPU"]
        (True, 1)
        >>> claim(small, Flavor(3, 2048, 20)), small.free["VCPU"]
        (False, 1)
    """
    if not is_candidate(host, flavor):
        return False
    for name, amount in resources(flavor).items():
        host.free[name] -= amount
    return True


def select_destinations(
    flavor: Flavor,
    hosts: Sequence[Host],
    claim: Callable[[Host, Flavor], bool] = claim,
    max_attempts: int = 3,
) -> list[str]:
    """Claim a host, and name others in case the build fails there.

    Examples:
        Both hosts fit, and the one with more free is claimed:

        >>> select_destinations(Flavor(2, 2048, 20), cloud())
        ['large', 'small']

        A trait excludes a host in placement, a capability in a filter:

        >>> for specs in [
        ...     {"trait:CUSTOM_SSD": "required"},
        ...     {"trait:CUSTOM_SSD": "forbidden"},
        ...     {"capabilities:hypervisor_type": "QEMU"},
        ... ]:
        ...     flavor = Flavor(2, 2048, 20, extra_specs=specs)
        ...     print(select_destinations(flavor, cloud()))
        ['small']
        ['large']
        ['small']

        If another server was faster, the next host is claimed:

        >>> def claim_late(host, flavor):
        ...     return host.name != "large" and claim(host, flavor)
        >>> flavor = Flavor(2, 2048, 20)
        >>> select_destinations(flavor, cloud(), claim_late)
        ['small', 'large']
    """
    hosts = [host for host in hosts if is_candidate(host, flavor)]
    if not hosts:
        raise NoValidHost("No valid host was found. ")
    hosts = weigh([host for host in hosts if passes(host, flavor)])
    for chosen in hosts:
        if claim(chosen, flavor):
            others = [host.name for host in hosts if host != chosen]
            return [chosen.name, *others][:max_attempts]
    raise NoValidHost(
        "No valid host was found. There are not enough hosts available."
    )


def boot(flavor: Flavor, hosts: Sequence[Host]) -> Iterator[str]:
    """Return the response, then the server's status.

    Examples:
        A host is found:

        >>> for line in boot(Flavor(2, 2048, 20), cloud()):
        ...     print(line)
        202 Accepted
        ACTIVE on large

        No host has the amounts:

        >>> for line in boot(Flavor(16, 2048, 20), cloud()):
        ...     print(line)
        202 Accepted
        ERROR: 'No valid host was found. '

        A host has the amounts, but a filter refuses it:

        >>> small, large = cloud()
        >>> large.up = False
        >>> for line in boot(Flavor(8, 2048, 20), [large]):
        ...     print(line)
        202 Accepted
        ERROR: 'No valid host was found. There are not enough hosts available.'
    """
    yield "202 Accepted"
    try:
        with timeutils.StopWatch():
            found = select_destinations(flavor, hosts)
    except Exception as error:
        yield f"ERROR: {str(error)!r}"
    else:
        yield f"ACTIVE on {found[0]}"


def scoped(scope: str, flavor: Flavor) -> list[tuple[str, str]]:
    """Return the extra specs of one scope, without its name.

    Examples:
        Other scopes are left out:

        >>> specs = {"trait:CUSTOM_SSD": "required", "quota:cpu": "1"}
        >>> scoped("trait", Flavor(1, 512, 1, extra_specs=specs))
        [('CUSTOM_SSD', 'required')]
    """
    return [
        (key.removeprefix(f"{scope}:"), value)
        for key, value in flavor.extra_specs.items()
        if key.startswith(f"{scope}:")
    ]


def cloud() -> tuple[Host, Host]:
    """Return two hosts.

    Examples:
        They differ in size, trait and capability:

        >>> [host.name for host in cloud()]
        ['small', 'large']
    """
    small = {"VCPU": 4, "MEMORY_MB": 4096, "DISK_GB": 40}
    large = {"VCPU": 8, "MEMORY_MB": 16384, "DISK_GB": 200}
    qemu = {"hypervisor_type": "QEMU"}
    vmware = {"hypervisor_type": "VMware"}
    return (
        Host("small", small, {"CUSTOM_SSD"}, capabilities=qemu),
        Host("large", large, capabilities=vmware),
    )
