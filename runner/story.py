"""What there is to say of a run: a label and a sentence for each event.

The words of both languages are in `story.json`. The lists that are built into
pages and the stepper in the browser take theirs from here.

A sentence is a list of parts: a string is text, a list with one string is
code, and a number is an exception's.
"""

import difflib
import functools
import json
import linecache
import pkgutil
import re
from typing import Any

from runner.events import Event, Story, is_library, story
from runner.tracer import Step, Trace

Part = str | int | list[str]
Parts = list[Part]

# The events that are about exceptions: the stepper's timeline.
SPINE = {
    *("raised", "caught", "saved", "cleanup", "flag", "replaced"),
    *("reraised", "rest", "swallowed", "received"),
}
_HOLE = re.compile(r"\{(\w+)\}|`([^`]+)`")


@functools.cache
def words(language: str) -> Any:
    """The words of a language.

    Args:
        language: `en` or `zh`; any other gets the English ones.

    Returns:
        Sentences by groups and names, as in `story.json`.
    """
    found = json.loads(pkgutil.get_data("runner", "story.json") or b"{}")
    return found.get(language, found["en"])


@functools.cache
def _template(text: str) -> tuple[tuple[str, str], ...]:
    """A sentence of `story.json` in pieces: text, code and holes."""
    found, at = [], 0
    for hole in _HOLE.finditer(text):
        found.append(("text", text[at : hole.start()]))
        found.append(("hole", hole[1]) if hole[1] else ("code", hole[2]))
        at = hole.end()
    return (*found, ("text", text[at:]))


def filled(text: str, **given: Part | None) -> Parts:
    """A sentence with its holes filled.

    Args:
        text: The sentence, as in `story.json`.
        given: What to fill in.

    Returns:
        The parts.

    Examples:
        >>> filled("`raise` re-raises {error}.", error=0)
        [['raise'], ' re-raises ', 0, '.']
    """
    parts: Parts = []
    for kind, piece in _template(text):
        if kind == "code":
            parts.append([piece])
        elif kind == "text":
            if piece:
                parts.append(piece)
        elif (value := given[piece]) is not None:
            parts.append(value)
    return parts


def kind_of(event: Event) -> str:
    """The name of an event's label in `story.json`."""
    if event.helper and event.kind in ("raised", "logged", "reraised"):
        return f"{event.kind}_helper"
    return event.kind


def why(trace: Trace, event: Event, language: str) -> Parts:
    """One sentence of what happens at an event, and why.

    Args:
        trace: The trace.
        event: One of its events.
        language: The language.

    Returns:
        The sentence.
    """
    step = trace["steps"][event.step]
    name, saved = kind_of(event), None
    error = event.exception
    entry = trace["exceptions"][error] if error is not None else None
    match event.kind:
        case "raised" if not event.helper and entry:
            kept = [h["saved"] for h in step["helpers"]]
            saved = kept[-1] if kept else None
            if entry["cause"] is not None:
                name = "raised_cause"
            elif saved is not None and saved == entry["context"]:
                name = "raised_cleanup"
            elif entry["context"] is not None:
                name = "raised_context"
        case "caught" if entry and entry["parts"] and _is_part(trace, error):
            name = "caught_part"
        case "saved" if entry is None:
            name = "saved_nothing"
        case "saved" if not event.reraise:
            name = "saved_false"
        case "cleanup" if event.other is not None:
            name = "cleanup_helper"
        case "flag":
            name = "flag_true" if event.reraise else "flag_false"
        case "replaced" if event.other is not None:
            other = trace["exceptions"][event.other]
            if other["cause"] == error:
                name = "replaced_cause"
            elif other["context"] == error:
                name = "replaced_context"
        case "reraised" if event.helper and not _in_exit(trace, step):
            name = "reraised_force"
        case "swallowed" if event.other is not None:
            name = "swallowed_helper"
            if _keeps(trace, event.step, error):
                name = "swallowed_kept"
        case "received" if _is_uncaught(trace, event):
            file = trace["files"][event.file]
            name = "received_prompt" if file[:1] == "<" else "received_end"
    return filled(
        words(language)["events"][name],
        error=error,
        other=event.other,
        saved=saved,
        context=entry and entry["context"],
        cause=entry and entry["cause"],
        name=[event.function],
    )


def _is_part(trace: Trace, error: int | None) -> bool:
    """Whether a group is made of exceptions of another one."""
    parts = set(trace["exceptions"][error or 0]["parts"])
    return any(
        number != error and parts < set(entry["parts"])
        for number, entry in enumerate(trace["exceptions"])
    )


def _keeps(trace: Trace, number: int, error: int | None) -> bool:
    """Whether a helper without `with` keeps an exception for later."""
    return any(
        helper["saved"] == error and helper["reraise"]
        for helper in trace["steps"][number]["helpers"]
    )


def _in_exit(trace: Trace, step: Step) -> bool:
    return any(
        call["function"] == "__exit__"
        and is_library(trace["files"][call["file"]])
        for call in step["stack"][-2:-1]
    )


def _is_uncaught(trace: Trace, event: Event) -> bool:
    """Whether nothing catches what reaches the outermost function."""
    unwinds = trace["steps"][event.step]["event"] == "unwind"
    last = event.step == len(trace["steps"]) - 1
    return unwinds or (last and trace["raised"] == event.exception)


def step_by_step(trace: Trace, found: Story, language: str) -> list[Parts]:
    """One sentence for each step, of an event or of what runs next.

    Args:
        trace: The trace.
        found: What `events.story` found in it.
        language: The language.

    Returns:
        The sentences.
    """
    told: dict[int, Event] = {}
    for event in found.events:
        if event.kind in SPINE or kind_of(event) == "logged_helper":
            told[event.step] = event
    say = words(language)["steps"]
    return [
        why(trace, told[number], language)
        if number in told
        else _plain(trace, found, number, say)
        for number in range(len(trace["steps"]))
    ]


def _plain(trace: Trace, found: Story, number: int, say: Any) -> Parts:
    """The sentence of a step at which there is no event."""
    steps = trace["steps"]
    step = steps[number]
    after = steps[number + 1] if number + 1 < len(steps) else None
    error = found.propagating[number]
    library = is_library(trace["files"][step["file"]])
    function = step["function"]
    name = str(step["event"]).replace("exception", "arrives")
    leaving = function in ("__exit__", "__aexit__")
    match step["event"]:
        case "call" | "return" if function == "<module>":
            name = "begins" if step["event"] == "call" else "ended"
            if trace["files"][step["file"]][:1] == "<":
                name += "_prompt"
        case "call" if leaving:
            name = "exit" if error is None else "exit_error"
        case "call" if function in ("__enter__", "__aenter__"):
            name = "enter"
        case "call" if library and function == "capture":
            name = "capture"
        case "call" if library and function == "force_reraise":
            name = "force" if _in_exit(trace, step) else "call"
        case "line":
            exits = after and (after["event"], after["function"]) in (
                ("call", "__exit__"),
                ("call", "__aexit__"),
            )
            if exits:
                name = "ends" if error is None else "leaves"
            # What `__exit__` is given is handled in it, and no `finally` runs.
            elif (
                error is not None and step["handled"] == error and not leaving
            ):
                name = "finally"
                if _at_except(trace, step):
                    name = "except"
        case "exception" if number and steps[number - 1]["event"] != "unwind":
            name = "exception"
        case "return" if leaving and error is None:
            name = "returned_quiet"
        case "return" if leaving and step["truth"] is not None:
            name = "returned_true" if step["truth"] else "returned_false"
        case "unwind" if error is None:
            name = "unwind_other"
    value = step["value"]
    return filled(
        say[name],
        error=error if error is not None else step["exception"],
        name=[function],
        line=str(step["line"]),
        value=[value] if isinstance(value, str) else value,
    )


def _at_except(trace: Trace, step: Step) -> bool:
    text = linecache.getline(trace["files"][step["file"]], step["line"])
    return text.lstrip().startswith("except")


def told(trace: Trace, language: str) -> dict[str, Any]:
    """All that the stepper says of a trace.

    Args:
        trace: The trace.
        language: The language.

    Returns:
        `events`, each with its `label`, its sentence `say` and whether it is
        on the timeline (`spine`); `says`, the sentences of all steps;
        `propagating`, an exception's number for each step; `library`, whether
        each file is the library's; and the stepper's own `words`.
    """
    found = story(trace)
    return {
        "events": [
            {
                "kind": event.kind,
                "step": event.step,
                "exception": event.exception,
                "other": event.other,
                "file": event.file,
                "line": event.line,
                "label": label(event, language),
                "mark": words(language)["marks"]["uncaught"]
                if event.kind == "received" and _is_uncaught(trace, event)
                else mark(event, language),
                "say": why(trace, event, language),
                "spine": on_timeline(event),
            }
            for event in found.events
        ],
        "says": step_by_step(trace, found, language),
        "propagating": found.propagating,
        "library": [is_library(file) for file in trace["files"]],
        "words": words(language)["ui"],
        "compare": words(language)["compare"],
    }


Row = tuple[int | None, int | None]


def aligned(left: list[Event], right: list[Event]) -> list[Row]:
    """Pair the events of two runs.

    Args:
        left: Events of one run.
        right: Events of the other.

    Returns:
        Rows: the indices of two events that are of one kind and about the
        same exception, counted in the order of the run, or of one event that
        the other run lacks.

    Examples:
        >>> raised = Event("raised", 0, 0, 1, "release", exception=0)
        >>> saved = raised._replace(kind="saved")
        >>> aligned([raised, saved], [raised])
        [(0, 0), (1, None)]
    """
    rows: list[Row] = []
    matcher = difflib.SequenceMatcher(
        None, _keys(left), _keys(right), autojunk=False
    )
    a = b = 0
    for block in matcher.get_matching_blocks():
        rows += [(at, None) for at in range(a, block.a)]
        rows += [(None, at) for at in range(b, block.b)]
        rows += [(block.a + n, block.b + n) for n in range(block.size)]
        a, b = block.a + block.size, block.b + block.size
    return rows


def _keys(events: list[Event]) -> list[tuple[str, int]]:
    order: dict[int | None, int] = {}
    return [
        (event.kind, order.setdefault(event.exception, len(order)))
        for event in events
    ]


def event(told: dict[str, Any]) -> Event:
    """An event, from what `told` says of it.

    Args:
        told: One of its `events`.
    """
    return Event(
        told["kind"],
        told["step"],
        told["file"],
        told["line"],
        "",
        exception=told["exception"],
    )


def on_timeline(event: Event) -> bool:
    """Whether an event is about an exception."""
    known = event.exception is not None
    return known and (event.kind in SPINE or kind_of(event) == "logged_helper")


def label(event: Event, language: str) -> str:
    """An event's verb, as in the lists of pages.

    Args:
        event: The event.
        language: The language.
    """
    return str(words(language)["labels"][kind_of(event)])


def mark(event: Event, language: str) -> str:
    """An event's label on the timeline.

    Args:
        event: The event.
        language: The language.

    Examples:
        >>> mark(Event("flag", 0, 0, 1, "release", reraise=False), "en")
        'reraise = False'
    """
    if event.kind == "flag":
        return f"reraise = {event.reraise}"
    short = words(language)["marks"].get(kind_of(event))
    found = str(short or label(event, language))
    return found.format(error=f"#{(event.other or 0) + 1}")
