"""All volumes are connected, or none."""

from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    attach = trial.find(answer, "attach")
    for volumes in ["vol-1"], ["vol-2", "vol-3", "vol-4"], []:
        done: list[str] = []
        undone: list[str] = []
        out = trial.attempt(
            attach, volumes, trial.step(to=done), trial.step(to=undone)
        )
        if undone:
            return trial.say(
                "{volumes} were connected without an error, and {undone} "
                "disconnected again.",
                volumes=trial.shown(volumes),
                undone=trial.shown(undone),
            )
        if done != volumes:
            return trial.say(
                "{done} were connected; {wanted} were to be.",
                done=trial.shown(done),
                wanted=volumes,
            )
        if not out.gave(len(volumes)):
            return trial.say(
                "{outcome}; {wanted!r} was to be returned.",
                outcome=out,
                wanted=len(volumes),
            )
    volumes = ["vol-5", "vol-6", "vol-7"]
    for number, bad in enumerate(volumes):
        first = ConnectionError(f"{bad} does not answer")
        undone = []
        out = trial.attempt(
            attach,
            [*volumes],
            trial.step(first, on=bad),
            trial.step(to=undone),
        )
        if out.error is not first:
            return trial.say(
                "{outcome}; {wanted!r} should reach the caller.",
                outcome=out,
                wanted=first,
            )
        if undone != volumes[:number][::-1]:
            return trial.say(
                "{volume} failed and {undone} were disconnected; {wanted} "
                "were to be, in this order.",
                volume=bad,
                undone=trial.shown(undone),
                wanted=volumes[:number][::-1],
            )
    return ""
