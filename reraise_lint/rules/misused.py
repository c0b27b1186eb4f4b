"""Rules: a misspelt name, or the helper used as what it isn't."""

from reraise_lint.rules.rule import CERTAIN, Rule

RULES = (
    Rule(
        "SRE501",
        "misspelt-function",
        CERTAIN,
        "{module} has no `{name}`: did you mean `save_and_reraise_exception`?",
        """\
Python looks a name up when the statement runs, and handlers run rarely. When
this one reaches the name, AttributeError or NameError takes the place of the
original exception, and the rest of the handler doesn't run. In an import, the
name is an ImportError when the import runs. Correct the name.""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        with excutils.save_and_raise_exception():
            print("not locked")
""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("not locked")
""",
    ),
    Rule(
        "SRE502",
        "misspelt-flag",
        CERTAIN,
        "the helper has no `{name}`: did you mean `reraise`?",
        """\
Setting an attribute that the helper doesn't have raises nothing and decides
nothing: `reraise` stays as it is. As an argument, the name ends in TypeError.
Write `reraise`.""",
        """\
from oslo_utils import excutils

def unlock(node):
    try:
        node.unlock()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            if node.gone:
                ctxt.re_raise = False
""",
        """\
from oslo_utils import excutils

def unlock(node):
    try:
        node.unlock()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            if node.gone:
                ctxt.reraise = False
""",
    ),
    Rule(
        "SRE503",
        "comparison",
        CERTAIN,
        "`{text}` sets nothing: write `=`",
        """\
A comparison as a statement has no effect, so `reraise` stays as it is. Write
`=` instead of `==`. An annotation, as in `ctxt.reraise: False`, has no effect
either.""",
        """\
from oslo_utils import excutils

def unlock(node):
    try:
        node.unlock()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            if node.gone:
                ctxt.reraise == False
""",
        """\
from oslo_utils import excutils

def unlock(node):
    try:
        node.unlock()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            if node.gone:
                ctxt.reraise = False
""",
    ),
    Rule(
        "SRE504",
        "without-parentheses",
        CERTAIN,
        "save_and_reraise_exception without parentheses is a class, which "
        "`with` can't enter: TypeError, and the body doesn't run",
        """\
`with` needs an object of the class. Given the class itself, it raises
TypeError (AttributeError up to Python 3.10) in the handler, which takes the
place of the original exception. Add the parentheses.""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        with excutils.save_and_reraise_exception:
            print("not locked")
""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("not locked")
""",
    ),
    Rule(
        "SRE505",
        "async-with",
        CERTAIN,
        "save_and_reraise_exception() is no asynchronous context manager: "
        "{call} raises TypeError, and the body doesn't run",
        """\
The helper has no `__aenter__()`. `async with` raises TypeError
(AttributeError up to Python 3.10) in the handler, which takes the place of
the original exception. Write `with`; its body may contain `await`.""",
        """\
from oslo_utils import excutils

async def lock(node):
    try:
        await node.lock()
    except OSError:
        async with excutils.save_and_reraise_exception():
            await node.unlock()
""",
        """\
from oslo_utils import excutils

async def lock(node):
    try:
        await node.lock()
    except OSError:
        with excutils.save_and_reraise_exception():
            await node.unlock()
""",
    ),
    Rule(
        "SRE506",
        "decorator",
        CERTAIN,
        "save_and_reraise_exception is no decorator: the helper isn't "
        "callable, so this ends in TypeError",
        """\
With parentheses, decorating calls the helper, which isn't callable: TypeError
when the module is imported. Without them, the function is replaced by a
helper, and each call of it ends in TypeError. Use `with` in a handler of the
function.""",
        """\
from oslo_utils import excutils

@excutils.save_and_reraise_exception()
def lock(node):
    node.lock()
""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("not locked")
""",
    ),
    Rule(
        "SRE507",
        "flag-of-another-object",
        CERTAIN,
        "sets `reraise` of `{name}`, which isn't the helper: the helper's own "
        "`reraise` stays as it is",
        """\
The flag belongs to the helper. Set on the exception, on the class or on
another variable, it decides nothing. Name the helper with `as`, and set the
flag of that name.""",
        """\
from oslo_utils import excutils

def unlock(node):
    try:
        node.unlock()
    except OSError as error:
        with excutils.save_and_reraise_exception():
            if node.gone:
                error.reraise = False
""",
        """\
from oslo_utils import excutils

def unlock(node):
    try:
        node.unlock()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            if node.gone:
                ctxt.reraise = False
""",
    ),
    Rule(
        "SRE508",
        "nothing-captured",
        CERTAIN,
        "force_reraise() of a helper that has captured nothing raises "
        "RuntimeError",
        """\
The helper saves the exception when `with` enters it or when capture() is
called. Until then, force_reraise() raises RuntimeError: "There is no
(currently) captured exception to force the reraising of". Call capture() in
the handler first.""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        saved = excutils.save_and_reraise_exception()
        print("not locked")
        saved.force_reraise()
""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        saved = excutils.save_and_reraise_exception().capture()
        print("not locked")
        saved.force_reraise()
""",
    ),
    Rule(
        "SRE509",
        "raised",
        CERTAIN,
        "save_and_reraise_exception isn't an exception: `raise` ends in "
        "TypeError",
        """\
The helper is a context manager. To raise it is a TypeError: "exceptions must
derive from BaseException". Use `with`, or a bare `raise`.""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        print("not locked")
        raise excutils.save_and_reraise_exception()
""",
        """\
def lock(node):
    try:
        node.lock()
    except OSError:
        print("not locked")
        raise
""",
    ),
    Rule(
        "SRE510",
        "missing-import",
        CERTAIN,
        "`{name}` is never imported: NameError takes the place of the "
        "original exception, and the body doesn't run",
        """\
Python looks a name up when the statement runs, and handlers run rarely. When
this one runs, NameError takes the place of the original exception, which is
only its context. Import the name at the top of the module. A file that imports
nothing at all is taken for a fragment, and isn't reported.""",
        """\
import logging

LOG = logging.getLogger(__name__)

def lock(node):
    try:
        node.lock()
    except OSError:
        with excutils.save_and_reraise_exception():
            LOG.error("not locked")
""",
        """\
import logging

from oslo_utils import excutils

LOG = logging.getLogger(__name__)

def lock(node):
    try:
        node.lock()
    except OSError:
        with excutils.save_and_reraise_exception():
            LOG.error("not locked")
""",
    ),
)
