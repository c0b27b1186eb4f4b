"""What the fixer makes of each form, to the letter."""

import textwrap

import pytest

from reraise_lint import fix

IMPORT = "from oslo_utils.excutils import save_and_reraise_exception as helper"
HEAD = "\n\ndef act(e):\n    try:\n        work()\n    except OSError as e:\n"

# Before, and after.
FORMS = {
    "body": (
        """
        with helper():
            log("failed")
            undo()
        """,
        """
        log("failed")
        undo()
        raise
        """,
    ),
    "arguments that change nothing": (
        """
        with helper(reraise=True, logger=LOG):
            undo()
        """,
        """
        undo()
        raise
        """,
    ),
    "comments": (
        """
        # above
        with helper():  # behind
            # first
            undo()  # at the end

            # between
            undo()
            # last
        """,
        """
        # above
        # behind
        # first
        undo()  # at the end

        # between
        undo()
        # last
        raise
        """,
    ),
    "pass alone": (
        """
        with helper():
            pass  # nothing to do
        """,
        """
        # nothing to do
        raise
        """,
    ),
    "one line": ("with helper(): undo(); log()", "undo(); log()\nraise"),
    "continued lines": (
        """
        with helper():
            total = 1 + \\
                2
            log("a"
                "b",
          total)
        """,
        """
        total = 1 + \\
            2
        log("a"
            "b",
          total)
        raise
        """,
    ),
    "last of several items": (
        """
        with lock, helper() as ctxt:
            undo()
        """,
        """
        with lock:
            undo()
            raise
        """,
    ),
    "last of several items, in parentheses, on a line": (
        "with (lock, helper()): undo()",
        "with (lock): undo(); raise",
    ),
    "in an if, with code below": (
        """
        if e.errno:
            with helper():
                undo()
        log()
        """,
        """
        if e.errno:
            undo()
            raise
        log()
        """,
    ),
    "flag off at the end of a branch": (
        """
        with helper() as ctxt:
            if gone(e):
                log()
                ctxt.reraise = False
        log()
        """,
        """
        if gone(e):
            log()
        else:
            raise
        log()
        """,
    ),
    "nothing else in the branch": (
        """
        with helper() as ctxt:
            if retryable:
                ctxt.reraise = False
        """,
        """
        if not retryable:
            raise
        """,
    ),
    "opposite of a membership": (
        """
        with helper() as ctxt:
            if e.errno in (1, 2):
                ctxt.reraise = False
        """,
        """
        if e.errno not in (1, 2):
            raise
        """,
    ),
    "a condition on several lines keeps its alignment": (
        """
        with helper() as ctxt:
            if e.errno in (1,
                           2):
                ctxt.reraise = False
        """,
        """
        if e.errno in (1,
                       2):
            pass
        else:
            raise
        """,
    ),
    "opposite of an identity": (
        """
        with helper() as ctxt:
            if e is not None: ctxt.reraise = False
        """,
        """
        if e is None:
            raise
        """,
    ),
    "opposite of not, and no space": (
        """
        with helper() as ctxt:
            if(not e):
                ctxt.reraise = False
        """,
        """
        if (e):
            raise
        """,
    ),
    "opposite of a comparison": (
        """
        with helper() as ctxt:
            if e.errno == 2:
                ctxt.reraise = False
        """,
        """
        if not e.errno == 2:
            raise
        """,
    ),
    "opposite of or": (
        """
        with helper() as ctxt:
            if e.errno or gone(e):
                ctxt.reraise = False
        """,
        """
        if not (e.errno or gone(e)):
            raise
        """,
    ),
    "a comment says why": (
        """
        with helper() as ctxt:
            if gone(e):
                # That is what we want.
                ctxt.reraise = False  # So.
        """,
        """
        if gone(e):
            # That is what we want.
            # So.
            pass
        else:
            raise
        """,
    ),
    "both branches": (
        """
        with helper() as ctxt:
            if gone(e):
                log()
                ctxt.reraise = False
            else:
                undo()
                # last
        """,
        """
        if gone(e):
            log()
        else:
            undo()
            # last
            raise
        """,
    ),
    "off in the other branch": (
        """
        with helper() as ctxt:
            if gone(e):
                undo()
            else:
                ctxt.reraise = False
        """,
        """
        if gone(e):
            undo()
            raise
        """,
    ),
    "off in the other branch, with a comment": (
        """
        with helper() as ctxt:
            if gone(e):
                undo()
            else:
                # Never mind.
                ctxt.reraise = False
        """,
        """
        if gone(e):
            undo()
            raise
        else:
            # Never mind.
            pass
        """,
    ),
    "nothing in the branch, something in the other": (
        """
        with helper() as ctxt:
            if gone(e):
                ctxt.reraise = False
            else:
                undo()
        """,
        """
        if not gone(e):
            undo()
            raise
        """,
    ),
    "pass in the other branch": (
        """
        with helper() as ctxt:
            if gone(e):
                log()
                ctxt.reraise = False
            else:
                pass
        """,
        """
        if gone(e):
            log()
        else:
            raise
        """,
    ),
    "elif": (
        """
        with helper() as ctxt:
            if gone(e):
                ctxt.reraise = False
            elif busy(e):
                log()
            elif late(e):
                undo()
                ctxt.reraise = False
        """,
        """
        if gone(e):
            pass
        elif busy(e):
            log()
            raise
        elif late(e):
            undo()
        else:
            raise
        """,
    ),
    "elif, and jumps": (
        """
        with helper() as ctxt:
            if gone(e):
                ctxt.reraise = False
                return 1
            elif late(e):
                ctxt.reraise = False
                return 2
        """,
        """
        if gone(e):
            return 1
        elif late(e):
            return 2
        else:
            raise
        """,
    ),
    "if in an else": (
        """
        with helper() as ctxt:
            if gone(e):
                log()
            else:
                if late(e):
                    ctxt.reraise = False
                    return 1
        """,
        """
        if gone(e):
            log()
        else:
            if late(e):
                return 1
        raise
        """,
    ),
    "off first, on in a branch": (
        """
        with helper(reraise=False) as ctxt:
            log()
            if not gone(e):
                ctxt.reraise = True
        """,
        """
        log()
        if not gone(e):
            raise
        """,
    ),
    "off by position, on in the else": (
        """
        with helper(False) as ctxt:
            if gone(e):
                log()
            else:
                ctxt.reraise = True
        """,
        """
        if gone(e):
            log()
        else:
            raise
        """,
    ),
    "off, and another exception": (
        """
        with helper() as ctxt:
            ctxt.reraise = False
            log()
            raise Failed(e)
        """,
        """
        log()
        raise Failed(e)
        """,
    ),
    "another exception in a branch": (
        """
        with helper() as ctxt:
            if gone(e):
                ctxt.reraise = False
                raise Gone()
            log()
        """,
        """
        if gone(e):
            raise Gone()
        log()
        raise
        """,
    ),
    "off, and a jump": (
        """
        with helper() as ctxt:
            if gone(e):
                ctxt.reraise = False; return None
            undo()
        """,
        """
        if gone(e):
            return None
        undo()
        raise
        """,
    ),
    "computed at the end": (
        """
        with helper() as ctxt:
            undo()
            # Only then.
            ctxt.reraise = not retryable(e)  # computed
        log()
        """,
        """
        undo()
        # Only then.
        if not retryable(e):  # computed
            raise
        log()
        """,
    ),
    "computed in a branch": (
        """
        with helper() as ctxt:
            if late(e):
                ctxt.reraise = gone(e)
            else:
                ctxt.reraise = busy(e)
        """,
        """
        if late(e):
            if gone(e):
                raise
        else:
            if busy(e):
                raise
        """,
    ),
    "the same value in both branches": (
        """
        with helper(reraise=False) as ctxt:
            if late(e):
                log()
                ctxt.reraise = True
            else:
                ctxt.reraise = True
            undo()
        """,
        """
        if late(e):
            log()
        undo()
        raise
        """,
    ),
    "a handler in the body": (
        """
        with helper():
            try:
                undo()
            except ValueError:
                with helper():
                    log()
        """,
        """
        try:
            undo()
        except ValueError:
            log()
            raise
        raise
        """,
    ),
    "jumps that stay in the body": (
        """
        with helper():
            for each in e.args:
                if each:
                    break
                continue
            while late(e):
                break
            else:
                undo()
        """,
        """
        for each in e.args:
            if each:
                break
            continue
        while late(e):
            break
        else:
            undo()
        raise
        """,
    ),
    "an exception that the body catches": (
        """
        with helper():
            try:
                raise ValueError
            except ValueError:
                undo()
        """,
        """
        try:
            raise ValueError
        except ValueError:
            undo()
        raise
        """,
    ),
}


def whole(body: str, head: str = HEAD, top: str = IMPORT) -> str:
    """Put a handler's body in a file."""
    lines = textwrap.dedent(body).strip("\n") + "\n"
    return top + "\n" + head + textwrap.indent(lines, " " * 8)


@pytest.mark.parametrize("form", FORMS)
def test_form_is_replaced_to_the_letter(form: str) -> None:
    """Also the import goes, and a second run finds nothing to do."""
    before, after = FORMS[form]
    result = fix.fixed(whole(before).encode(), "module.py")
    expected = whole(after, top="").lstrip("\n")
    assert result.source.decode() == expected
    assert len(result.changes) == before.count("helper(")
    assert (result.refusals, result.notes) == ([], [])
    assert fix.fixed(result.source, "module.py") == fix.Fixed(result.source)


def test_strings_over_several_lines_keep_their_indentation() -> None:
    """Whatever it is: as deep as the body, and deeper."""
    body = '''
        with helper():
            log("""
            as deep as the body
                    deeper
        less deep""", f"""
            {e}
            """)
        '''
    source = whole(body)
    new = fix.fixed(source.encode(), "module.py").source.decode()
    start = '        log("""\n'
    old = source[source.index("as deep") :].rstrip()
    assert start + 12 * " " + "as" in new
    assert new.endswith(f"{old}\n        raise\n")


def test_change_names_the_line_and_what_was_done() -> None:
    """The line is that of the old file."""
    body = "with helper() as ctxt:\n    if e:\n        ctxt.reraise = False\n"
    result = fix.fixed(whole(body).encode(), "module.py")
    said = "the helper became a bare `raise` where `reraise` was True"
    assert result.changes == [(8, said)]
    result = fix.fixed(whole("with helper(): undo()").encode(), "module.py")
    assert result.changes == [(8, "the helper became a bare `raise`")]


@pytest.mark.parametrize(
    "top",
    [
        "from oslo_utils import excutils",
        "import oslo_utils.excutils\nexcutils = 1",
        "import oslo_utils.excutils as excutils",
        "from oslo.utils import excutils",
        "from heat.openstack.common import excutils",
    ],
)
def test_helper_is_known_by_its_imports(top: str) -> None:
    """Also by those of before 2015."""
    name = "excutils"
    if "\n" in top:
        top, name = top.split("\n")[0], "oslo_utils.excutils"
    body = f"with {name}.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=top).encode(), "module.py")
    assert (
        result.source.decode()
        == HEAD.lstrip("\n") + " " * 8 + "undo()\n        raise\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from oslo_utils import excutils, strutils", "strutils"),
        ("from oslo_utils import strutils, excutils", "strutils"),
        (
            "from oslo_utils import (\n    excutils,\n    strutils,\n)",
            "(\n    strutils,\n)",
        ),
        (
            "from oslo_utils import (\n    strutils,\n    excutils,\n)",
            "(\n    strutils,\n)",
        ),
        (
            "from oslo_utils import (strutils,\n                 excutils)",
            "(strutils)",
        ),
        (
            "from oslo_utils import excutils; from oslo_utils import strutils",
            "strutils",
        ),
    ],
)
def test_name_goes_from_a_list_of_imports(before: str, after: str) -> None:
    """The others stay, each on the line on which it was."""
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=before).encode(), "module.py")
    new = result.source.decode()
    assert new.partition(HEAD)[0] == f"from oslo_utils import {after}\n"
    assert result.notes == []


def test_blank_lines_and_comments_around_an_import_stay() -> None:
    """Whether it is the first or the last of its group."""
    top = (
        "import os\n\n# Ours.\n{}from oslo_utils import strutils\n{}\nimport x"
    )
    line = "from oslo_utils import excutils\n"
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    for places in ((line, ""), ("", line)):
        source = whole(body, top=top.format(*places))
        new = fix.fixed(source.encode(), "module.py").source.decode()
        assert new.partition(HEAD)[0] == top.format("", "") + "\n"


def test_import_in_a_function_goes_and_the_outer_one_stays() -> None:
    """Each scope has its own."""
    source = textwrap.dedent("""\
        from oslo_utils import excutils


        def first():
            from oslo_utils import excutils
            try:
                work()
            except OSError:
                with excutils.save_and_reraise_exception():
                    undo()


        def second():
            excutils.forever_retry_uncaught_exceptions(work)
        """)
    result = fix.fixed(source.encode(), "module.py")
    new = result.source.decode()
    assert new.count("import excutils") == 1
    assert new.startswith(
        "from oslo_utils import excutils\n\n\ndef first():\n    try"
    )
    assert result.notes == []


@pytest.mark.parametrize(
    ("top", "path", "reason"),
    [
        (
            "from oslo_utils import excutils\nf = excutils.exception_filter",
            "module.py",
            "the name is used in line 2",
        ),
        (
            "from oslo_utils import excutils  # noqa: F401",
            "module.py",
            "it has a comment",
        ),
        (
            "from oslo_utils import excutils",
            "pack/__init__.py",
            "others may import it from here",
        ),
        (
            "from oslo_utils import excutils as excutils",
            "module.py",
            "others may import it from here",
        ),
        (
            "from oslo_utils import excutils\n__all__ = ['excutils']",
            "module.py",
            "a string names it",
        ),
    ],
)
def test_import_that_may_be_needed_stays(
    top: str, path: str, reason: str
) -> None:
    """With the reason."""
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=top).encode(), path)
    assert result.changes
    assert result.source.decode().startswith(top + "\n")
    said = f"the import of `excutils` stays: {reason}"
    assert result.notes == [(1, said)]


def test_import_in_a_try_stays() -> None:
    """As do both halves of it."""
    top = textwrap.dedent("""\
        try:
            from oslo_utils import excutils
        except ImportError:
            from oslo.utils import excutils
            log()""")
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=top).encode(), "module.py")
    assert result.changes
    assert result.source.decode().startswith(top + "\n")
    said = "the import of `excutils` stays: it is part of a `try`"
    assert result.notes == [(2, said), (4, said)]


def test_import_alone_in_its_block_stays() -> None:
    """An empty block would be an error."""
    top = "if new:\n    from oslo_utils import excutils"
    body = "with excutils.save_and_reraise_exception():\n    undo()"
    result = fix.fixed(whole(body, top=top).encode(), "module.py")
    assert result.source.decode().startswith(top + "\n")
    said = "an import stays: nothing else is in its block"
    assert result.notes == [(2, said)]


def test_strings_that_name_the_helper_are_noted() -> None:
    """They are in tests, which patch it, and will fail."""
    source = textwrap.dedent("""\
        @mock.patch.object(excutils, "save_and_reraise_exception")
        @mock.patch("nova.compute.manager.excutils")
        def test(self):
            with mock.patch("a.excutils.save_and_reraise_exception"):
                mock.patch("save_and_reraise_exception_handler")
        """)
    notes = fix.fixed(source.encode(), "test_module.py").notes
    assert [line for line, _ in notes] == [1, 2, 4]
    said = (
        'a string names the helper: "nova.compute.manager.excutils" (patched?)'
    )
    assert notes[1][1] == said
