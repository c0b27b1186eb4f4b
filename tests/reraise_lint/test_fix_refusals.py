"""What the fixer leaves alone, and why."""

import ast
import sys

import pytest

from reraise_lint import fix
from tests.reraise_lint.test_fix import IMPORT, whole

FLAG = "`c` is used for more than setting `reraise`"
SWALLOWED = "`reraise` is False on every path: the exception is swallowed"
COMPOUND = "`reraise` is set inside a loop, `try`, `with` or `match`"
RAISES = "the body raises while `reraise` is True"
LEAVES = "the body leaves by `{}` while `reraise` is True"
PLACE = "the helper is used outside an `except` block"

# Bodies of handlers, by the reason why the helper in them stays.
REASONS = {
    LEAVES.format("return"): [
        """
        with helper():
            return 1
        """,
        """
        with helper():
            for e in e:
                pass
            else:
                return
        """,
        """
        with helper():
            match e:
                case 1:
                    return
        """,
    ],
    LEAVES.format("break"): [
        """
        while e:
            with helper():
                break
        """,
    ],
    LEAVES.format("continue"): [
        """
        for e in e:
            with helper():
                if e:
                    continue
        """,
    ],
    RAISES: [
        """
        with helper():
            raise Failed(e)
        """,
        """
        with helper():
            six.reraise(*e)
        """,
        """
        with helper():
            try:
                undo()
            finally:
                raise E
        """,
    ],
    "statements follow, for which `reraise` is not known": [
        """
        with helper() as c:
            if e:
                c.reraise = False
            return
        """,
    ],
    "the body defines a function or a class": [
        """
        with helper():
            def undo():
                pass
            undo()
        """,
    ],
    "other items follow the helper in its `with`": [
        """
        with helper(), lock:
            undo()
        """,
    ],
    PLACE: [
        """
        def undo():
            with helper():
                log()
        """,
        """
        class Undo:
            with helper():
                log()
        """,
    ],
    "the code after the block never runs": [
        """
        with helper():
            log()
        undo()
        """,
    ],
    "the parentheses of the call are missing": [
        """
        with helper:
            log()
        """,
    ],
    "`async with` can't enter the helper": [
        """
        async with helper():
            log()
        """,
    ],
    "the helper is not entered by `with`": [
        "helper().force_reraise()",
    ],
    "the helper is not called here, only named or passed on": [
        "undo(helper)",
    ],
    FLAG: [
        """
        with helper() as c:
            c.force_reraise()
        """,
        """
        with helper() as c:
            if c.reraise:
                log()
        """,
        """
        with helper() as c:
            c.reraise == False
        """,
        """
        with helper() as c:
            c.re_raise = False
        """,
        """
        with helper() as c:
            c.reraise &= e
        """,
        """
        with helper() as c:
            c.reraise = e = 0
        """,
        """
        with helper() as c:
            undo()
            log(locals())
        """,
        """
        with helper() as c:
            c = 1
        """,
    ],
    "the helper is kept in more than a variable": [
        """
        with helper() as e.c:
            undo()
        """,
    ],
    SWALLOWED: [
        """
        with helper() as c:
            c.reraise = False
        """,
        """
        with helper(False):
            log()
        """,
        """
        with helper(reraise=False):
            return 1
        """,
    ],
    COMPOUND: [
        """
        with helper() as c:
            while e:
                c.reraise = False
        """,
        """
        with helper() as c:
            with lock:
                c.reraise = False
        """,
    ],
    "`reraise` is computed before the body's end": [
        """
        with helper() as c:
            c.reraise = e
            log()
        """,
    ],
    "several statements share a line": [
        """
        with helper() as c:
            log(); c.reraise = e
        """,
    ],
    "`reraise` is set where nothing runs": [
        """
        with helper(False) as c:
            raise E
            c.reraise = True
        """,
    ],
    "the call's `reraise` is computed": [
        """
        with helper(reraise=e):
            log()
        """,
        """
        with helper(*e):
            undo()
        """,
    ],
    "the call's `logger` is computed": [
        """
        with helper(logger=log()):
            undo()
        """,
    ],
    "the call's arguments are unknown": [
        """
        with helper(**e):
            undo()
        """,
        """
        with helper(True, LOG, 3):
            undo()
        """,
        """
        with helper(True, reraise=False):
            undo()
        """,
    ],
    "the helper is used in a `finally`": [
        """
        try:
            pass
        finally:
            with helper():
                undo()
        """,
    ],
    "the body may change the traceback": [
        """
        with helper():
            e.__traceback__ = None
        """,
    ],
}


@pytest.mark.parametrize(
    ("reason", "body"),
    [(reason, body) for reason in REASONS for body in REASONS[reason]],
)
def test_use_is_refused(reason: str, body: str) -> None:
    """The file stays as it is, to the byte."""
    source = whole(body).encode()
    result = fix.fixed(source, "module.py")
    assert [said for _, said in result.refusals] == [reason]
    assert result.source == source
    assert result.changes == []


def test_refusal_names_the_line() -> None:
    """Other uses in the file are changed, and the import stays."""
    source = whole("with helper():\n    return\n")
    source += "    except ValueError:\n        with helper():\n"
    source += "            undo()\n"
    result = fix.fixed(source.encode(), "module.py")
    reason = LEAVES.format("return")
    assert result.refusals == [(8, reason)]
    assert [line for line, _ in result.changes] == [11]
    said = "the import of `helper` stays: the name is used in line 8"
    assert result.notes == [(1, said)]
    assert b"        undo()\n        raise\n" in result.source


@pytest.mark.parametrize(
    "body",
    [
        "with helper():\n    with helper():\n        undo()",
        "with helper():\n    if e:\n        with helper(): undo()",
    ],
)
def test_use_directly_in_another_is_refused(body: str) -> None:
    """Both of them are."""
    source = whole(body).encode()
    result = fix.fixed(source, "module.py")
    reasons = {reason for _, reason in result.refusals}
    assert reasons == {"the helper is used directly inside itself"}
    assert len(result.refusals) == 2
    assert result.source == source


def test_uses_with_the_same_variable_in_each_other_are_refused() -> None:
    """The inner one's would be the outer one's afterwards."""
    source = whole("""
        with helper() as ctxt:
            try:
                undo()
            except ValueError:
                with helper() as ctxt:
                    log()
            ctxt.reraise = False
        """).encode()
    result = fix.fixed(source, "module.py")
    assert [line for line, _ in result.refusals] == [8, 12]
    assert result.source == source


def test_variable_used_below_the_block_is_refused() -> None:
    """But not if it is another use's own."""
    uses = "with helper() as c:\n    if e:\n        c.reraise = False\n"
    source = whole(uses + "log(c)").encode()
    result = fix.fixed(source, "module.py")
    assert [reason for _, reason in result.refusals] == [FLAG]
    other = "    except ValueError:\n        with helper() as c:\n"
    source = (whole(uses) + other + "            log(c)\n").encode()
    result = fix.fixed(source, "module.py")
    assert [line for line, _ in result.changes] == [8]
    assert [line for line, _ in result.refusals] == [12]


@pytest.mark.parametrize("jump", ["return", "break", "continue"])
def test_jump_in_a_finally_around_it_is_refused(jump: str) -> None:
    """It swallows what the helper or `raise` raises."""
    source = f"""{IMPORT}
def act():
    while True:
        try:
            work()
        except OSError:
            with helper():
                undo()
        finally:
            {jump}
"""
    result = fix.fixed(source.encode(), "module.py")
    reason = "a jump in the `finally` around it swallows"
    assert result.refusals == [(7, reason)]
    assert result.source == source.encode()


def test_use_outside_a_function_and_a_handler_is_refused() -> None:
    """As in `__exit__`, the handler may be the caller's."""
    source = f"{IMPORT}\n\nwith helper():\n    undo()\n"
    result = fix.fixed(source.encode(), "module.py")
    assert result.refusals == [(3, PLACE)]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="new in 3.11")
def test_except_star_is_refused() -> None:
    """There, `raise` raises a group."""
    source = whole("with helper():\n    undo()").replace("except ", "except* ")
    result = fix.fixed(source.encode(), "module.py")
    reason = "`raise` differs in an `except*` block"
    assert result.refusals == [(8, reason)]


@pytest.mark.parametrize(
    "top",
    [
        "",
        "from mine import helper",
        "from mine.excutils import save_and_reraise_exception as helper",
        f"{IMPORT}\nhelper = mine(helper)",
        f"{IMPORT}\ndef helper(): pass",
        f"{IMPORT}\nfrom mine import save_and_reraise_exception as helper",
        f"def use(helper): pass\n{IMPORT}",
    ],
)
def test_name_that_may_be_something_else_is_left_alone(top: str) -> None:
    """Whoever binds it."""
    source = whole("with helper():\n    undo()", top=top).encode()
    result = fix.fixed(source, "module.py")
    assert result.source == source
    assert not result.changes
    if IMPORT in top:
        assert "may be something else" in result.refusals[-1][1]


def test_unknown_import_of_the_helper_is_named() -> None:
    """Its name is the helper's, but not its module."""
    body = "with save_and_reraise_exception():\n    undo()"
    source = whole(body, top="from mine.common import *").encode()
    result = fix.fixed(source, "module.py")
    assert result.source == source
    ((line, reason),) = result.refusals
    assert line == 8
    assert reason.startswith("save_and_reraise_exception may be something")


def test_use_whose_comment_would_be_lost_is_refused() -> None:
    """The others in the file are changed."""
    source = whole("""
        with (  # why
            helper()
        ):
            undo()
        """)
    source += "    except ValueError:\n        with helper():\n"
    source += "            undo()\n"
    result = fix.fixed(source.encode(), "module.py")
    assert result.refusals == [(8, "a comment would be lost")]
    assert [line for line, _ in result.changes] == [13]
    assert b"(  # why" in result.source


def test_whitespace_that_is_a_value_is_not_changed() -> None:
    """In an f-string, the one before `=` is part of the text."""
    source = whole("""
        with helper():
            log(f'''{e
                    = }''')
        """)
    result = fix.fixed(source.encode(), "module.py")
    old, new = (
        ast.dump(node)
        for text in (source, result.source.decode())
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.JoinedStr)
    )
    assert old == new
