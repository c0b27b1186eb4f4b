"""What lessons recommend is reported by none of the site's own checkers."""

import ast
from collections.abc import Iterator

from examples.pitfalls import code_after_the_block
from examples.recipes.review import findings
from survey.sites import sites
from tests.project import LESSONS

# Functions, beside the pitfalls' wrong ones, that show what the helper does
# and that nobody is to copy; the last one is for handlers to call.
SHOWN = {
    "body_succeeds": {"clean_up_and_reraise", "forgot_with", "misspell"},
    "cleanup_fails": {"release_by_hand"},
    "still_needed": {"return_under_helper"},
    "moving_to_plain_raise": {"return_in_body"},
    "own_logger": {"release"},
    "type_checkers": {"find_in_vain"},
    "outside_a_handler": {"right_in_between"},
}


def reported(text: str) -> Iterator[int]:
    """Lines that any of the checkers reports.

    Left out is a helper that `findings` takes for one without `with`, because
    it has another name when it is entered; the survey's checker follows it.
    """
    for finding in findings(text):
        if not finding.endswith("without with"):
            yield int(finding.partition(":")[0])
    for site in sites(ast.parse(text)):
        for line, _ in site.suspicions:
            yield line
    yield from code_after_the_block.find(text)


def test_what_lessons_recommend_is_not_reported() -> None:
    """A function that is reported is named wrong, or listed above."""
    found: dict[str, set[str]] = {}
    for lesson in LESSONS:
        text = lesson.read_text("utf-8")
        lines = set(reported(text))
        for node in ast.parse(text).body:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("wrong_")
                and lines & {*range(node.lineno, (node.end_lineno or 0) + 1)}
            ):
                found.setdefault(lesson.stem, set()).add(node.name)
    assert found == SHOWN
