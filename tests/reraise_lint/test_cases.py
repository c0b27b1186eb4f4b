"""The checker on small modules: which rule, on which line."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reraise_lint import check

CASES = Path(__file__).with_name("cases")
# A comment at the end of a line names the rules that are to be found on it.
_MARK = re.compile(r"# (SRE\d{3}(?:, SRE\d{3})*)$")


def modules() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each module in the files of cases."""
    for file in sorted(CASES.glob("*.txt")):
        for part in file.read_text("utf-8").split("### ")[1:]:
            name, _, text = part.partition("\n")
            yield f"{file.stem}: {name}", text


MODULES = dict(modules())


@pytest.mark.parametrize("name", MODULES)
def test_case(name: str) -> None:
    """Exactly the marked lines are reported."""
    text = MODULES[name]
    marked = {
        (number, code)
        for number, line in enumerate(text.splitlines(), 1)
        if (mark := _MARK.search(line))
        for code in mark[1].split(", ")
    }
    found = {(finding.line, finding.code) for finding in check(text.encode())}
    assert found == marked


def test_there_are_cases_of_every_default_rule() -> None:
    """A rule without one would go untested."""
    from reraise_lint.rules import DEFAULT

    assert (
        set(re.findall(r"# (SRE\d+)$", "\n".join(MODULES.values()), re.M))
        == DEFAULT
    )
