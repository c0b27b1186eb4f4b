import json
import logging

from oslo_config import cfg
from oslo_log import log

conf = cfg.ConfigOpts()
log.register_options(conf)
conf([], default_config_files=[])
conf.set_override("logging_default_format_string", "%(message)s")
conf.set_override("use_stderr", True)
log.setup(conf, "nova")

for error in [
    OSError("the database is down"),
    TypeError("no text"),
    ValueError("no number"),
    KeyError("port"),
    AttributeError("no such name"),
    ImportError("no such module"),
    # Subclasses of the five:
    ModuleNotFoundError("no such module"),
    json.JSONDecodeError("no JSON", "", 0),
    RuntimeError("first row\nsecond row"),
]:
    try:
        raise error
    except Exception:
        logging.error("during %s", type(error).__name__)

try:
    raise OSError("the database is down")
except OSError:
    logging.info("during OSError, at INFO")
