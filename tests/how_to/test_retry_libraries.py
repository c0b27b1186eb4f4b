"""What libraries that retry give the caller in the end."""

import ast
import json
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import nova
import pytest
import retrying
import tenacity
from oslo_db import api
from oslo_utils import excutils

from tests.nova.recording import Row, recorded
from tests.project import DOCS

PAGE = DOCS / "how_to" / "retry_libraries.md"

# oslo.service takes one backend a process.
PROGRAM = """
import json, logging, re, retrying, tenacity
from oslo_db import api
from oslo_service import backend
from oslo_utils import excutils
backend.init_backend(backend.BackendType.THREADING)
from oslo_service.loopingcall import RetryDecorator

records, attempts = [], []

class Keep(logging.Handler):
    def emit(self, record):
        records.append(record)

logging.basicConfig(handlers=[Keep()])

def bind(cleanup):
    attempts.append(1)
    error = ConnectionError(f"attempt {len(attempts)}")
    try:
        raise error
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            logging.getLogger("nova").warning("Releasing the port")
            cleanup()

def works():
    pass

def fails():
    raise OSError("no bridge")

def expected(error):
    return isinstance(error, ConnectionError)

def call(function, cleanup):
    records.clear()
    attempts.clear()
    try:
        return function(cleanup)
    except Exception as error:
        found = type(error).__name__
        if isinstance(error, tenacity.RetryError):
            last = error.last_attempt.exception()
            assert last is error.__cause__
            assert str(last) == f"attempt {len(attempts)}"
        elif cleanup is works:
            assert str(error) == f"attempt {len(attempts)}"
        return f"`{found}`"

three = tenacity.stop_after_attempt(3)
some = tenacity.retry_if_exception_type(ConnectionError)
rows = []
for name, make in {
    "tenacity: `retry(stop=..., retry=...)`":
        lambda: tenacity.retry(stop=three, retry=some),
    "tenacity: the same with `reraise=True`":
        lambda: tenacity.retry(stop=three, retry=some, reraise=True),
    "retrying: `retry(stop_max_attempt_number=3, ...)`":
        lambda: retrying.retry(stop_max_attempt_number=3,
                               retry_on_exception=expected),
    "oslo.service: `RetryDecorator(max_retry_count=2, ...)`":
        lambda: RetryDecorator(2, 0, exceptions=(ConnectionError,)),
    "oslo.db: `wrap_db_retry(max_retries=2, ...)`":
        lambda: api.wrap_db_retry(0, 2, exception_checker=expected),
}.items():
    function = make()(bind)
    caller = call(function, works)
    counts = [len(attempts)]
    own = [re.sub("'.*'", "...", r.getMessage()) for r in records
           if r.name != "nova"]
    assert len(records) - len(own) == len(attempts)
    call(function, works)
    counts.append(len(attempts))
    failed = call(make()(bind), fails)
    rows.append({
        "library": name,
        "caller": caller,
        "log": [f"`{message}`" for message in own] or "nothing",
        "attempts": " / ".join(map(str, counts)),
        "failed": [failed, f"attempts: {len(attempts)}"],
    })
print(json.dumps(rows))
"""

# The first attempt of a call fails, and the second works; then all fail.
LEFT = """
from oslo_service import backend
backend.init_backend(backend.BackendType.THREADING)
from oslo_service.loopingcall import RetryDecorator

@RetryDecorator(2, 0, exceptions=(ConnectionError,))
def bind(works):
    attempts.append(1)
    if len(attempts) != works:
        raise ConnectionError

for works in 2, None:
    attempts = []
    try:
        bind(works)
    except ConnectionError:
        pass
    print(len(attempts))
"""

# The cleanup swallows the exception, or not: how many attempts there are.
SWALLOWED = """
from oslo_service import backend
from oslo_utils import excutils
backend.init_backend(backend.BackendType.THREADING)
from oslo_service.loopingcall import RetryDecorator

for flag in True, False:
    attempts = []

    @RetryDecorator(2, 0, exceptions=(ConnectionError,))
    def bind():
        attempts.append(1)
        try:
            raise ConnectionError
        except ConnectionError:
            with excutils.save_and_reraise_exception(reraise=flag):
                pass

    try:
        bind()
    except ConnectionError:
        print("raised", end=" ")
    print(len(attempts))
"""


def _printed(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    ).stdout


def test_what_the_caller_gets_after_the_last_attempt() -> None:
    """From each library; the helper logs at each attempt."""
    rows: list[Row] = json.loads(_printed(PROGRAM))
    recorded("retry_libraries", rows)


def test_retries_of_one_call_are_missing_in_the_next() -> None:
    """`RetryDecorator` keeps its count, whether the call worked or not."""
    assert _printed(LEFT).split() == ["2", "2"]


@pytest.mark.parametrize(
    ("retry", "expected"),
    [
        (
            tenacity.retry(stop=tenacity.stop_after_attempt(3)),
            tenacity.RetryError,
        ),
        (retrying.retry(stop_max_attempt_number=3), OSError),
    ],
    ids=["tenacity", "retrying"],
)
def test_default_retries_the_error_of_the_cleanup_too(
    retry: Callable[[Callable[[], None]], Callable[[], None]],
    expected: type[Exception],
) -> None:
    """Three attempts, and the last exception is the cleanup's."""
    attempts: list[int] = []

    def unplug() -> None:
        raise OSError("no bridge")

    def bind() -> None:
        attempts.append(1)
        try:
            raise ConnectionError("no agent")
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                unplug()

    with pytest.raises(expected) as caught:
        retry(bind)()
    assert len(attempts) == 3
    assert OSError in (type(caught.value), type(caught.value.__cause__))


@pytest.mark.parametrize(
    "retry",
    [
        tenacity.retry(stop=tenacity.stop_after_attempt(3)),
        retrying.retry(stop_max_attempt_number=3),
        api.wrap_db_retry(0, 2, exception_checker=lambda error: True),
    ],
    ids=["tenacity", "retrying", "wrap_db_retry"],
)
@pytest.mark.parametrize("flag", [True, False])
def test_reraise_false_ends_the_retries(
    retry: Callable[[Callable[[], None]], Callable[[], None]], flag: bool
) -> None:
    """The function returns, and a library retries what raises only."""
    attempts: list[int] = []

    def bind() -> None:
        attempts.append(1)
        try:
            raise ConnectionError("no agent")
        except ConnectionError:
            with excutils.save_and_reraise_exception() as ctxt:
                ctxt.reraise = flag

    if flag:
        with pytest.raises((ConnectionError, tenacity.RetryError)):
            retry(bind)()
    else:
        retry(bind)()
    assert len(attempts) == (3 if flag else 1)


def test_reraise_false_ends_the_retries_of_oslo_service() -> None:
    """As it ends those of the other libraries."""
    assert _printed(SWALLOWED).splitlines() == ["raised 3", "1"]


def test_tenacity_raises_the_exception_object_of_the_last_attempt() -> None:
    """With its traceback, and without the exceptions before it."""
    raised: list[ConnectionError] = []

    def plug() -> None:
        raised.append(ConnectionError("no agent"))
        raise raised[-1]

    def bind() -> None:
        try:
            plug()
        except ConnectionError:
            with excutils.save_and_reraise_exception():
                pass

    three = tenacity.stop_after_attempt(3)
    with pytest.raises(ConnectionError) as caught:
        tenacity.retry(stop=three, reraise=True)(bind)()
    error = caught.value
    assert len(raised) == 3
    assert error is raised[-1]
    assert error.__cause__ is error.__context__ is None
    last = traceback.extract_tb(error.__traceback__)[-1]
    assert last.name == "plug"


def test_nova_has_such_a_function_in_a_module() -> None:
    """Decorated once for the process; oslo.vmware isn't here to run it."""
    source = Path(nova.__file__).parent / "virt" / "vmwareapi" / "vm_util.py"
    (function,) = (
        node
        for node in ast.parse(source.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "create_vm"
    )
    (decorator,) = map(ast.unparse, function.decorator_list)
    start = "loopingcall.RetryDecorator(max_retry_count=20, "
    assert decorator.startswith(start)
    page = PAGE.read_text("utf-8")
    assert f"in Nova {version('nova')}, all calls of [`def create_vm" in page
    assert "share 20 retries" in page


def test_the_page_names_the_versions() -> None:
    """Those that were measured."""
    text = PAGE.read_text("utf-8")
    for name in "tenacity", "retrying", "oslo.service", "oslo.db":
        assert f"{name} {version(name)}" in text
