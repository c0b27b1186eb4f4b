"""The table of rules: complete, explained, and true of its own examples."""

import re

import pytest

from reraise_lint import RULES, Rule, check
from reraise_lint.rules import CERTAIN, DEFAULT, FAMILIES, SUSPICION


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_examples(rule: Rule) -> None:
    """The wrong one gives the rule's code and no other, the right one none."""
    codes = DEFAULT | {rule.code}
    wrong = check(rule.wrong.encode(), codes)
    assert [finding.code for finding in wrong] == [rule.code]
    assert check(rule.right.encode(), codes) == []
    assert "{" not in wrong[0].message


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_rule_is_described(rule: Rule) -> None:
    """In a message of one line and in an explanation of several sentences."""
    assert rule.grade in (CERTAIN, SUSPICION)
    assert FAMILIES[rule.code[:4]] == rule.family
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert "\n" not in rule.message
    assert not rule.message.endswith(".")
    assert rule.explanation.endswith((".", '."'))
    assert max(map(len, rule.explanation.splitlines())) <= 82


def test_codes_and_names_are_unique() -> None:
    """And families have at least one rule each."""
    assert [rule.code for rule in RULES.values()] == sorted(RULES)
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert {code[:4] for code in RULES} == FAMILIES.keys()
