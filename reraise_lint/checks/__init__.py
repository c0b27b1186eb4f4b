"""The checks: each takes an analysis and yields findings."""

from collections.abc import Callable, Iterator

from reraise_lint.analysis import Analysis
from reraise_lint.checks import around, body, copies, misuse, spelling, style
from reraise_lint.rules import Finding

CHECKS: tuple[Callable[[Analysis], Iterator[Finding]], ...] = (
    body.check,
    around.check,
    misuse.check,
    spelling.check,
    copies.check,
    style.check,
)
