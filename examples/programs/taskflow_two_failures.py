from taskflow import engines, exceptions, task
from taskflow.patterns import unordered_flow


class CreatePort(task.Task):
    def execute(self):
        raise ConnectionError("Neutron is down")


class CreateDisk(task.Task):
    def execute(self):
        raise ValueError("size is 0")


flow = unordered_flow.Flow("boot").add(CreatePort(), CreateDisk())
try:
    engines.run(flow)
except (ConnectionError, ValueError):
    print("not reached")
except exceptions.WrappedFailure as error:
    print(error.check(ValueError), "is among", len(error))
    for failed in sorted(error, key=str):
        print(repr(failed.exception))
