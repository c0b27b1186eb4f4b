"""Rules: code that never runs."""

from reraise_lint.rules.rule import CERTAIN, Rule

RULES = (
    Rule(
        "SRE401",
        "code-after-the-block",
        CERTAIN,
        "never runs: the exception is re-raised where the block of "
        "save_and_reraise_exception() ends",
        """\
`reraise` is true wherever the body ends, so the helper re-raises there, and
what comes after the block in the same handler never runs. Move it into the
body. A bare `raise`, an AssertionError or the helper's force_reraise() there,
for type checkers, isn't reported.""",
        """\
from oslo_utils import excutils

def clone(volume):
    try:
        volume.clone()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("copy failed")
        volume.delete_snapshot()
""",
        """\
from oslo_utils import excutils

def clone(volume):
    try:
        volume.clone()
    except OSError:
        with excutils.save_and_reraise_exception():
            print("copy failed")
            volume.delete_snapshot()
""",
    ),
    Rule(
        "SRE402",
        "raise-after-the-block",
        CERTAIN,
        "this exception is never raised: the original one is re-raised where "
        "the block of save_and_reraise_exception() ends",
        """\
`reraise` is true wherever the body ends, so the helper re-raises the original
exception there. The `raise` after the block never runs, and callers don't get
the exception that it names. Raise it in place of the block, with `from`.""",
        """\
from oslo_utils import excutils

def clone(volume):
    try:
        volume.clone()
    except OSError as error:
        with excutils.save_and_reraise_exception():
            print("copy failed")
        raise LookupError(volume) from error
""",
        """\
def clone(volume):
    try:
        volume.clone()
    except OSError as error:
        print("copy failed")
        raise LookupError(volume) from error
""",
    ),
)
