import logging
import sys

import eventlet
from oslo_utils import excutils


def delete_port():
    try:
        raise ConnectionError("Neutron is down")
    except Exception:
        with excutils.save_and_reraise_exception():
            eventlet.sleep(9)  # The cleanup waits for the database.
            print("cleaned up")


logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(msg)s")
thread = eventlet.spawn(delete_port)
eventlet.sleep(0)  # It runs as far as the cleanup.
thread.kill()
try:
    thread.wait()
except BaseException as error:
    print("wait() raises", repr(error), "with context", error.__context__)
