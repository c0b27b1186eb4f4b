import logging

from oslo_db import api, exception
from oslo_utils import excutils

LOG = logging.getLogger("neutron.db")


class Show(logging.Handler):
    def emit(self, record):
        print("  log:", record.levelname, record.name, record.msg)


@api.wrap_db_retry(max_retries=2, retry_interval=0, retry_on_deadlock=True)
def update(unplug):
    try:
        raise exception.DBDeadlock
    except Exception:
        with excutils.save_and_reraise_exception():
            LOG.warning("Update failed")
            unplug()


def works():
    pass


def fails():
    raise ConnectionError("no agent")


logging.basicConfig(handlers=[Show()])
for unplug in works, fails:
    print("cleanup that", unplug.__name__)
    try:
        update(unplug)
    except Exception as error:
        print("  the caller gets", type(error).__name__)
