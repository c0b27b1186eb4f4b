"""The lesson's generators end as threads do."""

import asyncio
import logging
import threading
from collections.abc import Callable

import pytest
from oslo_utils.excutils import save_and_reraise_exception

from examples.learn.thread_safety import alternate, delete

Helper = save_and_reraise_exception
ERRORS = ConnectionError("eth0"), OSError("eth1")


def outcomes(helpers: list[Helper], skips: bool = False) -> list[str]:
    """Two threads, which are both in the body before the first one leaves.

    Args:
        helpers: One for each thread.
        skips: Whether the second thread decides not to re-raise.
    """
    found = ["nothing", "nothing"]
    entered = [threading.Event(), threading.Event()]
    left = threading.Event()

    def work(number: int, wait: Callable[[], object]) -> None:
        try:
            try:
                raise ERRORS[number]
            except OSError:
                if number:
                    entered[0].wait(10)
                with helpers[number] as ctxt:
                    if number and skips:
                        ctxt.reraise = False
                    entered[number].set()
                    wait()
        except OSError as error:
            found[number] = repr(error)
        if not number:
            left.set()

    threads = [
        threading.Thread(target=work, args=(0, lambda: entered[1].wait(10))),
        threading.Thread(target=work, args=(1, lambda: left.wait(10))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_object_mixes_the_exceptions_up(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The first thread's exception is lost, and nothing is logged."""
    shared = Helper()
    found = outcomes([shared, shared])
    assert found == ["OSError('eth1')", "OSError()"]
    assert not caplog.records


def test_an_object_for_each_does_not() -> None:
    """As `with save_and_reraise_exception():` makes them."""
    found = outcomes([Helper(), Helper()])
    assert found == ["ConnectionError('eth0')", "OSError('eth1')"]


def test_threads_share_reraise(caplog: pytest.LogCaptureFixture) -> None:
    """If one thread sets it to `False`, both swallow their exceptions."""
    shared = Helper()
    caplog.set_level(logging.DEBUG)
    found = outcomes([shared, shared], skips=True)
    assert found == ["nothing", "nothing"]
    assert not caplog.records


def test_asyncio_tasks_mix_up_exceptions_as_well() -> None:
    """Asyncio switches tasks when the body awaits."""

    async def work(helper: Helper, error: Exception) -> None:
        try:
            raise error
        except OSError:
            with helper:
                await asyncio.sleep(0)

    async def both() -> list[BaseException | None]:
        shared = Helper()
        return await asyncio.gather(
            *(work(shared, error) for error in ERRORS),
            return_exceptions=True,
        )

    assert repr(asyncio.run(both())) == "[OSError('eth1'), OSError()]"


def test_type_that_needs_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    """The empty exception can't be made."""
    shared = Helper()
    second = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid")
    alternate(delete(shared, ERRORS[0]), delete(shared, second))
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith("UnicodeDecodeError(")
    assert last.startswith("TypeError(")
