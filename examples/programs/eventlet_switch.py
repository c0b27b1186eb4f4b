import eventlet
from oslo_utils import excutils


def other():
    try:
        raise ValueError("of another greenthread")
    except ValueError:
        eventlet.sleep(0)  # Switches inside this handler, too.


def bare():
    try:
        raise ConnectionError("original")
    except ConnectionError:
        eventlet.sleep(0)
        raise


def helper():
    try:
        raise ConnectionError("original")
    except ConnectionError:
        with excutils.save_and_reraise_exception():
            eventlet.sleep(0)


for function in bare, helper:
    eventlet.spawn(other)
    try:
        function()
    except Exception as error:
        print(function.__name__, "raises", repr(error))
