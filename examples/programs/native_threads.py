import threading

import futurist
from oslo_utils import excutils

started, finish = threading.Event(), threading.Event()


def delete_port():
    try:
        raise ConnectionError("Neutron is down")
    except Exception:
        with excutils.save_and_reraise_exception():
            started.set()
            finish.wait()  # The cleanup waits for the database.
            print("cleaned up")


with futurist.ThreadPoolExecutor() as pool:
    future = pool.submit(delete_port)
    started.wait()
    try:
        future.result(timeout=0.01)
    except Exception as error:
        print("the waiter gets", repr(error))
    print("cancel() returns", future.cancel())
    finish.set()
    print("the Future has", repr(future.exception()))
