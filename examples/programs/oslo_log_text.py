import contextlib
import logging

from oslo_config import cfg
from oslo_context.context import RequestContext
from oslo_log import log
from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


def fixed(record):  # One time and process, so that runs can be compared.
    record.created, record.msecs, record.process = 1.8e9, 0, 4242
    return True


conf = cfg.ConfigOpts()
log.register_options(conf)
conf([], default_config_files=[])
conf.set_override("use_stderr", True)
log.setup(conf, "nova")
(handler,) = logging.getLogger().handlers
handler.addFilter(fixed)


def release(error, logger=None):
    with contextlib.suppress(type(error)):
        try:
            raise ConnectionError("Neutron is down")
        except ConnectionError:
            with excutils.save_and_reraise_exception(logger=logger):
                raise error


release(OSError("the database is down"))
RequestContext(request_id="req-7", user_id="admin")
release(KeyError("port"))
release(OSError("the database is down"), LOG)
