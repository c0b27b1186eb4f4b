"""An error propagates with ports and without."""

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
        if out.error is not first:
            return trial.say(
                "With ports {ports}, {outcome}; {wanted!r} should reach the caller.",
                ports=ports,
                outcome=out,
                wanted=first,
            )
        if unplugged != ([ports] if ports else []):
            return trial.say(
                "With ports {ports}, `unplug` was called for {calls}; it was "
                "to be called once with ports, and not without.",
                ports=ports,
                calls=trial.shown(unplugged),
            )
        if not out.lines(f"{host} failed"):
            return trial.say(
                'With ports {ports}, no line says "{host} failed".',
                ports=ports,
                host=host,
            )
    for host in "compute-5", "compute-6":
        out = trial.attempt(
            spawn, host, ["eth3"], "running on {}".format, trial.step()
        )
        wanted = f"running on {host}"
        if not out.gave(wanted):
            return trial.say(
                "{outcome}; {wanted!r} was to be returned.",
                outcome=out,
                wanted=wanted,
            )
    return ""
