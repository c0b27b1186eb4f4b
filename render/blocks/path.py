"""A request's path through Nova: calls and `with` statements, as nested boxes.

A block names them with two more spaces for each level:

    ```path
    service nova-api
      call nova.api.openstack.wsgi:Resource._process_stack
        A sentence.
        with ResourceExceptionHandler()
          + what its exit does when the body succeeded
          - what its exit does when the body raised
          call nova.compute.api:API.create
        handler excutils.save_and_reraise_exception() x2: a sentence
    cast nova.compute.rpcapi:ComputeAPI.terminate_instance: a sentence
    ```

`call` is a function of the installed Nova, `rpc` one that sends a request and
waits, `cast` one that sends it and does not. `with` is a statement of the
function around it, named by the beginning of its context expression; `handler`
is one inside its `except` clauses. Every `with` of a function that is named
must be there: otherwise the build ends.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from render.blocks import BlockError
from render.html import code, inline
from render.sources import upstream

_KINDS = ("service", "call", "rpc", "cast", "with", "handler", "+", "-")
_TIMES = re.compile(r"^(?P<text>.*?)( x(?P<count>\d+))?(: (?P<note>.*))?$")


@dataclass
class Step:
    """A line of the block.

    Attributes:
        kind: The word that the line begins with, or `text`.
        text: What follows it: the name of a service or a function, the
            context expression, or a sentence.
        note: The sentence after a colon.
        function: For `with` and `handler`, the function that they are in.
        count: For `handler`, how many there are.
        lines: The lines of Nova's source that the step names.
        steps: What is nested in it.
    """

    kind: str
    text: str
    note: str = ""
    function: str = ""
    count: int = 1
    lines: list[upstream.Excerpt] = field(default_factory=list)
    steps: list["Step"] = field(default_factory=list)

    def walk(self) -> Iterator["Step"]:
        """The step and all that is nested in it, in order."""
        yield self
        for step in self.steps:
            yield from step.walk()


def parse(text: str) -> list[Step]:
    r"""Read a block and look everything up in the installed Nova.

    Args:
        text: The block's text.

    Returns:
        The steps of the first level.

    Raises:
        NotFoundError: Nova has no such function.
        BlockError: A function has no such `with`, or one that is not in the
            block.

    Examples:
        >>> [api] = parse(
        ...     "call nova.api.openstack.wsgi:Resource._process_stack\n"
        ...     "  with ResourceExceptionHandler()\n"
        ...     "    - makes a Fault")
        >>> [(s.kind, s.text) for s in api.walk()][1:]
        [('with', 'ResourceExceptionHandler()'), ('-', 'makes a Fault')]
        >>> parse("call nova.api.openstack.wsgi:Resource._process_stack")
        Traceback (most recent call last):
            ...
        render.blocks.BlockError: Resource._process_stack also has `with ResourceExceptionHandler()`, in line 576: add it
    """
    root = Step("root", "")
    open_steps = [root]
    for line in text.splitlines():
        if not line.strip():
            continue
        depth, rest = divmod(len(line) - len(line.lstrip()), 2)
        if rest or depth >= len(open_steps):
            raise BlockError(
                f"`{line.strip()}` is indented by neither as many spaces as a "
                "line before it nor by two more"
            )
        del open_steps[depth + 1 :]
        step = _step(line.strip())
        open_steps[-1].steps.append(step)
        open_steps.append(step)
    _look_up(root)
    return root.steps


def _step(line: str) -> Step:
    kind, _, text = line.partition(" ")
    if kind not in _KINDS:
        return Step("text", line)
    if kind in ("rpc", "cast", "call"):
        name, _, note = text.partition(": ")
        return Step(kind, name, note)
    if kind == "handler":
        found = _TIMES.match(text)
        assert found
        count = int(found["count"] or 1)
        return Step(kind, found["text"], found["note"] or "", count=count)
    return Step(kind, text)


def _look_up(root: Step) -> None:
    """Find each function and each `with` in Nova."""
    left: dict[str, list[tuple[int, bool, str]]] = {}

    def visit(step: Step, function: str) -> None:
        if step.kind in ("call", "rpc", "cast"):
            step.lines = [_definition(step.text)]
            if step.kind == "call":
                function = step.text
                left.setdefault(function, withs(function))
        elif step.kind in ("with", "handler"):
            step.function = function
            rest = left.get(function, [])
            step.lines = [_take(step, rest) for _ in range(step.count)]
        for inner in step.steps:
            visit(inner, function)

    visit(root, "")
    for function, rest in left.items():
        for number, _, items in rest:
            own = function.rpartition(":")[2]
            raise BlockError(
                f"{own} also has `with {items}`, in line {number}: add it"
            )


def _definition(name: str) -> upstream.Excerpt:
    own = name.rpartition(":")[2].rpartition(".")[2]
    return upstream.line(name, own)


def _take(step: Step, left: list[tuple[int, bool, str]]) -> upstream.Excerpt:
    for found in left:
        number, handler, items = found
        if items.startswith(step.text) and handler == (step.kind == "handler"):
            left.remove(found)
            source, _ = upstream.definition(step.function)
            return upstream.Excerpt(
                items, source.file, number, source.package, source.version
            )
    own = step.function.rpartition(":")[2] or "no function"
    place = "an `except` clause of " if step.kind == "handler" else ""
    raise BlockError(f"{place}{own} has no (other) `with {step.text}`")


def withs(function: str) -> list[tuple[int, bool, str]]:
    """The `with` statements of a function, those of inner functions left out.

    Args:
        function: Its name, as ```upstream takes it.

    Returns:
        For each, in the order of the source: the number of the line, whether
        it is in an `except` clause, and its context expressions.

    Raises:
        NotFoundError: The installed Nova has no such function.
    """
    _, node = upstream.definition(function)

    def inside(
        node: ast.AST, handler: bool
    ) -> Iterator[tuple[int, bool, str]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, upstream.Defined):
                continue
            if isinstance(child, ast.With | ast.AsyncWith):
                items = ", ".join(ast.unparse(item) for item in child.items)
                yield child.lineno, handler, items
            caught = handler or isinstance(child, ast.ExceptHandler)
            yield from inside(child, caught)

    return list(inside(node, False))


def block(text: str) -> str:
    """The path as nested lists, which the stylesheet draws as boxes.

    Args:
        text: The block's text.

    Returns:
        HTML.

    Raises:
        NotFoundError: As for `parse`.
        BlockError: As for `parse`.
    """
    return f'<ul class="path">{"".join(map(_item, parse(text)))}</ul>'


_SENT = {"rpc": "&#8645; RPC call", "cast": "&#8675; RPC cast"}
_CLASSES = {"+": "succeeded", "-": "raised"}


def _item(step: Step) -> str:
    if step.kind in ("call", "rpc", "cast"):
        head = _function(step)
    elif step.kind in ("with", "handler"):
        head = _statement(step)
    elif step.kind == "service":
        head = f"<strong>{escape(step.text)}</strong>"
    else:
        head = inline(step.text)
    inner, exits = step.steps, list[Step]()
    if step.kind == "with":
        # The exit is shown where it runs: below the body.
        exits = [s for s in inner if s.kind in _CLASSES]
        inner = [s for s in inner if s.kind not in _CLASSES]
    nested = "".join(map(_item, inner))
    if exits and any(s.kind != "text" for s in inner):
        # The name again, since the body may be screens long.
        nested += f'<li class="path-exit">&uarr; {_with(step)}</li>'
    nested += "".join(map(_item, exits))
    below = f"<ul>{nested}</ul>" if nested else ""
    name = _CLASSES.get(step.kind, step.kind)
    return f'<li class="path-{name}">{head}{below}</li>'


def _function(step: Step) -> str:
    [line] = step.lines
    name = step.text.rpartition(":")[2]
    note = f"<br>{inline(step.note)}" if step.note else ""
    sent = f"<b>{_SENT[step.kind]}</b> " if step.kind in _SENT else ""
    return f"{sent}{code(name)} {_where(line)}{note}"


def _statement(step: Step) -> str:
    places = " ".join(_where(line, short=True) for line in step.lines)
    note = f" {inline(step.note)}" if step.note else ""
    times = f" &times; {len(step.lines)}" if len(step.lines) > 1 else ""
    return f"{_with(step)}{times} {places}{note}"


def _with(step: Step) -> str:
    code = escape(step.lines[0].source, quote=False)
    return f"<code><b>with</b> {code}</code>"


def _where(line: upstream.Excerpt, short: bool = False) -> str:
    """A link to the line; a short one leaves out the function's file."""
    file = line.file.removeprefix(f"{line.package}/")
    text = f":{line.line}" if short else f"{file}:{line.line}"
    return (
        f'<a href="{line.url}" title="{file}" data-search-exclude>{text}</a>'
    )
