"""The same two tests as the lesson's, as pytest writes them."""

import logging
from unittest import mock

import pytest

from examples.how_to.unit_tests import DatabaseError, release

LOGGER = "oslo_utils.excutils"


def test_cleans_up_and_reraises(caplog: pytest.LogCaptureFixture) -> None:
    """The first error comes out and nothing is logged."""
    clean_up = mock.Mock()
    with pytest.raises(ConnectionError, match="Neutron"):
        release(clean_up)
    clean_up.assert_called_once_with("eth0")
    assert not caplog.records


def test_a_failing_clean_up_is_not_hidden(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The second error comes out; line and context hold the first."""
    clean_up = mock.Mock(side_effect=DatabaseError("down"))
    with pytest.raises(DatabaseError) as caught:
        release(clean_up)
    assert isinstance(caught.value.__context__, ConnectionError)
    [(name, level, message)] = caplog.record_tuples
    assert (name, level) == (LOGGER, logging.ERROR)
    assert "Neutron is down" in message
