import logging

from oslo_utils import excutils

logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")


def clean_up():
    try:
        raise OSError("database is down")
    except OSError:
        with excutils.save_and_reraise_exception() as inner:
            inner.reraise = False  # Try True.
            print("inner body")


try:
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            print("outer body")
            clean_up()
except Exception as error:
    print("out:", repr(error))
