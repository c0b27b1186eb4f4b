import logging
import sys

import eventlet
from oslo_utils import excutils


def delete_port(seconds):
    try:
        raise ConnectionError("Neutron is down")
    except Exception:
        with excutils.save_and_reraise_exception():
            eventlet.sleep(seconds)  # The cleanup waits for the database.


logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(msg)s")
for seconds in 0, 9:
    try:
        with eventlet.Timeout(0.5, False):
            delete_port(seconds)
        print("no exception: the port seems to be deleted")
    except ConnectionError as error:
        print("caught", repr(error))
