import logging

from oslo_utils import excutils

logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")


def release(port):
    try:
        raise ConnectionError(f"no answer about {port}")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            raise OSError("database is down")


try:
    release("eth0")
except OSError as error:
    print("out:", repr(error))
    print("context:", repr(error.__context__))
