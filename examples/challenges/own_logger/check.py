"""The message has the module's logger and the request's id."""

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
            return trial.say(
                "{outcome}; {wanted!r} should reach the caller.",
                outcome=out,
                wanted=second,
            )
        lines = out.lines(trial.DROPPED)
        if len(lines) != 1:
            return trial.say(
                '"{dropped}" was logged {times} times, not once.',
                dropped=trial.DROPPED,
                times=len(lines),
            )
        name, text = lines[0]
        if name != "nova.compute.manager":
            return trial.say(
                "The line came from the logger {name}; nova.compute.manager "
                "was to write it.",
                name=name,
            )
        if str(first) not in text:
            return trial.say(
                "The line does not tell of {first!r}.", first=first
            )
        if f"[{request}]" not in text:
            return trial.say(
                "The line does not name the request [{request}].",
                request=request,
            )
    first = ConnectionError("Neutron is back")
    done: list[None] = []
    out = trial.attempt(
        release, "req-9", trial.step(first), trial.step(to=done)
    )
    if out.error is not first or len(done) != 1:
        return trial.say(
            "Where the cleanup works, {outcome}, cleaned up: {times} times; "
            "{wanted!r} should reach the caller, after one cleanup.",
            outcome=out,
            times=len(done),
            wanted=first,
        )
    if out.lines(trial.DROPPED):
        return trial.say(
            '"{dropped}" was logged, although {first!r} reached the '
            "caller and nothing was dropped.",
            dropped=trial.DROPPED,
            first=first,
        )
    out = trial.attempt(release, "req-10", trial.step(), trial.step(to=done))
    if not out.gave(None) or len(done) != 1:
        return trial.say(
            "Where nothing fails, {outcome}; `{name}` was to return.",
            outcome=out,
            name="release",
        )
    return ""
