from oslo_utils import excutils


def delete(port, status):
    if status != 204:
        with excutils.save_and_reraise_exception():
            print("Neutron said", status)
    print(port, "is deleted")


delete("eth0", 204)
delete("eth1", 503)  # Ends in a traceback: nothing was saved.
