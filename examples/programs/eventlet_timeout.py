import eventlet
from oslo_utils import excutils


def delete_port(catch):
    try:
        eventlet.sleep(9)  # Neutron doesn't respond.
    except catch:
        with excutils.save_and_reraise_exception():
            print("  cleaned up")


for catch in Exception, (Exception, eventlet.Timeout):
    print("except", catch)
    try:
        with eventlet.Timeout(0.01):
            delete_port(catch)
    except eventlet.Timeout:
        print("  the caller gets the Timeout")
