from oslo_utils import excutils


def delete(port):
    try:
        if port != "eth0":
            raise LookupError(port)
    except LookupError:
        with excutils.save_and_reraise_exception() as ctxt:
            if port == "gone":
                ctxt.reraise = False
                return "was gone"
            print("look at", port)
    return "deleted"


for port in "eth0", "gone", "busy":
    try:
        print(port, "->", delete(port))
    except LookupError as error:
        print(port, "->", repr(error))
