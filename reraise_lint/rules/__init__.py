"""All rules: the one table that the checker, its output and its pages read."""

from reraise_lint.rules import (
    dropped,
    misused,
    places,
    style,
    swallows,
    unreached,
)
from reraise_lint.rules.rule import (
    CERTAIN,
    FAMILIES,
    SUSPICION,
    Finding,
    Rule,
)

RULES: dict[str, Rule] = {
    rule.code: rule
    for family in (swallows, dropped, places, unreached, misused, style)
    for rule in family.RULES
}
DEFAULT = frozenset(code for code, rule in RULES.items() if rule.default)

__all__ = [
    "CERTAIN",
    "DEFAULT",
    "FAMILIES",
    "RULES",
    "SUSPICION",
    "Finding",
    "Rule",
]
