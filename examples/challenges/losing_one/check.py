"""The first error comes out, with a note on the second."""

from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    release = trial.find(answer, "release")
    for port, first, second in (
        ("eth0", ConnectionError("Neutron is down"), OSError("disk is full")),
        ("eth1", TimeoutError("no answer"), KeyError("binding:host_id")),
    ):
        cleaned: list[str] = []
        out = trial.attempt(
            release, port, trial.step(first), trial.step(second, cleaned)
        )
        if cleaned != [port]:
            return (
                f"`clean_up` was called for {trial.shown(cleaned)}, not "
                f"for [{port!r}]."
            )
        if out.error is not first:
            return f"{out}; {first!r} was to come out."
        if str(second) not in str(getattr(first, "__notes__", "")):
            return f"{first!r} came out, and no note tells of {second!r}."
    first, cleaned = ConnectionError("Neutron is back"), []
    out = trial.attempt(
        release, "eth2", trial.step(first), trial.step(to=cleaned)
    )
    if out.error is not first or cleaned != ["eth2"]:
        return (
            f"Where the cleanup works, {out}, cleaned up: "
            f"{trial.shown(cleaned)}; {first!r} was to come out, after one "
            "cleanup."
        )
    if hasattr(first, "__notes__"):
        return f"A note tells of a cleanup that worked: {first.__notes__}."
    cleaned = []
    out = trial.attempt(release, "eth3", trial.step(), trial.step(to=cleaned))
    if not out.gave(None) or cleaned:
        return (
            f"Where nothing fails, {out}, cleaned up: "
            f"{trial.shown(cleaned)}; `release` was to do nothing more."
        )
    return ""
