"""The log tells of the first error when the roll-back fails."""

from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    resize = trial.find(answer, "resize")
    for disk, first, second in (
        ("vda", OSError("no space left"), ConnectionError("quota is down")),
        ("vdb", TimeoutError("no answer"), KeyError("reservation-7")),
    ):
        done: list[str] = []
        out = trial.attempt(
            resize, disk, trial.step(first), trial.step(second, done)
        )
        if out.error is not second:
            return trial.say(
                "Where `grow` and `roll_back` fail, {outcome}; {wanted!r} should "
                "reach the caller.",
                outcome=out,
                wanted=second,
            )
        if done != [disk]:
            return trial.say(
                "`roll_back` was called for {disks}.", disks=trial.shown(done)
            )
        if not out.lines(f"{disk} was not resized"):
            return trial.say(
                "Where `grow` and `roll_back` fail, {outcome}, and no line "
                'says "{disk} was not resized".',
                outcome=out,
                disk=disk,
            )
        if not out.lines(str(first)):
            return trial.say(
                "Where `grow` and `roll_back` fail, {outcome}, and no line of "
                "log tells of {first!r}.",
                outcome=out,
                first=first,
            )
    first, done = OSError("quota exceeded"), []
    out = trial.attempt(resize, "vdc", trial.step(first), trial.step(to=done))
    if out.error is not first or done != ["vdc"]:
        return trial.say(
            "Where `roll_back` works, {outcome}, rolled back: {disks}; "
            "{wanted!r} should reach the caller, after one roll-back.",
            outcome=out,
            disks=trial.shown(done),
            wanted=first,
        )
    if not out.lines("vdc was not resized"):
        return trial.say(
            'Where `roll_back` works, no line says "vdc was not resized".'
        )
    if out.lines(trial.DROPPED):
        return trial.say(
            '"{dropped}" was logged, although {first!r} reached the '
            "caller and nothing was dropped.",
            dropped=trial.DROPPED,
            first=first,
        )
    done = []
    out = trial.attempt(resize, "vdd", trial.step(), trial.step(to=done))
    if not out.gave(None) or done:
        return trial.say(
            "Where nothing fails, {outcome}, rolled back: {disks}; `resize` "
            "was to do nothing more.",
            outcome=out,
            disks=trial.shown(done),
        )
    return ""
