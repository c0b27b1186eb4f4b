"""Pages say of a context manager what its exit did in the tests here."""

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from render.blocks import path
from tests.nova.conftest import Nova, imported
from tests.nova.context_managers.depends import DEPENDS, reporter, wait
from tests.nova.context_managers.lab import BODY, UUID, Left, last
from tests.nova.context_managers.same import IDLE, SAME
from tests.project import DOCS, blocks

PAGE = DOCS / "case_studies" / "context_managers.md"
FAQ = DOCS / "troubleshoot" / "faq.md"
KNOWN = {last(name) for name in [*DEPENDS, *SAME]}
# What exits do, and how a picture says it.
WORDS = {
    "nothing": r"\bnothing\b",
    "puts the object's own context back": r"context (is put )?back",
}


def exits() -> Iterator[tuple[str, str, str]]:
    """What pages say of each exit: page, name of the manager, words."""
    for page in sorted((DOCS / "case_studies").glob("*.md")):
        prose = re.findall(
            r"The exit of `(\w+)` (.+)", page.read_text("utf-8")
        )
        yield from ((page.name, name, text) for name, text in prose)
        for _, kind, text in blocks(page):
            steps = path.parse(text) if kind == "path" else []
            for step in (inner for top in steps for inner in top.walk()):
                name = re.match(r"(?:\w+\.)*(\w+)\(", step.text)
                if not name:
                    continue
                said = [s.text for s in step.steps if s.kind == "-"]
                if step.kind == "handler":
                    said = [step.note]
                if step.kind in ("with", "handler"):
                    yield from ((page.name, name[1], text) for text in said)


def test_pages_say_what_the_exits_do(run: Callable[..., Left]) -> None:
    """Pictures and sentences on the exits of cells, always the same."""
    did = {last(name): run(case).steps for name, case in SAME.items()}
    asked = ("target_cell", "try_target_cell", "obj_target_cell")
    # "The same" refers to the case of success, one line above.
    said = [e for e in exits() if e[1] in asked and e[2] != "The same."]
    assert {name for _, name, _ in said} == {*asked}
    wrong = [
        (page, name, text)
        for page, name, text in said
        if not re.search(WORDS[" ".join(did[name])], text, re.I)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("page", "begins"),
    [
        (PAGE, "Three can suppress it: "),
        (FAQ, "context managers swallow an exception? { #swallow }\n"),
    ],
    ids=["page", "faq"],
)
def test_pages_name_all_that_swallow(
    nova: Nova, run: Callable[..., Left], page: Path, begins: str
) -> None:
    """The three that do, in their own circumstances."""
    error = RuntimeError(BODY)
    gone = nova.exception.InstanceActionNotFound(
        request_id="req", instance_uuid=UUID
    )
    assert run(reporter, error, error=gone, graceful=True).out is None
    assert run(wait, early=["a"]).out is None
    with imported("nova.utils").nested_contexts(
        suppress(RuntimeError), nullcontext()
    ):
        raise error
    _, _, rest = page.read_text("utf-8").partition(begins)
    sentence = rest.strip().partition("\n")[0]
    named = {*re.findall(r"`(\w+)", sentence)} & KNOWN
    assert named == {
        "EventReporter",
        "wait_for_instance_event",
        "nested_contexts",
    }


def test_page_says_how_many_may_do_nothing() -> None:
    """Those that `test_exits_that_do_not` saw do nothing in some cases."""
    number = {2: "Two", 3: "Three", 4: "Four"}[len(IDLE)]
    said = f"\n{number} of them do nothing under the condition in the last"
    _, _, rest = PAGE.read_text("utf-8").partition("These do the same ")
    assert rest.partition("\n\n")[0].count(said) == 1
