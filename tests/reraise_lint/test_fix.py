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


def check(before: str, after: str) -> None:
    """Check a fix to the letter, and that a second one finds nothing."""
    result = fix.fixed(whole(before).encode(), "module.py")
    expected = whole(after, top="").lstrip("\n")
    assert result.source.decode() == expected
    assert len(result.changes) == before.count("helper(")
    assert (result.refusals, result.notes) == ([], [])
    assert fix.fixed(result.source, "module.py") == fix.Fixed(result.source)


@pytest.mark.parametrize("form", FORMS)
def test_form_is_replaced_to_the_letter(form: str) -> None:
    """The import goes as well."""
    check(*FORMS[form])


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
