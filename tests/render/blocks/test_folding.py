"""Blocks leave out what is empty, and fold what is long."""

import re

from render.blocks import cases, changes, lint
from render.lessons.cases import current
from reraise_lint import RULES


def test_many_changes_have_a_fold_for_each_release() -> None:
    """The newest first, and each row is in the fold of its release."""
    text = changes.block("oslo.utils")
    folds = re.findall(
        r'<details class="fold"><summary>(\S+ → \S+)</summary><table', text
    )
    assert folds[0] == "9.2.0 → 10.0.0"
    assert folds[-1] == "1.3.0 → 1.4.0"
    for part in text.split('<details class="fold">')[1:]:
        named, rows = part.split("</summary>", 1)
        releases = set(re.findall(r'<th scope="row">(.+?)</th>', rows))
        assert releases == {named.removeprefix("<summary>")}


def test_few_changes_are_one_table() -> None:
    """Those of Python: nothing has to be opened."""
    text = changes.block("Python")
    assert text.count("<table") == 1
    assert "fold" not in text


def test_a_case_says_only_what_happened() -> None:
    """One that returns has no log message and no traceback entries."""
    text = cases.block("leaving")
    shown = {
        found[1]: found[2]
        for found in re.finditer(
            r'<section class="case" id="(\w+)">(.*?)</section>', text, re.S
        )
    }
    results = current()
    for function, section in shown.items():
        result = results[f"leaving.{function}"]
        assert "<dt>Result</dt>" in section
        assert ("<dt>Logged</dt>" in section) == bool(result["log"])
        entries = "<dt>Extra traceback entries</dt>" in section
        assert entries == bool(result["entries"])
    assert len(shown) > 5


def test_a_rule_names_its_findings_if_there_are_any() -> None:
    """No line says that there are none, or that nobody counted."""
    sections = {code: lint.block(f"rule {code}", "") for code in RULES}
    found = {code for code, text in sections.items() if "Findings in" in text}
    assert {"SRE102", "SRE301"} <= found
    assert not {"SRE101", "SRE106"} & found
    for code in found:
        assert f"?finding={code}" in sections[code]
