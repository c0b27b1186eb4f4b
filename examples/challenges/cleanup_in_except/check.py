"""The original exception is re-raised, with a note on the other."""

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
            return trial.say(
                "`{name}` was called for {calls}, not for {wanted}.",
                name="clean_up",
                calls=trial.shown(cleaned),
                wanted=[port],
            )
        if out.error is not first:
            return trial.say(
                "{outcome}; {wanted!r} should reach the caller.",
                outcome=out,
                wanted=first,
            )
        if str(second) not in str(getattr(first, "__notes__", "")):
            return trial.say(
                "{first!r} reached the caller, and no note names {second!r}.",
                first=first,
                second=second,
            )
    first, cleaned = ConnectionError("Neutron is back"), []
    out = trial.attempt(
        release, "eth2", trial.step(first), trial.step(to=cleaned)
    )
    if out.error is not first or cleaned != ["eth2"]:
        return trial.say(
            "Where the cleanup works, {outcome}, cleaned up: {ports}; "
            "{wanted!r} should reach the caller, after one cleanup.",
            outcome=out,
            ports=trial.shown(cleaned),
            wanted=first,
        )
    if hasattr(first, "__notes__"):
        return trial.say(
            "A note tells of a cleanup that worked: {notes}.",
            notes=first.__notes__,
        )
    cleaned = []
    out = trial.attempt(release, "eth3", trial.step(), trial.step(to=cleaned))
    if not out.gave(None) or cleaned:
        return trial.say(
            "Where nothing fails, {outcome}, cleaned up: {ports}; `release` "
            "was to do nothing more.",
            outcome=out,
            ports=trial.shown(cleaned),
        )
    return ""
