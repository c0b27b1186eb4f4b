"""Before `raise` takes the helper's place: what to look at, and what it costs.

`look_first` lists the blocks of a text, each with what may change.
`keep_condition` is what becomes of a `return` in the body. `ratios` times the
two forms against each other; run this module to have them printed.
"""

import ast
import logging
import timeit
from collections.abc import Callable, Iterator

from oslo_utils import excutils

NAME = "save_and_reraise_exception"
LOG = logging.getLogger("oslo_utils.excutils")

CleanUp = Callable[[], object]
Way = Callable[[CleanUp], None]


def look_first(source: str) -> dict[int, list[str]]:
    """Map the line of each block to what may change with `raise`.

    Examples:
        A block with an empty list can be changed word by word:

        >>> look_first('''
        ... try:
        ...     unplug(port)
        ... except KeyError:
        ...     with excutils.save_and_reraise_exception():
        ...         LOG.error("no such port")
        ... except OSError:
        ...     with excutils.save_and_reraise_exception() as ctxt:
        ...         if release(port):
        ...             ctxt.reraise = False
        ...         else:
        ...             return
        ... ''')
        {5: [], 8: ['release() may fail', 'flag', 'return']}

        A jump in a loop of the body stays in the body:

        >>> look_first('''
        ... with save_and_reraise_exception(reraise=not gone):
        ...     for port in ports:
        ...         break
        ... ''')
        {2: ['flag']}
    """
    found = {}
    for block in ast.walk(ast.parse(source)):
        if isinstance(block, ast.With):
            calls = [i.context_expr for i in block.items]
            if any(NAME + "(" in ast.unparse(call) for call in calls):
                reasons = _reasons(block)
                found[block.lineno] = list(dict.fromkeys(reasons))
    return found


def _reasons(node: ast.AST, loop: bool = False) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Return):
            yield "return"
        elif isinstance(child, ast.Break | ast.Continue) and not loop:
            yield type(child).__name__.lower()
        elif "reraise" in (
            getattr(child, "attr", ""),
            getattr(child, "arg", ""),
        ):
            yield "flag"
        elif isinstance(child, ast.Call):
            name = ast.unparse(child.func)
            if not name.startswith("LOG.") and not name.endswith(NAME):
                yield f"{name}() may fail"
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            inner = loop or isinstance(child, ast.For | ast.While)
            yield from _reasons(child, inner)


def return_in_body(bound: bool) -> None:
    """End the body early, so that the rest of it is skipped.

    Examples:
        >>> outcome(return_in_body, bound=True)
        rolled back
        out: ConnectionError('Neutron is down')
        >>> outcome(return_in_body, bound=False)
        out: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            if not bound:
                return
            print("rolled back")


def keep_condition(bound: bool) -> None:
    """Do the same with `raise`: the opposite condition guards the rest.

    Examples:
        >>> outcome(keep_condition, bound=True)
        rolled back
        out: ConnectionError('Neutron is down')
        >>> outcome(keep_condition, bound=False)
        out: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        if bound:
            print("rolled back")
        raise


def outcome(way: Callable[[bool], None], bound: bool) -> None:
    """Print what a way does, and what a caller catches.

    Examples:
        >>> outcome(keep_condition, bound=False)
        out: ConnectionError('Neutron is down')
    """
    try:
        way(bound)
    except ConnectionError as error:
        print("out:", repr(error))


def helper(clean_up: CleanUp) -> None:
    """Clean up and re-raise: the helper.

    Examples:
        >>> try:
        ...     helper(lambda: print("cleaned up"))
        ... except ConnectionError as error:
        ...     print("out:", repr(error))
        cleaned up
        out: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            clean_up()


def plain(clean_up: CleanUp) -> None:
    """Clean up and re-raise: plain.

    Examples:
        >>> try:
        ...     plain(lambda: print("cleaned up"))
        ... except ConnectionError as error:
        ...     print("out:", repr(error))
        cleaned up
        out: ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        clean_up()
        raise


def ratios(number: int = 5000, repeat: int = 9) -> dict[str, float]:
    """How many times as long the helper takes.

    Args:
        number: How often each form runs in one measurement.
        repeat: How many measurements are made. The shortest counts:
            other programs have disturbed it least.

    Examples:
        The numbers differ from machine to machine; the helper is slower
        on each:

        >>> for name, ratio in ratios(number=1000, repeat=3).items():
        ...     print(name, ratio > 1)
        body works True
        body fails True
        body fails, logging off True
    """

    def fail() -> None:
        raise OSError("the database is down")

    def ratio(clean_up: CleanUp) -> float:
        return seconds(helper, clean_up) / seconds(plain, clean_up)

    def seconds(way: Way, clean_up: CleanUp) -> float:
        def once() -> None:
            try:
                way(clean_up)
            except OSError:
                return

        return min(timeit.repeat(once, number=number, repeat=repeat))

    kept = LOG.handlers[:], LOG.propagate, LOG.disabled
    LOG.handlers[:], LOG.propagate = [logging.NullHandler()], False
    try:
        found = {"body works": ratio(int), "body fails": ratio(fail)}
        LOG.disabled = True
        found["body fails, logging off"] = ratio(fail)
    finally:
        LOG.handlers[:], LOG.propagate, LOG.disabled = kept
    return found


if __name__ == "__main__":
    for name, value in ratios().items():
        print(f"{name}: {value:.1f}")
