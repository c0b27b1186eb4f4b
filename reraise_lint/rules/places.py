"""Rules: the exception is raised where nobody expects it."""

from reraise_lint.rules.rule import CERTAIN, SUSPICION, Rule

RULES = (
    Rule(
        "SRE301",
        "outside-a-handler",
        SUSPICION,
        "outside a handler: there is no exception to save, unless a caller is "
        "handling one",
        """\
The helper saves the exception that is being handled. If there is none and
`reraise` is true, the end of the block raises RuntimeError: "There is no
(currently) captured exception to force the reraising of". If `reraise` is
false, the helper does nothing. Raise an exception of your own there. The code
is right if every caller is in an `except` clause, which a file doesn't always
show.""",
        """\
from oslo_utils import excutils

def delete(array, volume):
    status = array.delete(volume)
    if status == 400:
        with excutils.save_and_reraise_exception():
            print("not deleted")
""",
        """\
def delete(array, volume):
    status = array.delete(volume)
    if status == 400:
        print("not deleted")
        raise ValueError(volume)
""",
    ),
    Rule(
        "SRE302",
        "jump-in-body",
        CERTAIN,
        "`{word}` in the body while `reraise` is True: the exception is "
        "re-raised instead{hint}",
        """\
`return`, `break` and `continue` leave the body through the helper, which then
re-raises. A value that is returned is discarded, and a loop ends at its first
exception. Set `reraise` to False before the statement if the exception is to
be ignored.""",
        """\
from oslo_utils import excutils

def state(port):
    try:
        return port.state()
    except OSError:
        with excutils.save_and_reraise_exception():
            return "unknown"
""",
        """\
from oslo_utils import excutils

def state(port):
    try:
        return port.state()
    except OSError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            if error.errno == 2:
                ctxt.reraise = False
                return "unknown"
""",
    ),
    Rule(
        "SRE303",
        "bare-return-in-body",
        SUSPICION,
        "`return` in the body while `reraise` is True: it only ends the "
        "body, and the exception is re-raised{hint}",
        """\
A `return` without a value leaves the body through the helper, which then
re-raises. It reads as if the exception were ignored. If that is meant, set
`reraise` to False before it. If the `return` is there to skip the rest of the
body, put the rest into an `if`.""",
        """\
from oslo_utils import excutils

def delete(port):
    try:
        port.delete()
    except OSError as error:
        with excutils.save_and_reraise_exception():
            if error.errno == 2:
                return
            print("in use")
""",
        """\
from oslo_utils import excutils

def delete(port):
    try:
        port.delete()
    except OSError as error:
        with excutils.save_and_reraise_exception():
            if error.errno != 2:
                print("in use")
""",
    ),
    Rule(
        "SRE304",
        "cleanup-before-the-block",
        SUSPICION,
        "{function}() before the block: if it raises, the original exception "
        "is neither re-raised nor logged",
        """\
Cleanup that comes between `except` and `with` runs before the helper has
saved the exception. If it fails, its own exception propagates, and no log
message has the original one. Move it into the body.""",
        """\
from oslo_utils import excutils

def resize(disk, quota):
    try:
        disk.resize()
    except OSError:
        quota.rollback()
        with excutils.save_and_reraise_exception():
            print("resize failed")
""",
        """\
from oslo_utils import excutils

def resize(disk, quota):
    try:
        disk.resize()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("resize failed")
            quota.rollback()
""",
    ),
    Rule(
        "SRE305",
        "unguarded-cleanup",
        SUSPICION,
        "{function}() in the body: if it raises, its exception replaces the "
        "original one",
        """\
If cleanup in the body fails, the helper logs the original exception and lets
that of the cleanup propagate. A caller that retries on the original exception
no longer gets it. If that matters, catch and log the cleanup's exception.
The rule reports most cleanup.""",
        """\
from oslo_utils import excutils

def create(router):
    try:
        router.set_gateway()
    except OSError:
        with excutils.save_and_reraise_exception():
            router.delete()
""",
        """\
from oslo_utils import excutils

def create(router):
    try:
        router.set_gateway()
    except OSError:
        with excutils.save_and_reraise_exception():
            try:
                router.delete()
            except OSError as error:
                print("not deleted", error)
""",
        default=False,
    ),
)
