"""Checks one module: from its text to findings."""

import re
from dataclasses import replace

from reraise_lint.analysis import Analysis
from reraise_lint.checks import CHECKS
from reraise_lint.reading import deep_nesting_refused, may_have_uses, parse
from reraise_lint.rules import DEFAULT, Finding

# `# noqa` silences a line, `# noqa: SRE101, E501` some codes on it.
_NOQA = re.compile(
    r"#\s*noqa(?::[\s]?(?P<codes>[A-Z]+[0-9]+(?:[,\s]+[A-Z]+[0-9]+)*))?", re.I
)
# The rules that concern files without the helper, too.
_ANY_FILE = {"SRE106", "SRE902"}


def check(
    source: bytes, codes: frozenset[str] = DEFAULT, *, noqa: bool = True
) -> list[Finding]:
    """Check a module.

    Args:
        source: Its text, in the encoding that it declares.
        codes: The rules to use.
        noqa: Whether `# noqa` comments count.

    Returns:
        What is wrong, in the order of the lines.

    Raises:
        NotReadError: It isn't valid Python 3, or nested too deeply.

    Examples:
        >>> for found in check(b'''
        ... try:
        ...     plug(port)
        ... except OSError:
        ...     with excutils.save_and_reraise_exception():
        ...         raise PortError(port)
        ... '''):
        ...     print(found.line, found.column, found.code)
        6 9 SRE201
    """
    if not may_have_uses(source) and not codes & _ANY_FILE:
        if b"\0" in source:
            parse(source)  # Says that it is binary.
        return []
    tree = parse(source)
    with deep_nesting_refused():
        analysis = Analysis(tree)
        found = {
            finding
            for check in CHECKS
            for finding in check(analysis)
            if finding.code in codes
        }
    lines = source.splitlines() if found else []
    if noqa and found and b"noqa" in source.lower():
        found = {f for f in found if not _silenced(f, lines)}
    return sorted(replace(f, column=_column(f, lines)) for f in found)


def _column(finding: Finding, lines: list[bytes]) -> int:
    """Count a column in characters; the parser counts bytes of UTF-8."""
    before = lines[finding.line - 1][: finding.column - 1]
    return len(before.decode("utf-8", "replace")) + 1


def _silenced(finding: Finding, lines: list[bytes]) -> bool:
    """Whether a comment on a finding's lines silences it."""
    for line in lines[finding.line - 1 : max(finding.line, finding.end)]:
        match = _NOQA.search(line.decode("latin-1"))
        if match:
            codes = match["codes"]
            if codes is None or any(
                finding.code.startswith(code.upper())
                for code in re.split(r"[,\s]+", codes)
            ):
                return True
    return False
