"""Test a function that cleans up with the helper, with `unittest`.

`ReleaseTest` has the two tests to write. Three mistakes follow: a mock of the
helper, two context managers in the wrong order, and one exception object for
all calls of a mock.
"""

import traceback
import unittest
from collections.abc import Callable
from unittest import mock

from oslo_utils import excutils


class DatabaseError(Exception):
    """The state could not be saved."""


def release(clean_up: Callable[[str], object]) -> str:
    """Fail, clean up and re-raise: the code under test.

    Examples:
        With `print` as the cleanup:

        >>> try:
        ...     release(print)
        ... except ConnectionError as error:
        ...     print("caught", repr(error))
        eth0
        caught ConnectionError('Neutron is down')
    """
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            clean_up("eth0")
    return "released"


class ReleaseTest(unittest.TestCase):
    """Two tests: the cleanup works, and it fails.

    Examples:
        Both pass:

        >>> run(ReleaseTest)
        2 run, 0 failed
    """

    def test_cleans_up_and_reraises(self) -> None:
        clean_up = mock.Mock()
        with (
            self.assertNoLogs("oslo_utils.excutils", "ERROR"),
            self.assertRaisesRegex(ConnectionError, "Neutron"),
        ):
            release(clean_up)
        clean_up.assert_called_once_with("eth0")

    def test_a_failing_clean_up_is_not_hidden(self) -> None:
        clean_up = mock.Mock(side_effect=DatabaseError("down"))
        with (
            self.assertLogs("oslo_utils.excutils", "ERROR") as logs,
            self.assertRaises(DatabaseError) as caught,
        ):
            release(clean_up)
        original = caught.exception.__context__
        self.assertIsInstance(original, ConnectionError)
        self.assertIn("exception being dropped", logs.output[0])
        self.assertIn("Neutron is down", logs.output[0])


class WrongOrderTest(unittest.TestCase):
    """Check the log inside `assertRaises`, which is a mistake.

    Examples:
        An exception leaves `assertLogs`, so it checks nothing. The test
        passes, although nothing was logged:

        >>> run(WrongOrderTest)
        1 run, 0 failed
    """

    def test_logs_inside(self) -> None:
        with (
            self.assertRaises(ConnectionError),
            self.assertLogs("oslo_utils.excutils", "ERROR"),
        ):
            release(mock.Mock())


def mocked(helper: mock.Mock) -> str:
    """Replace the helper by a mock, which is a mistake.

    Examples:
        A `MagicMock` is a context manager that re-raises nothing, so
        `release` swallows the exception:

        >>> mocked(mock.MagicMock())
        'released'

        A `Mock` isn't a context manager, so a `TypeError` replaces the
        original exception:

        >>> try:
        ...     mocked(mock.Mock())
        ... except Exception as error:
        ...     print(type(error).__name__, repr(error.__context__))
        TypeError ConnectionError('Neutron is down')
    """
    name = "save_and_reraise_exception"
    with mock.patch.object(excutils, name, helper):
        return release(mock.Mock())


def told(clean_up: mock.Mock, active: Exception | None = None) -> str:
    """Describe the exception of a cleanup that a mock raises.

    Examples:
        With an object, the traceback grows. The second call has the
        `KeyError` of the first as `__context__`:

        >>> shared = mock.Mock(side_effect=DatabaseError("down"))
        >>> told(shared, active=KeyError("eth0"))
        "4 entries, context: KeyError('eth0')"
        >>> told(shared)
        "8 entries, context: KeyError('eth0')"

        With a class, each call raises a new object:

        >>> fresh = mock.Mock(side_effect=DatabaseError)
        >>> told(fresh, active=KeyError("eth0"))
        "4 entries, context: KeyError('eth0')"
        >>> told(fresh)
        '4 entries, context: None'
    """
    try:
        try:
            if active:
                raise active
        finally:
            clean_up("eth0")
    except DatabaseError as error:
        entries = traceback.extract_tb(error.__traceback__)
        return f"{len(entries)} entries, context: {error.__context__!r}"
    return "nothing was raised"


def run(case: type[unittest.TestCase]) -> None:
    """Run the tests of a class, and count the failures.

    Examples:
        >>> class Broken(unittest.TestCase):
        ...     def test_swallowed(self) -> None:
        ...         with self.assertRaises(ConnectionError):
        ...             mocked(mock.MagicMock())
        >>> run(Broken)
        1 run, 1 failed
    """
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    failed = len(result.failures) + len(result.errors)
    print(f"{result.testsRun} run, {failed} failed")
