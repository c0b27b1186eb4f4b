"""The model of context managers does what Nova 34.0.0 does."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from examples.case_studies import context_managers as model
from tests.nova.conftest import Nova
from tests.nova.context_managers.depends import (
    build_resources,
    claim,
    reporter,
)
from tests.nova.context_managers.lab import BODY, UUID, Case, Left
from tests.nova.context_managers.same import notify

# What the model prints, and what the same step is called in Nova's tables.
STEPS = {
    "claim released": "`abort_instance_claim`",
    f"reported: {RuntimeError(BODY)!r}": "saves the event's result, Error",
    f"reported: {SystemExit(1)!r}": "saves the event's result, Error",
    "reported: success": "saves the event's result, Success",
    "shut down": "`_shutdown_instance`",
    "delete.end": "sends delete.end",
}


@pytest.mark.parametrize(
    "body", [None, RuntimeError(BODY), SystemExit(1)], ids=repr
)
@pytest.mark.parametrize(
    "name", ["claim", "reporter", "gone", "graceful", "build", "abort", "end"]
)
def test_the_model_does_what_nova_does(
    nova: Nova,
    run: Callable[..., Left],
    capsys: pytest.CaptureFixture[str],
    name: str,
    body: BaseException | None,
) -> None:
    """Both raise the same, after the same steps and the same message."""
    gone = nova.exception.InstanceActionNotFound(
        request_id="req", instance_uuid=UUID
    )
    busy = OSError("disk busy")
    pairs: dict[str, tuple[Any, Case, dict[str, Any]]] = {
        "claim": (model.Claim(), claim, {}),
        "reporter": (model.Reporter(graceful=True), reporter, {}),
        "gone": (model.Reporter(gone=True), reporter, {"error": gone}),
        "graceful": (
            model.Reporter(graceful=True, gone=True),
            reporter,
            {"error": gone, "graceful": True},
        ),
        "build": (model.build(), build_resources, {}),
        "abort": (
            model.build(busy=True),
            build_resources,
            {"error": busy},
        ),
        "end": (model.notify(), notify, {}),
    }
    ours, theirs, options = pairs[name]
    renamed = {
        "ActionNotFound": "InstanceActionNotFound",
        "BuildAborted": "BuildAbortException",
    }
    left = run(theirs, body, **options)
    capsys.readouterr()
    model.report(ours, body)
    printed = capsys.readouterr().out.splitlines()
    out = [
        line.partition(": ")[2].partition("(")[0]
        for line in printed
        if line.startswith(("raised: ", "context: "))
    ]
    if body:
        body.__context__ = None
    chain = [] if left.out is None else [type(left.out).__name__]
    chain += [re.findall("`(.*)`", text)[0] for text in left.chain[1:]]
    assert [renamed.get(text, text) for text in out] == (chain or ["nothing"])
    steps = [STEPS[line] for line in printed if line in STEPS]
    failing = name == "abort" and isinstance(body, Exception)
    assert steps + ["`_shutdown_instance`"] * failing == [
        step for step in left.did if step in STEPS.values()
    ]
    assert not left.dropped
