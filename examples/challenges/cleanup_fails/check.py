"""No false "dropped" line, and no true one that is missing."""

from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    detach = trial.find(answer, "detach")
    marked: list[str] = []
    for volume, first in (
        ("vol-1", ConnectionError("iSCSI is down")),
        ("vol-2", TimeoutError("no answer")),
    ):
        marked.clear()
        out = trial.attempt(
            detach, volume, trial.step(first), trial.step(to=marked)
        )
        if out.error is not first:
            return f"{out}; {first!r} was to come out."
        if marked != [volume]:
            return (
                f"`mark_failed` was called for {trial.shown(marked)}, not "
                f"for [{volume!r}]."
            )
        if not out.lines(f"{volume} is still connected"):
            return f'The line "{volume} is still connected" was not logged.'
        if out.lines(trial.DROPPED):
            return (
                f'"{trial.DROPPED}" was logged, although {first!r} came '
                "out and nothing was dropped."
            )
    for second in OSError("database is down"), KeyError("vol-3"):
        out = trial.attempt(
            detach, "vol-3", trial.step(first), trial.step(second)
        )
        if out.error is not second:
            return (
                f"Where `mark_failed` fails as well, {out}; {second!r} was "
                "to come out."
            )
        if not [x for x in out.lines(trial.DROPPED) if str(first) in x.text]:
            return (
                f"{second!r} came out in place of {first!r}, and no line "
                "says that one was dropped."
            )
    out = trial.attempt(detach, "vol-4", trial.step(), trial.step(to=marked))
    if not out.gave(None):
        return f"Where nothing fails, {out}; `detach` was to return."
    return ""
