"""What the page on Python 3 says of eventlet, Nova and the annotations."""

import ast
import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

from tests.project import nova_modules

DOCS = Path("docs/en")
PAGE = DOCS / "excutils/still_needed.md"

SWITCH_IN_HANDLER = """
def other():
    try:
        raise ValueError("other")
    except ValueError:
        eventlet.sleep(0)

try:
    try:
        raise ConnectionError("first")
    except ConnectionError:
        eventlet.spawn(other)
        eventlet.sleep(0.01)
        raise
except Exception as error:
    print(repr(error))
"""

FAIL_IN_GREENTHREAD = """
def fail():
    raise OSError("second")

try:
    try:
        raise ConnectionError("first")
    except ConnectionError:
        with excutils.save_and_reraise_exception(logger=Printed()):
            eventlet.spawn(fail).wait()
except Exception as error:
    print(repr(error), error.__context__)
"""

FAIL_IN_THREAD = """
def fail():
    raise OSError("second")

try:
    try:
        raise ConnectionError("first")
    except ConnectionError:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            pool.submit(fail).result()
except Exception as error:
    print(repr(error), repr(error.__context__))
"""

FAIL_IN_TASK = """
async def fail():
    raise OSError("second")

async def main():
    try:
        raise ConnectionError("first")
    except ConnectionError:
        await asyncio.create_task(fail())

try:
    asyncio.run(main())
except Exception as error:
    print(repr(error), repr(error.__context__))
"""

START = """
import asyncio, concurrent.futures, warnings
warnings.simplefilter("ignore")  # eventlet says that it is deprecated.
import eventlet
from oslo_utils import excutils

class Printed:
    def error(self, message, *args):
        print(message % [str(args[0][-1])])

"""


def lines(program: str) -> list[str]:
    """What a program prints in an interpreter of its own.

    eventlet changes the interpreter it runs in, and reports errors of
    greenthreads on standard error, which is left out here.
    """
    done = subprocess.run(
        [sys.executable, "-c", START + program],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_a_switch_does_not_change_what_raise_raises() -> None:
    """A bare `raise` after a switch of greenthreads raises the right one."""
    assert lines(SWITCH_IN_HANDLER) == ["ConnectionError('first')"]


def test_context_is_lost_across_greenthreads_only() -> None:
    """Out of a greenthread there is no context; the log line has the first."""
    assert lines(FAIL_IN_GREENTHREAD) == [
        r"Original exception being dropped: ['ConnectionError: first\n']",
        "OSError('second') None",
    ]
    kept = ["OSError('second') ConnectionError('first')"]
    assert lines(FAIL_IN_THREAD) == kept
    assert lines(FAIL_IN_TASK) == kept


def test_the_page_names_the_eventlet_that_was_measured() -> None:
    """The version on the page is the installed one."""
    version = importlib.metadata.version("eventlet")
    assert f"eventlet {version} on Python 3" in PAGE.read_text("utf-8")


def test_uses_in_nova_are_counted() -> None:
    """The counts on this and other pages are the installed Nova's."""
    statements = helpers = 0
    files = set()
    for path, text in nova_modules().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.With | ast.AsyncWith):
                statements += 1
                if "save_and_reraise_exception(" in " ".join(
                    ast.unparse(item.context_expr) for item in node.items
                ):
                    helpers += 1
                    files.add(path)
    version = importlib.metadata.version("nova")
    said = (
        f"Nova {version}: {helpers} of its {statements} `with` statements "
        "outside tests"
    )
    assert said in PAGE.read_text("utf-8")
    index = (DOCS / "nova" / "index.md").read_text("utf-8")
    assert f"{statements} `with` statements outside `nova/tests`" in index
    assert f"{helpers} of them" in index
    assert f"in {len(files)} files" in index
    answer = (DOCS / "faq.md").read_text("utf-8")
    assert f"{helpers} of the {statements} `with` statements" in answer


def test_ruff_has_no_rule_about_the_helper() -> None:
    """None of ruff's rules mentions it; the page names the version."""
    rules = subprocess.run(
        [sys.executable, "-m", "ruff", "rule", "--all"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "TRY201" in rules, "ruff printed its rules"
    assert not re.search("save_and_reraise|excutils", rules)
    version = importlib.metadata.version("ruff")
    assert f"ruff {version} and hacking" in PAGE.read_text("utf-8")
