"""Pages say of a call what was measured here."""

from importlib import metadata

from examples.case_studies import over_rpc as model
from tests.nova.conftest import imported
from tests.nova.over_rpc.wire import Wire
from tests.project import DOCS, refuse

BEGINS = {True: "as its own class", False: "as a subclass of itself"}


def words(wire: Wire) -> dict[str, str]:
    """What a call raises for each kind of exception, in words of pages."""
    missing = wire.nova.exception.InstanceNotFound(instance_id="vm-1")
    builtin = type(wire.received(ValueError("no disk")))
    nova = type(wire.received(missing))
    other = type(wire.received(imported("oslo_db.exception").DBDeadlock()))
    assert issubclass(nova, type(missing))
    return {
        "builtin": BEGINS[builtin is ValueError],
        "nova": BEGINS[nova is type(missing)],
        "remote": nova.__name__.replace(type(missing).__name__, "X"),
        "other": f"{other.__module__}.{other.__qualname__}",
        "short": other.__qualname__,
    }


# One sentence of each page that says what a call raises.
SENTENCES = {
    "case_studies/over_rpc.md": (
        "| `X` of `nova.exception` | `{remote}`, a subclass of `X` |\n"
        "| any other class, such as oslo.db's `DBDeadlock` | "
        "`oslo_messaging.{short}`"
    ),
    "case_studies/boot.md": (
        "a builtin {builtin}, one of `nova.exception` {nova}, and any other "
        "as `{short}`"
    ),
    "case_studies/releasing_ports.md": (
        "a `DBConnectionError` or a `DBDeadlock` arrives as `{other}`"
    ),
    "case_studies/deleting.md": "a `DBConnectionError` arrives as `{short}`",
    "reference/glossary.md": (
        "one of `nova.exception` becomes `{remote}`, a subclass of itself, "
        "and any other becomes `{short}`"
    ),
    "troubleshoot/faq.md": (
        "a builtin {builtin}, an `X` of `nova.exception` as its subclass "
        "`{remote}`, any other as `{short}`"
    ),
}


def test_pages_say_what_a_call_raises(wire: Wire) -> None:
    """The sentences are there, with the classes that arrived."""
    found = words(wire)
    refuse(
        f"{name}: does not say: {sentence.format(**found)}"
        for name, sentence in SENTENCES.items()
        if sentence.format(**found) not in (DOCS / name).read_text("utf-8")
    )


def test_the_page_names_the_releases_that_were_tested() -> None:
    """That of oslo.messaging, in which the rules are."""
    version = metadata.version("oslo.messaging")
    page = DOCS / "case_studies" / f"{model.__name__.rpartition('.')[2]}.md"
    assert f"oslo.messaging {version} " in page.read_text("utf-8")
