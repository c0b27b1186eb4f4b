from taskflow import engines, task
from taskflow.patterns import linear_flow
from taskflow.types import failure


class CreatePort(task.Task):
    default_provides = "port"

    def execute(self):
        return "eth0"

    def revert(self, result, flow_failures, **kwargs):
        print("delete port", result)
        for name, failed in flow_failures.items():
            print("  because of", name, repr(failed.exception))


class CreateDisk(task.Task):
    def execute(self, port):
        raise ConnectionError("no disk for " + port)

    def revert(self, result, **kwargs):
        if isinstance(result, failure.Failure):
            print("no disk to delete")


flow = linear_flow.Flow("boot").add(CreatePort(), CreateDisk())
try:
    engines.run(flow)
except ConnectionError as error:
    print("caught", repr(error))
