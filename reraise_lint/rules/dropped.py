"""Rules: the log says "Original exception being dropped", wrongly."""

from reraise_lint.rules.rule import CERTAIN, SUSPICION, Rule

RULES = (
    Rule(
        "SRE201",
        "raise-in-body",
        CERTAIN,
        "raises in the body while `reraise` is True: the original exception "
        "is logged as dropped{hint}",
        """\
If the body raises while `reraise` is true, the helper logs "Original
exception being dropped" at level ERROR with the whole traceback. For an
exception that is raised on purpose, that message is a false alarm. Set
`reraise` to False before the `raise`, or leave the helper out and write
`raise ... from error`, which also replaces `six.reraise()`.""",
        """\
from oslo_utils import excutils

def detach(port):
    try:
        port.detach()
    except OSError as error:
        with excutils.save_and_reraise_exception():
            raise LookupError(port) from error
""",
        """\
from oslo_utils import excutils

def detach(port):
    try:
        port.detach()
    except OSError as error:
        with excutils.save_and_reraise_exception(reraise=False):
            raise LookupError(port) from error
""",
    ),
    Rule(
        "SRE202",
        "force-reraise-in-body",
        CERTAIN,
        "force_reraise() in the body while `reraise` is True: the exception "
        "is re-raised and logged as dropped{hint}",
        """\
force_reraise() raises the saved exception at once, inside the body. The
helper sees a body that raised and logs "Original exception being dropped",
although that very exception propagates. Leave the call out: the helper
re-raises where the body ends.""",
        """\
from oslo_utils import excutils

def detach(port):
    try:
        port.detach()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            print("not detached")
            ctxt.force_reraise()
""",
        """\
from oslo_utils import excutils

def detach(port):
    try:
        port.detach()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("not detached")
""",
    ),
    Rule(
        "SRE203",
        "nested",
        CERTAIN,
        "re-raises inside the body of another save_and_reraise_exception(): "
        "the exception is logged as dropped",
        """\
Both helpers save the same exception. The inner one re-raises it in the body
of the outer one, which logs "Original exception being dropped", although
nothing is lost. Keep one of the two.""",
        """\
from oslo_utils import excutils

def detach(port):
    try:
        port.detach()
    except OSError:
        with excutils.save_and_reraise_exception():
            port.unlock()
            with excutils.save_and_reraise_exception():
                print("not detached")
""",
        """\
from oslo_utils import excutils

def detach(port):
    try:
        port.detach()
    except OSError:
        with excutils.save_and_reraise_exception():
            port.unlock()
            print("not detached")
""",
    ),
    Rule(
        "SRE204",
        "nested-by-a-call",
        SUSPICION,
        "{function}() re-raises by itself: called in the body, it makes the "
        "exception be logged as dropped",
        """\
The function that is called here uses the helper outside a handler, so it
re-raises the exception of its caller. The caller's helper sees a body that
raised and logs "Original exception being dropped", although nothing is lost.
Let one of the two functions re-raise.""",
        """\
from oslo_utils import excutils

def roll_back(port):
    with excutils.save_and_reraise_exception():
        port.unplug()

def plug(port):
    try:
        port.plug()
    except OSError:
        with excutils.save_and_reraise_exception():
            roll_back(port)
""",
        """\
from oslo_utils import excutils

def roll_back(port):
    port.unplug()

def plug(port):
    try:
        port.plug()
    except OSError:
        with excutils.save_and_reraise_exception():
            roll_back(port)
""",
    ),
)
