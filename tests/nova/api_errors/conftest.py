"""Imports Nova's API."""

import pytest

from tests.nova.api_errors.requests import API, REQUEST_LOG
from tests.nova.conftest import Nova, imported


@pytest.fixture
def api(nova: Nova, monkeypatch: pytest.MonkeyPatch) -> API:
    """Nova's API, without a vendor's file that names whom to contact."""
    monkeypatch.setattr(imported("nova.version"), "loaded", True)
    return API(
        imported("nova.api.openstack.wsgi"),
        imported("nova.api.openstack"),
        imported("nova.api.wsgi"),
        imported(REQUEST_LOG),
        imported("nova.api.validation"),
        imported("nova.exception"),
        imported("webob.exc"),
        nova.context,
    )
