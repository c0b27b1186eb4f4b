import logging

from taskflow import engines, task
from taskflow.patterns import linear_flow


class Step(task.Task):
    def execute(self):
        if self.name == "disk":
            raise ValueError("no space left")

    def revert(self, **kwargs):
        print("revert", self.name)
        if self.name == "port":
            raise ConnectionError("Neutron is down")


logging.disable()  # The table has what is logged.
steps = [Step(name) for name in ("network", "port", "disk")]
engine = engines.load(linear_flow.Flow("boot").add(*steps))
try:
    engine.run()
except Exception as error:
    print("caught", repr(error), "with context", error.__context__)
for name, failed in engine.storage.get_execute_failures().items():
    print("the engine has", repr(failed.exception), "of", name)
