"""What a flavor makes Nova ask of placement."""

from examples.case_studies import flavor_to_host as model
from tests.nova.flavor_to_host.scheduler import Scheduler, asked, spec
from tests.nova.recording import Row, recorded

PLAIN = "2 VCPU, 2048 MiB, 20 GiB"
REQUESTS: list[tuple[str, model.Flavor, bool]] = [
    (PLAIN, model.Flavor(2, 2048, 20), False),
    (
        "… 5 GiB ephemeral, 512 MiB swap",
        model.Flavor(2, 2048, 20, 5, 512),
        False,
    ),
    ("… the same, from a volume", model.Flavor(2, 2048, 20, 5, 512), True),
    *(
        (
            "… " + ", ".join(f"`{k}={v}`" for k, v in specs.items()),
            model.Flavor(2, 2048, 20, extra_specs=specs),
            False,
        )
        for specs in [
            {"resources:DISK_GB": "50"},
            {"resources:VCPU": "0", "resources:CUSTOM_GPU": "1"},
            {"resources1:VGPU": "1", "trait1:CUSTOM_A": "required"},
            {"trait:CUSTOM_SSD": "required"},
            {"trait:CUSTOM_SSD": "forbidden"},
            {"hw:cpu_policy": "dedicated"},
            {"os:secure_boot": "required"},
            {"capabilities:hypervisor_type": "QEMU"},
            {"aggregate_instance_extra_specs:ssd": "true"},
            {"hw:numa_nodes": "2"},
            {"pci_passthrough:alias": "gpu:1"},
            {"quota:cpu_shares": "512"},
        ]
    ),
]


# The scopes of extra specs that the model reads, and one without extra specs.
MODELLED = {"resources", "trait", "capabilities", "quota"}


def compare(query: dict[str, str], flavor: model.Flavor, volume: bool) -> None:
    """The model asks for the same amounts and traits."""
    amounts = dict(part.split(":") for part in query["resources"].split(","))
    asked_for = model.resources(flavor, volume)
    assert {name: int(n) for name, n in amounts.items()} == asked_for
    traits = {
        name if kind == "required" else f"!{name}"
        for name, kind in model.scoped("trait", flavor)
    }
    assert set(query.get("required", "").split(",")) - {""} == traits


def test_requests_are_recorded(scheduler: Scheduler) -> None:
    """For some flavors, what placement is asked."""
    always = "OWNER_NOVA,!COMPUTE_STATUS_DISABLED"
    rows: list[Row] = []
    plain = ""
    for text, flavor, volume in REQUESTS:
        query = asked(scheduler, spec(scheduler, flavor, volume))
        assert query.pop("limit") == "1000"
        assert query.pop("root_required") == always
        if {key.partition(":")[0] for key in flavor.extra_specs} <= MODELLED:
            compare(query, flavor, volume)
        plain = plain or query["resources"]
        if rows and query["resources"] == plain:
            del query["resources"]
        lines = [f"`{name}={query[name]}`" for name in sorted(query)]
        rows.append({"flavor": text, "query": lines or ["nothing else"]})
    recorded("flavor_to_host_requests", rows)
    assert [row["query"] for row in rows[-5:]] == [["nothing else"]] * 5
