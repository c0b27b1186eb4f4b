"""`reraise-lint` reports nothing that a lesson recommends."""

import ast

from reraise_lint import check
from tests.project import LESSONS

# Functions, beside the pitfalls' wrong ones, that show what the helper does
# and that nobody is to copy.
SHOWN: dict[str, set[str]] = {
    "messages": {"fail_in_body"},
    "tour": {"release_with_failing_cleanup", "release_if_possible"},
    "how_it_works": {"clean_up_and_reraise"},
    "skip_the_reraise": {"skip_by_argument", "skip_by_attribute"},
    "dropped_exception": {"release_by_hand", "release_to"},
    "still_needed": {"return_under_helper"},
    "filter_dropped_message": {"delete_port"},
    "in_finally": {"with_helper"},
    "replace_with_raise": {"return_in_body"},
    "own_logger": {"release"},
    "type_checkers": {"find_in_vain"},
}


def test_what_lessons_recommend_is_not_reported() -> None:
    """A function that is reported is named wrong, or listed above."""
    found: dict[str, set[str]] = {}
    for lesson in LESSONS:
        text = lesson.read_bytes()
        lines = {finding.line for finding in check(text)}
        for node in ast.parse(text).body:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("wrong_")
                and lines & {*range(node.lineno, (node.end_lineno or 0) + 1)}
            ):
                found.setdefault(lesson.stem, set()).add(node.name)
    assert found == SHOWN
