"""Runs the context managers of Nova around a body."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.nova.conftest import Nova
from tests.nova.context_managers.lab import Case, Lab, Left, logged
from tests.nova.exceptions import dropped


@pytest.fixture
def run(
    nova: Nova, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> Callable[..., Left]:
    """Run a case with a body that may raise."""
    count = iter(range(999))

    def run(
        chosen: Case, error: BaseException | None = None, /, **options: Any
    ) -> Left:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        lab = Lab(nova, folder)
        caught = None
        with lab.stack, caplog.at_level(logging.INFO):
            steps = chosen(lab, **options)
            manager = next(steps)
            caplog.clear()
            try:
                with manager:
                    lab.did.clear()
                    caplog.clear()
                    error = next(steps, None) or error
                    if error:
                        raise error
            except BaseException as raised:
                caught = raised
            next(steps, None)
        if caught is error:
            words = "propagates" if error else ""
        elif caught is None:
            words = "suppressed"
        else:
            words = f"`{type(caught).__name__}` is raised"
        return Left(
            caught, words, lab.did + logged(caplog), dropped(caplog.records)
        )

    return run
