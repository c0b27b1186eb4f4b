"""Rules of style: nothing breaks, and a reader is misled."""

from reraise_lint.rules.rule import SUSPICION, Rule

RULES = (
    Rule(
        "SRE901",
        "unused-name",
        SUSPICION,
        "`as {name}` isn't used: nothing sets the flag of the helper",
        """\
A name after `as` announces that the body decides whether to re-raise. If
nothing uses the name, leave it out; if the flag should be set, set it.""",
        """\
from oslo_utils import excutils

def lock(node):
    try:
        node.lock()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
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
        "SRE902",
        "kept-too-long",
        SUSPICION,
        "keeps {what}: as long as it lives, so do the exception, its frames "
        "and all their variables",
        """\
An exception holds its traceback, and that holds the frames of all calls with
their variables. A helper in an attribute keeps them alive after the handler,
unless it has re-raised; so does sys.exc_info() in a variable. Keep the text
of the exception instead.""",
        """\
from oslo_utils import excutils

def convert(agent, image):
    try:
        image.convert()
    except OSError:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = not agent.tolerant
            agent.failure = ctxt
""",
        """\
from oslo_utils import excutils

def convert(agent, image):
    try:
        image.convert()
    except OSError as error:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = not agent.tolerant
            agent.failure = repr(error)
""",
        default=False,
    ),
)
