"""What the page says of tests, with pytest, testtools and Nova's tests."""

import ast
import logging
import subprocess
import sys
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import fixtures
import nova
import pytest
from oslo_utils import excutils
from oslotest import base

from examples.how_to.unit_tests import DatabaseError, release
from tests.project import DOCS, ROOT

LOGGER = "oslo_utils.excutils"


def test_cleans_up_and_reraises(caplog: pytest.LogCaptureFixture) -> None:
    """The original exception is re-raised and nothing is logged."""
    clean_up = mock.Mock()
    with pytest.raises(ConnectionError, match="Neutron"):
        release(clean_up)
    clean_up.assert_called_once_with("eth0")
    assert not caplog.records


def test_a_failing_clean_up_is_not_hidden(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The new exception propagates; log and context hold the original."""
    clean_up = mock.Mock(side_effect=DatabaseError("down"))
    with pytest.raises(DatabaseError) as caught:
        release(clean_up)
    assert isinstance(caught.value.__context__, ConnectionError)
    [(name, level, message)] = caplog.record_tuples
    assert (name, level) == (LOGGER, logging.ERROR)
    assert "Neutron is down" in message


def _release_with(logger: logging.Logger) -> None:
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError as error:
        with excutils.save_and_reraise_exception(logger=logger):
            raise DatabaseError from error


def _fails() -> None:
    release(mock.Mock(side_effect=DatabaseError))


def test_assert_raises_returns_the_exception_in_testtools_only() -> None:
    """That of unittest returns None; `assertRaisesRegex` does in both."""
    for case in base.BaseTestCase("run"), unittest.TestCase():
        returned: Any = case.assertRaises(DatabaseError, _fails)  # noqa: PT027  # OpenStack's way.
        if isinstance(case, base.BaseTestCase):
            assert isinstance(returned, DatabaseError)
            assert isinstance(returned.__context__, ConnectionError)
        else:
            assert returned is None
        regex: Any = case.assertRaisesRegex(DatabaseError, "", _fails)  # noqa: PT027  # OpenStack's way.
        assert regex is None


@pytest.mark.parametrize(
    ("name", "found"),
    [("", {"library", "nova"}), ("nova", {"nova"})],
    ids=["root", "nova"],
)
def test_fake_loggers_capture_what_the_table_says(
    name: str, found: set[str]
) -> None:
    """The message of the library's logger, and of one of Nova's."""
    logger = logging.getLogger("nova.network.neutron")
    calls: dict[str, Callable[[], None]] = {
        "library": _fails,
        "nova": lambda: _release_with(logger),
    }
    captured = set()
    for caller, call in calls.items():
        with fixtures.FakeLogger(name) as used, pytest.raises(DatabaseError):
            call()
        if "exception being dropped" in used.output:
            captured.add(caller)
    assert captured == found


# In an interpreter of its own: Nova's tests set up eventlet and logging.
STDLOG = """
from unittest import mock
from examples.how_to.unit_tests import release
from nova import test
from oslotest import base

class Test(test.TestCase):
    def test_release(self):
        fails = mock.Mock(side_effect=KeyError)
        self.assertRaises(KeyError, release, fails)
        assert "exception being dropped" in self.stdlog.logger.output

assert issubclass(Test, base.BaseTestCase)
result = Test("test_release").run()
print(result.testsRun, [text for _, text in result.errors + result.failures])
"""


def test_stdlog_of_nova_captures_the_message() -> None:
    """It is on the root logger, in Nova's own base class of tests."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", STDLOG],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.stdout == "1 []\n", done.stderr


def test_a_test_of_nova_patches_the_helper() -> None:
    """With a `MagicMock`, so that nothing is re-raised in it."""
    folder = Path(nova.__file__).parent / "tests" / "unit" / "network"
    text = (folder / "test_neutron.py").read_text("utf-8")
    name = "test_allocate_for_instance_unbind"
    [function] = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    patched = [ast.unparse(decorator) for decorator in function.decorator_list]
    assert "mock.patch('nova.network.neutron.excutils')" in patched
    assert "assertRaises" not in ast.unparse(function)
    page = DOCS / "how_to" / "unit_tests.md"
    assert f"In Nova 34.0.0, `{name}` patches" in page.read_text("utf-8")
