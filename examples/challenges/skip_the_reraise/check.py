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
            return trial.say(
                "For status 404 {outcome}; 'was gone' was to be returned.",
                outcome=out,
            )
        if out.log:
            return trial.say(
                "For status 404 {line} was logged.",
                line=trial.shown(out.log[0].text),
            )
        out = trial.attempt(delete, port, trial.step())
        if not out.gave("deleted"):
            return trial.say(
                "Without an error {outcome}; 'deleted' was to be returned.",
                outcome=out,
            )
    for first in (
        trial.exception(answer, "NeutronError", 409),
        trial.exception(answer, "NeutronError", 503),
    ):
        out = trial.attempt(delete, "eth2", trial.step(first))
        if out.error is not first:
            return trial.say(
                "{outcome}; {wanted!r} should reach the caller.",
                outcome=out,
                wanted=first,
            )
        if not out.lines("eth2 is left over"):
            return trial.say(
                'For {first!r} no line says "eth2 is left over".', first=first
            )
        if out.lines(trial.DROPPED):
            return trial.say(
                '"{dropped}" was logged, although {first!r} reached the '
                "caller and nothing was dropped.",
                dropped=trial.DROPPED,
                first=first,
            )
    other = ConnectionError("Neutron is down")
    out = trial.attempt(delete, "eth3", trial.step(other))
    if out.error is not other:
        return trial.say(
            "{outcome}; {wanted!r} should reach the caller.",
            outcome=out,
            wanted=other,
        )
    return ""
