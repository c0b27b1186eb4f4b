import contextlib
import logging
import re
import sys

from oslo_utils import excutils, strutils

logging.basicConfig(format="%(message)s\n", stream=sys.stdout)
URL = re.compile(r"(://[^:/@\s]+:)[^@/\s]+@")


def mask(record):
    """Mask each string of the list; the list stays a list."""
    if "Original exception being dropped: %s" in str(record.msg):
        (strings,) = record.args
        masked = [strutils.mask_password(text) for text in strings]
        record.args = ([URL.sub(r"\1***@", text) for text in masked],)
    return True


def connect(settings):
    try:
        raise ConnectionError(settings)
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            raise OSError("the database is down")


(handler,) = logging.getLogger().handlers
for settings in "{'password': 's3cret'}", "mysql://nova:s3cret@db/nova":
    for filters in [], [mask]:
        handler.filters = filters
        with contextlib.suppress(OSError):
            connect(settings)

message = """["ConnectionError: {'password': 's3cret'}\\n"]"""
print("whole message masked:", strutils.mask_password(message))
