"""Writes findings: as text, JSON, GitHub's commands or SARIF."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reraise_lint.rules import CERTAIN, RULES, Finding

FORMATS = ("text", "json", "github", "sarif")
_BOLD, _RED, _YELLOW, _DIM, _PLAIN = (
    "\x1b[1m",
    "\x1b[31m",
    "\x1b[33m",
    "\x1b[2m",
    "\x1b[0m",
)


@dataclass(frozen=True)
class Located:
    """A finding and its file.

    Attributes:
        path: The file, as it was given or found.
        finding: The finding.
    """

    path: str
    finding: Finding


def as_text(found: Located, colours: bool) -> str:
    """Return a finding's line: `path:line:column: CODE message`."""
    finding = found.finding
    rule = RULES[finding.code]
    place = f"{found.path}:{finding.line}:{finding.column}:"
    doubt = "" if rule.grade == CERTAIN else f" [{rule.grade}]"
    if colours:
        colour = _RED if rule.grade == CERTAIN else _YELLOW
        return (
            f"{_BOLD}{place}{_PLAIN} {colour}{finding.code}{_PLAIN} "
            f"{finding.message}{_DIM}{doubt}{_PLAIN}"
        )
    return f"{place} {finding.code} {finding.message}{doubt}"


def as_github(found: Located) -> str:
    """Return the workflow command that annotates a line on GitHub."""
    finding = found.finding
    rule = RULES[finding.code]
    level = "error" if rule.grade == CERTAIN else "warning"
    properties = {
        "file": found.path.replace(os.sep, "/"),
        "line": str(finding.line),
        "col": str(finding.column),
        "title": f"{finding.code} {rule.name}",
    }
    listed = ",".join(
        f"{key}={_escape(value, ':,')}" for key, value in properties.items()
    )
    return f"::{level} {listed}::{_escape(finding.message)}"


def _escape(text: str, more: str = "") -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def as_json(
    found: Iterable[Located], unread: Iterable[tuple[str, str]]
) -> str:
    """Return findings and files that were not read, as a JSON object."""
    return json.dumps(
        {
            "findings": [_fields(one) for one in found],
            "not_read": [
                {"path": path, "reason": reason} for path, reason in unread
            ],
        },
        indent=2,
    )


def _fields(found: Located) -> dict[str, object]:
    finding = found.finding
    rule = RULES[finding.code]
    return {
        "path": found.path,
        "line": finding.line,
        "column": finding.column,
        "code": finding.code,
        "name": rule.name,
        "grade": rule.grade,
        "message": finding.message,
    }


def as_sarif(
    found: Iterable[Located],
    unread: Iterable[tuple[str, str]],
    version: str,
) -> str:
    """Return findings in SARIF 2.1.0, which code scanning services read."""
    rules = [
        {
            "id": rule.code,
            "name": rule.name,
            "shortDescription": {"text": rule.name.replace("-", " ")},
            "fullDescription": {"text": rule.explanation},
            "defaultConfiguration": {"level": _level(rule.code)},
        }
        for rule in RULES.values()
    ]
    run = {
        "tool": {
            "driver": {
                "name": "reraise-lint",
                "version": version,
                "rules": rules,
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {
                        "level": "warning",
                        "message": {"text": f"not read: {reason}"},
                        "locations": [{"physicalLocation": _artifact(path)}],
                    }
                    for path, reason in unread
                ],
            }
        ],
        "results": [
            {
                "ruleId": one.finding.code,
                "ruleIndex": list(RULES).index(one.finding.code),
                "level": _level(one.finding.code),
                "message": {"text": one.finding.message},
                "locations": [
                    {
                        "physicalLocation": _artifact(one.path)
                        | {
                            "region": {
                                "startLine": one.finding.line,
                                "startColumn": one.finding.column,
                            }
                        }
                    }
                ],
            }
            for one in found
        ],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps(
        {"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2
    )


def _level(code: str) -> str:
    return "error" if RULES[code].grade == CERTAIN else "warning"


def _artifact(path: str) -> dict[str, object]:
    return {"artifactLocation": {"uri": path.replace(os.sep, "/")}}


def statistics(found: Iterable[Located]) -> Iterator[str]:
    """Yield a line for each rule that found something: how often, which."""
    counts = Counter(one.finding.code for one in found)
    for code in sorted(counts):
        rule = RULES[code]
        yield f"{counts[code]:>6}  {code}  {rule.name} ({rule.grade})"


def explanation(code: str) -> str:
    """Return what `--explain` prints of a rule."""
    rule = RULES[code]
    used = "" if rule.default else "; used only if it is selected"
    parts = [
        f"{rule.code} {rule.name}",
        f"{rule.family}; {rule.grade}{used}",
        "",
        rule.explanation,
        "",
        "Wrong:",
        "",
        _indented(rule.wrong),
        "Right:",
        "",
        _indented(rule.right),
        f"To silence one line: # noqa: {rule.code}",
    ]
    return "\n".join(parts)


def _indented(text: str) -> str:
    return "".join(
        f"    {line}" if line.strip() else line
        for line in text.splitlines(keepends=True)
    )
