import os
import pathlib
import tempfile

from flake8.main import cli


def no_helper(logical_line, filename):
    """Forbid new uses: a bare `raise` does the same on Python 3."""
    place = logical_line.find("excutils.save_and_reraise_exception(")
    if place >= 0 and "/tests/" not in filename:
        yield place, "X301: end the handler with a bare raise"


TOX_INI = """
[flake8]
select = X

[flake8:local-plugins]
extension =
  X301 = local_check:no_helper
paths = {folder}
"""

CODE = """
from oslo_utils import excutils
def unplug(port):
    try:
        port.unplug()
    except OSError:
        with excutils.save_and_reraise_exception():
            port.log("excutils.save_and_reraise_exception() in a string")
def plug(port):
    try:
        port.plug()
    except OSError:
        with excutils.save_and_reraise_exception():  # noqa: X301
            port.unplug()
"""


if __name__ == "__main__":
    checks = pathlib.Path.cwd()
    with tempfile.TemporaryDirectory() as project:
        os.chdir(project)
        pathlib.Path("tox.ini").write_text(TOX_INI.format(folder=checks))
        pathlib.Path("ports.py").write_text(CODE)
        cli.main(["ports.py"])
        os.chdir(checks)
