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
        where = f"Where `grow` and `roll_back` fail, {out}"
        if out.error is not second:
            return f"{where}; {second!r} was to come out."
        if done != [disk]:
            return f"`roll_back` was called for {trial.shown(done)}."
        if not out.lines(f"{disk} was not resized"):
            return f'{where}, and no line says "{disk} was not resized".'
        if not out.lines(str(first)):
            return f"{where}, and no line of log tells of {first!r}."
    first, done = OSError("quota exceeded"), []
    out = trial.attempt(resize, "vdc", trial.step(first), trial.step(to=done))
    if out.error is not first or done != ["vdc"]:
        return (
            f"Where `roll_back` works, {out}, rolled back: "
            f"{trial.shown(done)}; {first!r} was to come out, after one "
            "roll-back."
        )
    if not out.lines("vdc was not resized"):
        return 'Where `roll_back` works, no line says "vdc was not resized".'
    if out.lines(trial.DROPPED):
        return (
            f'"{trial.DROPPED}" was logged, although {first!r} came out and '
            "nothing was dropped."
        )
    done = []
    out = trial.attempt(resize, "vdd", trial.step(), trial.step(to=done))
    if not out.gave(None) or done:
        return (
            f"Where nothing fails, {out}, rolled back: "
            f"{trial.shown(done)}; `resize` was to do nothing more."
        )
    return ""
