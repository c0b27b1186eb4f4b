"""A conflict is translated, named as the cause, and not logged."""

from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    delete = trial.find(answer, "delete")
    in_use = trial.find(answer, "VolumeInUseError")
    for volume in "vol-1", "vol-2":
        first = trial.exception(answer, "CinderError", 409)
        out = trial.attempt(delete, volume, trial.step(first))
        if type(out.error) is not in_use or out.error is None:
            return trial.say(
                "{outcome}; VolumeInUseError({volume!r}) should reach the caller.",
                outcome=out,
                volume=volume,
            )
        if volume not in map(str, out.error.args):
            return trial.say(
                "{outcome}, and does not name {volume}.",
                outcome=out,
                volume=volume,
            )
        if out.lines(trial.DROPPED):
            return trial.say(
                '{outcome}, and "{dropped}" was logged.',
                outcome=out,
                dropped=trial.DROPPED,
            )
        if out.error.__cause__ is not first:
            return trial.say(
                "{outcome} with the cause {cause}; it was to be {wanted!r}.",
                outcome=out,
                cause=trial.shown(out.error.__cause__),
                wanted=first,
            )
    for other in (
        trial.exception(answer, "CinderError", 404),
        trial.exception(answer, "CinderError", 503),
        ConnectionError("Cinder is down"),
    ):
        out = trial.attempt(delete, "vol-3", trial.step(other))
        if out.error is not other:
            return trial.say(
                "{outcome}; {wanted!r} should reach the caller.",
                outcome=out,
                wanted=other,
            )
        if out.lines(trial.DROPPED):
            return trial.say(
                '{outcome}, and "{dropped}" was logged.',
                outcome=out,
                dropped=trial.DROPPED,
            )
    out = trial.attempt(delete, "vol-4", trial.step())
    if not out.gave(None):
        return trial.say(
            "Where nothing fails, {outcome}; `{name}` was to return.",
            outcome=out,
            name="delete",
        )
    return ""
