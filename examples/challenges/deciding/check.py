"""A port that is gone is forgiven, and nothing else is."""

from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    delete = trial.find(answer, "delete")
    for port in "eth0", "eth1":
        gone = trial.exception(answer, "NeutronError", 404)
        out = trial.attempt(delete, port, trial.step(gone))
        if not out.gave("was gone"):
            return f"For status 404 {out}; 'was gone' was to be returned."
        if out.log:
            return f"For status 404 {trial.shown(out.log[0].text)} was logged."
        out = trial.attempt(delete, port, trial.step())
        if not out.gave("deleted"):
            return f"Without an error {out}; 'deleted' was to be returned."
    for first in (
        trial.exception(answer, "NeutronError", 409),
        trial.exception(answer, "NeutronError", 503),
    ):
        out = trial.attempt(delete, "eth2", trial.step(first))
        if out.error is not first:
            return f"{out}; {first!r} was to come out."
        if not out.lines("eth2 is left over"):
            return f'For {first!r} no line says "eth2 is left over".'
        if out.lines(trial.DROPPED):
            return (
                f'"{trial.DROPPED}" was logged, although {first!r} came '
                "out and nothing was dropped."
            )
    other = ConnectionError("Neutron is down")
    out = trial.attempt(delete, "eth3", trial.step(other))
    if out.error is not other:
        return f"{out}; {other!r} was to come out."
    return ""
