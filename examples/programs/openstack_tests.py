import logging
import unittest
from unittest import mock

import fixtures
from oslo_utils import excutils
from oslotest import base

LOG = logging.getLogger("nova.network.neutron")


class DatabaseError(Exception):
    pass


def release(clean_up):
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            clean_up("eth0")


def release_with_logger(clean_up):
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception(logger=LOG):
            clean_up("eth0")


class ReleaseTest(base.BaseTestCase):
    def setUp(self):
        super().setUp()
        self.logger = self.useFixture(fixtures.FakeLogger(level="ERROR"))
        self.fails = mock.Mock(side_effect=DatabaseError)

    def test_1_cleanup_works(self):
        self.assertRaisesRegex(
            ConnectionError, "Neutron", release, mock.Mock()
        )
        self.assertEqual("", self.logger.output)

    def test_2_cleanup_fails(self):
        error = self.assertRaises(DatabaseError, release, self.fails)
        print("  assertRaises returned", repr(error))
        self.assertIsInstance(error.__context__, ConnectionError)
        self.assertIn("exception being dropped", self.logger.output)

    def test_3_mock_of_its_own_log(self):
        with mock.patch("__main__.LOG") as log:
            self.assertRaises(DatabaseError, release, self.fails)
        log.error.assert_called_once()

    def test_4_mock_of_the_log_that_it_passes(self):
        with mock.patch("__main__.LOG") as log:
            self.assertRaises(DatabaseError, release_with_logger, self.fails)
        log.error.assert_called_once()

    def test_5_mock_of_the_librarys_log(self):
        with mock.patch.object(excutils, "LOG") as log:
            self.assertRaises(DatabaseError, release, self.fails)
        log.error.assert_called_once()

    def test_6_logger_of_its_own_module(self):
        logger = self.useFixture(fixtures.FakeLogger(LOG.name))
        self.assertRaises(DatabaseError, release, self.fails)
        self.assertIn("exception being dropped", logger.output)


for test in unittest.defaultTestLoader.loadTestsFromTestCase(ReleaseTest):
    result = test.run()
    verdict = "passed" if result.wasSuccessful() else "failed"
    print(verdict, test.id().split(".")[-1])
    for _, text in result.failures:
        print(" ", text.strip().splitlines()[-1])
