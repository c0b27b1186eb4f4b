"""Where an exception goes, as a picture of a real run.

```flow
examples.start.tour
The cleanup works: release("eth0", unplug)
The cleanup fails: release("eth0", fail)
```

Below the module's name, each line is a caption and a call. The call is made and
recorded, and the picture is drawn from what happened: a row for each event, in
four lanes (the caller, the `except` clause, the body of `with`, `__exit__`).
"""

import importlib
import io
import json
import linecache
import logging
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from html import escape
from typing import TypedDict

from render import cache, html
from render.blocks import BlockError
from render.languages.locale import say
from render.lessons.lesson import imported
from render.paths import ROOT
from runner.events import Event, events
from runner.tracer import Trace, record

_CALLER, _TRY, _EXCEPT, _BODY, _EXIT = 36, 92, 150, 252, 354
_WIDTH, _TOP, _ROW = 400, 52, 34
_NAME = "<call>"


class Point(TypedDict):
    """An event in the picture.

    Attributes:
        at: How far it is from the left: one of the lanes.
        label: The event's name in `_said`, or what it sets.
        error: The number of the exception that it is about, or None.
        passes: Whether it is on the exception's way to the caller.
    """

    at: int
    label: str
    error: int | None
    passes: bool


class Picture(TypedDict):
    """A run that can be drawn.

    Attributes:
        points: What happened, in order.
        errors: The exceptions' names, by their numbers.
        context: The number of the result's `__context__`, or None.
        result: What the caller gets: the number of an exception, or what
            the call returned.
        logged: How many messages the helper logged.
    """

    points: list[Point]
    errors: list[str]
    context: int | None
    result: int | str
    logged: int


def block(text: str) -> str:
    r"""Draw what happens to the exceptions of some calls.

    Args:
        text: The module, and below it the captions with their calls.

    Returns:
        HTML: a figure for each call.

    Raises:
        BlockError: There is no such module, a line has no call, or a call
            cannot be run.

    Examples:
        >>> block("examples.gone\nA caption")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: `A caption`: write a caption, a colon and a call
    """
    module, *lines = text.splitlines()
    calls = []
    for line in lines:
        caption, colon, call = line.partition(": ")
        if not colon:
            raise BlockError(f"`{line}`: write a caption, a colon and a call")
        calls.append((caption, call))
    cache.reads(*imported(ROOT / (module.replace(".", "/") + ".py")))
    done = subprocess.run(
        [sys.executable, "-m", "render.blocks.flow", module],
        input=json.dumps([call for _, call in calls]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if done.returncode:
        raise BlockError(f"{module} can't be run:\n{done.stderr}")
    figures = [
        _figure(caption, picture)
        for (caption, _), picture in zip(
            calls, json.loads(done.stdout), strict=True
        )
    ]
    return f'<div class="flows">{"".join(figures)}</div>'


def picture(trace: Trace, returned: str) -> Picture:
    """Place the events of a run.

    Args:
        trace: What `record` returned.
        returned: What the call returned, if it returned.

    Returns:
        The picture.
    """
    told = events(trace)
    points: list[Point] = []
    saved: int | None = None
    caught = False
    logged = 0

    def add(at: int, label: str, event: Event, passes: bool = True) -> None:
        error = event.exception
        points.append(Point(at=at, label=label, error=error, passes=passes))

    for event in told:
        inside = _BODY if saved is not None else _EXCEPT
        match event.kind:
            case "raised":
                add(inside if caught else _TRY, "raised", event)
                if saved is not None:
                    add(_EXIT, "", event)
            case "caught":
                caught = True
                add(_EXCEPT, "", event)
            case "saved":
                saved = event.exception
                add(_BODY, "saved", event)
            case "cleanup" | "called" if caught:
                done = event._replace(exception=None)
                add(inside, "cleanup", done, passes=False)
            case "flag":
                value = f"reraise = {event.reraise}"
                done = event._replace(exception=None)
                add(_BODY, value, done, passes=False)
            case "logged" if event.helper:
                logged += 1
                dropped = event._replace(exception=saved)
                label = "logged"
                add(_EXIT, label, dropped, passes=False)
            case "reraised":
                at = _EXIT if event.helper else _EXCEPT
                add(at, "reraised", event)
            case "swallowed":
                add(_EXIT, "swallowed", event)
            case "received":
                add(_CALLER, "received", event)
    raised = trace["raised"]
    context = None
    if raised is not None:
        context = trace["exceptions"][raised]["context"]
    else:
        end = Point(at=_CALLER, label="returned", error=None, passes=False)
        points.append(end)
    errors = [entry["type"] for entry in trace["exceptions"]]
    result = returned if raised is None else raised
    return Picture(
        points=points,
        errors=errors,
        context=context,
        result=result,
        logged=logged,
    )


def _figure(caption: str, shown: Picture) -> str:
    errors, result = shown["errors"], shown["result"]
    if isinstance(result, int):
        told = say("{error} reaches the caller").format(error=errors[result])
    else:
        told = say("the function returns {value}").format(value=result)
    count = shown["logged"]
    logs = (
        say("1 ERROR message is logged") if count else say("nothing is logged")
    )
    both = say("{result}; {logs}").format(result=told, logs=logs)
    return (
        f'<figure class="flow" data-search-exclude><figcaption>{html.inline(caption)}'
        f"<small>{escape(both)}</small></figcaption>"
        f"{_svg(shown)}</figure>"
    )


def _numbers(points: list[Point]) -> dict[int, int]:
    """Number the exceptions of a picture in the order in which they are drawn.

    A run can have more of them: a cause that is made and never raised isn't
    drawn, and would leave a gap.

    Args:
        points: What happened, in order.

    Returns:
        The number that readers see, from 1, by the number in the recording.

    Examples:
        >>> def raised(error: int | None) -> Point:
        ...     return Point(at=_TRY, label="", error=error, passes=True)
        >>> _numbers([raised(0), raised(None), raised(2), raised(0)])
        {0: 1, 2: 2}
    """
    numbers: dict[int, int] = {}
    for point in points:
        if point["error"] is not None:
            numbers.setdefault(point["error"], len(numbers) + 1)
    return numbers


def _said(label: str) -> str:
    """A label in the page's language; `{error}` is the exception's number."""
    known = {
        "raised": say("{error} raised"),
        "saved": say("{error} saved"),
        "cleanup": say("cleanup runs"),
        "logged": say("{error} logged as dropped"),
        "reraised": say("{error} re-raised"),
        "swallowed": say("{error} suppressed"),
        "received": say("gets {error}"),
        "returned": say("returns"),
        "passes": say("{error} passes"),
    }
    return known.get(label, label)


def _svg(shown: Picture) -> str:
    points, errors = shown["points"], shown["errors"]
    numbers = _numbers(points)
    height = _TOP + _ROW * len(points)
    used = {_CALLER, *(point["at"] for point in points)}
    lanes = {
        _CALLER: say("caller"),
        _EXCEPT: "except",
        _BODY: say("body of with"),
        _EXIT: "__exit__",
    }
    drawn = [
        f'<path class="lane" d="M{x} 24V{height - 12}"/>'
        f'<text class="head" x="{x}" y="16">{escape(name)}</text>'
        for x, name in lanes.items()
        if x in used
    ]
    dots, marks, told = [], [], []
    last: dict[int | None, tuple[int, int]] = {}
    parked: set[int | None] = set()
    for number, point in enumerate(points):
        x, y = point["at"], _TOP + _ROW * number
        error = point["error"]
        label = _said(point["label"]) if point["label"] else ""
        if error is not None:
            label = label.format(error=f"#{numbers[error]}")
            if x == _CALLER and (context := shown["context"]) is not None:
                more = say(", {error} is its context")
                drawn_as = numbers.get(context)
                named = f"#{drawn_as}" if drawn_as else errors[context]
                label += more.format(error=named)
            name = f"{errors[error]} #{numbers[error]}"
            told.append(_said(point["label"] or "passes").format(error=name))
        elif label:
            told.append(label)
        kind = "other" if error is None else f"e{min(numbers[error], 2)}"
        if point["passes"]:
            if before := last.get(error):
                dash = " kept" if error in parked else ""
                drawn.append(
                    f'<path class="way {kind}{dash}" '
                    f'd="M{before[0]} {before[1]}V{y}H{x}"/>'
                )
            last[error] = x, y
            parked.discard(error)
            if point["label"] == "saved":
                parked.add(error)
        if label:
            dots.append(f'<circle class="{kind}" cx="{x}" cy="{y}" r="5"/>')
            place = f'x="{x + 9}"'
            if x > _EXCEPT:  # There is more room on its left.
                place = f'class="end" x="{x - 9}"'
            marks.append(f'<text {place} y="{y - 8}">{escape(label)}</text>')
    stop = say("{result}; {logs}").format(result="", logs="")
    alternative = escape(stop.join(told), quote=True)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" '
        f'aria-label="{alternative}">{"".join(drawn + dots + marks)}</svg>'
    )


def _main() -> None:
    """Make the calls on standard input; print their pictures as JSON."""
    module = importlib.import_module(sys.argv[1])
    pictures = []
    for call in json.load(sys.stdin):
        names = vars(module).copy()
        linecache.cache[_NAME] = len(call), None, [call], _NAME
        logging.basicConfig(stream=io.StringIO(), force=True)
        code = compile(f"returned = {call}", _NAME, "exec")
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            trace = record(
                partial(exec, code, names),
                lambda file: file in (module.__file__, _NAME),
            )
        pictures.append(picture(trace, repr(names.get("returned"))))
    print(json.dumps(pictures))


if __name__ == "__main__":
    _main()
