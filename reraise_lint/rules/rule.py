"""What a rule is."""

from dataclasses import dataclass

CERTAIN = "certain"
SUSPICION = "suspicion"

FAMILIES = {
    "SRE1": "swallows the exception",
    "SRE2": 'logs a false "Original exception being dropped"',
    "SRE3": "raises in the wrong place",
    "SRE4": "never runs",
    "SRE5": "misspelt or misused",
    "SRE9": "style",
}


@dataclass(frozen=True)
class Rule:
    """A mistake that the checker finds.

    Attributes:
        code: As `SRE101`; its first digit is the family.
        name: A few words, joined by hyphens.
        grade: `certain`, or `suspicion` if a person has to judge.
        message: One sentence. Names in braces are filled in.
        explanation: What happens, why, and what to do instead.
        wrong: A module with the mistake.
        right: The same without it.
        default: Whether the rule is used unless it is selected by its code.
    """

    code: str
    name: str
    grade: str
    message: str
    explanation: str
    wrong: str
    right: str
    default: bool = True

    @property
    def family(self) -> str:
        """What the rules of its family have in common."""
        return FAMILIES[self.code[:4]]


@dataclass(frozen=True, order=True)
class Finding:
    """A mistake in a module.

    Attributes:
        line: Its line, counted from 1.
        column: Its column, counted from 1, in characters.
        code: The rule.
        message: What is wrong, in one sentence.
        end: The last line on which `# noqa` silences it.
    """

    line: int
    column: int
    code: str
    message: str
    end: int = 0
