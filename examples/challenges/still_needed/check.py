"""An error comes out with ports and without."""

from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    spawn = trial.find(answer, "spawn")
    for host, ports, first in (
        ("compute-1", ["eth0"], ConnectionError("no route")),
        ("compute-2", [], TimeoutError("no answer")),
        ("compute-3", ["eth1", "eth2"], LookupError("no image")),
        ("compute-4", [], OSError("disk is full")),
    ):
        unplugged: list[list[str]] = []
        out = trial.attempt(
            spawn,
            host,
            [*ports],
            trial.step(first),
            trial.step(to=unplugged),
        )
        where = f"With ports {ports}"
        if out.error is not first:
            return f"{where}, {out}; {first!r} was to come out."
        if unplugged != ([ports] if ports else []):
            return (
                f"{where}, `unplug` was called for "
                f"{trial.shown(unplugged)}; it was to be called once with "
                "ports, and not without."
            )
        if not out.lines(f"{host} failed"):
            return f'{where}, no line says "{host} failed".'
    for host in "compute-5", "compute-6":
        out = trial.attempt(
            spawn, host, ["eth3"], "running on {}".format, trial.step()
        )
        if not out.gave(f"running on {host}"):
            return f"{out}; 'running on {host}' was to be returned."
    return ""
