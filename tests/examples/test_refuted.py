"""Statements that were measured and don't hold are on no English page.

What is true instead is proved by the lessons' doctests and by other tests;
here, the old words are kept from coming back.
"""

import re

import pytest

from tests.project import PAGES, ROOT, refuse

# The old words, and why they don't hold.
REFUTED = {
    "[Tt]ake the word out|it has no effect under the helper": (
        "a return skips the rest of the body"
    ),
    r"in its chain of `__context__`\.": (
        "an exception that eventlet throws has no context"
    ),
    "of another eventlet greenthread does not get": "futurist's does",
    "out of another greenthread has no context": "futurist's does",
    "[Oo]n Python 3 the same exceptions come out": "in except* others do",
    "special about a kind is special without the helper too": (
        "in except* the helper nests the group"
    ),
    "stack does not know the type": "push() hands it over",
    r"the line ends? in (`\[')?`?NoneType": (
        "oslo.log appends a summary of the active exception"
    ),
    "nine to learn from|Nine of these": "oslo.db's loses a traceback",
    "mypy (does )?since oslo": "in annotated functions, with imports followed",
    "when that line runs, unless a type checker reads": "the same",
    "nothing to save and nothing to raise": "a caller's exception is saved",
    "where the handler may `return`": "return_in_body advises against it",
    r'raise AssertionError\("unreachable"\)` below': (
        "if reraise is False, it replaces the exception; a bare raise doesn't"
    ),
    "section for filters; use": "oslo.log calls fileConfig only",
    "`cause=None` for none": "it hides the active exception as well",
    "nothing is kept beyond the block": "it is, unless it was re-raised",
    "Nothing is delayed beyond the block": "the same",
    "bare `raise` adds nothing": "in a called function it adds the call",
    "goes? on .{,20}part that was not matched": "as one of two, nested",
    "deletes it below the block": "not reached if the body raises",
    "pass `reraise=False` in the second": "`raise ... from` is enough",
    r"\*the helper\* is this function": "it is a class",
    "the traceback is three entries shorter": "only if the body succeeds",
    "no rule for or against it": "B904 and others report its block",
    "prefer the helper;": "most of those that use it do",
    "fifty times and more": "44 to 313 times were measured",
    "code after the block does not run[.,]": "while reraise is true",
    r"is logged at ERROR with its traceback\.": "the logger changed in 10.0.0",
    "now catches the database's type": "over RPC, it is a RemoteError",
    "is raised again (on this side|in the sender)": (
        "the sender gets a new exception"
    ),
    "These do the same in every case": "three do nothing in some cases",
    r"Nova 2013\.2 (\(Havana\) )?to 17( \(Queens\))?[.;](?! it was)": (
        "the short form is in 2013.1.3, too; no test has that release"
    ),
    "When `clean_up` fails, .{,120}nobody knows which request": (
        "oslo.log adds the request to the messages of every logger"
    ),
    "With Neutron down, `_try_deallocate_network` saves": (
        "only if the info cache has a port"
    ),
    "keeps the cleanup's error from leaving the body": (
        "so does suppress(), which leaves no trace of it"
    ),
    "piece more that drops the headers": "/v2 relaxes the schemas as well",
    "passed as well, and decide nothing|[.] These statements decide nothing": (
        "libvirt's wait for Neutron can abort a build"
    ),
    "exception of a Future is in no log": "asyncio logs that of a task",
    "(of|as) a failed Future,? (does|therefore)": "asyncio's doesn't grow",
    "a log message if it fails: `in_handler`": "only if the work failed too",
    "`msg` instead, which is the same for all": "an adapter's prefix is in it",
    "filter on the root logger never sees the message": "it did up to 9.2.0",
    "looks for all of them at once": "three rules must be selected",
    "the three that `find` reports": "SRE301 reports two in Nova",
    "All three are in Cinder": "a fourth is in oslo.versionedobjects",
    "found in these four projects": "in none of those surveyed",
    "exceptions that come out are the same[.]": "if every path raises",
    "someone prints a traceback, unless": "`from None` hides it as well",
    "same; four differ": "five do",
    "attributes, which keep their values": "three are set anew",
    "`GET /servers/{id}` shows the newest[.]": "in ERROR or DELETED only",
    "Only `reraise=True` re-raises": "RetryError.reraise() does, too",
    "A certain finding is a mistake": "some of them are harmless",
    "handler can mask them[.]": "not the summary that oslo.log appends",
    "assignments of the helper to another name": "to an attribute only",
    "cannot see who calls the function": "calls in the same file it does",
    'While the task is "deleting"\\]': "only if nova-compute is up",
    "the last place that can[.]": "threading.excepthook comes after it",
    "must reach the caller in any case": "its SystemExit replaces",
    r"does the same as the plain form while its cleanup works\.": (
        "not with a jump, the flag or except*"
    ),
    "object that couldn't be saved can be read": "a changed one can't",
    "leaves the `with` or the decorated function, `enginefacade": (
        "an inner writer rolls nothing back"
    ),
    r"\[the first one is logged as dropped\]\(\S+\)\.": "if reraise is true",
    "RPC server, which logs whatever": "expected exceptions it doesn't log",
    r"RPC server logs it on this side \|": "the same",
    r"\(\S+why-some-messages\S+ to it\.": "not of five builtin types",
    "it then logs `NoneType": "or what a caller is handling",
    r"\bTake the statements out of the block": "in finally, raise may fail",
    r"request's context is set\.": "in the thread that logs",
    r"in front of the call\? \|": "capture() has no with",
    r"the last thing in its handler\? \|": "a bare raise below it is right",
    r"a cleanup that fails also ends the retries\.": "not if it is retried",
    "text also ends the message": "SQLAlchemy's link ends it",
    "every path either raise or leave": "a condition may turn it off",
    "each page begins with the code to write": "some begin with a command",
    "every `with` on the way|each with on it": "the database is left out",
    "Every example runs in your browser": "not those with other packages",
    "by year and by project": "three projects by year",
    "event and a notification|`compute.exception` is sent, and nova": (
        "by default none is sent"
    ),
    "traces are the notification": "the same",
    "gets it and logs nothing by itself;": "a WARNING if it can't rebuild it",
    r"\[never gives up\]\(\S+\), so": "on an Exception",
    "appended to (`args|the first argument)": "it takes the argument's place",
    "prints the error message twice and": "three times with oslo.log",
    "also try all of them, but": "not at a SystemExit",
    "only its callers tell": "some rules ask what the author meant",
    "With the same context, an inner": "not in another thread",
    "outside the `writer`, and so replaces": "also in another thread",
    "so log it before you translate": "an RPC server logs both",
    "each class has an HTTP status": "two of the module have none",
    "If the message bus fails at the cast": "RabbitMQ's driver waits",
    "message cannot be sent, the answer is 500": "the same",
    "If saving fails too, the exception of saving": "not InstanceNotFound",
    "If saving fails in the second branch, a": "not with InstanceNotFound",
    "So does an exception that can't be made again": "a group is a ValueError",
    "If that is a `TypeError`, the caller logs": "two other types as well",
    r"look in the log of nova-compute\.": "a build's exception isn't there",
    r"or with 500 where it has none\.": "or none that webob has a class for",
    "ties the flag to that": "to the driver's failure only",
    "for one kind of error, and every error goes on": "or for a driver",
    "For the one answer that is expected": "other statuses aren't looked at",
}
EXAMPLES = sorted((ROOT / "examples").rglob("*.py"))
TEXTS = {
    path.relative_to(ROOT): " ".join(path.read_text("utf-8").split())
    for path in [*PAGES, *EXAMPLES, ROOT / "README.md"]
}


@pytest.mark.parametrize("words", REFUTED)
def test_no_page_says_what_was_refuted(words: str) -> None:
    """On pages, in examples, and in the README."""
    refuse(
        f"{path}: {found[0]!r} doesn't hold: {REFUTED[words]}"
        for path, text in TEXTS.items()
        if (found := re.search(words, text))
    )
