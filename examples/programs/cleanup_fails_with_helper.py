import logging

from oslo_utils import excutils

logging.basicConfig()


def set_to_error():
    raise OSError("database is down")


def release_ports():
    try:
        raise ConnectionError("Neutron is down")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            set_to_error()


try:
    release_ports()
except Exception as out:
    print(f"out: {out!r}, context: {out.__context__!r}")
