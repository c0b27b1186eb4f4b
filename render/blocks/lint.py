"""What `reraise-lint` finds: its rules, and its output.

The first word of a block names one of `PARTS`:

    ```lint
    rule SRE302
    ```

`rules` lists all rules, `rule` shows one, `find` the command and the numbers of some rules, `run` the
output of the command for a folder of this project, `in` what the survey has
found in a project, `install` and `hook` how to get the command from this
project's repository. Numbers come from `survey/data/` while the page is built.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from html import escape

from render import cache, html
from render.blocks import BlockError
from render.blocks.wild import data
from render.languages.locale import say
from render.paths import ROOT
from reraise_lint import RULES, Rule

_NAME = re.compile(r"\{\w+\}")
_UNKNOWN = "//example.org/"  # The repository, in a preview without REPO_URL.
_SHOWN = 3  # Places that a rule links to.


def block(text: str, repo_url: str) -> str:
    """One of the parts.

    Args:
        text: The part's name, and what the part takes.
        repo_url: The project's repository at a code host.

    Returns:
        HTML.

    Raises:
        BlockError: There is no such part or rule, or the command failed.

    Examples:
        >>> block("gone", "")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: no part `gone`; there are find, hook, in, install, rule, rules, run
        >>> block("rule SRE000", "")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: reraise-lint has no rule SRE000
    """
    name, _, taken = text.partition(" ")
    if name not in PARTS:
        raise BlockError(f"no part `{name}`; there are {', '.join(PARTS)}")
    return PARTS[name](taken.strip() or repo_url)


def anchor(rule: Rule) -> str:
    """The id of a rule's heading in the reference.

    Examples:
        >>> anchor(RULES["SRE101"])
        'sre101-without-with'
    """
    return f"{rule.code.lower()}-{rule.name}"


def _rule(code: str) -> Rule:
    if code not in RULES:
        raise BlockError(f"reraise-lint has no rule {code}")
    return RULES[code]


def _show(code: str) -> str:
    """A rule: why, a wrong and a right example, and where it was found.

    Its message is in the list of all rules, and in the checker's output.
    """
    rule = _rule(code)
    explanation = " ".join(rule.explanation.split())
    parts = [
        "<p>{}</p>".format(
            say("{grade}. {why}").format(
                grade=_grade(rule), why=html.inline(say(explanation))
            )
        ),
        html.program(rule.wrong, say("Wrong")),
        html.program(rule.right, say("Right")),
    ]
    if rule.default and (frequency := _frequency(rule)) != "0":
        told = say("Findings in OpenStack's newest releases: {found}")
        parts.append(f"<p>{told.format(found=frequency)}</p>")
    return "".join(parts)


def _message(rule: Rule) -> str:
    """A rule's message, without the names that are filled in for a finding."""
    message = say(rule.message).replace("{hint}", "")
    return html.inline(_NAME.sub("\u2026", message))


def _grade(rule: Rule) -> str:
    grade = say("Certain") if rule.grade == "certain" else say("Suspicion")
    if rule.default:
        return grade
    return say("{grade}; used only if it is selected").format(grade=grade)


def _frequency(rule: Rule) -> str:
    """How often the survey found it, and some places."""
    if not rule.default:
        return say("not counted")
    found = [
        (row, line)
        for row in data.sites()
        for line, code in data.findings(row)
        if code == rule.code
    ]
    if not found:
        return "0"
    find = html.sibling_url("../../reference/usage/find/")
    count = f'<a href="{find}?finding={rule.code}">{len(found)}</a>'
    named = say("{release}, {place}")
    places = data.listed(
        '<a href="{}">{}</a>'.format(
            data.upstream(row, line),
            named.format(
                release=f"{data.repository(row['project'])} {row['version']}",
                place=f"{escape(row['file'].rpartition('/')[2])}:{line}",
            ),
        )
        for row, line in _spread(found)[:_SHOWN]
    )
    return say("{count}, such as {places}").format(count=count, places=places)


def _spread(
    found: Iterable[tuple[data.Row, int]],
) -> list[tuple[data.Row, int]]:
    """One place of each project first."""
    seen: Counter[str] = Counter()
    order: list[tuple[int, int, tuple[data.Row, int]]] = []
    for row, line in found:
        order.append((seen[row["project"]], len(order), (row, line)))
        seen[row["project"]] += 1
    return [place for _, _, place in sorted(order, key=lambda one: one[:2])]


def _list(_: str) -> str:
    """All rules, each with a link to its part of the page."""
    grades = {"certain": say("certain"), "suspicion": say("suspicion")}
    headings = [say("Rule"), say("Message"), say("Grade")]
    rows = [
        [
            f'<a href="#{anchor(rule)}">{rule.code}</a>',
            _message(rule),
            grades[rule.grade],
        ]
        for rule in RULES.values()
    ]
    return html.cards(headings, rows)


def _find(codes: str) -> str:
    """The command for some rules, and how often the survey found each."""
    rules = [_rule(code) for code in codes.split()]
    command = f"reraise-lint --select {','.join(codes.split())} ."
    reference = html.sibling_url("../../reference/rules/")
    rows = [
        [
            f'<a href="{reference}#{anchor(rule)}">{rule.code}</a>',
            _message(rule),
            _frequency(rule),
        ]
        for rule in rules
    ]
    headings = [say("Rule"), say("Message"), say("In OpenStack")]
    return _code("sh", command) + html.cards(headings, rows)


def _code(language: str, text: str) -> str:
    return (
        f'<div class="language-{language} highlight"><pre><code>'
        f"{escape(text)}</code></pre></div>"
    )


def _install(repo_url: str) -> str:
    """How to get the command. A preview has no address to install it from.

    Examples:
        >>> "git+https://git.test/with" in _install("https://git.test/with")
        True
        >>> "example.org" in _install("https://example.org/with")
        False
    """
    if _UNKNOWN in repo_url:
        told = say("In a clone of this site's repository:")
        return f"<p>{told}</p>" + _code("sh", "pip install .")
    return _code("sh", f"pip install git+{repo_url}")


def _hook(repo_url: str) -> str:
    """What a project adds to its hooks."""
    told = ""
    if _UNKNOWN in repo_url:
        repo_url = "REPO_URL"
        told = say("`REPO_URL` is the address of this site's repository.")
        told = f"<p>{html.inline(told)}</p>"
    return told + _code(
        "yaml",
        f"repos:\n- repo: {repo_url}\n  rev: HEAD  # Name a commit.\n"
        "  hooks:\n  - id: reraise-lint\n",
    )


def _in(project: str) -> str:
    """What the survey found in a project."""
    rows = [
        [
            f'<a href="{data.upstream(row, line)}">{row["file"]}:{line}</a>',
            code,
            _message(_rule(code)),
        ]
        for row in data.sites()
        if row["project"] == project
        for line, code in data.findings(row)
    ]
    if not rows:
        raise BlockError(f"the survey found nothing in {project}")
    return html.cards([say("Line"), say("Rule"), say("Message")], rows)


def _run(given: str) -> str:
    """The output of the command for a folder of this project."""
    cache.reads(ROOT / given.split()[-1])
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "reraise_lint",
            "--no-settings",
            *given.split(),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    if done.returncode not in (0, 1):
        raise BlockError(f"reraise-lint failed:\n{done.stdout}")
    return html.output(done.stdout.rstrip(), f"reraise-lint {given}")


PARTS: dict[str, Callable[[str], str]] = {
    "find": _find,
    "hook": _hook,
    "in": _in,
    "install": _install,
    "rule": _show,
    "rules": _list,
    "run": _run,
}
