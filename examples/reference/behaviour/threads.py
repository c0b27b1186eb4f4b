"""Threads, destructors, and what nobody catches."""

import contextvars
import gc
import sys
import threading
from collections.abc import Callable
from typing import Any

from oslo_utils.excutils import save_and_reraise_exception

from .cases import First, Second, case


def in_a_thread(function: Callable[[], object]) -> list[str]:
    """Run a function in a thread; what it raises, as text."""
    raised = []

    def run() -> None:
        try:
            function()
        except Exception as error:
            raised.append(repr(error))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return raised


@case(
    "a thread that the body waits for raises and handles an error",
    "raised First('release')",
    entries=3,
)
def thread_recovers() -> None:
    def clean_up() -> None:
        try:
            raise Second("cleanup")
        except Second:
            pass

    try:
        raise First("release")
    except First:
        with save_and_reraise_exception():
            in_a_thread(clean_up)


@case(
    "entered in a thread that the handler starts: no exception is active there",
    "returned [\"RuntimeError('There is no (currently) captured exception"
    " to force the reraising of')\"]",
)
def entered_in_a_thread() -> list[str]:
    def clean_up() -> None:
        with save_and_reraise_exception():
            pass

    try:
        raise First("release")
    except First:
        return in_a_thread(clean_up)


@case(
    "`capture()` in one thread, `force_reraise()` in another",
    "returned [\"First('release')\"]",
)
def forced_in_a_thread() -> list[str]:
    helper = save_and_reraise_exception()
    try:
        raise First("release")
    except First:
        helper.capture()
    return in_a_thread(helper.force_reraise)


@case(
    "the helper is entered in another `contextvars` context",
    "raised First('release')",
    entries=3,
)
def other_context() -> None:
    def clean_up() -> None:
        with save_and_reraise_exception():
            pass

    try:
        raise First("release")
    except First:
        contextvars.copy_context().run(clean_up)


@case(
    "uncaught in a thread: `threading.excepthook` is called",
    "returned [\"First('release')\"]",
)
def uncaught_in_a_thread() -> list[str]:
    seen: list[str] = []
    before = threading.excepthook

    def hook(args: Any) -> None:
        seen.append(repr(args.exc_value))

    def release() -> None:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                pass

    threading.excepthook = hook
    try:
        thread = threading.Thread(target=release)
        thread.start()
        thread.join()
    finally:
        threading.excepthook = before
    return seen


@case(
    "a destructor that runs in the body raises: `sys.unraisablehook` is called",
    "raised First('release')",
    entries=3,
)
def destructor_in_body() -> None:
    class Port:
        def __del__(self) -> None:
            raise Second("destructor")

    before, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                port = Port()
                del port
                gc.collect()
    finally:
        sys.unraisablehook = before


@case(
    "used inside a destructor: `sys.unraisablehook` is called",
    "returned [\"First('release')\"]",
)
def inside_a_destructor() -> list[str]:
    seen: list[str] = []

    class Port:
        def __del__(self) -> None:
            try:
                raise First("release")
            except First:
                with save_and_reraise_exception():
                    pass

    def hook(args: Any) -> None:
        seen.append(repr(args.exc_value))

    before, sys.unraisablehook = sys.unraisablehook, hook
    try:
        port = Port()
        del port
        gc.collect()
    finally:
        sys.unraisablehook = before
    return seen


@case(
    "a trace function is installed, as a debugger does",
    "raised First('release')",
    entries=3,
)
def traced() -> None:
    before = sys.gettrace()

    def trace(*_: object) -> Any:
        return trace

    sys.settrace(trace)
    try:
        try:
            raise First("release")
        except First:
            with save_and_reraise_exception():
                pass
    finally:
        sys.settrace(before)
