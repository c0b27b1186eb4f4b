"""How much time and memory the checker takes: `checker` in budgets.toml."""

import gc
import importlib.util
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reraise_lint import check
from tests.project import BUDGETS, ROOT

BUDGET = BUDGETS["checker"]
_FUNCTION = """\
def f{0}(port):
    try:
        port.plug()
    except OSError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if port.gone(error):
                ctxt.reraise = False
                return {0}
            port.unplug()
"""
_BLOCK = """\
    try:
        port.plug({0})
    except OSError as error:
        saved = excutils.save_and_reraise_exception()
        with saved as ctxt:
            ctxt.reraise = port.busy()
            raise KeyError(port)
"""


def nova() -> Path:
    """The folder of the installed Nova, which is not imported."""
    spec = importlib.util.find_spec("nova")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def cost(*command: str) -> float:
    """The seconds of processor time that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    assert done.returncode == 1
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (
        before.ru_utime + before.ru_stime
    )


def test_nova_is_checked_in_seconds() -> None:
    """All of it, with its tests."""
    assert cost("reraise_lint", str(nova())) <= BUDGET["seconds"]


@pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="only Linux tells"
)
def test_nova_fits_into_memory() -> None:
    """A process that does nothing else says how much it took."""
    program = (
        "import sys; from reraise_lint.cli import main; main(sys.argv[1:]); "
        "print(open('/proc/self/status').read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--select", "SRE5", str(nova())],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    # `resource` would count the process of the tests, from which this forks.
    (kilobytes,) = re.findall(r"^VmHWM:\s+(\d+) kB$", done.stdout, re.M)
    assert int(kilobytes) <= BUDGET["megabytes"] * 1024


def test_flake8_takes_longer() -> None:
    """With its default plugins, on a part of Nova."""
    part = str(nova() / "conductor")
    flake8 = cost("flake8", "--isolated", "--extend-ignore", "SRE", part)
    assert cost("reraise_lint", part) <= BUDGET["of_flake8"] * flake8


@pytest.mark.parametrize(
    ("head", "unit"),
    [("", _FUNCTION), ("def f(port):\n", _BLOCK)],
    ids=["functions", "blocks"],
)
def test_time_grows_with_the_lines(head: str, unit: str) -> None:
    """Not with their square, which would be sixteen times."""

    def seconds(count: int) -> float:
        source = head + "".join(unit.format(number) for number in range(count))
        source = f"from oslo_utils import excutils\n{source}"
        best = []
        # A collection goes through all that other tests left in the process.
        gc.disable()
        try:
            for _ in range(3):
                started = time.process_time()
                check(source.encode())
                best.append(time.process_time() - started)
        finally:
            gc.enable()
        return min(best)

    assert seconds(2_000) <= BUDGET["growth"] * seconds(500)
