import tenacity
from oslo_utils import excutils

THREE = tenacity.stop_after_attempt(3)


def bind():
    try:
        raise ConnectionError("no agent")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            print("  release the port")


for reraise in False, True:
    print("reraise =", reraise)
    try:
        tenacity.retry(stop=THREE, reraise=reraise)(bind)()
    except Exception as error:
        print("caught", type(error), "caused by", repr(error.__cause__))
