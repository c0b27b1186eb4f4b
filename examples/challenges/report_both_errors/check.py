"""Both exceptions reach the caller as a group, each of them once."""

import re
import traceback
from types import ModuleType

from examples.challenges import trial


@trial.checked
def missing(answer: ModuleType) -> str:
    """Say what an answer lacks."""
    release = trial.find(answer, "release")
    for first, second in (
        (ConnectionError("Neutron is down"), OSError("no database")),
        (LookupError("no such port"), ValueError("no such state")),
    ):
        out = trial.attempt(release, trial.step(first), trial.step(second))
        if not isinstance(out.error, BaseExceptionGroup):
            return trial.say(
                "{outcome}; a group of {first!r} and {second!r} should reach "
                "the caller.",
                outcome=out,
                first=first,
                second=second,
            )
        inside = out.error.exceptions
        if (
            len(inside) != 2
            or inside[0] is not first
            or inside[1] is not second
        ):
            return trial.say(
                "The group holds {inside}; it was to hold {first!r} and "
                "{second!r}, in this order.",
                inside=trial.shown(list(inside)),
                first=first,
                second=second,
            )
        shown = "".join(traceback.format_exception(out.error))
        for error in first, second:
            name = f"{type(error).__name__}: {error}"
            times = len(re.findall(rf"^[ |]*{name}$", shown, re.M))
            if times != 1:
                return trial.say(
                    "A traceback shows {error!r} {times} times, not once.",
                    error=error,
                    times=times,
                )
    first = ConnectionError("Neutron is back")
    out = trial.attempt(release, trial.step(first), trial.step())
    if out.error is not first:
        return trial.say(
            "Where `save_state` works, {outcome}; {wanted!r} should reach the caller.",
            outcome=out,
            wanted=first,
        )
    saved: list[None] = []
    out = trial.attempt(release, trial.step(), trial.step(to=saved))
    if not out.gave(None) or saved:
        return trial.say(
            "Where nothing fails, {outcome}; `{name}` was to return.",
            outcome=out,
            name="release",
        )
    return ""
