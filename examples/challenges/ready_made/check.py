"""All volumes are connected, or none."""

from functools import partial
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
            return (
                f"{trial.shown(volumes)} were connected without an error, "
                f"and {trial.shown(undone)} disconnected again."
            )
        if done != volumes:
            return f"{trial.shown(done)} were connected; {volumes} were to be."
        if not out.gave(len(volumes)):
            return f"{out}; {len(volumes)} was to be returned."
    volumes = ["vol-5", "vol-6", "vol-7"]
    for number, bad in enumerate(volumes):
        first = ConnectionError(f"{bad} does not answer")
        undone = []

        def connect(volume: str, *, bad: str, first: Exception) -> None:
            if volume == bad:
                raise first

        out = trial.attempt(
            attach,
            [*volumes],
            partial(connect, bad=bad, first=first),
            trial.step(to=undone),
        )
        if out.error is not first:
            return f"{out}; {first!r} was to come out."
        if undone != volumes[:number][::-1]:
            return (
                f"{bad} failed and {trial.shown(undone)} were disconnected; "
                f"{volumes[:number][::-1]} were to be, in this order."
            )
    return ""
