"""Run handlers before and after the fix: both have the same effects."""

import itertools
import logging
import random
import textwrap
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reraise_lint import fix

HEAD = """\
import contextlib
from oslo_utils import excutils

def undo():
    done.append("undo")

def fail():
    done.append("fail")
    raise LookupError("undo failed")

def told(word, value):
    done.append(word)
    return value

"""

# Functions named `act`; `case` is one of CASES.
SHAPES = {
    "cleanup that works or fails": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    undo() if case else fail()
        """,
    "else and finally on the try": """
        def act(case):
            try:
                if case == 1:
                    raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    undo()
            else:
                return told("else", case)
            finally:
                done.append("finally")
        """,
    "an exception that the body handles": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    try:
                        fail()
                    except LookupError:
                        undo()
        """,
    "a handler in a handler": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                try:
                    fail()
                except LookupError:
                    with excutils.save_and_reraise_exception():
                        undo()
        """,
    "a use in the handler of the body": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    try:
                        case and fail()
                    except LookupError:
                        with excutils.save_and_reraise_exception():
                            undo()
        """,
    "caught again outside": """
        def act(case):
            try:
                try:
                    raise OSError("work failed")
                except OSError:
                    with excutils.save_and_reraise_exception():
                        undo() if case else fail()
            except OSError as error:
                return repr(error), repr(error.__context__)
        """,
    "in a loop": """
        def act(case):
            for number in range(3):
                try:
                    if number == case:
                        raise OSError(number)
                except OSError:
                    with excutils.save_and_reraise_exception() as ctxt:
                        if case == 1:
                            undo()
                            ctxt.reraise = False
                            continue
                        undo()
                done.append(number)
        """,
    "loops in the body": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    for number in range(3):
                        if number == case:
                            break
                        undo()
                    else:
                        fail()
        """,
    "a bare except": """
        def act(case):
            try:
                raise KeyboardInterrupt
            except:
                with excutils.save_and_reraise_exception():
                    undo() if case else fail()
        """,
    "last of several items": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                with contextlib.suppress(
                    LookupError if case else OSError
                ), excutils.save_and_reraise_exception():
                    undo()
                return told("below", 1)
        """,
    "in another with": """
        def act(case):
            @contextlib.contextmanager
            def lock():
                try:
                    yield
                except OSError:
                    fail()
            try:
                raise OSError("work failed")
            except OSError:
                with lock():
                    with excutils.save_and_reraise_exception():
                        undo()
        """,
    "under a condition": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                if case:
                    with excutils.save_and_reraise_exception():
                        undo()
                return told("below", 1)
        """,
    "a cause": """
        def act(case):
            try:
                raise OSError("work failed") from ValueError("why")
            except OSError:
                with excutils.save_and_reraise_exception():
                    undo() if case else fail()
        """,
    "in a try of the handler": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                try:
                    with excutils.save_and_reraise_exception():
                        undo() if case else fail()
                except LookupError as error:
                    return told("inner", repr(error.__context__))
                finally:
                    done.append("finally")
        """,
    "a generator": """
        def steps(case):
            try:
                yield 1
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    undo()
                    yield 2
                    case and fail()

        def act(case):
            steps_ = steps(case)
            seen = []
            try:
                for step in steps_:
                    seen.append(step)
                    try:
                        raise ValueError("somebody else's")
                    except ValueError:
                        seen.append(next(steps_))
                    if case == 2:
                        steps_.close()
                        steps_.throw(KeyError("late"))
            finally:
                done.append(seen)
        """,
    "a context manager of a generator": """
        @contextlib.contextmanager
        def guard():
            try:
                yield
            except OSError:
                with excutils.save_and_reraise_exception():
                    undo()

        def act(case):
            with guard():
                raise (OSError if case else KeyError)("work failed")
        """,
    "await": """
        import asyncio

        async def work(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    await asyncio.sleep(0)
                    undo() if case else fail()

        async def both(case):
            found = await asyncio.gather(
                work(case), work(1), return_exceptions=True
            )
            return [(repr(e), repr(e.__context__)) for e in found]

        def act(case):
            return asyncio.run(both(case))
        """,
    "cancelled while it cleans up": """
        import asyncio

        async def work(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    await asyncio.sleep(60)

        async def cancelled(case):
            task = asyncio.create_task(work(case))
            await asyncio.sleep(0)
            task.cancel()
            await task

        def act(case):
            return asyncio.run(cancelled(case))
        """,
    "an async generator": """
        import asyncio

        async def steps(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception():
                    yield told("step", 1)
                    undo() if case else fail()

        async def all_steps(case):
            return [each async for each in steps(case)]

        def act(case):
            return asyncio.run(all_steps(case))
        """,
    "another exception": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError as error:
                with excutils.save_and_reraise_exception() as ctxt:
                    if case:
                        ctxt.reraise = False
                        raise ValueError(str(error))
                    undo()
        """,
    "another exception, with a cause": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError as error:
                with excutils.save_and_reraise_exception() as ctxt:
                    ctxt.reraise = False
                    raise ValueError(str(error)) from (error if case else None)
        """,
    "a value": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception(False) as ctxt:
                    if not case:
                        return told("returned", 7)
                    ctxt.reraise = True
                    undo()
        """,
    "computed": """
        def act(case):
            try:
                raise OSError("work failed")
            except OSError:
                with excutils.save_and_reraise_exception() as ctxt:
                    undo()
                    ctxt.reraise = told("computed", case)
            return told("below", 1)
        """,
    "recursion": """
        def act(case):
            try:
                if case:
                    act(case - 1)
                raise OSError(case)
            except OSError:
                with excutils.save_and_reraise_exception():
                    undo() if case else fail()
        """,
}
CASES = range(3)


def outcome(source: str, case: object) -> tuple[object, ...]:
    """Run `act` and return all that its caller can see."""
    done: list[object] = []
    names: dict[str, Any] = {"done": done}
    exec(compile(source, "module.py", "exec"), names)  # The shapes above.
    act: Callable[[object], object] = names["act"]
    try:
        return "returned", act(case), done
    except BaseException as error:
        return "raised", list(chain(error)), done


def chain(error: BaseException | None) -> Iterator[str]:
    """Describe an exception and those behind it, with their links."""
    while error is not None:
        yield repr(error)
        yield f"{error.__cause__!r}, {error.__suppress_context__}"
        error = error.__context__


def both(source: str) -> str:
    """Fix a file and return it, after a look at whether all was fixed."""
    result = fix.fixed(source.encode(), "module.py")
    assert result.changes
    assert result.refusals == []
    new = result.source.decode()
    assert "excutils" not in new
    return new


@pytest.mark.parametrize("shape", SHAPES)
def test_caller_gets_the_same_before_and_after(shape: str) -> None:
    """The same exception, context, cause, value and order of calls."""
    source = HEAD + textwrap.dedent(SHAPES[shape])
    new = both(source)
    logging.disable()
    try:
        for case in CASES:
            assert outcome(new, case) == outcome(source, case)
    finally:
        logging.disable(logging.NOTSET)


# Bodies with the flag: what is in them, put together in every order.
ENDS: tuple[list[str], ...] = (
    [],
    ["told('x', 1)"],
    ["ctxt.reraise = False"],
    ["ctxt.reraise = True", "undo()"],
    ["ctxt.reraise = False", "raise ValueError"],
    ["ctxt.reraise = False", "return 1"],
    ["ctxt.reraise = told('flag', case % 2)"],
    ["if case % 2:", "    undo()", "    ctxt.reraise = False"],
    ["if case % 2:", "    return told('y', 1)"],
)
TAILS: tuple[list[str], ...] = ([], ["undo()"], ["ctxt.reraise = True"])


def flagged() -> Iterator[str]:
    """Put functions with bodies of the helper together."""
    for start, one, two, three, tail in itertools.product(
        (True, False), ENDS[1:], ENDS, ENDS, TAILS
    ):
        body = ["if case == 0:", *indented(one)]
        if two:
            body += ["elif case == 1:", *indented(two)]
        if three:
            body += ["else:", *indented(three)]
        helper = f"excutils.save_and_reraise_exception({start})"
        handler = [f"with {helper} as ctxt:", *indented(body + tail)]
        lines = ["try:", "    raise OSError", "except OSError:"]
        lines += [*indented(handler), "return told('below', 2)"]
        yield "\n".join(["def act(case):", *indented(lines), ""])


def indented(lines: list[str]) -> list[str]:
    """Put lines in a block."""
    return ["    " + line for line in lines]


def test_combinations_of_branches_do_the_same() -> None:
    """A sample, always the same; many of them must be changed."""
    changed = 0
    logging.disable()
    try:
        for function in random.Random(17).sample(list(flagged()), 150):
            source = HEAD + function
            result = fix.fixed(source.encode(), "module.py")
            new = result.source.decode()
            assert len(result.changes) + len(result.refusals) == 1
            assert bool(result.changes) == ("excutils" not in new)
            changed += len(result.changes)
            for case in CASES:
                expected = outcome(source, case)
                assert outcome(new, case) == expected, function
    finally:
        logging.disable(logging.NOTSET)
    assert changed > 40


def test_traceback_has_three_entries_fewer() -> None:
    """The fixer warns of this difference."""
    source = HEAD + textwrap.dedent(SHAPES["cleanup that works or fails"])
    counts = []
    for text in (source, both(source)):
        names: dict[str, Any] = {"done": []}
        exec(compile(text, "module.py", "exec"), names)
        with pytest.raises(OSError, match="work failed") as caught:
            names["act"](1)
        counts.append(len(traceback.extract_tb(caught.value.__traceback__)))
    assert counts[0] - counts[1] == 3
    assert "three entries fewer" in fix.DIFFERENCES


def test_fix_removes_the_message_if_the_body_fails(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The fixer warns of this difference."""
    source = HEAD + textwrap.dedent(SHAPES["cleanup that works or fails"])
    said = "Original exception being dropped"
    outcome(source, 0)
    assert said in caplog.text
    caplog.clear()
    outcome(both(source), 0)
    assert caplog.text == ""
    assert said in fix.DIFFERENCES
