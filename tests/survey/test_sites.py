"""Each kind of code gives the right row for a use."""

import ast
import textwrap
import time

import pytest

from survey.sites import Site, sites

MODULE = '''
keep = excutils.save_and_reraise_exception

def drop_lun(lun): ...

def ask(method):
    """Closes what it opened itself."""
    answer = requests.post(method)
    answer.close()

class Driver:
    def lose(self, why):
        LOG.error(why)
        self.api.share_update(status="error")

    def end(self):
        self.lose("ended")

    def count(self):
        return len(self.rules)

    def other(self):
        def ask(method):
            LOG.info(method)

    def tell(self):
        LOG.warning("told")

    def FUNCTION(self, notice):
        def error(why):
            self.lose(why)

        payload = {}
        try:
            plug()
        except OSError as e:
            with HEAD:
BODY
            # The handler's own.
'''


def use(body: str, head: str = "keep()", function: str = "attach") -> Site:
    """Return the row for a use in a method of a class."""
    text = (
        MODULE.replace("FUNCTION", function)
        .replace("HEAD", head)
        .replace("BODY", textwrap.indent(textwrap.dedent(body), " " * 16))
    )
    (site,) = read(text)
    return site


def read(text: str) -> list[Site]:
    """The uses in a module."""
    return sites(ast.parse(text), text.encode())


@pytest.mark.parametrize(
    ("body", "does"),
    [
        # Called by name; each look-alike below what it looks like.
        ("self.unplug()", "cleans up"),
        ("LOG.info(random.uniform(0, 1))\ntime.sleep(1)", "other"),
        ("self.populate()", "other"),
        ("cleanse(notice)", "other"),
        ("self.rules.clear()", "cleans up"),
        ("payload.clear()\nLOG.info(payload)", "logs"),
        ("if self.needs_rollback(): LOG.info('back')", "logs"),
        ("notice.update(status='error')", "sets state"),
        ("payload.update(why=e)\nnotifier.info(payload)", "notifies"),
        ("notice['why'] = str(e)", "sets state"),
        ("payload['why'] = str(e)\nLOG.info(payload)", "logs"),
        ("setattr(e, 'tried', True)", "sets state"),
        ("self.prepare_update()", "other"),
        ("notifier.info(e.format_message())", "notifies"),
        ("LOG.info(e.format_message())", "logs"),
        ("LOG.info(message(e))", "logs"),
        ("notify_about_attach_detach(notice)", "notifies"),
        # Passed on: functions, lambdas, strings; not values, not states.
        ("ignore(self.api.delete_lun, 7)", "cleans up"),
        ("ignore(5, drop_lun)", "cleans up"),
        ("retry(lambda: self.unplug())", "cleans up"),
        ("ask('DeleteVolume')", "cleans up"),
        ("ask('ModifyVolume')", "sets state"),
        ("ask('deleted_at')", "other"),
        ("ask(notice.delete_on_termination)", "other"),
        # Followed: a method, a method of a method, a function inside.
        ("self.lose('lost')", "sets state"),
        ("self.end()", "sets state"),
        ("error('lost')", "sets state"),
        ("self.tell()", "logs"),
        ("await self.tell()", "logs"),
        ("LOG.info(1)\nself.count()", "other"),
        ("driver.tell()", "other"),
        ("tell()", "other"),
        ("self.error('lost')", "other"),
        # Told by nothing but words.
        ("# Revert the limits.\nself.setup(notice)", "cleans up"),
        ("self.setup(notice)", "other"),
        ("pass", "nothing"),
    ],
)
def test_body_is_told_by_what_it_calls(body: str, does: str) -> None:
    """By names, and by what functions of the module do."""
    assert use(body).body == does


@pytest.mark.parametrize(
    ("function", "does"), [("remove", "cleans up"), ("resize", "other")]
)
def test_putting_back_what_was_taken_cleans_up(
    function: str, does: str
) -> None:
    """Elsewhere, making something undoes nothing."""
    assert use("self.create_lun(7)", function=function).body == does


SET = "c.reraise = "


@pytest.mark.parametrize(
    ("head", "body", "told"),
    [
        ("keep()", "put()", ("", "other", "yes")),
        ("keep(reraise=True)", "LOG.info(1)", ("default", "logs", "yes")),
        ("keep(False)", "LOG.info(1)", ("off", "logs", "flag")),
        ("keep(reraise=bad)", "put()", ("argument", "decides", "flag")),
        ("keep(logger=LOG)", "self.unplug()", ("", "cleans up", "yes")),
        ("keep() as c", f"{SET}True\nLOG.info(1)", ("default", "logs", "yes")),
        ("keep() as c", f"{SET}False", ("first", "decides", "flag")),
        ("keep() as c", f"if a: {SET}b", ("set", "decides", "flag")),
        ("keep(reraise=False) as c", f"{SET}False", ("off", "other", "flag")),
        ("keep(False) as c", f"{SET}True", ("first", "decides", "flag")),
        ("keep(bad) as c", f"{SET}True", ("first", "decides", "flag")),
        ("keep() as c", "put(c)", ("other", "other", "flag")),
        ("keep() as c", "put()", ("unused", "other", "yes")),
        ("keep() as c", "c.value = New()", ("other", "translates", "raise")),
        ("keep()", "raise New", ("", "translates", "raise")),
        ("keep()", "return", ("", "other", "jump")),
        ("keep()", "for a in b: break", ("", "other", "yes")),
        ("keep()", "def later(): return", ("", "other", "yes")),
        ("keep()", "yield", ("", "other", "yield")),
        ("keep(), suppress(A)", "stop()", ("", "cleans up", "another item")),
        ("suppress(A), keep()", "stop()", ("", "cleans up", "yes")),
    ],
)
def test_flag_and_bare_raise(
    head: str, body: str, told: tuple[str, str, str]
) -> None:
    """What becomes of the flag, and what a bare `raise` would not do."""
    site = use(body, head)
    assert (site.flag, site.body, site.bare_raise) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("try: ...\nexcept* A:\n with keep(): log()", ("A", "except*")),
        ("try: ...\nexcept: keep()", ("everything", "without with")),
        ("try: ...\nfinally:\n with keep(): log()", ("", "outside a handler")),
        (
            "try: ...\nexcept A:\n def f():\n  with keep(): log()",
            ("", "outside a handler"),
        ),
        (
            "try: ...\nexcept (A, B):\n k = keep()\n with lock, (k): log()",
            ("(A, B)", "yes"),
        ),
    ],
)
def test_place_of_a_use(text: str, told: tuple[str, str]) -> None:
    """The handler around it, and whether a bare `raise` fits there."""
    alias = "from excutils import save_and_reraise_exception as keep\n"
    (site,) = read(alias + text)
    assert (site.catches, site.bare_raise) == told


@pytest.mark.parametrize(
    ("head", "body", "lines"),
    [
        ("keep()", "a()\n\n# b\nc()", 4),
        ("keep()", "# a\n# b\nc()", 3),
        ("keep(\n                logger=LOG)", "\n\n# a\n\nb()", 3),
        ("keep()", "a(\n)\n\n# b", 4),
        ("keep()", "a()\n", 1),
    ],
)
def test_comments_count_wherever_they_are(
    head: str, body: str, lines: int
) -> None:
    """Before, between and behind statements, if they are as deep."""
    assert use(body, head).length == lines


def test_time_grows_with_the_number_of_uses() -> None:
    """As fast as they: 4,000 in one function, which took minutes."""
    block = " try: plug()\n except OSError:\n  with keep() as c: put(c)\n"
    text = "from a import save_and_reraise_exception as keep\ndef f():\n"
    start = time.process_time()
    assert len(read(text + 4000 * block)) == 4000
    assert time.process_time() - start < 10
