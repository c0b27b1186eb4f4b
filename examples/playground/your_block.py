import logging

from oslo_utils import excutils

logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
LOG = logging.getLogger("mine")


def yours(port):
    try:
        raise ConnectionError(f"no answer about {port}")
    # Put your own `except` block in place of this one.
    except ConnectionError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = True
            LOG.warning("cleaning up after %r", error)


try:
    print("returned:", yours("eth0"))
except BaseException as error:
    print("out:", repr(error))
    print("context:", repr(error.__context__))
