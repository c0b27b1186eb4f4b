"""The tracer, on functions that are suspended: generators and coroutines."""

import asyncio
from collections.abc import Generator, Iterator

from oslo_utils import excutils

from tests.runner.tracing import at, fail, name, saved, traced


def ports() -> Iterator[str]:
    """Suspend in a helper's body."""
    try:
        fail("in the generator")
    except ConnectionError:
        with excutils.save_and_reraise_exception(reraise=False):
            yield "eth0"
            print("resumed")


def test_a_generator() -> None:
    """Its helper counts while it runs, not while it is suspended."""

    def run() -> None:
        for port in ports():
            print(port)

    trace = traced(run)
    kinds = [
        step["event"]
        for step in trace["steps"]
        if step["function"] == "ports"
        and step["event"] not in ("line", "exception")
    ]
    assert kinds == ["call", "yield", "resume", "return"]
    suspended = at(trace, "print(port)")
    assert (suspended["handled"], suspended["helpers"]) == (None, [])
    assert saved(trace, at(trace, 'print("resumed")')) == ["in the generator"]
    types = {entry["type"] for entry in trace["exceptions"]}
    assert types == {"ConnectionError"}, "the end of a loop is no exception"


def test_a_generator_that_is_closed() -> None:
    """GeneratorExit is raised at the `yield`, and unwinds."""

    def quiet() -> Generator[int, None, None]:
        try:  # Without it, Python 3.13 closes it without resuming it.
            yield 1
        finally:
            print(end="")

    def run() -> None:
        generator = quiet()
        next(generator)
        generator.close()

    trace = traced(run)
    thrown = at(trace, "yield 1", "exception")
    assert (
        trace["exceptions"][thrown["exception"] or 0]["type"]
        == "GeneratorExit"
    )
    last = [s["event"] for s in trace["steps"] if s["function"] == "quiet"]
    assert last[-1] == "unwind"
    assert trace["raised"] is None


def test_a_generator_that_yields_nothing() -> None:
    """`yield` without a value is not taken for an exception's way out."""

    def nothing() -> Iterator[None]:
        yield

    trace = traced(lambda: list(nothing()))
    assert at(trace, "        yield", "yield")


def test_an_exception_thrown_into_a_generator() -> None:
    """It leaves at the `yield`, which is not a second `yield`."""

    def plain() -> Generator[int, None, None]:
        yield 1

    def run() -> None:
        generator = plain()
        next(generator)
        generator.throw(OSError("thrown"))

    trace = traced(run)
    kinds = [s["event"] for s in trace["steps"] if s["function"] == "plain"]
    assert kinds[:3] == ["call", "line", "yield"]
    assert kinds[-2:] == ["exception", "unwind"]


def test_the_end_of_an_iterator() -> None:
    """StopIteration is raised where it is raised, not in the loop."""

    class Ports:
        def __iter__(self) -> "Ports":
            return self

        def __next__(self) -> str:
            raise StopIteration

    def run() -> None:
        for port in Ports():
            print(port)

    trace = traced(run)
    raising = {
        step["function"]
        for step in trace["steps"]
        if step["event"] == "exception"
    }
    assert raising == {"__next__"}


def test_a_coroutine() -> None:
    """An exception and its helper stay with their coroutine over `await`."""

    async def release() -> None:
        try:
            fail("first")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                await asyncio.sleep(0)
                print("waited")

    async def other() -> None:
        print("meanwhile")

    async def both() -> None:
        await asyncio.gather(release(), other())

    trace = traced(lambda: asyncio.run(both()))
    meanwhile = at(trace, 'print("meanwhile")')
    assert (meanwhile["handled"], meanwhile["helpers"]) == (None, [])
    (waiting,) = meanwhile["waiting"]
    assert name(trace, waiting["saved"]) == "first"
    waited = at(trace, 'print("waited")')
    assert name(trace, waited["handled"]) == "first"
    assert saved(trace, waited) == ["first"]
    assert waited["waiting"] == []
    assert name(trace, trace["raised"]) == "first"
