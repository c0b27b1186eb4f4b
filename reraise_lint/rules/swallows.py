"""Rules: the exception is swallowed, and the caller takes it for success."""

from reraise_lint.rules.rule import CERTAIN, SUSPICION, Rule

RULES = (
    Rule(
        "SRE101",
        "without-with",
        CERTAIN,
        "save_and_reraise_exception() without `with` does nothing: the "
        "exception is swallowed unless something else raises it",
        """\
Creating the helper saves nothing and raises nothing; `with` does both. The
handler ends, and the exception is swallowed. Write `with` before the call
and put the handler's code into its body, or end the handler with a bare
`raise`.""",
        """\
from oslo_utils import excutils

def copy(image):
    try:
        image.copy()
    except OSError:
        print("copy failed")
        excutils.save_and_reraise_exception()
""",
        """\
from oslo_utils import excutils

def copy(image):
    try:
        image.copy()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("copy failed")
""",
    ),
    Rule(
        "SRE102",
        "always-swallows",
        CERTAIN,
        "`reraise` is False on every path and the body only logs: the "
        "exception is swallowed",
        """\
When the body ends, the helper re-raises only if `reraise` is true. Here it
is false on every path, and no statement raises, so the caller never learns
of the failure. If that is meant, use the `except` clause without the
helper. If not, leave `reraise` true on the paths whose exceptions must
reach the caller.""",
        """\
from oslo_utils import excutils

def fail_over(balancer):
    try:
        balancer.fail_over()
    except OSError:
        with excutils.save_and_reraise_exception(reraise=False):
            print("failover failed")
""",
        """\
from oslo_utils import excutils

def fail_over(balancer):
    try:
        balancer.fail_over()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("failover failed")
""",
    ),
    Rule(
        "SRE103",
        "perhaps-swallows",
        SUSPICION,
        "`reraise` is False on every path: the exception is swallowed unless "
        "a call in the body raises",
        """\
As SRE102, but the body calls functions that the checker can't see. If they
only clean up, the exception is swallowed: use the `except` clause without
the helper if that is meant. If one of them always raises, nothing is
swallowed, and a `raise` in the body would be clearer.""",
        """\
from oslo_utils import excutils

def attach(volume):
    try:
        volume.attach()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = False
            volume.update(status="error")
""",
        """\
from oslo_utils import excutils

def attach(volume):
    try:
        volume.attach()
    except OSError:
        with excutils.save_and_reraise_exception():
            volume.update(status="error")
""",
    ),
    Rule(
        "SRE104",
        "swallows-the-rest",
        SUSPICION,
        "`reraise` is False from the start and some paths raise nothing: "
        "other exceptions are swallowed",
        """\
With `reraise=False` in the call, each path has to raise an exception of
its own or set `reraise` to True. On a path that does neither, the
exception is swallowed. Set `reraise` to True at the end of the body, as
the helper's docstring shows.""",
        """\
from oslo_utils import excutils

def detach(port):
    try:
        port.detach()
    except OSError as error:
        with excutils.save_and_reraise_exception(reraise=False):
            if error.errno == 2:
                raise LookupError(port) from error
""",
        """\
from oslo_utils import excutils

def detach(port):
    try:
        port.detach()
    except OSError as error:
        with excutils.save_and_reraise_exception(reraise=False) as ctxt:
            if error.errno == 2:
                raise LookupError(port) from error
            ctxt.reraise = True
""",
    ),
    Rule(
        "SRE105",
        "jump-in-finally",
        CERTAIN,
        "`{word}` in the `finally` around the block swallows the exception "
        "that save_and_reraise_exception() re-raises",
        """\
A `finally` that ends with `return`, `break` or `continue` discards the
exception that propagates through it, so the re-raise has no effect.
Move the statement out of the `finally`.""",
        """\
from oslo_utils import excutils

def resize(disk):
    try:
        disk.resize()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("resize failed")
    finally:
        return disk.size
""",
        """\
from oslo_utils import excutils

def resize(disk):
    try:
        disk.resize()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("resize failed")
    return disk.size
""",
    ),
    Rule(
        "SRE106",
        "raise-only-in-an-if",
        SUSPICION,
        "the handler re-raises only if this condition holds: every other "
        "exception is swallowed",
        """\
A handler that ends without raising has handled the exception. A bare
`raise` that is only in an `if` re-raises in that one case. Put the `raise`
at the handler's own level, or use the helper with the `if` in its body.
The rule needs no helper in the file, and also reports handlers that
suppress the rest on purpose.""",
        """\
def attach(volume):
    try:
        volume.attach()
    except OSError as error:
        if "padding" in str(error):
            print("a known fault of the hypervisor")
            raise
""",
        """\
def attach(volume):
    try:
        volume.attach()
    except OSError as error:
        if "padding" in str(error):
            print("a known fault of the hypervisor")
        raise
""",
        default=False,
    ),
    Rule(
        "SRE107",
        "copy-without-raise",
        CERTAIN,
        "this copy of save_and_reraise_exception() never raises: every use of "
        "it swallows the exception",
        """\
Code that was copied from an older library has its own
save_and_reraise_exception(), and in this one no statement re-raises when the
body ends. Every handler that uses it swallows its exception. Import the helper
from oslo_utils instead, or end `__exit__()` with a `raise` of the exception
that was saved.""",
        """\
import sys

class save_and_reraise_exception:
    def __enter__(self):
        self.saved = sys.exc_info()[1]
        return self

    def __exit__(self, kind, value, traceback):
        if kind is not None:
            print("dropped:", self.saved)
        return False
""",
        """\
import sys

class save_and_reraise_exception:
    def __enter__(self):
        self.saved = sys.exc_info()[1]
        return self

    def __exit__(self, kind, value, traceback):
        if kind is not None:
            print("dropped:", self.saved)
            return False
        raise self.saved
""",
    ),
)
