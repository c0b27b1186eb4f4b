"""Imports Nova's scheduler."""

import warnings
from unittest import mock

import pytest

from tests.nova.conftest import Nova
from tests.nova.flavor_to_host.scheduler import Scheduler


@pytest.fixture(scope="module")
def scheduler(nova: Nova) -> Scheduler:
    """Import the scheduler; its `HostManager` finds an empty database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nova import conf
        from nova.scheduler import host_manager, request_filter, utils

        objects = nova.objects
        cells = objects.CellMappingList(objects=[])
        groups = objects.AggregateList(objects=[])
        cls = host_manager.HostManager
        with (
            mock.patch.object(
                objects.CellMappingList, "get_all", return_value=cells
            ),
            mock.patch.object(
                objects.AggregateList, "get_all", return_value=groups
            ),
            mock.patch.object(cls, "_init_instance_info"),
        ):
            found = cls()
    return Scheduler(
        nova, host_manager, utils, request_filter, conf.CONF, found
    )
