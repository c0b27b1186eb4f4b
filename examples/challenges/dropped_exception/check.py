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
            return trial.say(
                "{outcome}; {wanted!r} should reach the caller.",
                outcome=out,
                wanted=first,
            )
        if marked != [volume]:
            return trial.say(
                "`{name}` was called for {calls}, not for {wanted}.",
                name="mark_failed",
                calls=trial.shown(marked),
                wanted=[volume],
            )
        if not out.lines(f"{volume} is still connected"):
            return trial.say(
                'The line "{volume} is still connected" was not logged.',
                volume=volume,
            )
        if out.lines(trial.DROPPED):
            return trial.say(
                '"{dropped}" was logged, although {first!r} reached the '
                "caller and nothing was dropped.",
                dropped=trial.DROPPED,
                first=first,
            )
    for second in OSError("database is down"), KeyError("vol-3"):
        out = trial.attempt(
            detach, "vol-3", trial.step(first), trial.step(second)
        )
        if out.error is not second:
            return trial.say(
                "Where `mark_failed` fails as well, {outcome}; {wanted!r} should "
                "reach the caller.",
                outcome=out,
                wanted=second,
            )
        if not [x for x in out.lines(trial.DROPPED) if str(first) in x.text]:
            return trial.say(
                "{second!r} reached the caller in place of {first!r}, and "
                "no log message says that one was dropped.",
                second=second,
                first=first,
            )
    out = trial.attempt(detach, "vol-4", trial.step(), trial.step(to=marked))
    if not out.gave(None):
        return trial.say(
            "Where nothing fails, {outcome}; `{name}` was to return.",
            outcome=out,
            name="detach",
        )
    return ""
