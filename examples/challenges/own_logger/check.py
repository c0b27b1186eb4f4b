"""The line has the module's logger and the request's id."""

from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    release = trial.find(answer, "release")
    for request, first, second in (
        ("req-7", ConnectionError("Neutron is down"), OSError("no disk")),
        ("req-8", TimeoutError("no answer"), KeyError("binding:host_id")),
    ):
        out = trial.attempt(
            release, request, trial.step(first), trial.step(second)
        )
        if out.error is not second:
            return f"{out}; {second!r} was to come out."
        lines = out.lines(trial.DROPPED)
        if len(lines) != 1:
            return (
                f'"{trial.DROPPED}" was logged {len(lines)} times, not once.'
            )
        name, text = lines[0]
        if name != "nova.compute.manager":
            return (
                f"The line came from the logger {name}; "
                "nova.compute.manager was to write it."
            )
        if str(first) not in text:
            return f"The line does not tell of {first!r}."
        if f"[{request}]" not in text:
            return f"The line does not name the request [{request}]."
    first = ConnectionError("Neutron is back")
    done: list[None] = []
    out = trial.attempt(
        release, "req-9", trial.step(first), trial.step(to=done)
    )
    if out.error is not first or len(done) != 1:
        return (
            f"Where the cleanup works, {out}, cleaned up: {len(done)} "
            f"times; {first!r} was to come out, after one cleanup."
        )
    if out.lines(trial.DROPPED):
        return (
            f'"{trial.DROPPED}" was logged, although {first!r} came out and '
            "nothing was dropped."
        )
    out = trial.attempt(release, "req-10", trial.step(), trial.step(to=done))
    if not out.gave(None) or len(done) != 1:
        return f"Where nothing fails, {out}; `release` was to return."
    return ""
