from oslo_utils import excutils


def release(port):
    try:
        raise ConnectionError(f"no answer about {port}")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            print("clean up", port)
    print("this line is never reached")


try:
    release("eth0")
except ConnectionError as error:
    print("out:", repr(error))
