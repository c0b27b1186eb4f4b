import logging

import oslo_messaging
from oslo_config import cfg
from oslo_utils import excutils

LOG = logging.getLogger("nova.compute.manager")


class Show(logging.Handler):
    def emit(self, record):
        traceback = "with traceback" if record.exc_info else ""
        print(" ", record.name, record.getMessage(), traceback)


def bind():
    raise ConnectionError("no agent on this host")


def layer(call, message, log):
    try:
        call()
    except Exception:
        with excutils.save_and_reraise_exception():
            if log:
                LOG.exception(message)


class Manager:
    def build(self, context, log):
        def plug():
            layer(bind, "Failed to plug the port:", log)

        def spawn():
            layer(plug, "Failed to spawn:", log)

        layer(spawn, "Failed to build the instance:", log)


logging.basicConfig(handlers=[Show()], level=logging.ERROR)
transport = oslo_messaging.get_rpc_transport(cfg.CONF, "fake:")
target = oslo_messaging.Target(topic="compute", server="host-1")
server = oslo_messaging.get_rpc_server(transport, target, [Manager()])
server.start()
client = oslo_messaging.get_rpc_client(transport, target)
for log in True, False:
    print("LOG.exception in each handler:", log)
    try:
        client.call({}, "build", log=log)
    except Exception as error:
        print("  the caller gets", repr(error))
server.stop()
server.wait()
