import logging

import tenacity
from oslo_db import api
from oslo_service import backend
from oslo_utils import excutils

LOG = logging.getLogger("nova.network")


class Show(logging.Handler):
    def emit(self, record):
        print("  log:", record.levelname, record.getMessage()[:45])


def bind():
    try:
        raise ConnectionError("no agent")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            LOG.warning("Releasing the port")


def retries():
    three = tenacity.stop_after_attempt(3)
    yield "tenacity", tenacity.retry(stop=three)
    yield "reraise=True", tenacity.retry(stop=three, reraise=True)

    backend.init_backend(backend.BackendType.THREADING)
    from oslo_service.loopingcall import RetryDecorator

    yield "RetryDecorator", RetryDecorator(2, 0, exceptions=ConnectionError)

    def expected(error):
        return isinstance(error, ConnectionError)

    db = api.wrap_db_retry(0, 2, exception_checker=expected)
    yield "wrap_db_retry", db


logging.basicConfig(handlers=[Show()])
for name, retry in retries():
    print(name)
    try:
        retry(bind)()
    except Exception as error:
        print("  the caller gets", type(error).__name__, end=", ")
        print("caused by", repr(error.__cause__))
