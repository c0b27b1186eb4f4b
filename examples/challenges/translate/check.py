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
            return f"{out}; VolumeInUseError({volume!r}) was to come out."
        if volume not in map(str, out.error.args):
            return f"{out}, and does not name {volume}."
        if out.lines(trial.DROPPED):
            return f'{out}, and "{trial.DROPPED}" was logged.'
        if out.error.__cause__ is not first:
            cause = trial.shown(out.error.__cause__)
            return f"{out} with the cause {cause}; it was to be {first!r}."
    for other in (
        trial.exception(answer, "CinderError", 404),
        trial.exception(answer, "CinderError", 503),
        ConnectionError("Cinder is down"),
    ):
        out = trial.attempt(delete, "vol-3", trial.step(other))
        if out.error is not other:
            return f"{out}; {other!r} was to come out."
        if out.lines(trial.DROPPED):
            return f'{out}, and "{trial.DROPPED}" was logged.'
    out = trial.attempt(delete, "vol-4", trial.step())
    if not out.gave(None):
        return f"Where nothing fails, {out}; `delete` was to return."
    return ""
