"""What the fixer makes of each form that sets `reraise`, to the letter."""

import pytest

from tests.reraise_lint.test_fix import check

# Before, and after.
FLAGS = {
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
    "computed in a branch alone": (
        """
        with helper() as ctxt:
            if late(e):
                ctxt.reraise = gone(e)
        """,
        """
        if late(e):
            if gone(e):
                raise
        else:
            raise
        """,
    ),
    "off in a branch of a branch": (
        """
        with helper() as ctxt:
            if late(e):
                if gone(e):
                    log()
                    ctxt.reraise = False
        """,
        """
        if late(e):
            if gone(e):
                log()
            else:
                raise
        else:
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
}


@pytest.mark.parametrize("form", FLAGS)
def test_form_with_the_flag_is_replaced_to_the_letter(form: str) -> None:
    """Each end of the body gets what the flag said there."""
    check(*FLAGS[form])
